"""The calendars that a policy defines, and those that it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from compliance_engine.calendars import tables
from compliance_engine.calendars.calendar import Calendar
from compliance_engine.engine.called import calendars_named
from compliance_engine.language.policy import OpenDays, Policy
from compliance_engine.language.policy_checks import TOLD_BY_RECORDS
from compliance_engine.language.rule import Rule
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Level, Problem


def known_calendars() -> frozenset[str]:
    """The calendars that are shipped; a policy's own are based on them."""
    return frozenset(tables.names())


def named_calendars(policy: Policy | None) -> dict[str, Calendar]:
    """The calendars that a policy defines by name."""
    return {} if policy is None else {name: _calendar(name, days, {}) for name, days in policy.named_calendars.items()}


def worksite_calendars(policy: Policy) -> dict[str, Calendar]:
    """The calendars that a policy gives to worksites, `*` for all others; one may be based on a named one."""
    named = named_calendars(policy)
    return {
        site: _calendar("worksite" if site == "*" else site, days, named) for site, days in policy.calendars.items()
    }


def _calendar(name: str, days: OpenDays, named: Mapping[str, Calendar]) -> Calendar:
    base = named.get(days.based_on) or tables.named(days.based_on)
    if base is None:
        msg = f"no calendar {days.based_on}"
        raise ValueError(msg)
    return tables.worksite(
        base,
        [(day.first, day.last) for day in days.closed],
        [(day.first, day.last) for day in days.open],
        days.week,
        name,
    )


def undefined_calendars(policy: Policy | None, rules: Sequence[Rule]) -> Iterator[Problem]:
    """Calendars that rules leave to the policy and that it does not define: what is counted by them is unknown."""
    own = policy.named_calendars if policy is not None else {}
    using: dict[str, list[str]] = {}
    for rule in rules:
        for name in calendars_named([rule]) - known_calendars() - TOLD_BY_RECORDS - own.keys():
            using.setdefault(name, []).append(rule.id)
    for name, ids in sorted(using.items()):
        more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
        who = "The policy does not define" if policy is not None else "Without a policy nothing defines"
        message = f'{who} the calendar "{name}", by which {ids[0]}{more} counts: what hangs on it is unknown.'
        place = policy.places.get(()) if policy is not None else None
        help_ = f"named_calendars: {{{name}: {{based_on: us-federal, closed: [...]}}}}"
        yield Problem("undefined-calendar", message, place, Level.WARNING, did_you_mean(name, own), help_)
