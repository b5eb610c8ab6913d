"""What stands below an expression, and what can be told of an expression without its types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from compliance_engine.language import tree as t
from compliance_engine.language.vocabulary import Field, Missing


def parts(e: t.Node) -> Iterator[t.Node]:
    """The nodes directly below a node: also what an alias stands for, and the clocks of a dated value."""
    for name in e.__dataclass_fields__:
        part = getattr(e, name)
        if isinstance(part, t.Node):
            yield part
        elif isinstance(part, tuple):
            yield from (item for item in part if isinstance(item, t.Node))
    if isinstance(e, t.Value) and e.table is not None and e.table.type == "clock":
        yield from (cell.is_ for _, cells in e.table.cells for cell in cells if cell.is_ is not None)


def walk(e: t.Node, visit: Callable[[t.Node], None]) -> None:
    """Call `visit` for a node and everything below it, aliases and clock cells included."""
    visit(e)
    for part in parts(e):
        walk(part, visit)


def in_reach(e: t.MostWithin) -> t.Expression:
    """The condition of the rows that lie in some stretch of days around the day."""
    if e.dated_by is None:
        raise TypeError("a form that was checked has a date for its rows")
    rest = t.Arithmetic("-", e.length, t.Number(Decimal(1)))
    first, last = (t.Shift(rest, "day", None, way, e.around) for way in ("before", "after"))
    near = t.Between(t.Row(e.record, e.dated_by), first, last)
    return near if e.where is None else t.And((e.where, near))


def may_come(e: t.Expression) -> bool:
    """Whether it is a field whose empty cell says something: an event to come, an occasion that never was."""
    found = e.item if isinstance(e, t.Presumed) else e
    f = getattr(found, "field", None)
    named = isinstance(found, t.Own | t.Related | t.Row | t.EachField | t.DoneField)
    return named and isinstance(f, Field) and f.missing is not Missing.FACT
