"""Several rules that are one duty, and the one verdict of a document (docs/language.md §9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from compliance_engine.clocks import Day, compare, earlier_of, later_of
from compliance_engine.engine.twin.at import At
from compliance_engine.engine.twin.conditions import compare as compare_values
from compliance_engine.engine.twin.relations import doubt_of
from compliance_engine.engine.twin.values import Truth, Unknown, Value, all_of, as_day
from compliance_engine.engine.twin.verdict import Stake, Verdict
from compliance_engine.engine.twin.world import Row, World, cell, field_of
from compliance_engine.language.families import GIVES_WAY, competes
from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import Retention, Rule, Wins
from compliance_engine.language.tree import Absent

Judged = tuple[Rule, Verdict]


# ---- families --------------------------------------------------------------------------------------------------------


def govern(found: Sequence[Judged]) -> tuple[Judged, ...]:
    """What each rule comes to beside the others: what is replaced, or laxer than another of its family, gives way.

    Args:
        found: the verdicts of rules with one obligation each, all about one subject.
    """
    verdicts = {rule.id: verdict for rule, verdict in sorted(found, key=lambda x: x[0].id)}
    rules = {id_: rule for id_ in verdicts for rule, _ in found if rule.id == id_}
    for id_, rule in rules.items():
        for other in rule.replaces:
            is_one = rule.has_one_obligation and other in rules and rules[other].has_one_obligation
            if is_one and stands(verdicts[id_]):
                verdicts[other] = superseded(verdicts[other])
    families: dict[str, list[Rule]] = {}
    for id_ in verdicts:
        family = rules[id_].family
        if family is not None and competes(rules[id_]):
            families.setdefault(family.name, []).append(rules[id_])
    for members in families.values():
        _compete(members, verdicts)
    return tuple((rules[id_], verdicts[id_]) for id_ in verdicts)


def _compete(members: Sequence[Rule], verdicts: dict[str, Verdict]) -> None:
    """One of the members whose stake is known governs. One that is unknown stays, if it may be stricter than that."""
    wins = members[0].family.wins if members[0].family is not None else "all"
    standing = {rule.id: verdicts[rule.id] for rule in members if stands(verdicts[rule.id])}
    known = [(v.stake, id_) for id_, v in standing.items() if v.state is not State.UNKNOWN and v.stake is not None]
    best = _strictest([stake for stake, _ in known], wins)
    winner = next((id_ for stake, id_ in known if stake == best), None)
    unknown = [(v.stake, id_) for id_, v in standing.items() if v.state is State.UNKNOWN]
    may_win = {
        id_ for stake, id_ in unknown if stake is None or best is None or _strictest([best, stake], wins) != best
    }
    for id_, verdict in standing.items():
        loses = id_ not in may_win if verdict.state is State.UNKNOWN else verdict.stake is not None and id_ != winner
        if loses or (may_win and verdict.state in GIVES_WAY[wins]):
            verdicts[id_] = superseded(verdict)


def _strictest(stakes: Sequence[Stake], wins: Wins) -> Stake | None:
    choose = min if wins in ("earliest", "lowest") else max
    return choose(stakes, key=_order) if stakes else None


def _order(stake: Stake) -> Decimal:
    return Decimal(stake.toordinal()) if isinstance(stake, date) else stake


def stands(verdict: Verdict) -> bool:
    """Whether there is a duty at all."""
    return OUTCOME_OF[verdict.state] is not Outcome.NOT_APPLICABLE


def superseded(verdict: Verdict) -> Verdict:
    """The verdict of a rule that gave way to another."""
    return replace(verdict, state=State.SUPERSEDED, causes=frozenset())


# ---- the verdict of a document ---------------------------------------------------------------------------------------

LIVE = (State.RETAIN, State.DISPOSABLE, State.UNKNOWN, State.OVER_RETAINED)


def document(found: Sequence[Judged], world: World) -> tuple[Judged, ...]:
    """One verdict over all floors, ceilings and holds, told by the rule that governs; the others give way.

    A hold beats everything. A known floor that is still running keeps, even beside an unknown one or past a ceiling. A
    document may go only when every floor is known and over. Of one that is gone, or may be, nothing is said together.
    """
    destroyed = cell(world, "document", field_of(world, "document", "destroyed_on"), world.subject)
    if isinstance(destroyed, Unknown) or (isinstance(destroyed, date) and destroyed <= world.as_of):
        return tuple(found)
    live = [(rule, verdict) for rule, verdict in found if verdict.state in LIVE and isinstance(rule.body, Retention)]
    on_hold = any(holds(world, row) for row in world.rows.get("hold", ()))
    maybe = [row for row in world.unplaced.get("hold", ()) if holds(world, row, unread=True)]
    weighed = {
        rule.id: _unless_held(_weighed(rule, verdict, live, world.as_of, on_hold), maybe) for rule, verdict in live
    }
    return tuple((rule, weighed.get(rule.id, verdict)) for rule, verdict in found)


def _unless_held(verdict: Verdict, maybe: Sequence[Row]) -> Verdict:
    """Nothing may go that a hold may mean whose scope is not told, cannot be read, or is nobody's."""
    if not maybe or verdict.state not in (State.DISPOSABLE, State.OVER_RETAINED):
        return verdict
    return replace(verdict, state=State.UNKNOWN, causes=verdict.causes | doubt_of("hold", maybe).causes)


