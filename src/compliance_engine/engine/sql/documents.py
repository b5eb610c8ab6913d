"""One verdict for a document over all floors, ceilings and holds, as columns of the statement (docs/language.md §9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compliance_engine.engine.sql.frame import Frame, of_state, sql_states
from compliance_engine.engine.sql.layers import Frag, Layers, combine, literal
from compliance_engine.engine.sql.related.absence import any_of
from compliance_engine.language.rule import Retention, Rule
from compliance_engine.records.unplaced import unplaced_table

Judged = tuple[Frag, Frag, Frag]
"""State, due day and trigger day of a rule."""

LIVE = ("retain", "disposable", "unknown", "over-retained")
"""States of a document that still exists."""
SUPERSEDED = of_state("superseded")
_GOING = sql_states("disposable", "over-retained")
"""States of a document that may, or must, be destroyed."""


def is_weighed(rule: Rule) -> bool:
    """Whether a rule is one of the floors and ceilings that a document's verdict is made of."""
    return rule.about == "document" and isinstance(rule.body, Retention)


def rivals(rules: Sequence[Rule]) -> list[list[Rule]]:
    """The weighed rules in groups; rules of two groups never judge the same document, having no class in common."""
    groups: list[tuple[set[str], list[Rule]]] = []
    for rule in rules:
        if not isinstance(rule.body, Retention) or not is_weighed(rule):
            continue
        classes, members = set(rule.body.classes) or {"any"}, [rule]
        apart = []
        for other, theirs in groups:
            if classes & other or "any" in classes | other:
                classes, members = classes | other, theirs + members
            else:
                apart.append((other, theirs))
        groups = [*apart, (classes, members)]
    return [members for _, members in groups]


def weigh(layers: Layers, frame: Frame, rules: Sequence[Rule], states: dict[str, Judged]) -> Frag | None:
    """Replace what single rules say of a document by its verdict, told under the rule that governs.

    Returns:
        Whether a hold that cannot be placed may mean the document.
    """
    groups = rivals(rules)
    if not groups:
        return None
    held = _held(layers, frame)
    may_be_held = _may_be_held(layers, frame)
    # Of a document that is gone, or may be, nothing can be said together: a floor or a hold keeps only what is there.
    as_of, destroyed = frame.as_of(layers), layers.base("s.destroyed_on", infinite=True)
    is_gone = f"({destroyed} IS NULL OR ({destroyed} > DATE '-infinity' AND {destroyed} <= {as_of}))"
    gone = layers.column(combine(is_gone, destroyed, as_of, infinite=False))
    for members in groups:
        verdicts = _verdicts(layers, frame, members, {rule.id: states[rule.id] for rule in members})
        for rule in members:
            state, due, starts = states[rule.id]
            verdict = verdicts.get(rule.id, state)
            arms, parts = [(f"{gone}", state.sql)], [gone, state, verdict]
            if held is not None:
                arms.append((f"{_is(state, *LIVE)} AND {held}", of_state("on-hold")))
                parts.append(held)
            if may_be_held is not None:
                arms.append((f"{verdict} IN {_GOING} AND {may_be_held}", of_state("unknown")))
                parts.append(may_be_held)
            if verdict != state or len(arms) > 1:
                told = " ".join(f"WHEN {test} THEN {then}" for test, then in arms)
                verdict = layers.column(combine(f"CASE {told} ELSE {verdict} END", *parts, infinite=False))
            states[rule.id] = (verdict, due, starts)
    return may_be_held


def _verdicts(layers: Layers, frame: Frame, members: Sequence[Rule], states: dict[str, Judged]) -> dict[str, Frag]:
    """What rules say together; of a rule that is alone nothing has to be weighed."""
    if len(members) < 2:
        return {}
    floors = {rule.id: states[rule.id] for rule in members if _is_floor(rule)}
    ceilings = {id_: judged for id_, judged in states.items() if id_ not in floors}
    kept, last_kept = _in_state(layers, floors, "retain", "greatest")
    gone, last_gone = _in_state(layers, floors, "disposable", "greatest")
    over, first_over = _in_state(layers, ceilings, "over-retained", "least")
    blocking = {id_: _blocks(layers, frame.as_of(layers), judged) for id_, judged in floors.items()}
    blocked = layers.column(any_of(list(blocking.values())))
    ruled = layers.column(any_of([_is(state, *LIVE) for state, _, _ in floors.values()]))
    found = {}
    for rule in members:
        state, due, _ = states[rule.id]
        if rule.id in floors:
            mine = blocking[rule.id]
            arms = (
                (
                    f"{kept}",
                    _if(f"{state} = {of_state('retain')} AND ({due} = {last_kept} OR {last_kept} IS NULL)", state),
                ),
                (f"{mine}", state.sql),
                (f"{blocked} OR {over}", SUPERSEDED),
                (f"{state} = {of_state('disposable')}", _if(f"{due} = {last_gone}", state)),
                (f"{gone}", SUPERSEDED),
            )
        else:
            mine = ruled
            arms = (
                (f"{kept}", SUPERSEDED),
                (f"{state} = {of_state('unknown')}", state.sql),
                (f"{blocked}", SUPERSEDED),
                (f"{over}", _if(f"{state} = {of_state('over-retained')} AND {due} = {first_over}", state)),
                (f"{ruled}", SUPERSEDED),
            )
        whens = ((f"NOT {_is(state, *LIVE)}", state.sql), *arms)
        text = f"CASE {' '.join(f'WHEN {test} THEN {then}' for test, then in whens)} ELSE {state} END"
        parts = (state, due, mine, kept, last_kept, gone, last_gone, over, first_over, blocked)
        found[rule.id] = layers.column(combine(text, *parts, infinite=False))
    return found


