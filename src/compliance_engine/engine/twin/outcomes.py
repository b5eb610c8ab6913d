"""One rule on one subject: which obligations there are, whether the law reaches them, and how each of them stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from compliance_engine.clocks import compare
from compliance_engine.engine.twin.at import At, Step
from compliance_engine.engine.twin.cadence import cadence
from compliance_engine.engine.twin.conditions import truth
from compliance_engine.engine.twin.deadline import deadline
from compliance_engine.engine.twin.expressions import evaluate
from compliance_engine.engine.twin.instances import instances, triggered
from compliance_engine.engine.twin.posting import posting
from compliance_engine.engine.twin.reach import reaches
from compliance_engine.engine.twin.recurring import turn
from compliance_engine.engine.twin.required import required
from compliance_engine.engine.twin.retention import ends, of_class, retention
from compliance_engine.engine.twin.stake import stake
from compliance_engine.engine.twin.values import Truth, Unknown, as_day, is_day
from compliance_engine.engine.twin.verdict import Instance, Verdict, cannot_tell
from compliance_engine.engine.twin.world import World
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.outcomes import State
from compliance_engine.language.tree import Absent


def judge(rule: r.Rule, world: World, steps: list[Step] | None = None) -> tuple[Verdict, ...]:
    """How every obligation of a rule stands for the subject of a world.

    Args:
        rule: a rule that can be run (its body is not None).
        world: the records around the subject, and the day of asking.
        steps: where to tell everything that is read and worked out, in order.
    """
    at = At(world, rule.calendar, steps=steps)
    if not of_class(rule, world):
        return ()
    found = [verdict for instance in instances(rule, at) for verdict in _one(rule, instance)]
    return tuple(sorted(found, key=_by_trigger))


def _by_trigger(verdict: Verdict) -> tuple[date, str]:
    """In order of the trigger day, then by name; what never began is first, what is to come or not known is last."""
    none = date.min if verdict.starts is Absent.NONE else date.max
    return verdict.starts if isinstance(verdict.starts, date) else none, verdict.instance


def _one(rule: r.Rule, instance: Instance) -> Iterator[Verdict]:
    """The verdict of an obligation; none where the law does not hold in the subject's place, but in examples."""
    at = instance.at
    inside = reaches(rule, at)
    if inside is False:
        verdict = Verdict(State.CONDITIONS) if at.world.is_example else None
    else:
        verdict = instance.verdict or _doubted(rule, at, applies(rule, at, inside)) or _standing(rule, instance)
    if verdict is not None:
        yield replace(verdict, instance=instance.name, starts=at.trigger, stake=stake(rule, at))


def applies(rule: r.Rule, at: At, inside: Truth) -> Verdict | None:
    """None if the duty exists: its trigger has come, its law was in force, its conditions hold, no exception does.

    What is plain without the trigger day needs none: a condition that depends on the day is unknown by itself.

    Args:
        inside: whether the subject is in the law's place.
    """
    starts = at.trigger
    if not isinstance(starts, Unknown) and not is_day(starts):
        return Verdict(State.NOT_STARTED)
    if _no_law(rule.in_force, at):
        return Verdict(State.NO_LAW)
    when: Truth = True if rule.when is None else truth(rule.when, at)
    if when is False and rule.when is not None:
        return Verdict(State.CONDITIONS, because=first_false(rule.when, at))
    exceptions = [(exception, truth(exception.when, at)) for exception in rule.unless]
    for exception, held in exceptions:
        if held is True:
            return Verdict(State.EXCEPTION, because=exception)
    doubts = (starts, inside, when, *(held for _, held in exceptions))
    return cannot_tell(*doubts) if any(isinstance(doubt, Unknown) for doubt in doubts) else None


def _doubted(rule: r.Rule, at: At, verdict: Verdict | None) -> Verdict | None:
    """A floor that may not apply still has its day: once that is over, it keeps nothing in any case."""
    if verdict is None or verdict.state is not State.UNKNOWN or not isinstance(rule.body, r.Retention):
        return verdict
    return replace(verdict, due=ends(rule.body, replace(at, steps=None)).bounds)


def may_apply(rule: r.Rule, world: World) -> bool:
    """Whether a rule with one trigger applies to the subject by its own trigger day, or may apply."""
    at = triggered(rule, At(world, rule.calendar))
    inside = reaches(rule, at)
    if inside is False:
        return False
    verdict = applies(rule, at, inside)
    return verdict is None or verdict.state is State.UNKNOWN


def _no_law(law: r.InForce | None, at: At) -> bool:
    """Whether the law was plainly not in force."""
    if law is None:
        return False
    day = at.world.as_of if law.judged_on == "as_of" else as_day(at.trigger)
    early = law.first is not None and compare(day, "<", law.first) is True
    return early or (law.last is not None and compare(day, ">", law.last) is True)


def first_false(e: t.Expression, at: At) -> t.Expression:
    """The first part of a condition that is false, for telling why a rule does not apply."""
    quiet = replace(at, steps=None)
    if isinstance(e, t.And):
        return next(first_false(item, quiet) for item in e.items if truth(item, quiet) is False)
    return first_false(e.target, quiet) if isinstance(e, t.Alias) else e


def _standing(rule: r.Rule, instance: Instance) -> Verdict | None:
    at = instance.at
    match rule.body:
        case r.Deadline():
            return deadline(rule, rule.body, at)
        case r.Recurring():
            return turn(rule, rule.body, instance)
        case r.Check():
            return check(rule.body, at)
        case r.Retention():
            return retention(rule, rule.body, at)
        case r.Cadence():
            return cadence(rule.body, at)
        case r.Posting():
            return posting(rule.body, at)
        case r.Required():
            return required(rule.body, at)
        case _:
            raise ValueError(f"{rule.kind} is not run yet")


def check(body: r.Check, at: At) -> Verdict:
    """`kind: check`: the condition must hold, or must not."""
    held = evaluate(body.condition, at)
    if isinstance(held, Unknown):
        return cannot_tell(held)
    if held is body.must:
        return Verdict(State.COMPLIANT)
    return Verdict(State.BREACH, because=first_false(body.condition, at) if body.must else body.condition)
