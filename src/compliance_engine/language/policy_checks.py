"""What a policy cannot say: names that do not exist, days in the wrong order, folders that are not there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import Path, PurePath
from zoneinfo import available_timezones

from compliance_engine.language import nodes
from compliance_engine.language.models import policies as m
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.time_words import CALENDAR_NAME, CALENDAR_NAME_HELP, WEEKDAYS, lead_days
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Position, Problem

LIBRARY = "library"
"""The pack that is shipped."""
ALL_TYPES = "*"
"""Stands for every record type whose source has no guards of its own."""
HIRED = "employment_spell"
"""The record type that has a hire date."""
TOLD_BY_RECORDS = frozenset({"worksite", "state"})
"""Names of calendars that stand for another one at each place."""


def share(text: str) -> Decimal | None:
    """`10%` → 0.1; None if it cannot be read, or is more than everything."""
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?) ?%", text)
    part = Decimal(found[1]) / 100 if found else None
    return part if part is not None and part <= 1 else None


def wrong_values(
    keys: m.PolicyKeys, node: nodes.Node, vocabulary: Vocabulary, calendars: frozenset[str]
) -> Iterator[Problem]:
    """Names that do not exist, and values that cannot be meant."""

    def at(*path: str | int) -> Position:
        return nodes.locate(node, path)

    if keys.time_zone not in available_timezones():
        guess = did_you_mean(keys.time_zone, available_timezones())
        yield Problem("unknown-name", f'"{keys.time_zone}" is no time zone.', at("time_zone"), suggestion=guess)
    leads: list[tuple[tuple[str, ...], str]] = [(("lead",), keys.lead)]
    leads += [(("lead_by_topic", topic), text) for topic, text in (keys.lead_by_topic or {}).items()]
    for path, text in leads:
        if lead_days(text) is None:
            message = "A lead time is a number of days or weeks."
            yield Problem("bad-expression", message, at(*path), help="30 days")
    for id_, value in (keys.choices or {}).items():
        if value is None or isinstance(value, list | dict):
            yield Problem("wrong-type", f'The choice "{id_}" is one text, number or date.', at("choices", id_))
    for name, source in (keys.sources or {}).items():
        for key, part in (("may_shrink", source.may_shrink), ("may_lose_match", source.may_lose_match)):
            if part is not None and share(part) is None:
                yield Problem("bad-expression", "A share is written in percent.", at("sources", name, key), help="10%")
        if source.max_age is not None and lead_days(source.max_age) is None:
            message = "An age is a number of days or weeks."
            yield Problem("bad-expression", message, at("sources", name, "max_age"), help="10 days")
        if name == ALL_TYPES and (source.complete_from or source.max_age):
            message = "complete_from and max_age are said of one record type, not of all."
            yield Problem("unknown-name", message, nodes.locate(node, ("sources", name), key=True))
        if source.hire_date_is_first_day and name != HIRED:
            place = nodes.locate(node, ("sources", name, "hire_date_is_first_day"), key=True)
            yield Problem("unknown-key", f"Only the source of {HIRED} has hire dates.", place)
        if name not in vocabulary.types and name != ALL_TYPES:
            place = nodes.locate(node, ("sources", name), key=True)
            guess = did_you_mean(name, vocabulary.types)
            yield Problem("unknown-name", f'"{name}" is no record type.', place, suggestion=guess)
    named = keys.named_calendars or {}
    yield from _wrong_names(named, node, calendars)
    yield from _wrong_calendars("named_calendars", named, node, calendars)
    yield from _wrong_calendars("calendars", keys.calendars or {}, node, calendars | named.keys())


def _wrong_names(named: Mapping[str, m.CalendarKeys], node: nodes.Node, shipped: frozenset[str]) -> Iterator[Problem]:
    """Names that a rule could not write, and those that mean something else already."""
    for name in named:
        place = nodes.locate(node, ("named_calendars", name), key=True)
        if not CALENDAR_NAME.fullmatch(name):
            message = f'"{name}" is no name of a calendar.'
            yield Problem("bad-id", message, place, help=CALENDAR_NAME_HELP)
        elif name in shipped or name in TOLD_BY_RECORDS:
            message = f'"{name}" is a calendar already, and a policy does not change it.'
            yield Problem("duplicate-id", message, place, help=f"give it another name, with based_on: {name}")


def _wrong_calendars(
    key: str, written: Mapping[str, m.CalendarKeys], node: nodes.Node, bases: Collection[str]
) -> Iterator[Problem]:
    for name, calendar in written.items():

        def at(*path: str | int, name: str = name) -> Position:
            return nodes.locate(node, (key, name, *path))

        if calendar.based_on not in bases:
            message = f'There is no calendar "{calendar.based_on}" to base this one on.'
            guess = did_you_mean(calendar.based_on, bases)
            yield Problem("unknown-calendar", message, at("based_on"), suggestion=guess)
        for number, day in enumerate(calendar.week or ()):
            if day.capitalize() not in WEEKDAYS:
                guess = did_you_mean(day, WEEKDAYS)
                yield Problem("unknown-code", f'"{day}" is no weekday.', at("week", number), suggestion=guess)
        for list_, ranges in (("closed", calendar.closed), ("open", calendar.open)):
            for number, days in enumerate(ranges or ()):
                if days.last and days.last < days.first:
                    message = f"These days end on {days.last}, before they begin."
                    yield Problem("value-order", message, at(list_, number))


def wrong_paths(keys: m.PolicyKeys, node: nodes.Node, folder: Path) -> Iterator[Problem]:
    """Folders that are not there, and a key file that would be another one on the next machine."""
    wanted: list[tuple[tuple[str | int, ...], str]] = [
        (("rules", i, "pack"), p.pack) for i, p in enumerate(keys.rules) if p.pack != LIBRARY
    ]
    if keys.own_rules:
        wanted.append((("own_rules",), keys.own_rules))
    for path, text in wanted:
        if not (folder / text).is_dir():
            message = f'There is no folder "{text}" in {folder.as_posix()}.'
            yield Problem("no-folder", message, nodes.locate(node, path), help='or "library" for the shipped rules')
    if keys.key_file and PurePath(keys.key_file).is_absolute():
        yield Problem(
            "wrong-type", "The key file is named from the policy's folder.", nodes.locate(node, ("key_file",))
        )
