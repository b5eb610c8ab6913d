"""Which obligations a rule makes for a subject: one, one a pair, one a trigger, one a turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from compliance_engine.engine.twin.at import At, evaluate
from compliance_engine.engine.twin.chains import chain
from compliance_engine.engine.twin.conditions import truth
from compliance_engine.engine.twin.periods import periods
from compliance_engine.engine.twin.relations import absence, keys_of_several
from compliance_engine.engine.twin.retention import day_of_judgement
from compliance_engine.engine.twin.rows import Entry, astray_rows, entries
from compliance_engine.engine.twin.values import Lost, Unknown, Value
from compliance_engine.engine.twin.verdict import Instance, cannot_tell
from compliance_engine.engine.twin.world import number_of
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.tree import Absent


def instances(rule: r.Rule, at: At) -> Iterator[Instance]:
    """The obligations, in a fixed order."""
    if rule.each is not None:
        yield from _pairs(rule, rule.each, at)
    elif isinstance(rule.body, r.Recurring | r.Posting) and isinstance(rule.body.repeat, t.EachPeriod):
        yield from periods(rule.body.repeat.period, first_day(rule, at), at)
    elif isinstance(rule.body, r.Recurring):
        yield from chain(rule.body, triggered(rule, at).trigger, at)
    elif len(rule.starts) > 1 or any(isinstance(e, t.Rows) for e in rule.starts):
        yield from _triggers(rule, at)
    else:
        yield Instance("", triggered(rule, at))


def triggered(rule: r.Rule, at: At) -> At:
    """The place of a rule with one `starts`, its trigger known."""
    e = rule.starts[0] if rule.starts else t.Special("as_of")
    if isinstance(e, t.Special) and e.name == "as_of":
        return at.knowing(starts=day_of_judgement(rule, at.world))
    return _on(evaluate(e, at), at)


def _on(day: Value, at: At) -> At:
    """A trigger that is a moment counts as its civil day; hours are counted from the moment."""
    if isinstance(day, datetime):
        return at.knowing(starts=at.civil(day), moment=day)
    return at.knowing(starts=day)


def first_day(rule: r.Rule, at: At) -> Value:
    """From which day there are turns: a duty that does not say is as old as the records that are looked at."""
    if all(isinstance(e, t.Special) for e in rule.starts):
        return at.world.lookback
    return triggered(rule, at).trigger


def _pairs(rule: r.Rule, each: r.Each, at: At) -> Iterator[Instance]:
    found = entries(each.record, None, each.where, at, truth)
    if isinstance(found, Unknown):
        yield Instance("", at, verdict=cannot_tell(found))
        return
    key = at.world.vocabulary.types[each.record].key
    for entry in found:
        here = replace(at, each=entry.row)
        name = _name(entry, key)
        if entry.doubt:
            yield Instance(name, triggered(rule, here), verdict=cannot_tell(entry.doubt))
        else:
            yield Instance(name, triggered(rule, here))


def _name(entry: Entry, key: Iterable[str]) -> str:
    """What tells a row from others: its key, or its number."""
    cells = [entry.row.get(column) for column in key]
    return " ".join(str(cell) for cell in cells if not isinstance(cell, Lost | None)) or str(number_of(entry.row))


# ---- several triggers ------------------------------------------------------------------------------------------------


def _triggers(rule: r.Rule, at: At) -> Iterator[Instance]:
    """One obligation for each trigger day; days that several triggers give are one."""
    seen: set[Value] = set()
    for number, e in enumerate(rule.starts, start=1):
        for instance in _of_trigger(e, number, len(rule.starts) == 1, at):
            day = instance.at.days.get("moment", instance.at.trigger)
            if isinstance(day, Unknown) or day not in seen:
                yield instance
            seen.add(day)


def _of_trigger(e: t.Expression | t.Rows, number: int, alone: bool, at: At) -> Iterator[Instance]:
    if not isinstance(e, t.Rows):
        yield Instance(
            e.field.name if isinstance(e, t.Own | t.Related) else f"trigger {number}", _on(evaluate(e, at), at)
        )
        return
    found = entries(e.record, e.field, e.where, at, truth)
    if isinstance(found, Unknown):
        yield Instance(e.record, at.knowing(starts=found))
        return
    key = [name for name in at.world.vocabulary.types[e.record].key if name not in keys_of_several(at.world, e.record)]
    for entry in sorted(found, key=_by_day):
        day = Unknown(entry.doubt) if entry.doubt else entry.value
        yield Instance(f"{e.record} {_name(entry, key)}", _on(day, at))
    missing = absence(at.world, e.record, at.world.as_of, astray_rows(e.record, e.where, at))
    if not found and (alone or missing is not None):
        yield Instance(e.record, at.knowing(starts=missing or Absent.OPEN))


def _by_day(entry: Entry) -> tuple[date, int]:
    """Rows in order of their day; those without one last."""
    day = entry.value
    return (day.date() if isinstance(day, datetime) else day) if isinstance(day, date) else date.max, number_of(
        entry.row
    )
