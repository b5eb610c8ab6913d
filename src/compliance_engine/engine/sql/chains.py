"""Turns that follow from each other, as the rows of a FROM: each completion opens the next, or each due date does."""

from __future__ import annotations

from collections.abc import Callable

from compliance_engine.engine.sql.columns import ROW_NUMBER, checked
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.kinds.proof import Proof, proof
from compliance_engine.engine.sql.kinds.readings import day_of
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.many_rows import astray, measure
from compliance_engine.engine.sql.related.running_total import days_reached
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.vocabulary import Field
from compliance_engine.language.walk import walk
from compliance_engine.records.sql import COLUMN_TYPES

Trigger = Callable[[Compiler, r.Rule], Frag]


def from_due(body: r.Recurring) -> bool:
    """Whether due dates open the turns, whatever the completions."""
    return isinstance(body.repeat, t.Every) and body.repeat.start == "due"


def _done_fields(rule: r.Rule) -> list[Field]:
    found: dict[str, Field] = {}

    def look(node: t.Node) -> None:
        if isinstance(node, t.DoneField):
            found[node.field.name] = node.field

    if isinstance(rule.body, r.Recurring) and isinstance(rule.body.repeat, t.Node):
        walk(rule.body.repeat, look)
    # Which record they are of tells whether an empty cell of it is one that cannot be read.
    return [*(found[name] for name in sorted(found)), ROW_NUMBER] if found else []


def chain(compiler: Compiler, rule: r.Rule, body: r.Recurring, source: str, trigger: Trigger) -> str:
    """The FROM of a rule whose turns follow from each other: `s` beside `x`, one row for each turn."""
    layers, frame = compiler.layers, compiler.frame
    starts = trigger(compiler, rule)
    compiler.specials["starts"] = starts
    as_of = frame.as_of(layers)
    opens = day_of(compiler, body.opens)
    fields = _done_fields(rule)
    evidence = proof(compiler, body.done, as_of, opens)
    events, doubt = _events(compiler, body.done, as_of, opens, evidence, fields)
    if isinstance(body.done, t.Rows | t.Reaches) and compiler.frame.supplied(layers, body.done.record) is False:
        doubt = literal("TRUE")
    select = {
        "_row": Frag("b._row", 1), "starts": starts, "events": events, "doubt": doubt, "absent": evidence.absent,
        "early": evidence.early,
    }  # fmt: skip
    if from_due(body) and isinstance(body.repeat, t.Every):
        first = compiler.named(body.due)
        doubts = _doubts(compiler, body.done, as_of, opens, doubt)
        select |= {"first": first, "step": compiler.sql(body.repeat.amount), "as_of": as_of, "doubts": doubts}
        return f"{source} JOIN ({_dues(layers.statement(select), body.repeat.unit)}) x ON x._row = s._row"
    text = layers.statement(select)
    done = "".join(f", y.events[y.n - 1].{f.name} AS done_{f.name}" for f in fields)
    # Where it is not known when the duty began, there is one turn, and it is not known either.
    turns = "range(1, CASE WHEN isfinite(starts) THEN len(events) + 2 ELSE 2 END)"
    turns = (
        f"SELECT y._row, y.starts, y.n AS nth, {_name(fields)} AS instance, y.events[y.n - 1].d AS done_before{done}, "
        "y.events[y.n].d AS done_now, y.doubt, y.absent, y.early "
        f"FROM (SELECT *, unnest({turns}) AS n FROM ({text})) y"
    )
    return f"{source} JOIN ({turns}) x ON x._row = s._row"


def _name(fields: list[Field]) -> str:
    """The completion that began a turn; of several of one day, which only rows with fields are, also which of them."""
    before = "y.events[y.n - 1].d"
    number = f"len(list_filter(y.events[1:y.n - 1], lambda v: v.d = {before}))"
    which = f" || CASE WHEN {number} > 1 THEN ' (' || {number} || ')' ELSE '' END" if fields else ""
    return f"CASE WHEN y.n = 1 THEN 'first' ELSE 'since ' || {before}::VARCHAR{which} END"


