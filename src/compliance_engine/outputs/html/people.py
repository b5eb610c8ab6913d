"""The pages of single people: every duty, past and next, as far as the reader may know whose it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.outputs.html.drawing import Lanes, lanes
from compliance_engine.outputs.html.findings import Key
from compliance_engine.outputs.html.words import STATES, state_shown, when
from compliance_engine.outputs.view import View, instance_shown, subject_shown
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import RuleCard
from compliance_engine.runs.read import Duty, Result, duties

MOST = 300
"""People who have a page of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """A duty of a person."""

    rule: str
    card: RuleCard
    instance: str
    outcome: Outcome
    state: str
    when: str
    starts: date | None
    due: date | None
    done: date | None


@dataclass(frozen=True, slots=True)
class Part:
    """The duties of a person of which the same is to be said."""

    title: str
    kind: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's page."""

    anchor: str
    name: str
    parts: tuple[Part, ...]
    in_order: tuple[str, ...]
    drawn: Lanes | None


_PARTS = (
    ("To be put right or documented", "violation", (Outcome.VIOLATION, Outcome.ERROR)),
    ("Cannot be told", "unknown", (Outcome.UNKNOWN,)),
    ("Next", "pending", (Outcome.PENDING,)),
    ("Waived", "waived", (Outcome.WAIVED,)),
    ("Done or kept as it should be", "pass", (Outcome.PASS,)),
)
_LANES = (("violations", "violation"), ("done in time", "pass"), ("next", "pending"))


def people(run: Run, view: View, wanted: Collection[Key]) -> tuple[list[Person], dict[Key, str]]:
    """Pages for people with a result among those wanted, and the anchor of the page for each of their results."""
    if view.redact == "all" or (view.redact == "ids" and view.key is None):
        return [], {}
    found: list[Person] = []
    anchors: dict[Key, str] = {}
    for _, group in groupby(duties(run), key=lambda duty: (duty.employer, duty.person)):
        mine = list(group)
        if len(found) == MOST or not any(_key(duty) in wanted for duty in mine):
            continue
        person = _person(f"person-{len(found) + 1}", mine, run, view)
        found.append(person)
        anchors |= {_key(duty): person.anchor for duty in mine}
    return found, anchors


def _key(duty: Duty) -> Key:
    return (duty.rule, duty.employer, duty.subject, duty.instance)


def _result(duty: Duty, about: str, subject: str) -> Result:
    """A duty in the shape that redaction speaks of."""
    told = (duty.outcome, duty.state, duty.starts, duty.due, duty.done, (), duty.file, duty.record, None)
    return Result(duty.rule, about, duty.employer, subject, duty.instance, *told)


def _person(anchor: str, mine: list[Duty], run: Run, view: View) -> Person:
    name = subject_shown(_result(mine[0], "employee", mine[0].person), view) or ""
    if view.redact == "none" and mine[0].employer != "main":
        name = f"{mine[0].employer}: {name}"
    parts = []
    for title, kind, outcomes in _PARTS:
        told = [duty for duty in mine if duty.outcome in outcomes and duty.state is not State.COMPLIANT]
        lines = tuple(_line(duty, run, view) for duty in sorted(told, key=_in_order))
        if lines:
            parts.append(Part(title, kind, lines))
    titles = {run.rules[duty.rule].title for duty in mine if duty.state is State.COMPLIANT}
    return Person(anchor, name, tuple(parts), tuple(sorted(titles)), _drawn(mine, run))


def _in_order(duty: Duty) -> tuple[date, str, str]:
    return (duty.due or duty.done or duty.starts or date.max, duty.rule, duty.instance)


def _line(duty: Duty, run: Run, view: View) -> Line:
    result = _result(duty, duty.about, duty.subject)
    card = run.rules[duty.rule]
    how = when(duty.state, duty.due, duty.done, run.info.as_of)
    return Line(
        rule=duty.rule,
        card=card,
        instance=instance_shown(result, run, view) or "",
        outcome=duty.outcome,
        state=state_shown(duty.state, how),
        when=how,
        starts=None if card.kind == "retention" or duty.starts == run.info.as_of else duty.starts,
        due=duty.due,
        done=duty.done,
    )


def _drawn(mine: Iterable[Duty], run: Run) -> Lanes | None:
    """Dots on the day a duty was done, else due. Papers that are kept for decades would leave no room for the rest."""
    points: dict[str, list[tuple[date, str]]] = {kind: [] for _, kind in _LANES}
    for duty in mine:
        day = duty.done or duty.due
        if day is not None and duty.outcome in points and run.rules[duty.rule].kind != "retention":
            points[duty.outcome].append((day, f"{run.rules[duty.rule].title}: {STATES[duty.state]}, {day}"))
    return lanes(run.info.as_of, [(name, kind, sorted(points[kind])) for name, kind in _LANES])
