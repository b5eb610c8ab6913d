"""From a policy, rule folders and an as-of date to a plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from dateutil.relativedelta import relativedelta

from compliance_engine.data import rules_folder
from compliance_engine.engine.settings import Settings, Waiver
from compliance_engine.language.cache import load_compiled
from compliance_engine.language.policy import FILE, Pack, Policy, check_policy
from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.language.select import select
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.waivers import Waiver as PolicyWaiver
from compliance_engine.language.waivers import WaiverFile, check_waivers, waivers_on
from compliance_engine.problems import Problem, has_errors
from compliance_engine.records.profile import Profile, load_shipped, read_profile, shipped
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import (
    known_calendars,
    named_calendars,
    undefined_calendars,
    worksite_calendars,
)
from compliance_engine.runs.model import PolicyUsed, WaiverFileUsed
from compliance_engine.runs.plan import FindingWaiver, Plan
from compliance_engine.runs.spelled import policy_lines

_PROFILE = "spreadsheet"
_LOOKBACK_YEARS = 3
_LEAST_KEY = 16
"""Bytes that a key must have, so that it cannot be tried out."""


@dataclass(frozen=True)
class Asked:
    """What a caller asks for beside the policy.

    Attributes:
        rules: files and folders of rules; none takes the policy's packs, or the shipped library.
        chosen, excluded: expressions that select rules.
        profile: a shipped source profile by name, or a file; None takes the policy's.
        waivers: whether waivers apply.
        waiver_file: waivers in place of the policy's.
        cache: folder where compiled rules are kept; None compiles them anew.
    """

    as_of: date
    as_of_given: bool = True
    rules: tuple[Path, ...] = ()
    chosen: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    profile: str | None = None
    waivers: bool = True
    waiver_file: WaiverFile | None = None
    cache: Path | None = None


def decide(asked: Asked, policy: Policy | None) -> tuple[Plan | None, RuleSet, list[Problem]]:
    """Load the rules and make every decision that a run needs.

    Returns:
        The plan, None if something is wrong; the rules with their texts, for showing problems; all problems.
    """
    roots = _roots(asked, policy)
    own = frozenset(policy.named_calendars) if policy is not None else frozenset()
    ruleset, problems = _rules(roots, known_calendars() | own, asked.cache)
    ruleset = replace(ruleset, version=_version(roots[0]) or ruleset.version)
    if policy is not None and not asked.rules and not has_errors(problems):
        problems += check_policy(policy, ruleset)
        problems += _other_versions(policy)
    if asked.waiver_file is not None and not asked.rules and not has_errors(problems):
        problems += check_waivers(asked.waiver_file.waivers, ruleset)
    profile, found = _profile(asked, policy)
    problems += found
    key, found = read_key(policy)
    problems += found
    ids, found = _selected(ruleset, asked, policy)
    problems += found
    if has_errors(problems) or profile is None:
        return None, ruleset, problems
    rules = tuple(ruleset.rules[id_] for id_ in ids)
    problems += undefined_calendars(policy, rules)
    waivers, notes = waivers_on(_waivers(asked, policy), asked.as_of)
    plan = Plan(
        ruleset=ruleset,
        rules=rules,
        settings=_settings(asked, policy, ruleset, waivers),
        profile=profile,
        roots=roots,
        key=key,
        policy=policy_used(policy),
        time_zone=policy.time_zone if policy is not None else "UTC",
        as_of_given=asked.as_of_given,
        owners=policy.owners if policy is not None else {},
        guards=policy.guards if policy is not None else {},
        adopt_unconfirmed=policy is not None and policy.adopt_unconfirmed,
        waiver_file=WaiverFileUsed(hash=asked.waiver_file.sha256) if asked.waivers and asked.waiver_file else None,
        finding_waivers=tuple(
            FindingWaiver(w.id, _today(ruleset, w.rule), w.finding.removeprefix("f-"), w.expires_on)
            for w in waivers
            if w.finding
        ),
    )
    return plan, ruleset, problems + notes


def _rules(roots: Sequence[Path], calendars: frozenset[str], cache: Path | None) -> tuple[RuleSet, list[Problem]]:
    if cache is not None:
        return load_compiled(roots, VOCABULARY, calendars, cache)
    # Only now: the models of rule files take longer to import than a small run takes.
    from compliance_engine.language.ruleset import load_rules

    return load_rules(roots, VOCABULARY, calendars)


def _settings(asked: Asked, policy: Policy | None, ruleset: RuleSet, waivers: Sequence[PolicyWaiver]) -> Settings:
    granted = tuple(
        Waiver(w.id, _today(ruleset, w.rule), w.subject, w.approved_on, w.expires_on) for w in waivers if not w.finding
    )
    if policy is None:
        return Settings(asked.as_of, asked.as_of - relativedelta(years=_LOOKBACK_YEARS), waivers=granted)
    return Settings(
        as_of=asked.as_of,
        first_turn=asked.as_of - relativedelta(years=policy.lookback_years),
        choices=policy.choices,
        lead_days=policy.lead_days,
        lead_by_topic=policy.lead_by_topic,
        worksite_calendars=worksite_calendars(policy),
        calendars=named_calendars(policy),
        complete_from=policy.complete_from,
        waivers=granted,
    )


def _waivers(asked: Asked, policy: Policy | None) -> tuple[PolicyWaiver, ...]:
    """The waivers of the file that is named, else of the policy."""
    if not asked.waivers:
        return ()
    if asked.waiver_file is not None:
        return asked.waiver_file.waivers
    return policy.waivers if policy is not None else ()


def policy_used(policy: Policy | None) -> PolicyUsed | None:
    """What a run says of its policy."""
    if policy is None:
        return None
    text = (policy.folder / FILE).read_bytes()
    return PolicyUsed(name=policy.name, hash=hashlib.sha256(text).hexdigest(), text=policy_lines(policy))


# ---- rules -----------------------------------------------------------------------------------------------------------


def _roots(asked: Asked, policy: Policy | None) -> tuple[Path, ...]:
    if asked.rules:
        return asked.rules
    if policy is None:
        return (rules_folder(),)
    own = (policy.own_rules,) if policy.own_rules is not None else ()
    return tuple(dict.fromkeys((*(_folder(pack) for pack in policy.packs), *own)))


def _folder(pack: Pack) -> Path:
    return pack.folder or rules_folder()


def _version(folder: Path) -> str | None:
    """The version that a folder of rules gives itself, in its file VERSION."""
    file = folder / "VERSION"
    return file.read_text("utf-8").strip() if file.is_file() else None


def _other_versions(policy: Policy) -> Iterator[Problem]:
    """A pack that is not the one that was reviewed may judge otherwise."""
    for pack in policy.packs:
        there = _version(_folder(pack))
        if pack.version is not None and there != pack.version:
            message = (
                f"The policy adopts version {pack.version} of its rules; here is {there or 'one without a version'}."
            )
            help_ = "compare the two, then write the version that was reviewed into the policy"
            yield Problem("other-version", message, help=help_)


def _selected(ruleset: RuleSet, asked: Asked, policy: Policy | None) -> tuple[list[str], list[Problem]]:
    """Ids of the rules that the policy adopts and the caller selects."""
    among = ruleset
    if policy is not None and not asked.rules:
        among = replace(ruleset, rules={rule.id: rule for rule in adopted(policy, ruleset)})
    narrowed, problems = select(among, asked.chosen, asked.excluded)
    return list(narrowed.rules), problems


def adopted(policy: Policy, ruleset: RuleSet) -> list[Rule]:
    """The rules that a policy adopts, in order of id."""
    return [ruleset.rules[id_] for id_ in sorted(set(_adopted(ruleset, policy)))]


def _adopted(ruleset: RuleSet, policy: Policy) -> Iterator[str]:
    for pack in policy.packs:
        inside = {id_: rule for id_, rule in ruleset.rules.items() if _is_in(rule.position.file, _folder(pack))}
        yield from select(replace(ruleset, rules=inside), pack.chosen, pack.excluded)[0].rules
    if policy.own_rules is not None:
        yield from (id_ for id_, rule in ruleset.rules.items() if _is_in(rule.position.file, policy.own_rules))


def _is_in(file: str, folder: Path) -> bool:
    return Path(file).is_relative_to(folder)


def _today(ruleset: RuleSet, id_: str) -> str:
    """The present id of a rule that may be called by an earlier one."""
    if id_ in ruleset.rules:
        return id_
    return next((rule.id for rule in ruleset.rules.values() if id_ in rule.was), id_)


# ---- what a policy names ---------------------------------------------------------------------------------------------


def read_key(policy: Policy | None) -> tuple[bytes | None, list[Problem]]:
    """The key of a policy; None where it names none."""
    if policy is None or policy.key_file is None:
        return None, []
    place = policy.places.get(("key_file",))
    try:
        key = policy.key_file.read_bytes().strip()
    except OSError as error:
        message = f"The key file {policy.key_file} cannot be read: {error.strerror or 'no reason given'}."
        return None, [Problem("no-key", message, place, help="compliance init makes a key; or leave key_file out")]
    if len(key) < _LEAST_KEY:
        return None, [Problem("weak-key", f"The key has fewer than {_LEAST_KEY} characters.", place)]
    return key, []


def _profile(asked: Asked, policy: Policy | None) -> tuple[Profile | None, list[Problem]]:
    name = asked.profile or (policy.profile if policy is not None else None) or _PROFILE
    return profile_named(name, policy, policy.folder if policy is not None and not asked.profile else Path())


def profile_named(name: str, policy: Policy | None, beside: Path) -> tuple[Profile | None, list[Problem]]:
    """A shipped profile, or one in a file named from a folder; with what the policy says of its hire dates."""
    if name in shipped():
        profile, problems = load_shipped(name)
    else:
        path = beside / name
        try:
            text = path.read_bytes()
        except OSError:
            message = f'There is no source profile "{name}".'
            help_ = f"shipped: {', '.join(shipped())}; or the path of a file"
            return None, [Problem("no-profile", message, suggestion=did_you_mean(name, shipped()), help=help_)]
        profile, problems = read_profile(text, str(path))
    if profile is not None and policy is not None and policy.hire_date_is_first_day:
        profile = profile.model_copy(update={"hire_date_is_first_day": True})
    return profile, problems
