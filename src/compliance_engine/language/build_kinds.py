"""The keys of each kind → the body of a rule."""

from __future__ import annotations

import re
from dataclasses import replace

from compliance_engine.language import nodes
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import TURN, Expressions, entries, items, mapping, parse
from compliance_engine.language.check import check
from compliance_engine.language.models import rules as m
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.vocabulary import FieldType
from compliance_engine.problems import Position

STARTS = frozenset({"starts"})
TODAY = STARTS | {"as_of"}
AFTER = STARTS | {"due", "done"}

_BRIEFLY = 12
"""Codes that a message lists."""


def build_body(keys: m.RuleKeys, node: nodes.Mapping, e: Expressions) -> r.Body | None:
    """The body of a rule; None for what is only checked, and where a problem was found."""
    before = len(e.problems)
    body = _body(keys, node, e)
    return body if len(e.problems) == before else None


def _body(keys: m.RuleKeys, node: nodes.Mapping, e: Expressions) -> r.Body | None:
    match keys:
        case m.DeadlineKeys() | m.RecurringKeys():
            return _deadline(keys, node, e)
        case m.CadenceKeys():
            return _cadence(node, e)
        case m.RetentionKeys():
            return _retention(keys, node, e)
        case m.CheckKeys():
            return _check(node, e)
        case m.PostingKeys():
            return _posting(keys, node, e)
        case m.RequiredKeys():
            return _required(keys, node, e)
        case m.CaseKeys():
            _case(node, e)
        case m.EntitlementKeys():
            _entitlement(node, e)
    return None


def has_periods(keys: m.RuleKeys, node: nodes.Mapping) -> bool:
    """Whether `repeat` is a period, so that every turn has a name and a trigger need not be written."""
    repeat = node.get("repeat") if isinstance(keys, m.RecurringKeys | m.PostingKeys) else None
    if not isinstance(repeat, nodes.Scalar):
        return False
    raw, _ = parse(repeat.value, "repeat")
    return isinstance(raw, t.EachPeriod)


def turn_words(keys: m.RuleKeys, node: nodes.Mapping) -> frozenset[str]:
    """The words that name a turn, where `repeat` is a period."""
    return TURN if has_periods(keys, node) else frozenset()


def _deadline(keys: m.RuleKeys, node: nodes.Mapping, e: Expressions) -> r.Body | None:
    words = STARTS | turn_words(keys, node)
    due = e.clock(node.get("due"), "date", "due", words)
    done = e.expression(node.get("done"), "date", "done", words, "dates")
    opens = e.clock(node.get("opens"), "date", "opens", words)
    scope = e.scope
    e.scope = replace(scope, done=_done_record(node.get("done"), e))
    lapses = e.clock(node.get("lapses"), "date", "lapses", words | AFTER)
    repeat = _repeat(node.get("repeat"), e, words | AFTER)
    e.scope = scope
    if due is None or done is None:
        return None
    if keys.kind == "deadline":
        return r.Deadline(due, done, opens, lapses)
    return None if repeat is None else r.Recurring(due, done, opens, lapses, repeat)


def _done_record(node: nodes.Node | None, e: Expressions) -> str | None:
    """The record type of the rows that prove it, for `done.field`."""
    before = len(e.problems)
    raw = e.parsed(node, "dates") if node is not None else None
    del e.problems[before:]
    match raw:
        case t.Rows():
            return raw.path[0] if raw.path[0] in e.scope.vocabulary.types else None
        case t.Name(parts=(record, _)) if record in e.scope.vocabulary.types:
            return record
        case t.Name(parts=(_,)):
            return e.scope.about
        case _:
            return None


def _repeat(
    node: nodes.Node | None, e: Expressions, words: frozenset[str]
) -> t.Every | t.EachPeriod | t.Expression | None:
    if node is None:
        return None
    raw = e.parsed(node, "repeat")
    match raw:
        case None | t.EachPeriod():
            return raw
        case t.Every():
            return replace(raw, amount=e.resolved(node, raw.amount, "number", "repeat", words))
        case _:
            return e.resolved(node, raw, "date", "repeat", words)