def _is_floor(rule: Rule) -> bool:
    return isinstance(rule.body, Retention) and rule.body.is_floor


def _is(state: Frag, *names: str) -> Frag:
    return combine(f"coalesce({state} IN {sql_states(*names)}, FALSE)", state, infinite=False)


def _if(governs: str, state: Frag) -> str:
    return f"CASE WHEN {governs} THEN {state} ELSE {SUPERSEDED} END"


def _in_state(layers: Layers, judged: Mapping[str, Judged], name: str, which: str) -> tuple[Frag, Frag]:
    """Whether a rule is in a state, and the last or first of the days of those that are."""
    tests = [(_is(state, name), due) for state, due, _ in judged.values()]
    if not tests:
        return literal("FALSE"), literal("NULL::DATE")
    days = [layers.column(combine(f"CASE WHEN {test} THEN {due} END", test, due)) for test, due in tests]
    best = combine(f"{which}({', '.join(day.sql for day in days)})", *days)
    return layers.column(any_of([test for test, _ in tests])), layers.column(best)


def _blocks(layers: Layers, as_of: Frag, judged: Judged) -> Frag:
    """Whether a floor that cannot be told may still be running; one that would be over by now matters no more."""
    state, due, _ = judged
    unknown = _is(state, "unknown")
    return layers.column(
        combine(f"({unknown} AND coalesce({due} >= {as_of}, TRUE))", unknown, due, as_of, infinite=False)
    )


def _held(layers: Layers, frame: Frame) -> Frag | None:
    """Whether a hold in force may cover the document; None if there are no holds."""
    if frame.supplied(layers, "hold") is False:
        return None
    holds = f"(SELECT DISTINCT d._row FROM document d JOIN hold h ON {_covers(frame.as_of(layers).sql)})"
    alias = layers.join("LEFT JOIN", holds, "{alias}._row = s._row", 0)
    return layers.joined(alias, 0, "({alias}._row IS NOT NULL)")


def _may_be_held(layers: Layers, frame: Frame) -> Frag | None:
    """Whether a hold in force whose scope is not told, cannot be read, or is nobody's, may mean the document; None if all can."""
    if frame.supplied(layers, "hold") is False or not frame.unplaced("hold"):
        return None
    holds = (
        f'(SELECT DISTINCT d._row FROM document d JOIN "{unplaced_table("hold")}" h ON '
        f"{_reaches(frame.as_of(layers).sql)})"
    )
    alias = layers.join("LEFT JOIN", holds, "{alias}._row = s._row", 0)
    return layers.joined(alias, 0, "({alias}._row IS NOT NULL)")


def _covers(as_of: str) -> str:
    """Whether a hold names something and may cover it; whatever is not known of either keeps."""
    return (
        f"{_reaches(as_of)} "
        "AND (h.employee_number IS NOT NULL OR h.class_code IS NOT NULL OR h.document_id IS NOT NULL "
        "OR h.worksite_id IS NOT NULL OR isfinite(h.date_from) OR isfinite(h.date_to))"
    )


def _reaches(as_of: str) -> str:
    """Whether a hold is in force, and nothing that is known of both keeps the document out of it."""
    return (
        "h.employer_id = d.employer_id "
        f"AND coalesce(h.effective_from <= {as_of}, TRUE) "
        f"AND NOT coalesce(isfinite(h.released_on) AND h.released_on <= {as_of}, FALSE) "
        "AND coalesce(h.employee_number = d.employee_number, TRUE) AND coalesce(h.class_code = d.class_code, TRUE) AND coalesce(h.document_id = d.document_id, TRUE) "
        "AND coalesce(h.worksite_id = d.worksite_id, TRUE) "
        "AND coalesce(d.document_date >= h.date_from, TRUE) AND coalesce(d.document_date <= h.date_to, TRUE)"
    )
