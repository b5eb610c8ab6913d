"""SQL laid out for readers is the same SQL."""

import re

from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.engine.sql.layout import laid_out

PIECES = st.sampled_from(
    ["SELECT", "b.c1", ",", "(", ")", "CASE", "WHEN", "THEN", "ELSE", "END", "FROM", "JOIN", "LEFT", "'it''s  (a), b'",
     '"a  b"', "::_state", "<=", "1", "WHERE", "UNION", "ALL"]
)  # fmt: skip


WRITTEN = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|[^\s'"]""")
"""Everything but white space outside of quotes."""


def test_each_column_join_and_case_has_a_line() -> None:
    sql = "SELECT a, max(b, c) AS d, (e) AS f FROM (SELECT g FROM h) x LEFT JOIN i j ON j.k = x.k WHERE d > 'from, (1'"
    assert laid_out(sql) == (
        "SELECT a,\n  max(b, c) AS d,\n  (e) AS f\nFROM (\n  SELECT g\n  FROM h\n) x\nLEFT JOIN i j ON j.k = x.k\n"
        "WHERE d > 'from, (1'"
    )


@given(st.lists(PIECES, max_size=30))
def test_nothing_but_white_space_changes(words: list[str]) -> None:
    opened = 0
    balanced = []
    for word in words:
        opened += (word == "(") - (word == ")")
        if opened < 0:
            opened = 0
            continue
        balanced.append(word)
    sql = " ".join([*balanced, *")" * opened])
    assert WRITTEN.findall(laid_out(sql)) == WRITTEN.findall(sql)