def _cadence(node: nodes.Mapping, e: Expressions) -> r.Body | None:
    over_node, gap_node = node.get("over"), node.get("gap")
    if over_node is None or gap_node is None:
        return None
    gap, over = e.parsed(gap_node, "gap"), e.parsed(over_node, "dates")
    if isinstance(over, t.Name):
        over = t.Rows(over.parts, None, span=over.span)
    if over is not None and not isinstance(over, t.Rows):
        e.say(
            "wrong-type", "Rows are needed here.", over_node.position, help="payroll_record.pay_date, or with where ..."
        )
        over = None
    rows = e.resolved(over_node, over, "date", "over", TODAY) if over is not None else None

    def number(x: t.Expression | None) -> t.Expression | None:
        return None if x is None else e.resolved(gap_node, x, "number", "gap", STARTS)

    match gap:
        case t.Gap():
            gap = replace(gap, low=number(gap.low), high=number(gap.high))
        case t.PerPeriod():
            gap = replace(gap, least=e.resolved(gap_node, gap.least, "number", "gap", STARTS))
    between = _window(node.get("between"), "between", TODAY, e)
    if not isinstance(rows, t.Rows) or not isinstance(gap, t.Gap | t.PerPeriod):
        return None
    return r.Cadence(gap, rows, between)


def _window(node: nodes.Node | None, key: str, words: frozenset[str], e: Expressions) -> r.Window | None:
    if not isinstance(node, nodes.Mapping):
        return None
    first = e.clock(node.get("from"), "date", f"{key}.from", words)
    last = e.clock(node.get("to"), "date", f"{key}.to", words)
    return r.Window(first, last)


def _retention(keys: m.RetentionKeys, node: nodes.Mapping, e: Expressions) -> r.Body | None:
    record = e.scope.vocabulary.types[keys.about]
    class_entry = node.entry("class")
    if keys.about == "document" and class_entry is None:
        e.say(
            "missing-key",
            'A retention rule about document needs "class".',
            _key_place(node, "class", e),
            help="class: any for every class",
        )
    elif keys.about != "document" and class_entry is not None:
        e.say("unknown-key", f"Only documents have a class; this rule is about {keys.about}.", class_entry.key.position)
    if record.field("destroyed_on") is None:
        about = nodes.locate(node, ("about",))
        e.say("wrong-type", f'"{keys.about}" has no field destroyed_on, so nothing tells when a row went.', about)
    classes: list[str] = []
    for i, name in enumerate(keys.class_ or ()):
        family = e.scope.vocabulary.families.get(name, ())
        classes += family or (name,)
        if not family and name != "any":
            _known_code(name, "document", "class_code", nodes.locate(node, ("class", i)), e)
    if (keys.keep is None) == (keys.destroy is None):
        both = "not both" if keys.keep is not None else "there is neither"
        e.say("missing-key", f'A retention rule has "keep" or "destroy", {both}.', _key_place(node, "destroy", e))
    keep = e.clock(node.get("keep"), "date", "keep", STARTS)
    destroy = e.clock(node.get("destroy"), "date", "destroy", STARTS)
    return r.Retention(tuple(dict.fromkeys(classes)), keep, destroy)


def _key_place(node: nodes.Mapping, key: str, e: Expressions) -> Position:
    """Where a key stands; if it does not, where its rule begins."""
    entry = node.entry(key)
    return entry.key.position if entry else e.place or node.position


def _known_code(name: str, record: str, field: str, place: Position, e: Expressions) -> bool:
    found = e.scope.vocabulary.types[record].field(field)
    codes = found.codes if found else ()
    if name in codes:
        return True
    guess = did_you_mean(name, codes)
    help_ = None if guess else "codes: " + ", ".join(codes[:_BRIEFLY]) + (" …" if len(codes) > _BRIEFLY else "")
    e.say("unknown-code", f'"{name}" is not in the code list of {record}.{field}.', place, guess, help_)
    return False


