"""What an example gives, as a tree: leaving out and putting in, place by place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given as for_all
from hypothesis import strategies as st

from compliance_engine.engine.from_finding.given import GONE, changed, leaves, lists

GIVEN = {
    "start_date": date(2026, 3, 2),
    "i9": ({"copies_kept": True, "signed_on": None}, {"copies_kept": False}),
    "calendar": {"closed": (date(2026, 3, 3), date(2026, 3, 4))},
    "event": (),
}


def test_every_single_value_has_a_way_to_it() -> None:
    assert dict(leaves(GIVEN)) == {
        ("start_date",): date(2026, 3, 2),
        ("i9", 0, "copies_kept"): True,
        ("i9", 0, "signed_on"): None,
        ("i9", 1, "copies_kept"): False,
        ("calendar", "closed", 0): date(2026, 3, 3),
        ("calendar", "closed", 1): date(2026, 3, 4),
        ("event",): (),
    }
    assert [at for at, _ in lists(GIVEN)] == [("i9",), ("calendar", "closed"), ("event",)]


def test_rows_cells_and_days_are_left_out() -> None:
    less = changed(GIVEN, {("i9", 0): GONE, ("i9", 1, "copies_kept"): GONE, ("calendar", "closed", 0): GONE})
    assert less == {
        "start_date": date(2026, 3, 2),
        "i9": ({},),
        "calendar": {"closed": (date(2026, 3, 4),)},
        "event": (),
    }


CELLS = st.dictionaries(st.sampled_from("abc"), st.none() | st.booleans() | st.decimals(allow_nan=False) | st.dates())
TREES = st.dictionaries(st.sampled_from("opqrs"), st.dates() | st.lists(CELLS).map(tuple) | CELLS)


@for_all(TREES)
def test_what_is_put_back_is_the_same(tree: dict[str, object]) -> None:
    assert changed(tree, dict(leaves(tree))) == tree
    assert changed(tree, {("z",): Decimal(1)}) == tree
