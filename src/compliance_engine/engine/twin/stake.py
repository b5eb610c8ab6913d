"""What a rule competes with in its family: the day it is due, the day until or by which it keeps, an amount."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from compliance_engine.clocks import Day
from compliance_engine.engine.twin.at import At, bounds, evaluate
from compliance_engine.engine.twin.retention import ends
from compliance_engine.engine.twin.verdict import Stake
from compliance_engine.language import rule as r
from compliance_engine.language.families import BY_AMOUNT, amount_of, competes
from compliance_engine.language.tree import Absent


def stake(rule: r.Rule, at: At) -> Stake | None:
    """The date or amount of a member, whether or not its duty exists; None if it is unknown, or there is no family."""
    if rule.family is None or not competes(rule):
        return None
    quiet = replace(at, steps=None)
    if rule.family.wins in BY_AMOUNT:
        asked = amount_of(rule)
        amount = None if asked is None else evaluate(asked.amount, quiet)
        return amount if isinstance(amount, Decimal) else None
    match rule.body:
        case r.Deadline():
            return _comparable(bounds(rule.body.due, quiet).bounds.exact)
        case r.Retention():
            return _comparable(ends(rule.body, quiet).bounds.exact)
        case _:
            return None


def _comparable(day: Day) -> date | None:
    """What is still to come is after, what never was before every day; a moment counts with its day."""
    if isinstance(day, Absent):
        return {Absent.OPEN: date.max, Absent.NONE: date.min}.get(day)
    return day.date() if isinstance(day, datetime) else day