def _check(node: nodes.Mapping, e: Expressions) -> r.Body | None:
    must, must_not = node.get("must"), node.get("must_not")
    if (must is None) == (must_not is None):
        both = "not both" if must is not None else "there is neither"
        e.say("missing-key", f'A check rule has "must" or "must_not", {both}.', _key_place(node, "must_not", e))
    conditions = [e.expression(x, "yes_no", "must", TODAY) for x in (must, must_not)]
    found = conditions[0] or conditions[1]
    return None if found is None else r.Check(found, must is not None)


def _posting(keys: m.PostingKeys, node: nodes.Mapping, e: Expressions) -> r.Body | None:
    if keys.about not in ("worksite", "employer"):
        e.say("wrong-type", "A posting rule is about worksite or employer.", nodes.locate(node, ("about",)))
    revisions = tuple(r.Revision(x.revision, x.first, x.replace_by) for x in keys.revisions or ())
    languages = tuple(
        r.Language(x, None, ()) if isinstance(x, str) else r.Language(None, x.spoken_by, tuple(x.offered or ()))
        for x in keys.languages or ()
    )
    repeat_node = node.get("repeat")
    repeat = e.parsed(repeat_node, "repeat") if repeat_node is not None else None
    if repeat_node is not None and repeat is not None and not isinstance(repeat, t.EachPeriod):
        e.say("wrong-type", "A posting repeats by period.", repeat_node.position, help="repeat: calendar year")
    during = _window(node.get("during"), "during", TODAY | turn_words(keys, node), e)
    return r.Posting(keys.post, revisions, languages, keys.electronic, during,
                     repeat if isinstance(repeat, t.EachPeriod) else None)  # fmt: skip


def _required(keys: m.RequiredKeys, node: nodes.Mapping, e: Expressions) -> r.Body | None:
    record, where = records_of(node.get("require"), "require", TODAY, e, or_class=True)
    class_code = None
    if record is not None and record not in e.scope.vocabulary.types:
        record, class_code = "document", record
    valid = None
    if keys.valid is not None and record is not None:
        for key, name in (("from", keys.valid.first), ("to", keys.valid.last)):
            _known_date(name, record, nodes.locate(node, ("valid", key)), e)
        valid = keys.valid.first, keys.valid.last
    during = _window(node.get("during"), "during", TODAY, e)
    by = e.clock(node.get("by"), "date", "by", STARTS)
    return None if record is None else r.Required(record, class_code, where, valid, during, by)


def _known_date(name: str | None, record: str, place: Position, e: Expressions) -> None:
    if name is None:
        return
    fields = e.scope.vocabulary.types[record].fields
    dates = [f.name for f in fields if f.type is FieldType.DATE]
    if name not in dates:
        message = f'{record} has no date "{name}".'
        e.say("unknown-name", message, place, did_you_mean(name, dates), "dates: " + ", ".join(dates[:_BRIEFLY]))


def records_of(
    node: nodes.Node | None, key: str, words: frozenset[str], e: Expressions, or_class: bool = False
) -> tuple[str | None, t.Expression | None]:
    """A record type, as in `policy_document where requires_acknowledgement = yes`, with its condition.

    Args:
        or_class: whether a document class may stand in its place.
    """
    raw = e.parsed(node, "dates") if node is not None else None
    if node is None or raw is None:
        return None, None
    path = raw.path if isinstance(raw, t.Rows) else raw.parts if isinstance(raw, t.Name) else ()
    if len(path) != 1:
        example = "policy_document where requires_acknowledgement = yes"
        e.say("wrong-type", f'A record type is needed under "{key}".', node.position, help=example)
        return None, None
    name = path[0]
    if name not in e.scope.vocabulary.types:
        if or_class and isinstance(raw, t.Name):
            found = e.scope.vocabulary.types["document"].field("class_code")
            codes = found.codes if found else ()
            if name in codes:
                return name, None
            guess = did_you_mean(name, [*codes, *e.scope.vocabulary.types])
            e.say("unknown-name", f'"{name}" is no record type and no document class.', node.position, guess)
            return None, None
        e.say(
            "unknown-name", f'"{name}" is no record type.', node.position, did_you_mean(name, e.scope.vocabulary.types)
        )
        return None, None
    where = raw.where if isinstance(raw, t.Rows) else None
    if where is None:
        return name, None
    return name, e.resolved(node, where, "yes_no", key, words, replace(e.scope, row=name))


