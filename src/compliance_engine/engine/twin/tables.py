"""Dated values, choices and registry facts; and branches, which choose between expressions."""

from __future__ import annotations

from decimal import Decimal

from compliance_engine.clocks import Day, compare
from compliance_engine.engine.facts.forms import NOTHING, Range
from compliance_engine.engine.twin.at import At, Dated, bounds, clock_of, evaluate, exact, value_of
from compliance_engine.engine.twin.values import Items, Unknown, Value, as_day, is_day, merged, unknown
from compliance_engine.language import tree as t
from compliance_engine.language.tables import Cell, Table
from compliance_engine.language.tree import Absent
from compliance_engine.language.value_types import type_of
from compliance_engine.language.words import called

Cells = tuple[Cell, ...]


# ---- dated values ----------------------------------------------------------------------------------------------------


@clock_of.register
def dated_value(e: t.Value, at: At) -> Dated:
    """A clock or a date: without a cell it never comes, a cell that is not announced yet is still to come."""
    cell = _cell(e, at)
    if isinstance(cell, Unknown):
        return Dated.of(cell)
    if cell is None or cell.is_ is None:
        return Dated.of(Absent.NONE if cell is None else Absent.OPEN)
    return bounds(cell.is_, at)


@value_of.register
def value(e: t.Value, at: At) -> Value:
    """A number, text or list: without a cell, and while it is not announced, it is unknown."""
    if _table(e).type in ("clock", "date"):
        return exact(e, at)
    places = evaluate(e.keys[0], at) if e.keys else None
    if isinstance(places, tuple):
        return _between_places(e, places, at)
    return _plain(e, _cell(e, at), at)


def _plain(e: t.Value, cell: Cell | Unknown | None, at: At) -> Value:
    if isinstance(cell, Unknown):
        return cell
    if cell is None or cell.is_ is None:
        return unknown(f"value({e.id})", "no value" if cell is None else "not announced yet")
    return evaluate(cell.is_, at)


def _between_places(e: t.Value, places: Items, at: At) -> Value:
    """The highest or lowest among the places that have a value."""
    table = _table(e)
    there = [cells for key, cells in table.cells if key[0] in places]
    found = [x for cells in there if isinstance(x := _plain(e, _on_day(e, cells, at), at), Decimal)]
    if not found:
        return unknown(f"value({e.id})", "no value")
    return max(found) if table.between_places == "highest" else min(found)


def _table(e: t.Value) -> Table:
    if e.table is None:
        raise TypeError(f"{e.id} is not resolved")
    return e.table


def _cell(e: t.Value, at: At) -> Cell | Unknown | None:
    keys = [evaluate(key, at) for key in e.keys]
    if any(isinstance(key, Unknown) for key in keys):
        return merged(*keys)
    cells = dict(_table(e).cells)
    otherwise = cells.get(("otherwise",), ())
    return _on_day(e, cells.get(tuple(_text(key) for key in keys), otherwise), at)


def _on_day(e: t.Value, cells: Cells, at: At) -> Cell | Unknown | None:
    if len(cells) == 1 and cells[0].first is None and cells[0].last is None:
        return cells[0]
    day = at.trigger if e.on is None else at.civil(evaluate(e.on, at))
    if isinstance(day, Unknown):
        return day
    return next((cell for cell in cells if _holds(cell, as_day(day))), None)


def _holds(cell: Cell, day: Day) -> bool:
    begun = cell.first is None or compare(cell.first, "<=", day) is True
    return begun and (cell.last is None or compare(day, "<=", cell.last) is True)


def _text(key: Value) -> str:
    """A key as tables write it; a year has no decimals."""
    return str(int(key)) if isinstance(key, Decimal) and key == int(key) else str(key)


# ---- choices and facts -----------------------------------------------------------------------------------------------


@value_of.register
def choice(e: t.Choice, at: At) -> Value:
    """What the policy chose."""
    return at.world.choices.get(e.id, unknown(f"choice({e.id})", "not chosen"))


@value_of.register
def fact(e: t.Fact, at: At) -> Value:
    """A registry fact where it is certain."""
    number = fact_range(e, at).value
    shown = ", ".join(arg.value for arg in e.args if isinstance(arg, t.Text))
    return unknown(f"{e.name}({shown})", "not certain") if number is None else Decimal(number)


def fact_range(e: t.Fact, at: At) -> Range:
    """What is certain about a registry fact on its day; what an example states is exact."""
    for key in (called(e), e.name) if at.world.facts else ():
        if key in at.world.facts:
            stated = at.world.facts[key]
            return Range(stated, stated) if isinstance(stated, Decimal) else NOTHING
    day = at.trigger if e.on is None else at.civil(evaluate(e.on, at))
    if not is_day(day):
        return NOTHING
    return at.world.fact(e.name, tuple(evaluate(arg, at) for arg in e.args), day, at.world)


# ---- branches --------------------------------------------------------------------------------------------------------


@clock_of.register
def branches_clock(e: t.Branches, at: At) -> Dated:
    """The first branch that holds, with its bounds; where none does the day never comes."""
    chosen = _chosen(e, at)
    if isinstance(chosen, Unknown | None):
        return Dated.of(Absent.NONE if chosen is None else chosen)
    return bounds(chosen, at)


@value_of.register
def branches(e: t.Branches, at: At) -> Value:
    """The first branch that holds; where none does there is no value."""
    if type_of(e) in ("date", "instant"):
        return exact(e, at)
    chosen = _chosen(e, at)
    if isinstance(chosen, Unknown | None):
        return unknown("branches", "none holds") if chosen is None else chosen
    return evaluate(chosen, at)


def _chosen(e: t.Branches, at: At) -> t.Expression | Unknown | None:
    """An unknown condition stops: a later branch must not win because an earlier one cannot be told."""
    for arm in e.arms:
        held = True if arm.when is None else evaluate(arm.when, at)
        if isinstance(held, Unknown):
            return held
        if held:
            return arm.then
    return None
