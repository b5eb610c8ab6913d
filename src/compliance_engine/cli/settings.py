"""What verbs that judge records find out before they begin: the policy, the limits, where runs are kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import click

from compliance_engine.language.policy import FILE, Policy, load_policy
from compliance_engine.language.waivers import WaiverFile, load_waivers
from compliance_engine.problems import Problem
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.database import Limits, usual_limits
from compliance_engine.runs.folder import Run, read_run

POLICIES = Path("policies")
"""Folder in which the only policy is found when none is named."""
TEMPLATE = "template"
"""The policy that `init` copies; nobody's."""
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


def policy_of(folder: Path | None) -> tuple[Policy | None, Mapping[str, str], list[Problem]]:
    """The policy in a folder, or the only one there is; its text, for showing problems; what is wrong with it."""
    if folder is None:
        found = sorted(p.parent for p in POLICIES.glob(f"*/{FILE}") if p.parent.name != TEMPLATE)
        if len(found) > 1:
            names = ", ".join(path.as_posix() for path in found)
            message = f"There are several policies: {names}."
            return None, {}, [Problem("which-policy", message, help="choose with --policy")]
        if not found:
            return None, {}, []
        folder = found[0]
    if folder.name == FILE:
        folder = folder.parent
    policy, problems = load_policy(folder, VOCABULARY, known_calendars())
    file = folder / FILE
    text = file.read_text("utf-8", "replace") if problems and file.is_file() else ""
    return policy, {file.as_posix(): text}, problems


def waiver_file_of(path: Path | None, *, without: bool) -> tuple[WaiverFile | None, Mapping[str, str], list[Problem]]:
    """The file of waivers that is named, its text by its name, and what is wrong with it."""
    if path is None:
        return None, {}, []
    if without:
        return None, {}, [Problem("usage", "--waivers and --no-waivers exclude each other.")]
    found, problems = load_waivers(path)
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    return found, {path.as_posix(): text}, problems


def calendars_for(rule_files: Iterable[Path]) -> frozenset[str]:
    """The calendars that rule files may name: shipped ones, and those of the policy in whose folder they are."""
    folders = {file.resolve().parent for file in rule_files}
    found = {next((above for above in (f, *f.parents) if (above / FILE).is_file()), None) for f in folders}
    policies = (load_policy(folder, VOCABULARY, known_calendars())[0] for folder in found if folder is not None)
    return known_calendars().union(*(policy.named_calendars for policy in policies if policy is not None))


def limits_of(jobs: int | None, memory: str | None) -> tuple[Limits, list[Problem]]:
    """The limits of an evaluation, with the number of threads and the amount of memory that are asked for."""
    limits = usual_limits()
    if jobs is not None:
        limits = replace(limits, threads=jobs)
    if memory is None:
        return limits, []
    size = re.fullmatch(r"(\d+(?:\.\d+)?) *([KMG]i?|)B?", memory)
    if size is None:
        return limits, [Problem("bad-size", f'"{memory}" is no amount of memory.', help="write 2GB or 500MB")]
    return replace(limits, memory=int(float(size[1]) * _UNITS[size[2]])), []


def runs_folder(policy: Policy | None) -> Path:
    """Where runs are kept unless told otherwise."""
    return (policy.folder if policy is not None else Path()) / "runs"


def kept_runs(runs: Path) -> list[Path]:
    """The numbered runs of a folder, the last first: the latest as-of date, of one day the greatest number."""
    found = [(path.name[:10], path.name[11:], path) for path in runs.glob("????-??-??-*") if path.is_dir()]
    return [path for *_, path in sorted(((d, int(n), p) for d, n, p in found if n.isdecimal()), reverse=True)]


def kept_run(folder: Path | None, policy: Policy | None, *, with_records: bool) -> tuple[Run | None, list[Problem]]:
    """The kept run that is named, or the last one of a policy.

    Args:
        with_records: pass over runs that read no file, such as that of a misspelt path, and say so.
    """
    if folder is not None:
        return read_run(folder)
    for path in (kept := kept_runs(runs_folder(policy))):
        run, problems = read_run(path)
        if run is None or run.info.read_anything or not with_records:
            if path != kept[0]:
                click.echo(f"note: {kept[0]} read no records, so this is told of {path}", err=True)
            return run, problems
    of_records = " that read any records" if kept else ""
    message = f"There is no kept run{of_records} in {runs_folder(policy)}."
    return None, [Problem("no-run", message, help="compliance check keeps one; or name the folder of a run")]


def cache_folder() -> Path:
    """Where compiled rules are kept: the user's cache folder, or what COMPLIANCE_CACHE says."""
    own = os.environ.get("COMPLIANCE_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "compliance-engine"
