"""The keys of a rule → a `Rule` with every expression resolved and every default filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance_engine.language import nodes
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import Expressions, entries, items, mapping
from compliance_engine.language.build_kinds import build_body, has_periods, turn_words
from compliance_engine.language.build_parts import TODAY, records_of
from compliance_engine.language.check import check
from compliance_engine.language.models import rules as m
from compliance_engine.language.names import Scope
from compliance_engine.language.parse import parse
from compliance_engine.language.scalars import scalar_value
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.tables import Table
from compliance_engine.language.time_words import lead_days
from compliance_engine.language.value_types import field_type, type_of
from compliance_engine.language.vocabulary import Field, RecordType, Vocabulary
from compliance_engine.language.walk import parts
from compliance_engine.problems import Position, Problem

ON_THE_DAY_OF_ASKING = ("cadence", "retention", "check", "posting", "required", "case", "entitlement")
"""Kinds whose trigger is the as-of date unless it is written."""
_WINS: Mapping[str, r.Wins] = {"deadline": "earliest", "recurring": "earliest", "keep": "latest", "destroy": "earliest"}


@dataclass(frozen=True)
class Surroundings:
    """What the rules of all files share.

    facts: named facts, by the record type they are about.
    broken: dated values that are written and have problems.
    """

    vocabulary: Vocabulary
    calendars: frozenset[str]
    tables: Mapping[str, Table]
    facts: Mapping[str, Mapping[str, t.Expression]]
    broken: frozenset[str] = frozenset()

    def expressions(self, about: str) -> Expressions:
        """A reader of expressions about a record type."""
        scope = Scope(
            self.vocabulary, about, frozenset(SPECIAL_WORDS), facts=self.facts.get(about, {}), tables=self.tables
        )
        return Expressions(scope, self.calendars, self.broken)


SPECIAL_WORDS = ("starts", "due", "done", "as_of", "turn.start", "turn.end", "turn.year")


def build_rule(
    entry: nodes.Entry, keys: m.RuleKeys, file: m.FileKeys, law: r.Law, topic: str, around: Surroundings
) -> tuple[r.Rule | None, list[Problem]]:
    """One rule, without its examples.

    Args:
        entry: the id and what stands under it.
        keys: the same, as its shape was checked.
        file: the keys of the file.
        law: what the file says of all its rules.
        topic: the topic of rules that name none.
        around: what all rules share.
    """
    node = mapping(entry.value)
    if (found := unknown_record(keys.about, nodes.locate(node, ("about",)), around.vocabulary)) is not None:
        return None, [found]
    e = around.expressions(keys.about)
    e.place = entry.key.position
    _presume(node.get("presume"), e)
    each = _each(node, e)
    e.lets(node.get("let"))
    words = TODAY | turn_words(keys, node)
    when = e.expression(node.get("when"), "yes_no", "when", words)
    unless = _unless(keys, node, words, e)
    body = build_body(keys, node, e)
    starts = _starts(keys, node, body, e)
    calendar = _calendar(keys, file, node, e)
    lead = _lead(node.get("lead"), e)
    if keys.exposure and keys.exposure not in {*around.tables, *around.broken}:
        guess = did_you_mean(keys.exposure, around.tables)
        e.say("unknown-name", f'There is no dated value "{keys.exposure}".', nodes.locate(node, ("exposure",)), guess)
    if keys.fix is None and keys.if_missed == "violation" and keys.kind not in ("case", "entitlement"):
        e.say("missing-key", f'"fix" is missing in {keys.called}: what to do now.', entry.key.position)
    in_force = _in_force(keys.in_force, node, e)
    if e.problems:
        return None, e.problems
    rule = r.Rule(
        id=entry.key.value,
        kind=keys.kind,  # type: ignore[arg-type]  # the model of each kind allows its own word only
        title=keys.title,
        cite=keys.cite,
        about=keys.about,
        law=law,
        checked=(keys.checked or file.checked).by,
        topic=keys.topic or topic,
        tags=tuple(keys.tags or ()),
        serves=tuple(keys.serves or (entry.key.value,)),
        was=tuple(keys.was or ()),
        basis=keys.basis,
        reach=keys.reach or default_reach(around.vocabulary.types[keys.about]),
        severity=keys.severity,
        exposure=keys.exposure,
        fix=keys.fix or "",
        owed_by=keys.owed_by,
        if_missed=keys.if_missed,
        lead_days=lead,
        calendar=calendar,
        in_force=in_force,
        when=when,
        unless=unless,
        starts=starts,
        each=each,
        family=_family(keys, node),
        replaces=tuple(keys.replaces or ()),
        body=body,
        examples=(),
        position=entry.key.position,
    )
    return rule, []


def unknown_record(name: str, place: Position, vocabulary: Vocabulary) -> Problem | None:
    """A problem unless there is a record type of that name."""
    if name in vocabulary.types:
        return None
    guess = did_you_mean(name, vocabulary.types)
    return Problem("unknown-name", f'"{name}" is no record type.', place, suggestion=guess)


def default_reach(record: RecordType) -> r.Reach:
    """How the law finds a subject: people where they work, places where they lie, documents by their person."""
    if record.name in ("document", "document_instance"):
        return "document"
    if "worksite_id" in record.key or record.name == "posting_display":
        return "worksite"
    if "employee_number" in record.identity:
        return "work"
    return "worksite" if "worksite_id" in record.identity else "employer"


def _presume(node: nodes.Node | None, e: Expressions) -> None:
    """What the law presumes where a field is unknown; from then on the scope knows it."""
    presumed: dict[str, t.Expression] = {}
    for entry in entries(node):
        name, place = entry.key.value, entry.key.position
        raw, _ = parse(name)
        found, problems = check(raw, e.scope, None) if isinstance(raw, t.Name) else (None, [])
        if not isinstance(found, t.Own | t.Related):
            message = problems[0].message + "." if problems else f'"{name}" is no field.'
            e.say("unknown-name", message, place, problems[0].suggestion if problems else None)
            continue
        value = _literal(entry.value, found.field)
        if value is None:
            wanted = ", ".join(found.field.codes[:8]) or field_type(found.field)
            e.say("wrong-type", f"This is no value of {name}.", entry.value.position, help=f"it takes: {wanted}")
            continue
        own = isinstance(found, t.Own)
        presumed[found.field.name if own else f"{found.record}.{found.field.name}"] = value
    e.scope = replace(e.scope, presumed=presumed)


def _literal(node: nodes.Node, field: Field) -> t.Expression | None:
    """A YAML value as a literal of a field's type; None if it is of another."""
    if not isinstance(node, nodes.Scalar):
        return None
    kind, value = field_type(field), scalar_value(node)
    match value:
        case bool() if kind == "yes_no":
            return t.YesNo(value)
        case "yes" | "no" if kind == "yes_no":
            return t.YesNo(value == "yes")
        case int() | Decimal() if kind == "number" and not isinstance(value, bool):
            return t.Number(Decimal(value))
        case date() if kind == "date":
            return t.Day(value)
        case str() if kind == "text" and (not field.codes or value in field.codes):
            return t.Text(value)
        case _:
            return None


