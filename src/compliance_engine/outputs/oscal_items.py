"""What an OSCAL document tells of one result: an observation, and where it has them a risk and a finding.

What results of a rule have in common is encoded once (shape.py), and of each only what is its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha1
from typing import Any, Literal, TypeGuard
from uuid import UUID
from zoneinfo import ZoneInfo

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.located import sentence
from compliance_engine.outputs.shape import gap, inner, shape
from compliance_engine.outputs.view import View, place_shown, subject_shown, visible
from compliance_engine.outputs.waived import justification
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Result

SPACE = UUID("6d0f6c5e-5a0b-5c0f-9c59-6d8b2f1f7a44")
"""The name space of the UUIDs (RFC 9562, version 5)."""
_SPACE = SPACE.bytes
_OURS = "urn:compliance-engine:oscal"
"""The name space of the properties that are not OSCAL's."""
STATUS: dict[Outcome, tuple[str, str]] = {
    Outcome.VIOLATION: ("not-satisfied", "fail"),
    Outcome.WAIVED: ("not-satisfied", "fail"),
    Outcome.UNKNOWN: ("not-satisfied", "other"),
    Outcome.ERROR: ("not-satisfied", "other"),
}
"""Outcomes of which there is a finding: its status, and the reason for that."""
_AT_RISK = (Outcome.VIOLATION, Outcome.WAIVED, Outcome.PENDING)
Timing = Literal["no day", "deadline", "task", "task from a day"]
"""What a risk says about days."""


@dataclass(frozen=True)
class Job:
    """What all parts of a document need. run_name: what the run is known by; lasting: results have fingerprints."""

    run: Run
    view: View
    run_name: str
    lasts: bool

    def uuid(self, kind: str, name: str) -> str:
        """The UUID of a thing of this run."""
        return _of_run(kind, self.run_name, name)

    def lasting(self, kind: str, mark: str) -> str:
        """The UUID of what a result is about, the same in every run where there is a key."""
        return uuid5(f"{kind}\x1f{mark}") if self.lasts else self.uuid(kind, mark)

    def instant(self, day: date) -> str:
        """The moment at which a day begins where the policy is."""
        return _instant(day, self.run.info.time_zone)


@dataclass(frozen=True)
class Items:
    """One result as JSON."""

    observation: str
    risk: str | None
    finding: str | None


def items(result: Result, mark: str, job: Job) -> Items:
    """What is told of a result; mark: what no other result of the run is known by."""
    told = inner(sentence(result, job.run, job.view))
    observed = job.uuid("observation", mark)
    at_risk = job.lasting("risk", mark) if result.outcome in _AT_RISK else None
    finding = risk = None
    if result.outcome in STATUS:
        finding = _finding(result, mark, told, observed, at_risk, job)
    if at_risk is not None:
        risk = _risk(result, mark, told, observed, at_risk, job)
    return Items(_observation(result, told, observed, job), risk, finding)


# ---- of each result --------------------------------------------------------------------------------------------------


def _observation(result: Result, told: str, observed: str, job: Job) -> str:
    values = {"uuid": observed, "told": told}
    subject = subject_shown(result, job.view)
    if subject is not None:
        employer = result.employer if job.view.redact == "none" else ""
        values["subject"] = uuid5(f"subject\x1f{result.about}\x1f{employer}\x1f{subject}")
    file, record = place_shown(result, job.view)
    if file is not None:
        values["file"], values["path"] = _evidence(file, job.run_name)
        values["record"] = str(record)
    collected = job.instant(job.run.info.as_of)
    about = result.about if subject is not None else None
    return _observation_shape(result.rule, result.outcome, result.state, collected, about, file is not None) % values


def _finding(result: Result, mark: str, told: str, observed: str, at_risk: str | None, job: Job) -> str:
    card = job.run.rules[result.rule]
    values = {"uuid": job.lasting("finding", mark), "told": told, "observed": observed, "risk": at_risk}
    return _finding_shape(result.rule, card.title, card.severity, result.outcome, at_risk is not None) % values


def _risk(result: Result, mark: str, told: str, observed: str, at_risk: str, job: Job) -> str:
    """What may cost something: open until it is mended, or approved by a waiver."""
    card = job.run.rules[result.rule]
    values = {"uuid": at_risk, "told": told, "observed": observed, "remedy": job.lasting("remedy", mark)}
    timing: Timing = "no day"
    if has_instant(result.due):
        timing = "deadline"
        values["due"] = job.instant(result.due)
        if result.outcome is Outcome.PENDING:
            timing = "task"
            values["task"] = job.lasting("task", mark)
            if has_instant(result.starts) and result.starts < result.due:
                timing = "task from a day"
                values["starts"] = job.instant(result.starts)
    waived = justification(result.rule, job.run, job.view) if result.outcome is Outcome.WAIVED else None
    return _risk_shape(card.title, card.cite, card.fix, card.severity, card.decides, waived, timing) % values


