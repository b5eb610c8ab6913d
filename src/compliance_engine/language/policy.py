"""What one organisation adopts: `policies/<organisation>/policy.yaml` → a `Policy` of plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from compliance_engine.language import nodes, yaml
from compliance_engine.language.files import contents
from compliance_engine.language.models import policies as m
from compliance_engine.language.policy_checks import LIBRARY, share, wrong_paths, wrong_values
from compliance_engine.language.rule import RuleSet
from compliance_engine.language.select import select
from compliance_engine.language.structure import read
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.time_words import WEEKDAYS, lead_days
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.language.waivers import Waiver, check_waivers, waivers_of, wrong_waivers
from compliance_engine.problems import Level, Position, Problem, has_errors, in_order

FILE = "policy.yaml"
ALL_OTHERS = "*"
"""Stands for every topic that has no owner of its own."""


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules that are adopted: `folder` None is the shipped library; `version` the one that was reviewed."""

    folder: Path | None
    version: str | None
    chosen: tuple[str, ...]
    excluded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days from `first` to `last`, both included, and the reason."""

    first: date
    last: date
    why: str


@dataclass(frozen=True, slots=True)
class OpenDays:
    """The open days of a worksite or a named calendar; week: its open weekdays, Monday is 0, None as in `based_on`."""

    based_on: str
    week: frozenset[int] | None
    closed: tuple[DayRange, ...]
    open: tuple[DayRange, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """What an extract of one record type may not do without being told.

    Attributes:
        max_age: days between the extract and the as-of date.
        may_shrink: share of the rows of the last kept run that may be gone.
        may_lose_match: how much greater the share of rows whose person is in no file may be than in the last kept run.
    """

    max_age: int | None = None
    may_shrink: Decimal | None = None
    may_lose_match: Decimal | None = None


@dataclass(frozen=True)
class Policy:
    """The decisions of one organisation.

    Attributes:
        own_rules: folder of the organisation's own rules.
        lead_days: days before a due date from which it is due-soon; `lead_by_topic` goes before it.
        calendars: open days by worksite, `*` for all others.
        named_calendars: open days of the calendars that rules name.
        owners: who looks after a topic, `*` after all others.
        lookback_years: how far back recurring duties are told.
        adopt_unconfirmed: whether rules checked from memory only may decide.
        hire_date_is_first_day: the hire dates of the exports are first days of work, by the organisation's own word.
        guards: what an extract may not do, by record type, `*` for all others.
        complete_from: by record type, the day from which the lack of a row is a fact.
        places: where each thing stands in the file, by its keys.
    """

    name: str
    folder: Path
    time_zone: str
    packs: tuple[Pack, ...]
    own_rules: Path | None
    choices: Mapping[str, object]
    lead_days: int
    lead_by_topic: Mapping[str, int]
    calendars: Mapping[str, OpenDays]
    named_calendars: Mapping[str, OpenDays]
    owners: Mapping[str, str]
    lookback_years: int
    adopt_unconfirmed: bool
    profile: str | None
    hire_date_is_first_day: bool
    complete_from: Mapping[str, date]
    guards: Mapping[str, Guard]
    redact: Literal["none", "ids", "all"]
    key_file: Path | None
    waivers: tuple[Waiver, ...]
    places: Mapping[tuple[str | int, ...], Position]


def load_policy(
    folder: Path, vocabulary: Vocabulary, calendars: frozenset[str] = frozenset({"us-federal"})
) -> tuple[Policy | None, list[Problem]]:
    """Read the policy of a folder.

    Args:
        folder: the folder that `policy.yaml` is in; other paths of the policy start there.
        vocabulary: the record types.
        calendars: names of the calendars that the policy's own may be based on.
    """
    path = folder / FILE
    try:
        text = contents(path)
    except OSError as error:
        message = f"{path.as_posix()} cannot be read: {error.strerror or 'no reason given'}."
        return None, [Problem("unreadable-file", message, help="compliance init makes a policy")]
    node, problems = yaml.parse(text, path.as_posix())
    if node is None:
        return None, problems or [Problem("empty-file", "The file is empty.", Position(path.as_posix(), 1, 1))]
    keys, found = read(m.PolicyKeys, node)
    problems += found
    if keys is None:
        return None, in_order(problems)
    problems += wrong_values(keys, node, vocabulary, calendars)
    problems += wrong_paths(keys, node, folder)
    problems += wrong_waivers(keys.waivers or (), node)
    policy = None if has_errors(problems) else _policy(keys, node, folder)
    return policy, in_order(problems)


def _policy(keys: m.PolicyKeys, node: nodes.Node, folder: Path) -> Policy:
    return Policy(
        name=keys.name,
        folder=folder,
        time_zone=keys.time_zone,
        packs=tuple(
            Pack(
                None if p.pack == LIBRARY else folder / p.pack, p.version, tuple(p.select or ()), tuple(p.exclude or ())
            )
            for p in keys.rules
        ),
        own_rules=folder / keys.own_rules if keys.own_rules else None,
        choices={id_: _choice(value) for id_, value in (keys.choices or {}).items()},
        lead_days=lead_days(keys.lead) or 0,
        lead_by_topic={topic: lead_days(text) or 0 for topic, text in (keys.lead_by_topic or {}).items()},
        calendars={name: _calendar(calendar) for name, calendar in (keys.calendars or {}).items()},
        named_calendars={name: _calendar(calendar) for name, calendar in (keys.named_calendars or {}).items()},
        owners=keys.owners or {},
        lookback_years=keys.lookback_years,
        adopt_unconfirmed=keys.adopt_unconfirmed,
        profile=keys.profile,
        hire_date_is_first_day=any(source.hire_date_is_first_day for source in (keys.sources or {}).values()),
        complete_from={name: s.complete_from for name, s in (keys.sources or {}).items() if s.complete_from},
        guards={name: guard for name, s in (keys.sources or {}).items() if (guard := _guard(s)) != Guard()},
        redact=keys.redact,
        key_file=folder / keys.key_file if keys.key_file else None,
        waivers=waivers_of(keys.waivers or (), node),
        places=dict(_places(node, ())),
    )


def _guard(keys: m.SourceKeys) -> Guard:
    return Guard(
        lead_days(keys.max_age) if keys.max_age else None,
        share(keys.may_shrink) if keys.may_shrink else None,
        share(keys.may_lose_match) if keys.may_lose_match else None,
    )


def _choice(value: object) -> object:
    """A choice as rules read it; YAML leaves `yes` and `no` as texts, as it does in examples."""
    if isinstance(value, str):
        return {"yes": True, "no": False}.get(value, value)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _calendar(keys: m.CalendarKeys) -> OpenDays:
    week = None if keys.week is None else frozenset(WEEKDAYS.index(day.capitalize()) for day in keys.week)
    return OpenDays(keys.based_on, week, _ranges(keys.closed), _ranges(keys.open))


def _ranges(written: Sequence[m.DayRange] | None) -> tuple[DayRange, ...]:
    return tuple(DayRange(x.first, x.last or x.first, x.why or "") for x in written or ())


def _places(node: nodes.Node, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Position]]:
    """Where everything in the file stands, by its keys."""
    yield path, node.position
    if isinstance(node, nodes.Mapping):
        for entry in node.entries:
            yield from _places(entry.value, (*path, entry.key.value))
    elif isinstance(node, nodes.Sequence):
        for number, item in enumerate(node.items):
            yield from _places(item, (*path, number))


_ASKED = re.compile(r"\bchoice\(\s*([a-z0-9.-]+)\s*\)")
"""A choice in the text of a rule file."""


# ---- a policy beside its rules -------------------------------------------------------------------------------------


def check_policy(policy: Policy, ruleset: RuleSet) -> list[Problem]:
    """What a policy says of rules, topics and choices that are not there."""
    problems = []
    for number, pack in enumerate(policy.packs):
        places = [policy.places["rules", number]] * (len(pack.chosen) + len(pack.excluded))
        problems += select(ruleset, pack.chosen, pack.excluded, places)[1]
    topics = {rule.topic for rule in ruleset.rules.values()}
    for key, named in (("owners", policy.owners), ("lead_by_topic", policy.lead_by_topic)):
        for topic in named:
            if topic not in topics and (key, topic) != ("owners", ALL_OTHERS):
                message = f'No rule has the topic "{topic}".'
                problems.append(
                    Problem(
                        "unknown-topic", message, policy.places[key, topic], Level.WARNING, did_you_mean(topic, topics)
                    )
                )
    asked = {id_ for text in ruleset.sources.values() for id_ in _ASKED.findall(text)} if policy.choices else set()
    for id_ in policy.choices.keys() - asked:
        message = f'No rule asks for the choice "{id_}".'
        place, guess = policy.places["choices", id_], did_you_mean(id_, asked - policy.choices.keys())
        problems.append(Problem("unknown-choice", message, place, Level.WARNING, guess))
    problems += check_waivers(policy.waivers, ruleset)
    return in_order(problems)