def _each(node: nodes.Mapping, e: Expressions) -> r.Each | None:
    each_node = node.get("each")
    if each_node is None:
        return None
    record, where = records_of(each_node, "each", TODAY, e)
    if record is None:
        return None
    e.scope = replace(e.scope, each=record)
    return r.Each(record, where)


def _unless(keys: m.RuleKeys, node: nodes.Mapping, words: frozenset[str], e: Expressions) -> tuple[r.Unless, ...]:
    found = []
    for model, item in zip(keys.unless or (), items(node.get("unless")), strict=True):
        condition = e.expression(mapping(item).get("when"), "yes_no", "unless", words)
        if condition is not None:
            found.append(r.Unless(condition, model.title, model.cite or ""))
    return tuple(found)


def _starts(
    keys: m.RuleKeys, node: nodes.Mapping, body: r.Body | None, e: Expressions
) -> tuple[t.Expression | t.Rows, ...]:
    """The trigger as it is written, or its default."""
    written = node.get("starts")
    words = frozenset({"as_of"}) if keys.kind in ON_THE_DAY_OF_ASKING else frozenset()
    if isinstance(written, nodes.Sequence) and all(isinstance(x, nodes.Scalar) for x in written.items):
        found = [e.expression(x, "date", "starts", words, "dates") for x in written.items]
    elif isinstance(written, nodes.Sequence) and not all(isinstance(x, nodes.Mapping) for x in written.items):
        e.say("wrong-type", "Either triggers or branches stand in one list, not both.", written.position)
        return ()
    elif isinstance(written, nodes.Sequence):
        found = [e.clock(written, "date", "starts", words)]
    elif written is not None:
        found = [e.expression(written, "date", "starts", words, "dates")]
    elif keys.kind in ON_THE_DAY_OF_ASKING:
        return (t.Special("as_of"),)
    else:
        return _default_starts(node, body, has_periods(keys, node), e)
    return tuple(x for x in found if x is not None)


