"""Why one subject has the answer that it has: what was read, which condition decided, how the days were counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from compliance_engine.engine import twin
from compliance_engine.engine.coverage import below
from compliance_engine.engine.twin.at import At, Step
from compliance_engine.engine.twin.family import Judged, document, govern, stands, superseded
from compliance_engine.engine.twin.relations import civil
from compliance_engine.engine.twin.trace import skipped, source
from compliance_engine.engine.twin.values import Value
from compliance_engine.engine.twin.world import World
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.families import replaced
from compliance_engine.language.outcomes import State
from compliance_engine.language.vocabulary import Field
from compliance_engine.language.words import words

FIELDS = (t.Own, t.Related, t.EachField, t.DoneField, t.Row)
DERIVED = (t.Age, t.Fact, t.Aggregate, t.MostWithin, t.Choice, t.Value, t.Presumed)
CONDITIONS = (t.Compare, t.Between, t.In, t.IsKnown, t.HasHappened, t.Matches, t.Contains)
CLOCKS = (
    t.Shift, t.Edge, t.NextMonthDay, t.MonthDay, t.NextWeekday, t.NthWeekday, t.NthBusinessDay, t.NextPeriodStart,
    t.NextPayday, t.PaydayOf, t.LaterOf, t.EarlierOf, t.Rolled, t.CountingFirstDay, t.Reaches,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that was read: its words, its value, and the field and record it was read from, if it is one.

    source: record type and `_row`. identifying: it is, or was made out of, something that could tell who somebody is.
    """

    text: str
    value: Value
    field: Field | None = None
    source: tuple[str, int] | None = None
    identifying: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was worked out.

    skipped: the closed days between an anchor and the day it came to. identifying: as for a `Fact`.
    """

    text: str
    value: Value
    skipped: tuple[date, ...] = ()
    identifying: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A key of the rule, what stands there, and how it came out."""

    key: str
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Explanation:
    """The derivation of one obligation.

    alone: the verdict of the rule by itself; verdict: beside the other rules of its family, or over a document.
    others: the verdicts of these. days: from the due date to the proof or, without one, to the day of asking.
    """

    rule: r.Rule
    world: World
    verdict: twin.Verdict
    alone: twin.Verdict
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    others: tuple[Judged, ...]
    days: int | None


def explain(rule: r.Rule, world: World, competing: Sequence[r.Rule] = ()) -> tuple[Explanation, ...]:
    """Explain every obligation of a rule for the subject of a world.

    Args:
        competing: rules about the same subject that may govern in its place.
    """
    steps: list[Step] = []
    verdicts = twin.judge(rule, world, steps)
    others = [(other, verdict) for other in competing for verdict in twin.judge(other, world)]
    away = any(twin.may_apply(other, world) for other in replaced([rule, *competing]).get(rule.id, ()))
    found = []
    for verdict in verdicts:
        beside = _beside((rule, verdict), others, away, world)
        governed = next(v for other, v in beside if other is rule)
        mine = [step for step in steps if _belongs(step.at, verdict, rule)]
        found.append(
            Explanation(
                rule=rule,
                world=world,
                verdict=governed,
                alone=verdict,
                facts=tuple(_facts(mine)),
                parts=tuple(_parts(rule, mine)),
                others=tuple((other, v) for other, v in beside if other is not rule),
                days=_days(verdict, world),
            )
        )
    return tuple(found)


def _beside(mine: Judged, others: Sequence[Judged], away: bool, world: World) -> tuple[Judged, ...]:
    """All of them as they stand beside each other; `away` if a rule that replaces mine applies."""
    rule, verdict = mine
    mine = (rule, superseded(verdict) if away and stands(verdict) else verdict)
    governed = govern([mine, *others]) if others else (mine,)
    is_of_document = isinstance(mine[0].body, r.Retention) and mine[0].about == "document"
    return document(governed, world) if is_of_document else governed


def _belongs(at: At, verdict: twin.Verdict, rule: r.Rule) -> bool:
    """Whether something was worked out for this obligation, or for all of them."""
    if at.turn is not None and at.turn.label != verdict.instance:
        return False
    if at.each is not None and rule.each is not None:
        key = at.world.vocabulary.types[rule.each.record].key
        return " ".join(str(at.each[name]) for name in key if name in at.each) in (verdict.instance, "")
    return "starts" not in at.days or at.days["starts"] == verdict.starts


def _days(verdict: twin.Verdict, world: World) -> int | None:
    """Days from the due date to the proof, or to the day of asking while there is none; negative before it."""
    due = None if verdict.due is None else civil(world, _value(verdict.due.exact), verdict.starts)
    done = civil(world, verdict.done, verdict.starts)
    if not isinstance(due, date) or isinstance(due, datetime) or verdict.state is State.UNKNOWN:
        return None
    return ((done if isinstance(done, date) else world.as_of) - due).days


