"""One statement for a chunk of rules about the same record type, or for one rule with obligations of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compliance_engine.engine.sql import documents, families, sources
from compliance_engine.engine.sql.expressions.civil_day import civil
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import ExampleFrame, Frame, of_state, quoted, sql_date
from compliance_engine.engine.sql.kinds.cadence import cadence
from compliance_engine.engine.sql.kinds.check import check
from compliance_engine.engine.sql.kinds.deadline import deadline
from compliance_engine.engine.sql.kinds.judged import Judged
from compliance_engine.engine.sql.kinds.posting import posting
from compliance_engine.engine.sql.kinds.recurring import recurring
from compliance_engine.engine.sql.kinds.required import required
from compliance_engine.engine.sql.kinds.retention import retention
from compliance_engine.engine.sql.layers import Frag, Layers, combine, literal
from compliance_engine.engine.sql.reach import in_jurisdiction
from compliance_engine.engine.sql.related.absence import nobody_known
from compliance_engine.engine.sql.related.relations import Relations
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.families import competes
from compliance_engine.language.value_types import is_instant, type_of
from compliance_engine.language.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a statement puts what it found out about a rule: state, due day (or moment), trigger day, day of doing.

    lacks: each fact that the rule reads, and the column that says whether it is not known.
    """

    rule: r.Rule
    state: str
    due: str
    starts: str
    done: str
    lacks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT with `_row` of the subject, `instance` (NULL for a rule's only obligation) and the columns of each rule.

    Rules may share columns.
    """

    about: str
    sql: str
    columns: tuple[Columns, ...]


def is_plain(rule: r.Rule) -> bool:
    """Whether a rule shares the one row of each subject with others."""
    return rule.has_one_obligation


def compile_chunk(
    rules: Sequence[r.Rule], vocabulary: Vocabulary, frame: Frame, single_work: bool, only: str = ""
) -> Statement:
    """Plain rules about one record type, in one pass over its rows; `only` is a further condition on `s`."""
    about = rules[0].about
    layers = Layers(sources.plain(about, frame, only), {"_row": "s._row"})
    relations = Relations(vocabulary, about, single_work)
    select: dict[str, Frag] = {"_row": Frag("b._row", 1), "instance": literal("NULL::VARCHAR")}
    states: dict[str, tuple[Frag, Frag, Frag]] = {}
    compilers: dict[str, Compiler] = {}
    for rule in rules:
        compiler = compilers[rule.id] = Compiler(layers, frame, relations, rule.calendar)
        starts = trigger(compiler, rule)
        states[rule.id] = _judge(compiler, rule, starts)
    stakes = {rule.id: families.stake(compilers[rule.id], rule, states[rule.id][1]) for rule in rules if competes(rule)}
    families.govern(layers, rules, states, stakes)
    if not isinstance(frame, ExampleFrame):
        may_be_held = documents.weigh(layers, frame, rules, states)
        if may_be_held is not None:
            known = combine(f"CASE WHEN NOT {may_be_held} THEN TRUE END", may_be_held)
            for compiler in compilers.values():
                compiler.leaves.setdefault(nobody_known("hold"), known)
    columns = _columns(select, rules, states, compilers)
    return Statement(about, layers.statement(select), columns)


def compile_one(rule: r.Rule, vocabulary: Vocabulary, frame: Frame, single_work: bool, only: str = "") -> Statement:
    """A rule whose obligations are more or fewer than its subjects: turns, pairs, several triggers."""
    source = sources.instances(rule, vocabulary, frame, single_work, only, trigger)
    layers = Layers(source, {"_row": "s._row"})
    relations = Relations(vocabulary, rule.about, single_work)
    compiler = Compiler(layers, frame, relations, rule.calendar)
    starts = sources.starts_of(compiler, rule, trigger)
    state = _judge(compiler, rule, starts)
    select: dict[str, Frag] = {"_row": Frag("b._row", 1), "instance": sources.instance_of(layers, rule, vocabulary)}
    columns = _columns(select, [rule], {rule.id: state}, {rule.id: compiler})
    return Statement(rule.about, layers.statement(select), columns)


def _columns(
    select: dict[str, Frag],
    rules: Sequence[r.Rule],
    states: Mapping[str, tuple[Frag, Frag, Frag]],
    compilers: Mapping[str, Compiler],
) -> tuple[Columns, ...]:
    names: dict[str, str] = {}

    def named(prefix: str, frag: Frag) -> str:
        name = names.setdefault(prefix + frag.sql, f"{prefix}{len(names)}")
        select[name] = frag
        return name

    found = []
    for rule in rules:
        state, due, starts = states[rule.id]
        compiler = compilers[rule.id]
        lacks = tuple((label, named("k", _is_lacking(leaf))) for label, leaf in sorted(compiler.leaves.items()))
        due_on, starts_on, done_on = (named("d", day) for day in (due, starts, compiler.done))
        found.append(Columns(rule, named("o", state), due_on, starts_on, done_on, lacks))
    return tuple(found)


def _is_lacking(leaf: Frag) -> Frag:
    return combine(f"({leaf} IS NULL)", leaf, infinite=False)


# ---- the day and the law ---------------------------------------------------------------------------------------------


def trigger(compiler: Compiler, rule: r.Rule) -> Frag:
    """The trigger day of a rule with one `starts`; an instant counts as its civil day."""
    e = rule.starts[0] if rule.starts else t.Special("as_of")
    if isinstance(e, t.Rows):
        raise TypeError("a rule with trigger rows has no single trigger day")
    if isinstance(rule.body, r.Retention) and isinstance(e, t.Special) and e.name == "as_of":
        return compiler.layers.column(_day_of_judgement(compiler, rule))
    found = compiler.named(e)
    if type_of(e) == "instant":
        compiler.moment = found
    return civil(compiler, found, type_of(e) == "instant")


def _day_of_judgement(compiler: Compiler, rule: r.Rule) -> Frag:
    # A paper that is gone is judged with the law of the day it went.
    as_of = compiler.frame.as_of(compiler.layers)
    destroyed = _destroyed(compiler, rule)
    return combine(
        f"CASE WHEN isfinite({destroyed}) AND {destroyed} <= {as_of} THEN {destroyed} ELSE {as_of} END",
        destroyed,
        as_of,
        infinite=False,
    )


def _destroyed(compiler: Compiler, rule: r.Rule) -> Frag:
    record = compiler.relations.vocabulary.types[rule.about]
    if record.field("destroyed_on") is None:
        return literal("DATE 'infinity'")
    return compiler.layers.base("s.destroyed_on", infinite=True)


def _judge(compiler: Compiler, rule: r.Rule, starts: Frag) -> tuple[Frag, Frag, Frag]:
    """(state, due, trigger day) of a rule."""
    layers = compiler.layers
    compiler.specials.setdefault("starts", starts)
    as_of = compiler.frame.as_of(layers)
    arms: list[tuple[str, str | None]] = []
    parts: list[Frag] = [starts, as_of]
    place = in_jurisdiction(compiler, rule, _day_of_place(compiler, rule, starts))
    if place is not None:
        arms.append((f"NOT {place}", "conditions" if isinstance(compiler.frame, ExampleFrame) else None))
        parts.append(place)
    classes = _of_class(compiler, rule)
    if classes is not None:
        arms.append((f"NOT {classes}", None))
        parts.append(classes)
    begun = len(arms)
    if starts.infinite:
        arms.append((f"isinf({starts})", "not-started"))
    if not is_plain(rule):
        extra, needed = sources.before_judging(compiler, rule, starts)
        if rule.each is not None:
            # Without a row there is no pair, wherever that would be; whether there is one is asked after the place.
            arms[begun:begun], extra = extra[1:], extra[:1]
        at = 0 if rule.each is not None else len(arms)
        arms[at:at] = extra
        parts += needed
    away, conditions = _plainly_away(compiler, rule, starts)
    arms += away
    parts += conditions
    # What is plain without the trigger day needs no trigger day.
    doubts = [] if starts == as_of else [f"{starts} IS NULL"]
    doubts += [f"{place} IS NULL"] if place is not None else []
    doubts += [f"{condition} IS NULL" for condition in conditions]
    if doubts:
        arms.append((" OR ".join(doubts), "unknown"))
    judged = _body(compiler, rule, starts, as_of)
    whens = " ".join(
        f"WHEN {test} THEN {'NULL' if state is None else of_state(state)}" for test, state in (*arms, *judged.arms)
    )
    text = f"CASE {whens} ELSE {of_state(judged.otherwise)} END" if whens else of_state(judged.otherwise)
    state = layers.column(combine(text, *parts, *judged.parts, infinite=False))
    for other in compiler.frame.replacing(rule.id):
        state = families.give_way(layers, state, _stands(compiler, other))
    compiler.done = layers.column(judged.done)
    return state, _due_day(compiler, rule, layers.column(judged.due)), starts


def _due_day(compiler: Compiler, rule: r.Rule, due: Frag) -> Frag:
    """In a run the civil day of a moment at the worksite; examples say the moment itself."""
    is_moment = isinstance(rule.body, r.Deadline | r.Recurring) and is_instant(rule.body.due)
    return civil(compiler, due, is_moment and not isinstance(compiler.frame, ExampleFrame))


def _plainly_away(compiler: Compiler, rule: r.Rule, starts: Frag) -> tuple[list[tuple[str, str]], list[Frag]]:
    """The arms of what keeps a rule away, and the conditions that they ask."""
    arms: list[tuple[str, str]] = []
    if rule.in_force is not None:
        day = compiler.frame.as_of(compiler.layers) if rule.in_force.judged_on == "as_of" else starts
        tests = [f"{day} < {sql_date(rule.in_force.first)}"] if rule.in_force.first else []
        tests += [f"{day} > {sql_date(rule.in_force.last)}"] if rule.in_force.last else []
        arms.append((" OR ".join(tests) or "FALSE", "no-law"))
    conditions = []
    if rule.when is not None:
        conditions.append(compiler.named(rule.when))
        arms.append((f"NOT {conditions[-1]}", "conditions"))
    for exception in rule.unless:
        conditions.append(compiler.named(exception.when))
        arms.append((f"{conditions[-1]}", "exception"))
    return arms, conditions


def _stands(beside: Compiler, rule: r.Rule) -> Frag:
    """Whether another rule about the same subject applies by its own trigger day, or may apply."""
    layers = beside.layers
    compiler = Compiler(layers, beside.frame, beside.relations, rule.calendar)
    starts = trigger(compiler, rule)
    compiler.specials["starts"] = starts
    arms, parts = _plainly_away(compiler, rule, starts)
    tests = [test for test, _ in arms]
    if starts.infinite:
        tests.append(f"isinf({starts})")
    place = in_jurisdiction(compiler, rule, starts)
    if place is not None:
        tests.append(f"NOT {place}")
        parts.append(place)
    return layers.column(
        combine(f"(NOT coalesce({' OR '.join(tests) or 'FALSE'}, FALSE))", starts, *parts, infinite=False)
    )


def _day_of_place(compiler: Compiler, rule: r.Rule, starts: Frag) -> Frag:
    """The trigger day; the day of asking where nobody can tell whether there is a row to pair with."""
    if rule.each is None:
        return starts
    alone, as_of = compiler.layers.base("(e._row IS NULL)"), compiler.frame.as_of(compiler.layers)
    day = f"CASE WHEN {alone} THEN {as_of} ELSE {starts} END"
    return compiler.layers.column(combine(day, alone, as_of, starts))


def _of_class(compiler: Compiler, rule: r.Rule) -> Frag | None:
    if not isinstance(rule.body, r.Retention) or not rule.body.classes or rule.body.classes == ("any",):
        return None
    column = compiler.layers.base("s.class_code")
    listed = ", ".join(quoted(c) for c in rule.body.classes)
    return combine(f"coalesce({column} IN ({listed}), FALSE)", column, infinite=False)


def _body(compiler: Compiler, rule: r.Rule, starts: Frag, as_of: Frag) -> Judged:
    match rule.body:
        case r.Deadline():
            return deadline(compiler, rule, rule.body, as_of)
        case r.Recurring():
            return recurring(compiler, rule, rule.body, as_of)
        case r.Check():
            return check(compiler, rule.body)
        case r.Retention():
            day = starts if isinstance(rule.starts[0], t.Special) else as_of
            return retention(compiler, rule.body, day, _destroyed(compiler, rule))
        case r.Cadence():
            return cadence(compiler, rule.body, as_of)
        case r.Posting():
            return posting(compiler, rule.body, as_of)
        case r.Required():
            return required(compiler, rule.body, as_of)
        case None:
            raise ValueError(f"{rule.kind} is not run yet")