def _default_starts(
    node: nodes.Mapping, body: r.Body | None, periods: bool, e: Expressions
) -> tuple[t.Expression, ...]:
    """The one field that the clock hangs on; none where turns follow each other by the calendar."""
    if not isinstance(body, r.Deadline | r.Recurring):
        return ()
    fields: dict[tuple[str, str], t.Expression] = {}
    for anchor in anchors(body.due):
        if isinstance(anchor, t.Own | t.Related) and type_of(anchor) in ("date", "instant"):
            fields.setdefault((anchor.record, anchor.field.name), replace(anchor, span=t.NOWHERE))
    if len(fields) == 1 or (periods and not fields):
        return tuple(fields.values())
    place = nodes.locate(node, ("due",), key=True)
    names = ", ".join(name for _, name in fields)
    why = f"the clock hangs on {names}" if fields else "the clock hangs on no field"
    e.say("missing-key", f'"starts" must be written: {why}.', place, help="starts: the day whose law and facts count")
    return ()


def anchors(e: t.Node) -> Iterator[t.Node]:
    """What a clock counts from in the end: not its amounts, and not the conditions of its branches."""
    match e:
        case t.Own() | t.Related() | t.Row() | t.EachField() | t.DoneField() | t.Special() | t.Aggregate() | t.Rows():
            yield e
        case t.Presumed():
            yield from anchors(e.item)
        case t.Branch():
            yield from anchors(e.then)
        case t.Shift():
            yield from anchors(e.anchor)
        case t.Value():
            for part in parts(e):
                if part is not e.on and part not in e.keys:
                    yield from anchors(part)
        case _:
            for part in parts(e):
                yield from anchors(part)


def _calendar(keys: m.RuleKeys, file: m.FileKeys, node: nodes.Mapping, e: Expressions) -> str:
    if keys.calendar is not None and keys.calendar not in e.calendars:
        guess = did_you_mean(keys.calendar, e.calendars)
        e.say("unknown-calendar", f'There is no calendar "{keys.calendar}".', nodes.locate(node, ("calendar",)), guess)
    return keys.calendar or file.calendar


def _lead(node: nodes.Node | None, e: Expressions) -> int | None:
    if not isinstance(node, nodes.Scalar):
        return None
    days = lead_days(node.value)
    if days is None:
        e.say("bad-expression", "A lead time is a number of days or weeks.", node.position, help="lead: 30 days")
    return days


def _in_force(keys: m.InForce | None, node: nodes.Mapping, e: Expressions) -> r.InForce | None:
    if keys is None:
        return None
    if keys.first and keys.last and keys.last < keys.first:
        place = nodes.locate(node, ("in_force", "to"))
        e.say("value-order", f"The law ends on {keys.last}, before it begins.", place)
    return r.InForce(keys.first, keys.last, keys.judged_on)


def _family(keys: m.RuleKeys, node: nodes.Mapping) -> r.Family | None:
    if keys.family is None:
        return None
    word = keys.kind if keys.kind in _WINS else next((key for key in ("keep", "destroy") if node.get(key)), "")
    return r.Family(keys.family.name, keys.family.wins or _WINS.get(word, "all"))
