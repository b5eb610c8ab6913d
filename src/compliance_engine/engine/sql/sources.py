"""Where the obligations of a statement come from: one a subject, one a pair, one a trigger, one a turn."""

from __future__ import annotations

from compliance_engine.engine.sql.chains import Trigger, chain, from_due
from compliance_engine.engine.sql.columns import checked
from compliance_engine.engine.sql.expressions import dates
from compliance_engine.engine.sql.expressions.civil_day import civil
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import ExampleFrame, Frame, quoted
from compliance_engine.engine.sql.kinds.recurring import next_due
from compliance_engine.engine.sql.layers import Frag, Layers, combine, literal
from compliance_engine.engine.sql.related.absence import absence, any_of
from compliance_engine.engine.sql.related.many_rows import astray, measure
from compliance_engine.engine.sql.related.relations import Relations
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.time_words import year_begins
from compliance_engine.language.value_types import type_of
from compliance_engine.language.vocabulary import Vocabulary


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
        compiler = Compiler(layers, frame, Relations(vocabulary, rule.about, single_work), rule.calendar)
        period = period_of(rule)
        if period is not None or not isinstance(rule.body, r.Recurring):
            return _periods(compiler, rule, period or t.EachPeriod("calendar year"), source, trigger)
        return chain(compiler, rule, rule.body, source, trigger)
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
        relations = Relations(vocabulary, rule.about, single_work)
        where = Compiler(layers, frame, relations, rule.calendar).sql(each.where).sql
    rows = f'SELECT *, ({where}) IS NULL AS _maybe FROM "{each.record}" r WHERE coalesce({where}, TRUE)'
    return f"{source} LEFT JOIN ({rows}) e ON {on}"


def _triggers(rule: r.Rule, vocabulary: Vocabulary, frame: Frame, single_work: bool, source: str) -> str:
    """One obligation for each trigger day; days that several triggers give are one."""
    parts = []
    for number, e in enumerate(rule.starts, start=1):
        layers = Layers(source, {"_row": "s._row"})
        compiler = Compiler(layers, frame, Relations(vocabulary, rule.about, single_work), rule.calendar)
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
    if compiler.frame.supplied(layers, e.record) is False:
        compiler.leaves.setdefault(e.record, literal("NULL"))
        body = layers.statement({"_row": Frag("b._row", 1)})
        return f"SELECT y._row, {number} AS nth, NULL::DATE AS starts, NULL::TIMESTAMP AS moment, '{e.record}' AS instance FROM ({body}) y"
    record = relations.vocabulary.types[e.record]
    own = [f"r.{k}::VARCHAR" for k in record.key if k not in relations.keys(e.record)] or ["r._row::VARCHAR"]
    # A row that may or may not count is a trigger on a day that cannot be told.
    instant = field.type == "instant"
    member = f"{{'d': CASE WHEN {{w}} THEN r.{field.name} END, 'k': concat_ws(' ', {', '.join(own)})}}"
    found = measure(
        compiler,
        e.record,
        e.where,
        f"list({member} ORDER BY r.{field.name}, r._row) FILTER (WHERE coalesce({{w}}, TRUE))",
        sure=False,
    )
    lost = any_of(astray(compiler, e.record, e.where, "bool_or(({w}) IS NULL)"))
    absent = absence(compiler, e.record, None, lost)
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
    if isinstance(rule.body, r.Recurring) and from_due(rule.body):
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
    if isinstance(rule.body, r.Recurring) and from_due(rule.body):
        due, lookback = next_due(compiler, rule.body)[0], compiler.frame.lookback(layers)
        return [(f"coalesce({due} < {lookback}, FALSE)", None)], [due, lookback]
    if isinstance(rule.body, r.Recurring):
        # A due date before the duty began was never owed: it came from the time before.
        due, began = next_due(compiler, rule.body)[0], layers.base("(CASE WHEN x.nth > 1 THEN x.starts END)")
        return [(f"coalesce({due} < {began}, FALSE)", None)], [due, began]
    return [], []
