"""The files that people write (rules, policies, source profiles) and everything that is wrong with them, in one run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from compliance_engine.cli.settings import calendars_for
from compliance_engine.language import accepted, yaml
from compliance_engine.language.advice import advise
from compliance_engine.language.policy import FILE, Policy, check_policy, load_policy
from compliance_engine.language.ruleset import load_rules
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.waivers import Waiver, check_waivers, load_waivers
from compliance_engine.problems import Level, Problem, in_order
from compliance_engine.records.profile import read_profile, shipped
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars, undefined_calendars
from compliance_engine.runs.decide import adopted

_PROFILE = re.compile(rb"^profile[ \t]*:", re.MULTILINE)
_WAIVERS = re.compile(rb"^waivers[ \t]*:", re.MULTILINE)
_LAW = re.compile(rb"^law[ \t]*:", re.MULTILINE)


@dataclass
class Authored:
    """Files by what they are; `problems` are about files that are neither."""

    rules: list[Path] = field(default_factory=list)
    policies: list[Path] = field(default_factory=list)
    profiles: list[Path] = field(default_factory=list)
    waivers: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def files(self) -> list[Path]:
        """All of them, each once."""
        return list(dict.fromkeys([*self.rules, *self.policies, *self.profiles, *self.waivers]))


@dataclass(frozen=True)
class Report:
    """What a look at the files found.

    Attributes:
        files, rules: how many were looked at; a rule with errors is not counted among the rules.
        sources: texts of the files, by the names that positions use.
    """

    files: int
    rules: int
    problems: tuple[Problem, ...]
    sources: dict[str, str]

    def count(self, level: Level) -> int:
        """Problems of one level."""
        return sum(problem.level is level for problem in self.problems)

    @property
    def files_with_problems(self) -> int:
        """Files that at least one problem points into, or that a problem without a place speaks of."""
        return len({problem.position.file if problem.position else problem.message for problem in self.problems})


def sort_files(paths: Sequence[Path]) -> Authored:
    """Find the files behind the paths and tell what each is: by its name, or by what it begins with."""
    found = Authored()
    for path in paths:
        inside = sorted(_below(path)) if path.is_dir() else [path]
        if not any(file.suffix == ".yaml" for file in inside) and path.is_dir():
            message = f"There is no rule file in {path.as_posix()}."
            found.problems.append(Problem("no-rules", message, help="rule files end in .yaml"))
        for file in inside:
            if file.suffix == ".yml" and path.is_dir():
                message = f"{file.as_posix()} is not read: rule files end in .yaml."
                found.problems.append(Problem("not-read", message, level=Level.WARNING))
            else:
                _kind_of(file, found).append(file)
    return found


def _below(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*.y*ml"):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if file.suffix in (".yaml", ".yml") and not hidden and file.name != accepted.FILE:
            yield file


def _kind_of(file: Path, found: Authored) -> list[Path]:
    if file.name == FILE:
        return found.policies
    text = _bytes(file)
    # A file that cannot be read is taken for a rule file, whose reader says why.
    if _LAW.search(text):
        return found.rules
    return found.profiles if _PROFILE.search(text) else found.waivers if _WAIVERS.search(text) else found.rules


def look_at(given: Authored, library: Sequence[Path], as_of: date | None) -> Report:
    """Everything that is wrong with the given files, read beside the rules that they may refer to.

    Args:
        given: the files to report on.
        library: files and folders whose rules, values and facts the given ones may use; they are not reported on.
        as_of: the day for which to say that a comparison with the source is old.
    """
    problems = list(given.problems)
    sources: dict[str, str] = {}
    policies: list[Policy] = []
    for file in given.policies:
        policy, found = load_policy(file.parent, VOCABULARY, known_calendars())
        sources[file.as_posix()] = _bytes(file).decode("utf-8", "replace")
        problems += found
        if policy is not None:
            policies.append(policy)
            problems += _wrong_profile(policy)
    waivers: list[Waiver] = []
    for file in given.waivers:
        read, found = load_waivers(file)
        sources[file.as_posix()] = _bytes(file).decode("utf-8", "replace")
        problems += found
        waivers += read.waivers if read is not None else ()
    for file in given.profiles:
        sources[file.as_posix()] = _bytes(file).decode("utf-8", "replace")
        problems += read_profile(_bytes(file), file.as_posix())[1]
    beside = [*library, *(folder for policy in policies for folder in folders_of(policy))]
    calendars = calendars_for(given.rules).union(*(policy.named_calendars for policy in policies))
    ruleset, found = load_rules([*given.rules, *beside], VOCABULARY, calendars)
    reported = {file.as_posix() for file in given.rules}
    broken = any(problem.level is Level.ERROR for problem in found)
    for policy in policies:
        # A rule with a mistake is not among the rules, and its topic would be called unknown.
        problems += [p for p in check_policy(policy, ruleset) if not (broken and p.code == "unknown-topic")]
        problems += undefined_calendars(policy, adopted(policy, ruleset))
    problems += check_waivers(waivers, ruleset)
    found += advise(ruleset, as_of)
    problems += [p for p in found if p.position is None or p.position.file in reported]
    rules = sum(rule.position.file in reported for rule in ruleset.rules.values())
    return Report(len(given.files), rules, tuple(in_order(problems)), {**ruleset.sources, **sources})


def folders_of(policy: Policy) -> Iterator[Path]:
    """The folders of rules that a policy names beside the library."""
    if policy.own_rules is not None:
        yield policy.own_rules
    yield from (pack.folder for pack in policy.packs if pack.folder is not None)


def _wrong_profile(policy: Policy) -> Iterator[Problem]:
    """A policy names a shipped profile, or a file in its folder."""
    name = policy.profile
    if name is not None and name not in shipped() and not (policy.folder / name).is_file():
        message = f'"{name}" is no shipped profile and no file in {policy.folder.as_posix()}.'
        help_ = "shipped: " + ", ".join(shipped())
        place = policy.places["profile",]
        yield Problem("no-profile", message, place, suggestion=did_you_mean(name, shipped()), help=help_)


def _bytes(file: Path) -> bytes:
    """What is in a file; nothing if it cannot be read. One byte too many is enough to say that it is too large."""
    try:
        if not file.is_file():
            return b""
        with file.open("rb") as stream:
            return stream.read(yaml.MAX_BYTES + 1)
    except OSError:
        return b""