def _dues(body: str, unit: t.Unit) -> str:
    """Turns that due dates open: turn n begins the day after due date n - 1, and its completion counts for it alone."""
    months = {"month": 1, "year": 12}
    if unit in months:
        due = f"CAST(first + to_months(({months[unit]} * step)::INTEGER * (k - 1)::INTEGER) AS DATE)"
        most = f"date_diff('month', first, as_of) // greatest(1, {months[unit]} * step)::BIGINT + 2"
    else:
        days = 7 if unit == "week" else 1
        due = f"(first + ({days} * step)::INTEGER * (k - 1)::INTEGER)"
        most = f"(as_of - first) // greatest(1, {days} * step)::BIGINT + 2"
    # Turn 1 always; each later one once the due date before it is behind us.
    dues = f"list_transform(range(1, 2 + greatest(0, {most})), lambda k: {due})"
    opened = "list_concat(dues[1:1], list_transform(range(2, len(dues) + 1), lambda k: CASE WHEN dues[k - 1] < as_of THEN dues[k] END))"
    after = "v.d > coalesce(x.before, DATE '-infinity') AND v.d > coalesce(a.before, DATE '-infinity')"
    event = f"list_filter(events, lambda v: {after})[1].d"
    # An event that may or may not count leaves those turns in doubt that it may still belong to.
    maybe = f"len(list_filter(doubts, lambda v: coalesce({after}, TRUE))) > 0"
    nothing = "'done': []::DATE[], 'maybe': []::BOOLEAN[]"
    steps = (
        f"list_concat([{{'before': NULL::DATE, {nothing}}}], "
        f"list_transform(range(1, len(turns) + 1), lambda k: {{'before': turns[k - 1], {nothing}}}))"
    )
    fold = (
        f"lambda a, x: {{'before': coalesce({event}, a.before), 'done': list_append(a.done, {event}), "
        f"'maybe': list_append(a.maybe, {maybe})}}"
    )
    return f"""
        SELECT _row, CASE WHEN n = 1 THEN starts ELSE greatest(starts, turns[n - 1] + 1) END AS starts, n AS nth,
               'turn ' || n AS instance, CASE WHEN n > 1 THEN done[n - 1] END AS done_before, done[n] AS done_now,
               turns[n] AS due, coalesce(maybe[n], doubt) AS doubt, absent, early
        FROM (SELECT *, folded.done AS done, folded.maybe AS maybe, unnest(range(1, greatest(1, len(turns)) + 1)) AS n
              FROM (SELECT *, list_reduce({steps}, {fold}) AS folded
                    FROM (SELECT *, list_filter({opened}, lambda d: d IS NOT NULL) AS turns
                          FROM (SELECT *, CASE WHEN isfinite(starts) AND isfinite(first) AND step >= 1 THEN {dues} ELSE [first] END AS dues
                                FROM ({body})))))
    """


def _doubts(
    compiler: Compiler, done: t.Expression | t.Rows | t.Reaches, as_of: Frag, opens: Frag | None, doubt: Frag
) -> Frag:
    """List of {d}: the days of events that may or may not count, NULL where the day itself is not known."""
    if not isinstance(done, t.Rows) or compiler.frame.supplied(compiler.layers, done.record) is False:
        return combine(f"CASE WHEN {doubt} THEN [{{'d': NULL::DATE}}] ELSE [] END", doubt, infinite=False)
    raw = f"r.{checked(done.field).name}"
    inside = f"isfinite({raw}) AND {raw} <= {as_of}" + (f" AND {raw} >= {opens}" if opens is not None else "")
    maybe = f"(({{w}}) IS NULL AND coalesce({inside}, TRUE)) OR ({{w}} AND {raw} IS NULL)"
    outer = [p for p in (as_of, opens) if p is not None]
    listed = f"list({{'d': {raw}::DATE}}) FILTER (WHERE {maybe})"
    found = measure(compiler, done.record, done.where, listed, *outer, sure=False)
    others = astray(compiler, done.record, done.where, listed, *outer)
    lists = "".join(f", coalesce({one}, [])" for one in others)
    return combine(f"list_concat(coalesce({found}, []){lists})", found, *others, infinite=False)


def _events(
    compiler: Compiler,
    done: t.Expression | t.Rows | t.Reaches,
    as_of: Frag,
    opens: Frag | None,
    evidence: Proof,
    fields: list[Field],
) -> tuple[Frag, Frag]:
    """(list of {d, fields} in order, doubt)."""
    layers = compiler.layers
    if isinstance(done, t.Rows):
        done_on = checked(done.field).name
        if compiler.frame.supplied(layers, done.record) is False:
            empty = "".join(f", {f.name} {COLUMN_TYPES[f.type]}" for f in fields)
            return literal(f"[]::STRUCT(d DATE{empty})[]"), evidence.doubt
        raw = f"r.{done_on}"
        inside = f"isfinite({raw}) AND {raw} <= {as_of}" + (f" AND {raw} >= {opens}" if opens is not None else "")
        members = "".join(f", '{f.name}': r.{f.name}" for f in fields)
        outer = [p for p in (as_of, opens) if p is not None]
        what = f"{{'d': {raw}{members}}}" if fields else raw
        order = "".join(f", r.{f.name}" for f in fields)
        found = measure(
            compiler,
            done.record,
            done.where,
            f"list({what} ORDER BY {raw}{order}, r._row) FILTER (WHERE {{w}} AND {inside})",
            *outer,
        )
        if not fields:
            text = f"list_transform(list_sort(list_distinct(coalesce({found}, []))), lambda d: {{'d': d}})"
            return combine(text, found, infinite=False), evidence.doubt
        return combine(f"coalesce({found}, [])", found, infinite=False), evidence.doubt
    if isinstance(done, t.Reaches):
        if compiler.frame.supplied(layers, done.record) is False:
            return literal("[]::STRUCT(d DATE)[]"), evidence.doubt
        hits = days_reached(compiler, done, as_of, opens)
        days = f"list_transform(list_sort(list_distinct({hits})), lambda h: {{'d': h}})"
        return combine(days, hits, infinite=False), evidence.doubt
    found = evidence.done
    return combine(
        f"CASE WHEN {found} IS NULL THEN [] ELSE [{{'d': {found}}}] END", found, infinite=False
    ), evidence.doubt
