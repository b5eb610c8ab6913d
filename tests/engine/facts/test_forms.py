"""Comparing a number of which only bounds are certain."""

from __future__ import annotations

import duckdb
import pytest

from compliance_engine.engine.facts.forms import Range, compare, compare_sql

OPERATORS = ("=", "<>", "<", "<=", ">", ">=")
BOUNDS = [Range(low, high) for low in (None, 4, 5, 6) for high in (None, 4, 5, 6) if not (low and high and low > high)]


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("bounds", BOUNDS)
def test_sql_and_twin_agree_with_every_number_that_is_possible(op: str, bounds: Range) -> None:
    numbers = range(int(bounds.low or 0), int(bounds.high or 9) + 1)
    truths = {{"=": n == 5, "<>": n != 5, "<": n < 5, "<=": n <= 5, ">": n > 5, ">=": n >= 5}[op] for n in numbers}
    expected = truths.pop() if len(truths) == 1 else None
    assert compare(op, bounds, 5) is expected
    low, high = ("NULL::INTEGER" if n is None else str(n) for n in (bounds.low, bounds.high))
    assert duckdb.execute(f"SELECT {compare_sql(op, low, high, '5')}").fetchone() == (expected,)


@pytest.mark.parametrize("call", [lambda: compare("~", Range(1, 1), 1), lambda: compare_sql("~", "1", "1", "1")])
def test_no_such_comparison(call: object) -> None:
    assert callable(call)
    with pytest.raises(ValueError, match="~"):
        call()
