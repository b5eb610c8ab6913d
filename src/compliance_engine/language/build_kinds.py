"""The keys of each kind → the body of a rule."""

from __future__ import annotations

from dataclasses import replace

from compliance_engine.language import nodes
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import TURN, Expressions, parse
from compliance_engine.language.build_parts import (
    AFTER,
    STARTS,
    TODAY,
    key_place,
    known_code,
    known_date,
    records_of,
    window,
)
from compliance_engine.language.build_unrun import check_case, check_entitlement
from compliance_engine.language.models import rules as m
from compliance_engine.language.value_types import is_instant


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
            check_case(node, e)
        case m.EntitlementKeys():
            check_entitlement(node, e)
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
    for key, found in (("due", due), ("done", done)):
        if not isinstance(repeat, t.EachPeriod) and is_instant(found):
            _needs_days(node.get(key), "Turns that follow from each other go by days", e)
    return None if repeat is None else r.Recurring(due, done, opens, lapses, repeat)


def _needs_days(node: nodes.Node | None, why: str, e: Expressions) -> None:
    """Moments of the same day, or of a day that depends on the place, would open and close turns that nobody means."""
    if node is not None:
        e.say("wrong-type", f"{why}; this is an instant.", node.position, help="name a field that holds a day")


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
    if isinstance(rows, t.Rows) and is_instant(rows):
        _needs_days(over_node, "A gap is one of days", e)
    between = window(node.get("between"), "between", TODAY, e)
    if not isinstance(rows, t.Rows) or not isinstance(gap, t.Gap | t.PerPeriod):
        return None
    return r.Cadence(gap, rows, between)


def _retention(keys: m.RetentionKeys, node: nodes.Mapping, e: Expressions) -> r.Body | None:
    record = e.scope.vocabulary.types[keys.about]
    class_entry = node.entry("class")
    if keys.about == "document" and class_entry is None:
        e.say(
            "missing-key",
            'A retention rule about document needs "class".',
            key_place(node, "class", e),
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
            known_code(name, "document", "class_code", nodes.locate(node, ("class", i)), e)
    if (keys.keep is None) == (keys.destroy is None):
        both = "not both" if keys.keep is not None else "there is neither"
        e.say("missing-key", f'A retention rule has "keep" or "destroy", {both}.', key_place(node, "destroy", e))
    keep = e.clock(node.get("keep"), "date", "keep", STARTS)
    destroy = e.clock(node.get("destroy"), "date", "destroy", STARTS)
    return r.Retention(tuple(dict.fromkeys(classes)), keep, destroy)


def _check(node: nodes.Mapping, e: Expressions) -> r.Body | None:
    must, must_not = node.get("must"), node.get("must_not")
    if (must is None) == (must_not is None):
        both = "not both" if must is not None else "there is neither"
        e.say("missing-key", f'A check rule has "must" or "must_not", {both}.', key_place(node, "must_not", e))
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
    during = window(node.get("during"), "during", TODAY | turn_words(keys, node), e)
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
            known_date(name, record, nodes.locate(node, ("valid", key)), e)
        valid = keys.valid.first, keys.valid.last
    during = window(node.get("during"), "during", TODAY, e)
    by = e.clock(node.get("by"), "date", "by", STARTS)
    return None if record is None else r.Required(record, class_code, where, valid, during, by)
