"""Shapes: filled, they are what encoding the whole would have given."""

import json

from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.outputs.shape import gap, inner, shape
from compliance_engine.outputs.stream import encode
from compliance_engine.outputs.view import visible

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS, TEXTS)
def test_a_filled_shape_is_the_whole_encoded(fixed: str, first: str, second: str) -> None:
    fixed = visible(fixed)  # what a shape is made of is printable
    made = shape({"fixed": fixed, "told": gap("a"), "within": [f"{fixed} {gap('b')}: {gap('a')}"]})
    filled = made % {"a": inner(first), "b": inner(second)}
    assert filled == encode({"fixed": fixed, "told": first, "within": [f"{fixed} {second}: {first}"]})


def test_what_only_looks_like_a_gap_or_a_number_to_fill_in_stays() -> None:
    for text in (visible("\0a\0"), "%(a)s", "100 %", "\\"):
        assert json.loads(shape({"text": text, "told": gap("a")}) % {"a": "b"}) == {"text": text, "told": "b"}