def _value(day: object) -> Value:
    return day if isinstance(day, date) else t.Absent.NONE


# ---- facts -----------------------------------------------------------------------------------------------------------


def _facts(steps: Sequence[Step]) -> Iterator[Fact]:
    """What was read, each once, in the order in which it was needed; of other people nothing is told."""
    seen: set[tuple[str, object]] = set()
    for step in steps:
        node = step.node
        if isinstance(node, t.Row) and _of_somebody_else(step.at):
            continue
        if isinstance(node, FIELDS):
            place = source(replace(step, at=replace(step.at, steps=None)))
            text = f"{node.record}.{node.field.name}" if isinstance(node, t.Row) else words(node)
            fact = Fact(text, step.value, node.field, place, is_identifying(node))
        elif isinstance(node, DERIVED) and not (isinstance(node, t.Value) and _is_clock(node)):
            fact = Fact(words(node), step.value, identifying=is_identifying(node))
        else:
            continue
        if (fact.text, fact.source) not in seen:
            seen.add((fact.text, fact.source))
            yield fact


def _of_somebody_else(at: At) -> bool:
    """Whether the row that is looked at belongs to another person than the subject."""
    person = at.world.subject.get("employee_number")
    return at.row is not None and person is not None and at.row.get("employee_number") not in (None, person)


def _is_clock(node: t.Value) -> bool:
    return node.table is not None and node.table.type == "clock"


# ---- keys ------------------------------------------------------------------------------------------------------------


def _parts(rule: r.Rule, steps: Sequence[Step]) -> Iterator[Part]:
    """Each key of the rule that anything was worked out under."""
    for key, expression in _keys(rule):
        inside = {id(node) for node in below(expression)}
        lines = dict.fromkeys(_line(step) for step in steps if id(step.node) in inside and _is_told(step))
        if lines:
            yield Part(key, words(expression), tuple(lines))  # type: ignore[arg-type]


def _keys(rule: r.Rule) -> Iterator[tuple[str, t.Node]]:
    """The expressions of a rule by the key under which they stand, in the order in which they decide."""
    yield from (("starts", start) for start in rule.starts)
    yield from [("when", rule.when)] if rule.when is not None else []
    yield from ((f'unless "{unless.title}"', unless.when) for unless in rule.unless)
    body = rule.body
    names: Mapping[str, str] = {"condition": "must" if isinstance(body, r.Check) and body.must else "must_not"}
    for name in (
        "opens",
        "due",
        "keep",
        "destroy",
        "done",
        "repeat",
        "lapses",
        "condition",
        "by",
        "where",
        "over",
        "gap",
    ):
        value = getattr(body, name, None)
        if isinstance(value, t.Node):
            yield names.get(name, name), value
    for name in ("during", "between"):
        window = getattr(body, name, None)
        ends = () if window is None else (("from", window.first), ("to", window.last))
        yield from ((f"{name} {end}", value) for end, value in ends if value is not None)


def _is_told(step: Step) -> bool:
    if isinstance(step.node, CLOCKS):
        return not isinstance(step.node, t.LaterOf | t.EarlierOf) or len(step.node.arms) > 1
    return isinstance(step.node, CONDITIONS) or (isinstance(step.value, bool) and isinstance(step.node, FIELDS))


def _line(step: Step) -> Line:
    return Line(words(step.node), step.value, skipped(step), is_identifying(step.node))  # type: ignore[arg-type]


def is_identifying(expression: t.Node) -> bool:
    """Whether a day or number out of which somebody could be told is in it; yes and no tell nobody apart."""
    if isinstance(expression, CONDITIONS):
        return False
    nodes = below(expression)
    return any(isinstance(n, t.Age) or _is_confidential(n) for n in nodes)


def _is_confidential(node: t.Node) -> bool:
    field = node.field if isinstance(node, (*FIELDS, t.Aggregate, t.Reaches)) else None
    return field is not None and bool(field.confidentiality)


def missing(verdict: twin.Verdict) -> tuple[twin.Cause, ...]:
    """The facts that are missing, in a fixed order."""
    return tuple(sorted(verdict.causes))


def first_false(verdict: twin.Verdict) -> str | None:
    """The condition that was first false, or the exception that holds, in words."""
    because = verdict.because
    if isinstance(because, r.Unless):
        return f'"{because.title}": {words(because.when)} ({because.cite})'
    return None if because is None else words(because)  # type: ignore[arg-type]
