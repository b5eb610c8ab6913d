"""The rule file that a schedule becomes: one floor (or ceiling) for each series, with examples at its last day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance_engine.clocks.moves import shift
from compliance_engine.schedules.series import Period, Said, Series
from compliance_engine.schedules.triggers import LEAP_DAY, Trigger

_TITLE = 100
"""Characters that fit on one line; some schedules put a paragraph into a title."""


@dataclass(frozen=True)
class Heading:
    """What a rule file says of all its rules. prefix: how the ids of its values begin."""

    law: str
    source: str
    prefix: str
    checked_on: date


@dataclass(frozen=True)
class Planned:
    """A rule to be written. trigger: None where records are kept for good."""

    id: str
    series: Series
    said: Said
    trigger: Trigger | None


def rule_file(heading: Heading, planned: Sequence[Planned]) -> str:
    """The whole file."""
    lines = [*_head(heading), *_permanent(heading, planned), "rules:", *_rules(heading, planned)]
    return "\n".join(lines).rstrip("\n") + "\n"


def keep_of(plan: Planned, heading: Heading, *, ceiling: bool = False) -> str:
    """The clock of a rule. The ceiling beside a floor is the first day on which the record may go."""
    if plan.trigger is None:
        return f"value({heading.prefix}.permanent)"
    if plan.said.period is None:
        return f"same day as {plan.trigger.anchor}"
    period = plan.said.period
    if ceiling and plan.said.does == "both":
        period = Period(period.count + 1, period.unit)
    return f"{period} after {plan.trigger.anchor}"


def ids_of(plan: Planned) -> tuple[str, ...]:
    """The rules of one series: a floor and a ceiling are two."""
    return (plan.id, f"{plan.id}.destroy") if plan.said.does == "both" else (plan.id,)


def _head(heading: Heading) -> Iterator[str]:
    yield f"law: {_text(heading.law)}"
    yield "jurisdiction: org"
    yield f"authority: {_text(heading.law)}"
    yield f"source: {_text(heading.source)}"
    note = "made from the words of the schedule and compared with it by nobody"
    yield f"checked: {{on: {heading.checked_on}, by: memory, note: {note}}}"
    yield ""


def _permanent(heading: Heading, planned: Sequence[Planned]) -> Iterator[str]:
    if any(plan.trigger is None for plan in planned):
        yield "values:"
        yield f"  {heading.prefix}.permanent:"
        yield "    title: The day from which records that are kept for good may go, which nobody has set"
        yield "    type: date"
        yield "    cells:"
        yield f"      - {{from: 1900-01-01, is: null, cite: {_text(heading.law)}}}"
        yield ""


def _rules(heading: Heading, planned: Sequence[Planned]) -> Iterator[str]:
    for plan in planned:
        if plan.said.does in ("keep", "both"):
            yield from _rule(plan, heading, plan.id, ceiling=False)
        if plan.said.does in ("destroy", "both"):
            yield from _rule(plan, heading, ids_of(plan)[-1], ceiling=True)


def _rule(plan: Planned, heading: Heading, id_: str, *, ceiling: bool) -> Iterator[str]:
    series = plan.series
    yield f"  {id_}:"
    yield "    kind: retention"
    yield f"    title: {_text(_title(plan, ceiling=ceiling))}"
    yield f"    cite: {_text(series.cite)}"
    yield "    topic: retention"
    yield "    about: document"
    if series.classes:
        yield f"    class: [{', '.join(series.classes)}]"
    else:
        yield "    class: any"
        yield "    when: >-"
        yield f"      series_id = '{series.id}'"
    yield f"    {'destroy' if ceiling else 'keep'}: {keep_of(plan, heading, ceiling=ceiling)}"
    yield "    severity: medium"
    yield f"    fix: {_FIX[ceiling]}"
    yield "    base:"
    yield f"      document: {{{_belongs(series)}}}"
    yield "    examples:"
    for example in _examples(plan, ceiling=ceiling):
        yield f"      - {{{example}}}"
    yield ""


_FIX = {
    False: "Restore the record from a backup and write down what happened.",
    True: "Destroy the record once no hold and no other rule keeps it.",
}


def _examples(plan: Planned, *, ceiling: bool) -> Iterator[str]:
    """The last day and the day after, what breaks it, the trigger to come, and what is not known."""
    if plan.trigger is None:
        gone = f"given: {{destroyed_on: {LEAP_DAY}}}"
        yield f"title: not destroyed yet, {gone}, as_of: {LEAP_DAY - timedelta(days=1)}, expect: retain"
        yield f"title: destroyed all the same, {gone}, as_of: {LEAP_DAY}, expect: destroyed-early"
        yield "title: a hundred years on, as_of: 2124-02-29, expect: retain"
    else:
        yield from _at_the_end(plan, plan.trigger, ceiling=ceiling)
    if not plan.series.classes:
        other = f"series_id: {_text(f'other than {plan.series.id}')}"
        yield f"title: filed under another series, given: {{{other}}}, as_of: {LEAP_DAY}, expect: not-applicable"
        yield f"title: filed under nobody knows what, given: {{series_id: null}}, as_of: {LEAP_DAY}, expect: unknown"
    elif plan.trigger is None:
        yield f"title: its class is not known, given: {{class_code: null}}, as_of: {LEAP_DAY}, expect: unknown"


def _at_the_end(plan: Planned, trigger: Trigger, *, ceiling: bool) -> Iterator[str]:
    start = trigger.example
    given = _given(trigger, str(start - timedelta(days=trigger.lead)))
    last = _last(start, plan, ceiling=ceiling)
    after = last + timedelta(days=1)
    key, too_long = ("destroy", "over-retained") if ceiling else ("keep", "disposable")
    yield f"title: on the last day, given: {{{given}}}, as_of: {last}, {key}: {last}, expect: retain"
    yield f"title: the day after, given: {{{given}}}, as_of: {after}, {key}: {last}, expect: {too_long}"
    if not ceiling:
        gone = f"given: {{{given}, destroyed_on: {last}}}"
        yield f"title: destroyed on the last day, {gone}, as_of: {after}, {key}: {last}, expect: destroyed-early"
    if trigger.event and not ceiling:
        yield f"title: its day is to come, given: {{{_given(trigger, 'null')}}}, as_of: {after}, expect: retain"
    yield f"title: its day is unreadable, given: {{{_given(trigger, 'unreadable')}}}, as_of: {after}, expect: unknown"


def _last(start: date, plan: Planned, *, ceiling: bool) -> date:
    period = plan.said.period
    if period is None:
        return start
    count = period.count + (1 if ceiling and plan.said.does == "both" else 0)
    moved = shift(start, count, period.unit, 1, rounding="down" if ceiling else "up")
    if not isinstance(moved, date):
        raise TypeError(f"{period} after {start} is no day")
    return moved


def _given(trigger: Trigger, value: str) -> str:
    record, dot, field = trigger.field.rpartition(".")
    return f"{record}: {{{field}: {value}}}" if dot else f"{field}: {value}"


def _belongs(series: Series) -> str:
    return f"class_code: {series.classes[0]}" if series.classes else f"series_id: {_text(series.id)}"


def _words(plan: Planned, *, ceiling: bool) -> str:
    if plan.trigger is None:
        return "for good"
    count = plan.said.period
    if count is None:
        return f"until {plan.said.trigger}"
    extra = " and a day" if ceiling and plan.said.does == "both" else ""
    return f"{count}{extra} after {plan.said.trigger}"


def _title(plan: Planned, *, ceiling: bool) -> str:
    """What the rule does, with its clock; a plan that was written from rules brings their titles back."""
    series, ceiling_beside = plan.series, ceiling and plan.said.does == "both"
    if series.rule_id and not ceiling_beside:
        return _short(series.title, _TITLE)
    title = series.id if series.rule_id else series.title
    said = f" ({_short(_words(plan, ceiling=ceiling), _TITLE // 2)})"
    does = "Destroy" if ceiling else "Keep"
    return f"{does} {_short(title, _TITLE - len(does) - 1 - len(said))}{said}"


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _text(text: str) -> str:
    """A text of one line in double quotes, which YAML reads as JSON does, without anything that cannot be seen."""
    return json.dumps("".join(char for char in " ".join(text.split()) if char.isprintable()), ensure_ascii=False)