def _case(node: nodes.Mapping, e: Expressions) -> None:
    """Check the expressions of a case; steps read the names of events, and the days of the steps before them."""
    lets = dict(e.scope.lets)
    for entry in entries(node.get("events")):
        found = e.expression(entry.value, "date", f"events.{entry.key.value}", TODAY, "dates")
        lets[entry.key.value] = found if found is not None else t.Name((entry.key.value,))
        e.scope = replace(e.scope, lets=dict(lets))
    for entry in entries(node.get("steps")):
        step = mapping(entry.value)
        e.clock(step.get("starts"), "date", "starts", frozenset())
        e.expression(step.get("when"), "yes_no", "when", TODAY)
        e.clock(step.get("due"), "date", "due", STARTS)
        e.expression(step.get("done"), "date", "done", STARTS, "dates")
        e.clock(step.get("opens"), "date", "opens", STARTS)
        e.clock(step.get("lapses"), "date", "lapses", AFTER)
        for pause in items(step.get("pauses")):
            _window(pause, "pauses", STARTS, e)


_AMOUNT = re.compile(r"(?P<number>.+?) +(?P<unit>workweeks?|hours?|days?|weeks?|months?|years?)")
_RATIO = re.compile(r"(?P<a>.+?) +per +(?P<b>.+)")


def _entitlement(node: nodes.Mapping, e: Expressions) -> None:
    """Check the expressions of an entitlement, as far as there is a grammar for them."""
    if (node.get("limit") is None) == (node.get("accrue") is None):
        e.say("missing-key", 'An entitlement has "limit" or "accrue".', _key_place(node, "accrue", e))
    _piece(node.get("limit"), _AMOUNT, "12 workweeks", e.scope.about, e)
    usage, used_by = node.get("usage"), None
    if usage is not None:
        used_by, _ = records_of(usage, "usage", TODAY, e)
    _piece(node.get("each_counts"), _RATIO, "minutes per workweek_minutes", used_by or e.scope.about, e)
    window = node.get("window")
    if isinstance(window, nodes.Scalar) and _AMOUNT.fullmatch(window.value):
        _piece(window, _AMOUNT, "12 months", e.scope.about, e)
    else:
        e.expression(window, None, "window", STARTS)
    for key in ("cap", "carry", "used"):
        e.expression(node.get(key), "number", key, TODAY)
    e.clock(node.get("usable"), "date", "usable", STARTS)
    for entry in entries(node.get("accrue")):
        e.expression(entry.value, "number", f"accrue.{entry.key.value}", TODAY)


def _piece(node: nodes.Node | None, form: re.Pattern[str], example: str, record: str, e: Expressions) -> None:
    """Check the numbers within a form that the grammar does not have."""
    if not isinstance(node, nodes.Scalar):
        return
    match = form.fullmatch(node.value)
    if match is None:
        e.say("bad-expression", f'This cannot be read; write it like "{example}".', node.position)
        return
    for name, text in match.groupdict().items():
        if name == "unit":
            continue
        part = replace(node, value=text)
        raw = e.parsed(part)
        if raw is not None:
            _, problems = check(raw, replace(e.scope, row=record if record != e.scope.about else None), "number")  # type: ignore[arg-type]
            for problem in problems:
                e.say(problem.code, problem.message + ".", node.position, problem.suggestion, problem.help)