def _weighed(rule: Rule, verdict: Verdict, live: Sequence[Judged], as_of: date, on_hold: bool) -> Verdict:
    floors = [v for r, v in live if _is_floor(r)]
    kept, over = _in_state(floors, State.RETAIN), _in_state([v for _, v in live], State.OVER_RETAINED)
    blocked = any(_blocks(v, as_of) for v in floors)
    is_floor, unknown = _is_floor(rule), verdict.state is State.UNKNOWN
    if on_hold:
        return replace(verdict, state=State.ON_HOLD, causes=frozenset())
    if kept:
        governs = is_floor and verdict.state is State.RETAIN and _ends(verdict) == _best(later_of, kept)
    elif unknown and (not is_floor or _blocks(verdict, as_of)):
        governs = True
    elif blocked:
        governs = False
    elif over:
        governs = verdict.state is State.OVER_RETAINED and _ends(verdict) == _best(earlier_of, over)
    elif is_floor:
        gone = _in_state(floors, State.DISPOSABLE)
        governs = not gone or (verdict.state is State.DISPOSABLE and _ends(verdict) == _best(later_of, gone))
    else:
        governs = not floors
    return verdict if governs else superseded(verdict)


def _in_state(found: Iterable[Verdict], state: State) -> list[Verdict]:
    return [verdict for verdict in found if verdict.state is state]


def _best(choose: Callable[[Sequence[Day]], Day], found: Iterable[Verdict]) -> Day:
    """The last or first of the days that are known."""
    days = [day for day in map(_ends, found) if day is not Absent.UNKNOWN]
    return choose(days) if days else Absent.UNKNOWN


def _blocks(verdict: Verdict, as_of: date) -> bool:
    """Whether a floor that cannot be told may still be running; one that would be over by now matters no more."""
    over = _ends(verdict) is Absent.NONE or compare(_ends(verdict), "<", as_of) is True
    return verdict.state is State.UNKNOWN and not over


def _is_floor(rule: Rule) -> bool:
    return isinstance(rule.body, Retention) and rule.body.is_floor


def _ends(verdict: Verdict) -> Day:
    return Absent.UNKNOWN if verdict.due is None else verdict.due.exact


# ---- holds -----------------------------------------------------------------------------------------------------------


SCOPE = ("employee_number", "class_code", "document_id", "worksite_id")


def holds(world: World, hold: Row, *, unread: bool = False) -> bool:
    """Whether a hold is in force and may cover the document; unknown keeps, what names nothing is not certain to.

    Args:
        unread: part of its scope cannot be read, so it names something even if nothing of that is known.
    """
    at = At(world)

    def of_hold(name: str) -> Value:
        return cell(world, "hold", field_of(world, "hold", name), hold)

    begun = compare_values("<=", of_hold("effective_from"), world.as_of, at)
    released = compare_values("<=", of_hold("released_on"), world.as_of, at)
    named = [name for name in SCOPE if hold.get(name) is not None]
    same: list[Truth] = [compare_values("=", _of_document(world, name), of_hold(name), at) for name in named]
    made = _of_document(world, "document_date")
    first, last = of_hold("date_from"), of_hold("date_to")
    within = [compare_values(">=", made, first, at)] if isinstance(as_day(first), date) else []
    within += [compare_values("<=", made, last, at)] if isinstance(as_day(last), date) else []
    in_force = begun is not False and released is not True
    return in_force and (unread or bool(named or within)) and all_of([*same, *within]) is not False


def _of_document(world: World, name: str) -> Value:
    return cell(world, "document", field_of(world, "document", name), world.subject)
