"""Where the obligations of a statement come from: one a subject, one a pair, one a trigger, one a turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from compliance_engine.engine.sql import dates, kinds
from compliance_engine.engine.sql.expressions import Compiler
from compliance_engine.engine.sql.frame import ExampleFrame, Frame, quoted
from compliance_engine.engine.sql.layers import Frag, Layers, combine, literal
from compliance_engine.engine.sql.proof import Proof, civil, proof
from compliance_engine.engine.sql.related import SQL_TYPES, Relations, checked
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.time_words import year_begins
from compliance_engine.language.value_types import type_of
from compliance_engine.language.vocabulary import Field, Vocabulary
from compliance_engine.language.walk import walk

Trigger = Callable[[Compiler, r.Rule], Frag]


def period_of(rule: r.Rule) -> t.EachPeriod | None:
    """The period of a rule whose turns are periods of the calendar."""
    repeat = rule.body.repeat if isinstance(rule.body, r.Recurring | r.Posting) else None
    return repeat if isinstance(repeat, t.EachPeriod) else None


def plain(about: str, frame: Frame, only: str) -> str:
    """Every subject once; in examples the one subject of each."""
    if isinstance(frame, ExampleFrame):
        world = f'"{about}" s JOIN _world w ON w.employer_id = s.employer_id AND w.subject_row = s._row'
        return f"{world} AND {only}" if only else world
    return f'(SELECT * FROM "{about}" s WHERE {only}) s' if only else f'"{about}" s'


def instances(
    rule: r.Rule, vocabulary: Vocabulary, frame: Frame, single_work: bool, only: str, trigger: Trigger
) -> str:
    """The FROM of a rule with several obligations: `s` beside `x` (instance, turn, trigger) and `e` (the other of a pair)."""
    source = plain(rule.about, frame, only)
    if rule.each is not None:
        return _pairs(rule, rule.each, vocabulary, frame, single_work, source)
    if isinstance(rule.body, r.Recurring | r.Posting):
        layers = Layers(source, {"_row": "s._row"})
        compiler = Compiler(layers, frame, Relations(vocabulary, rule.about, frame, None, single_work), rule.calendar)
        period = period_of(rule)
        if period is not None or not isinstance(rule.body, r.Recurring):
            return _periods(compiler, rule, period or t.EachPeriod("calendar year"), source, trigger)
        return _chain(compiler, rule, rule.body, source, trigger)
    return _triggers(rule, vocabulary, frame, single_work, source)


def _pairs(rule: r.Rule, each: r.Each, vocabulary: Vocabulary, frame: Frame, single_work: bool, source: str) -> str:
    """Subject and row of each pair; a row that may or may not count stays, and a subject without any row stays alone."""
    shared: tuple[str, ...] = ("employer_id",)
    if each.record != rule.about:
        shared = ("employer_id", *vocabulary.shared(rule.about, each.record))
    on = " AND ".join(f"e.{k} = s.{k}" for k in shared)
    where = "TRUE"
    if each.where is not None:
        layers = Layers(f'"{each.record}" r', {})
        relations = Relations(vocabulary, rule.about, frame, each.record, single_work)
        where = Compiler(layers, frame, relations, rule.calendar).sql(each.where).sql
    rows = f'SELECT *, ({where}) IS NULL AS _maybe FROM "{each.record}" r WHERE coalesce({where}, TRUE)'
    return f"{source} LEFT JOIN ({rows}) e ON {on}"


def _triggers(rule: r.Rule, vocabulary: Vocabulary, frame: Frame, single_work: bool, source: str) -> str:
    """One obligation for each trigger day; days that several triggers give are one."""
    parts = []
    for number, e in enumerate(rule.starts, start=1):
        layers = Layers(source, {"_row": "s._row"})
        compiler = Compiler(layers, frame, Relations(vocabulary, rule.about, frame, None, single_work), rule.calendar)
        if isinstance(e, t.Rows):
            parts.append(_trigger_rows(compiler, e, number, alone=len(rule.starts) == 1))
        else:
            moment = compiler.named(e)
            day = civil(compiler, moment, type_of(e) == "instant")
            label = e.field.name if isinstance(e, t.Own | t.Related) else f"trigger {number}"
            body = layers.statement({"_row": Frag("b._row", 1), "starts": day, "moment": moment})
            exact = "y.moment" if type_of(e) == "instant" else "NULL::TIMESTAMP"
            parts.append(
                f"SELECT y._row, {number} AS nth, y.starts, {exact} AS moment, {quoted(label)} AS instance FROM ({body}) y"
            )
    union = " UNION ALL ".join(parts)
    once = f"SELECT * FROM ({union}) QUALIFY coalesce(moment, starts) IS NULL OR row_number() OVER (PARTITION BY _row, coalesce(moment, starts) ORDER BY nth, instance) = 1"
    return f"{source} JOIN ({once}) x ON x._row = s._row"


def _trigger_rows(compiler: Compiler, e: t.Rows, number: int, alone: bool) -> str:
    """Trigger days out of related rows. No row: the duty has not started, or that cannot be told."""
    relations, layers = compiler.relations, compiler.layers
    field = checked(e.field)
    if relations.frame.supplied(layers, e.record) is False:
        compiler.leaves.setdefault(e.record, literal("NULL"))
        body = layers.statement({"_row": Frag("b._row", 1)})
        return f"SELECT y._row, {number} AS nth, NULL::DATE AS starts, NULL::TIMESTAMP AS moment, '{e.record}' AS instance FROM ({body}) y"
    record = relations.vocabulary.types[e.record]
    own = [f"r.{k}::VARCHAR" for k in record.key if k not in relations.keys(e.record)] or ["r._row::VARCHAR"]
    # A row that may or may not count is a trigger on a day that cannot be told.
    instant = field.type == "instant"
    member = f"{{'d': CASE WHEN {{w}} THEN r.{field.name} END, 'k': concat_ws(' ', {', '.join(own)})}}"
    found = relations.measure(
        compiler,
        e.record,
        e.where,
        f"list({member} ORDER BY r.{field.name}, r._row) FILTER (WHERE coalesce({{w}}, TRUE))",
        sure=False,
    )
    absent = relations.absence(layers, e.record, None)
    body = layers.statement({"_row": Frag("b._row", 1), "found": found, "absent": absent})
    day, moment = ("NULL::DATE", "y.t.d") if instant else ("y.t.d", "NULL::TIMESTAMP")
    rows = (
        f"SELECT y._row, {number} AS nth, {day} AS starts, {moment} AS moment, '{e.record} ' || y.t.k AS instance "
        f"FROM (SELECT _row, unnest(found) AS t FROM ({body})) y"
    )
    none = "len(coalesce(y.found, [])) = 0" + ("" if alone else " AND NOT y.absent")
    nothing = (
        f"SELECT y._row, {number}, CASE WHEN y.absent THEN DATE 'infinity' END, NULL::TIMESTAMP, '{e.record}' "
        f"FROM ({body}) y WHERE {none}"
    )
    return f"{rows} UNION ALL {nothing}"


def _periods(compiler: Compiler, rule: r.Rule, repeat: t.EachPeriod, source: str, trigger: Trigger) -> str:
    layers, frame = compiler.layers, compiler.frame
    select = {"_row": Frag("b._row", 1), "as_of": frame.as_of(layers), "lookback": frame.lookback(layers)}
    by_day_of_asking = all(isinstance(e, t.Special) for e in rule.starts)
    select["starts"] = select["lookback"] if by_day_of_asking else trigger(compiler, rule)
    one_turn = "TRUE"
    if isinstance(frame, ExampleFrame):
        select["turn"] = layers.base("w.turn")
        one_turn = "(y.turn IS NULL OR y.turn IN (p.label, p.last::VARCHAR))"
    if repeat.period == "plan year":
        select["employer_id"], select["plan_id"] = layers.base("s.employer_id"), layers.base("s.plan_id")
        table = "(SELECT *, strftime(ends_on, '%Y-%m-%d') AS label, starts_on AS first, ends_on AS last FROM plan_year)"
        same = "p.employer_id = y.employer_id AND p.plan_id = y.plan_id"
    elif (begins := year_begins(repeat.period)) is not None:
        table, same = dates.named_years(begins), "TRUE"
    else:
        table, same = "_turn", f"p.period = {quoted(repeat.period)}"
    body = layers.statement(select)
    on = f"{same} AND isfinite(y.starts) AND p.last >= greatest(y.starts, y.lookback) AND p.first <= y.as_of AND {one_turn}"
    turns = f"SELECT y._row, y.starts, p.first, p.last, p.label FROM ({body}) y LEFT JOIN {table} p ON {on}"
    return f"{source} JOIN ({turns}) x ON x._row = s._row"


def _done_fields(rule: r.Rule) -> list[Field]:
    found: dict[str, Field] = {}

    def look(node: t.Node) -> None:
        if isinstance(node, t.DoneField):
            found[node.field.name] = node.field

    if isinstance(rule.body, r.Recurring) and isinstance(rule.body.repeat, t.Node):
        walk(rule.body.repeat, look)
    return [found[name] for name in sorted(found)]


def _chain(compiler: Compiler, rule: r.Rule, body: r.Recurring, source: str, trigger: Trigger) -> str:
    layers, frame, relations = compiler.layers, compiler.frame, compiler.relations
    starts = trigger(compiler, rule)
    compiler.specials["starts"] = starts
    as_of = frame.as_of(layers)
    opens = None
    if body.opens is not None:
        opens = civil(compiler, compiler.named(body.opens), type_of(body.opens) == "instant")
    fields = _done_fields(rule)
    evidence = proof(compiler, body.done, as_of, opens)
    events, doubt = _events(compiler, body.done, as_of, opens, evidence, fields)
    if isinstance(body.done, t.Rows | t.Reaches) and relations.frame.supplied(layers, body.done.record) is False:
        doubt = literal("TRUE")
    select = {
        "_row": Frag("b._row", 1), "starts": starts, "events": events, "doubt": doubt, "absent": evidence.absent,
        "early": evidence.early,
    }  # fmt: skip
    if _from_due(body) and isinstance(body.repeat, t.Every):
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
        "y.events[y.n].d AS done_now, (y.doubt AND y.events[y.n].d IS NULL) AS doubt, y.absent, y.early "
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
    if not isinstance(done, t.Rows) or compiler.relations.frame.supplied(compiler.layers, done.record) is False:
        return combine(f"CASE WHEN {doubt} THEN [{{'d': NULL::DATE}}] ELSE [] END", doubt, infinite=False)
    raw = f"r.{checked(done.field).name}"
    inside = f"isfinite({raw}) AND {raw} <= {as_of}" + (f" AND {raw} >= {opens}" if opens is not None else "")
    maybe = f"(({{w}}) IS NULL AND coalesce({inside}, TRUE)) OR ({{w}} AND {raw} IS NULL)"
    outer = [p for p in (as_of, opens) if p is not None]
    listed = f"list({{'d': {raw}::DATE}}) FILTER (WHERE {maybe})"
    found = compiler.relations.measure(compiler, done.record, done.where, listed, *outer, sure=False)
    return combine(f"coalesce({found}, [])", found, infinite=False)


def _events(
    compiler: Compiler,
    done: t.Expression | t.Rows | t.Reaches,
    as_of: Frag,
    opens: Frag | None,
    evidence: Proof,
    fields: list[Field],
) -> tuple[Frag, Frag]:
    """(list of {d, fields} in order, doubt)."""
    layers, relations = compiler.layers, compiler.relations
    if isinstance(done, t.Rows):
        done_on = checked(done.field).name
        if relations.frame.supplied(layers, done.record) is False:
            empty = "".join(f", {f.name} {SQL_TYPES[f.type]}" for f in fields)
            return literal(f"[]::STRUCT(d DATE{empty})[]"), evidence.doubt
        raw = f"r.{done_on}"
        inside = f"isfinite({raw}) AND {raw} <= {as_of}" + (f" AND {raw} >= {opens}" if opens is not None else "")
        members = "".join(f", '{f.name}': r.{f.name}" for f in fields)
        outer = [p for p in (as_of, opens) if p is not None]
        what = f"{{'d': {raw}{members}}}" if fields else raw
        order = "".join(f", r.{f.name}" for f in fields)
        found = relations.measure(
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
        if relations.frame.supplied(layers, done.record) is False:
            return literal("[]::STRUCT(d DATE)[]"), evidence.doubt
        hits = relations.hits(compiler, done, as_of, opens)
        days = f"list_transform(list_sort(list_distinct({hits})), lambda h: {{'d': h}})"
        return combine(days, hits, infinite=False), evidence.doubt
    found = evidence.done
    return combine(
        f"CASE WHEN {found} IS NULL THEN [] ELSE [{{'d': {found}}}] END", found, infinite=False
    ), evidence.doubt


# ---- inside a statement over several obligations -------------------------------------------------------------------


def instance_of(layers: Layers, rule: r.Rule, vocabulary: Vocabulary) -> Frag:
    """The natural key of an obligation among those of its subject."""
    if rule.each is not None:
        key = vocabulary.types[rule.each.record].key
        return layers.base("concat_ws(' ', " + ", ".join(f"e.{name}::VARCHAR" for name in key or ("_row",)) + ")")
    if period_of(rule) is not None:
        return layers.base("x.label")
    return layers.base("x.instance")


def starts_of(compiler: Compiler, rule: r.Rule, trigger: Trigger) -> Frag:
    """The trigger day of an obligation; also sets turn.* and the previous completion."""
    layers = compiler.layers
    if rule.each is not None:
        return trigger(compiler, rule)
    starts = layers.base("x.starts", infinite=True)
    if not isinstance(rule.body, r.Recurring | r.Posting):
        moment = layers.base("x.moment", infinite=True)
        compiler.moment = moment
        day = civil(compiler, moment, instant=True)
        return layers.column(combine(f"coalesce({starts}, {day})", starts, day))
    if period_of(rule) is not None:
        first = layers.base("x.first")
        compiler.specials["turn.start"], compiler.specials["turn.end"] = first, layers.base("x.last")
        compiler.specials["turn.year"] = combine(f"year({first})", first)
        later = (
            f"CASE WHEN isfinite({starts}) AND {first} IS NOT NULL THEN greatest({starts}, {first}) ELSE {starts} END"
        )
        return layers.column(combine(later, starts, first))
    before = layers.base("x.done_before")
    compiler.specials["done"] = before
    if isinstance(rule.body, r.Recurring) and _from_due(rule.body):
        return starts
    later = f"CASE WHEN isfinite({starts}) THEN greatest({before}, {starts}) ELSE {starts} END"
    return layers.column(combine(later, before, starts))


def before_judging(compiler: Compiler, rule: r.Rule, starts: Frag) -> tuple[list[tuple[str, str | None]], list[Frag]]:
    """Arms that come before the conditions: no turn has begun yet, no row to pair with, or one that may not count."""
    layers = compiler.layers
    if rule.each is not None:
        alone, maybe = layers.base("(e._row IS NULL)"), layers.base("coalesce(e._maybe, FALSE)")
        supplied = compiler.frame.supplied(layers, rule.each.record)
        here = supplied.sql if isinstance(supplied, Frag) else "TRUE" if supplied else "FALSE"
        compiler.leaves.setdefault(rule.each.record, layers.column(combine(f"CASE WHEN {here} THEN TRUE END", alone)))
        parts = [alone, maybe, *([supplied] if isinstance(supplied, Frag) else [])]
        return [(f"{alone} AND {here}", None), (f"{alone} OR {maybe}", "unknown")], parts
    if period_of(rule) is not None:
        first = layers.base("x.first")
        return [(f"isfinite({starts}) AND {first} IS NULL", "not-started")], [first]
    if isinstance(rule.body, r.Recurring) and _from_due(rule.body):
        due, lookback = _next_due(compiler, rule.body)[0], compiler.frame.lookback(layers)
        return [(f"coalesce({due} < {lookback}, FALSE)", None)], [due, lookback]
    if isinstance(rule.body, r.Recurring):
        # A due date before the duty began was never owed: it came from the time before.
        due, began = _next_due(compiler, rule.body)[0], layers.base("(CASE WHEN x.nth > 1 THEN x.starts END)")
        return [(f"coalesce({due} < {began}, FALSE)", None)], [due, began]
    return [], []


def _from_due(body: r.Recurring) -> bool:
    return isinstance(body.repeat, t.Every) and body.repeat.start == "due"


def turn(compiler: Compiler, rule: r.Rule, body: r.Recurring, as_of: Frag) -> kinds.Judged:
    """`kind: recurring`: one turn."""
    layers = compiler.layers
    if isinstance(body.repeat, t.EachPeriod):
        due = kinds.due_of(compiler, body.due)
        opens = civil(compiler, compiler.named(body.opens), type_of(body.opens) == "instant") if body.opens else None
        until = None
        if not _names_turn(body.done):
            first, last = compiler.specials["turn.start"], compiler.specials["turn.end"]
            opens = first if opens is None else layers.column(combine(f"greatest({first}, {opens})", first, opens))
            until = last
        evidence = proof(compiler, body.done, as_of, opens, until)
        evidence = Proof(
            evidence.done, evidence.doubt, evidence.absent, literal("FALSE") if body.opens is None else evidence.early
        )
    else:
        due = kinds.Due(*_next_due(compiler, body), instant=type_of(body.due) == "instant")
        # Events before `opens` were left out when the turns were made.
        opens = literal("DATE '0001-01-01'") if body.opens is not None else None
        absent = layers.base("x.absent")
        if _from_due(body) and isinstance(body.done, t.Rows | t.Reaches):
            absent = compiler.relations.absence(layers, body.done.record, compiler.specials["starts"])
        evidence = Proof(
            layers.base("x.done_now"),
            layers.base("x.doubt"),
            absent,
            layers.base("(x.early AND x.nth = 1)"),
        )
    compiler.specials["due"] = due.exact
    lapses = civil(compiler, compiler.named(body.lapses), type_of(body.lapses) == "instant") if body.lapses else None
    around = kinds.Around(as_of, opens, lapses, kinds.done_is_instant(body.done))
    judged = kinds.deadline(compiler, rule, due, evidence, around)
    lookback = compiler.frame.lookback(layers)
    done = layers.column(evidence.done)
    # A turn that was closed before the lookback is no longer told.
    old = (f"{done} IS NOT NULL AND {done}::DATE < {lookback}", None)
    arms = judged.arms if _from_due(body) else (old, *judged.arms)
    return replace(judged, arms=arms, parts=(*judged.parts, done, lookback))


def _names_turn(done: t.Expression | t.Rows | t.Reaches) -> bool:
    found = False

    def look(node: t.Node) -> None:
        nonlocal found
        found = found or (isinstance(node, t.Special) and node.name.startswith("turn."))

    walk(done, look)
    return found


def _next_due(compiler: Compiler, body: r.Recurring) -> tuple[Frag, Frag, Frag]:
    """The due day of a turn: the first one by `due:`, the later ones by `repeat:`."""
    layers = compiler.layers
    nth = layers.base("x.nth")
    first = kinds.readings(compiler, body.due)
    repeat = body.repeat
    if isinstance(repeat, t.Every) and repeat.start == "completion":
        following = kinds.readings(compiler, t.Shift(repeat.amount, repeat.unit, None, "after", t.Special("done")))
    elif isinstance(repeat, t.Every):
        due = layers.base("x.due", infinite=True)
        return due, due, due
    elif isinstance(repeat, t.EachPeriod):
        raise TypeError("turns by period have their own due days")
    else:
        following = kinds.readings(compiler, repeat)
    pairs = [
        layers.column(combine(f"CASE WHEN {nth} = 1 THEN {one} ELSE {other} END", nth, one, other))
        for one, other in zip(first, following, strict=True)
    ]
    return pairs[0], pairs[1], pairs[2]