# ---- of many results -------------------------------------------------------------------------------------------------


@cache
def _observation_shape(rule: str, outcome: str, state: str, collected: str, about: str | None, in_file: bool) -> str:
    told: dict[str, Any] = {
        "uuid": gap("uuid"),
        "title": rule,
        "description": gap("told"),
        "props": props({"rule": rule, "outcome": outcome, "state": state}),
        "methods": ["TEST"],
        "types": ["finding"],
        "collected": collected,
    }
    if about is not None:
        told["subjects"] = [{"subject-uuid": gap("subject"), "type": _type(about)}]
    if in_file:
        where = {"href": f"#{gap('file')}", "description": f"record {gap('record')} of {gap('path')}"}
        told["relevant-evidence"] = [where]
    return shape(told)


@cache
def _finding_shape(rule: str, title: str, severity: str, outcome: Outcome, at_risk: bool) -> str:
    told = {
        "uuid": gap("uuid"),
        "title": visible(title),
        "description": gap("told"),
        "props": props({"outcome": outcome, "severity": severity}),
        "target": target(rule, *STATUS[outcome]),
        "related-observations": [{"observation-uuid": gap("observed")}],
    }
    if at_risk:
        told["related-risks"] = [{"risk-uuid": gap("risk")}]
    return shape(told)


@cache
def _risk_shape(
    title: str, cite: str, fix: str, severity: str, decides: bool, waived: str | None, timing: Timing
) -> str:
    told: dict[str, Any] = {
        "uuid": gap("uuid"),
        "title": visible(title),
        "description": gap("told"),
        "statement": visible(f"{title}. Law: {cite}."),
        "props": props({"severity": severity, "decides": "yes" if decides else "no"}),
        "status": "open" if waived is None else "deviation-approved",
    }
    if timing != "no day":
        told["deadline"] = gap("due")
    if waived is not None:
        told["statement"] += f" It is {waived}."
    else:
        told["remediations"] = [_remedy(visible(fix) or "Do what the rule asks for.", timing)]
    return shape({**told, "related-observations": [{"observation-uuid": gap("observed")}]})


def _remedy(fix: str, timing: Timing) -> dict[str, Any]:
    """What mends it and, if it is not late yet, within which days."""
    remedy: dict[str, Any] = {
        "uuid": gap("remedy"),
        "lifecycle": "recommendation",
        "title": "What to do",
        "description": fix,
    }
    days = {
        "task": {"on-date": {"date": gap("due")}},
        "task from a day": {"within-date-range": {"start": gap("starts"), "end": gap("due")}},
    }
    if timing in days:
        remedy["tasks"] = [{"uuid": gap("task"), "type": "action", "title": fix, "timing": days[timing]}]
    return remedy


# ---- parts -----------------------------------------------------------------------------------------------------------


def uuid5(name: str) -> str:
    """The UUID of a name within our name space (RFC 9562, version 5): a result has up to six."""
    digits = sha1(_SPACE + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def _of_run(kind: str, run_name: str, name: str) -> str:
    return uuid5(f"{kind}\x1f{run_name}\x1f{name}")


@cache
def _evidence(path: str, run_name: str) -> tuple[str, str]:
    """A file by its UUID and by its name."""
    return _of_run("file", run_name, path), inner(visible(path))


@cache
def _instant(day: date, zone: str) -> str:
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return begins.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def has_instant(day: date | None) -> TypeGuard[date]:
    """Whether OSCAL can tell a day: it knows the years from 1900 to 2999."""
    return day is not None and 1900 < day.year < 2999


def target(rule: str, state: str, reason: str) -> dict[str, Any]:
    """A rule as an objective, and whether it is satisfied."""
    return {"type": "objective-id", "target-id": rule, "status": {"state": state, "reason": reason}}


def _type(about: str) -> str:
    """OSCAL's word for a subject."""
    kind = VOCABULARY.types.get(about)
    if about == "worksite":
        return "location"
    of_person = kind is not None and "employee_number" in (*kind.key, *kind.parents)
    return "party" if of_person or about == "employer" else "resource"


def props(named: dict[str, str | None]) -> list[dict[str, str]]:
    """Properties that are not OSCAL's own; those without a value are left out."""
    return [{"name": name, "ns": _OURS, "value": str(value)} for name, value in named.items() if value]
