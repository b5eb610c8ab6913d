"""`oscal`: assessment results in NIST's Open Security Controls Assessment Language, for governance programs.

A rule is an objective, a result that somebody looks at an observation of its subject. A violation or what cannot be
told is a finding that the objective is not satisfied, a rule that all its subjects meet one that it is. Violations,
waivers and what is due are risks, with what mends them and by when. UUIDs are made of what a thing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha1
from typing import Any, TextIO, TypeGuard
from uuid import UUID
from zoneinfo import ZoneInfo

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import count
from compliance_engine.outputs.located import marked, sentence, uri
from compliance_engine.outputs.stream import encode, write_object
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, place_shown, subject_shown, visible
from compliance_engine.outputs.waived import justification
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, Result, opened

VERSION = "1.2.1"
"""Release of OSCAL that is written."""
SPACE = UUID("6d0f6c5e-5a0b-5c0f-9c59-6d8b2f1f7a44")
"""The name space of the UUIDs (RFC 9562, version 5)."""
_OURS = "urn:compliance-engine:oscal"
"""The name space of the properties that are not OSCAL's."""
_OBSERVED = (Outcome.VIOLATION, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PENDING)
_STATUS: dict[Outcome, tuple[str, str]] = {
    Outcome.VIOLATION: ("not-satisfied", "fail"),
    Outcome.WAIVED: ("not-satisfied", "fail"),
    Outcome.UNKNOWN: ("not-satisfied", "other"),
    Outcome.ERROR: ("not-satisfied", "other"),
}
_AT_RISK = (Outcome.VIOLATION, Outcome.WAIVED, Outcome.PENDING)


@dataclass(frozen=True)
class _Job:
    """What all parts of the document need; run_name: what the run is known by."""

    reader: Reader
    view: View
    run_name: str

    @property
    def run(self) -> Run:
        return self.reader.run

    def uuid(self, kind: str, name: str) -> str:
        """The UUID of a thing of this run."""
        return uuid5(f"{kind}\x1f{self.run_name}\x1f{name}")

    def lasting(self, kind: str, mark: str) -> str:
        """The UUID of what a result is about, the same in every run where there is a key."""
        return uuid5(f"{kind}\x1f{mark}") if self.reader.has_key else self.uuid(kind, mark)

    def results(self) -> Iterator[tuple[Result, str]]:
        """Every part lists of the same results in the same order."""
        return marked(self.reader.results(_OBSERVED, limit=self.view.max_findings))

    def instant(self, day: date) -> str:
        """The moment at which a day begins where the policy is."""
        return _instant(day, self.run.info.time_zone)


@cache
def _instant(day: date, zone: str) -> str:
    begins = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return begins.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the document: what does not grow with the number of findings first."""
    info = run.info
    hashes = [file.sha256 for file in info.inputs]
    rules = [info.rules.hash, info.policy.hash if info.policy is not None else ""]
    waivers = info.waiver_file.hash if info.waiver_file is not None else ""
    name = "\x1f".join([info.tool.version, str(info.as_of), *rules, waivers, view.redact, *hashes])
    with opened(run, view.key) as reader:
        job = _Job(reader, view, name)
        out.write('{\n"assessment-results": {\n')
        out.writelines(f"{encode(key)}: {encode(value)},\n" for key, value in _head(job).items())
        out.write('"results": [\n')
        lists = {"observations": _observations(job), "risks": _risks(job), "findings": _findings(job)}
        write_object(out, _result(job), lists)
        out.write("\n]\n}\n}\n")


# ---- what is told once -----------------------------------------------------------------------------------------------


def _head(job: _Job) -> dict[str, Any]:
    info = job.run.info
    plan = {
        "uuid": job.uuid("plan", ""),
        "title": "Rules and policy of this run",
        "description": f"Rules {info.rules.version}, {info.rules.selected:,} selected.",
        "props": _props(
            {"rules-sha-256": info.rules.hash, "policy-sha-256": info.policy.hash if info.policy else None}
        ),
    }
    files = [
        {
            "uuid": job.uuid("file", path),
            "title": visible(path),
            "rlinks": [{"href": uri(path), "hashes": [{"algorithm": "SHA-256", "value": digest}]}],
        }
        for path, digest in {file.path: file.sha256 for file in info.inputs}.items()
    ]
    return {
        "uuid": job.uuid("document", ""),
        "metadata": {
            "title": f"Compliance check as of {info.as_of}",
            "last-modified": job.instant(info.as_of),
            "version": str(info.as_of),
            "oscal-version": VERSION,
            "props": _props({"tool": info.tool.name, "tool-version": info.tool.version, "redacted": job.view.redact}),
            "remarks": ADVICE,
        },
        "import-ap": {"href": f"#{plan['uuid']}"},
        "back-matter": {"resources": [plan, *files]},
    }


def _result(job: _Job) -> dict[str, Any]:
    info = job.run.info
    evaluated = [rule for rule in job.run.rules if rule not in info.not_run]
    reviewed: dict[str, Any] = {"include-controls": [{"control-id": rule} for rule in evaluated]}
    told: dict[str, Any] = {
        "uuid": job.uuid("result", ""),
        "title": f"Check as of {info.as_of}",
        "description": f"{count(info.results, 'result')} of {count(info.rules.evaluated, 'rule')}.",
        "start": job.instant(info.as_of),
        "props": _props({f"results-{outcome}": str(number) for outcome, number in info.counts.items()}),
        "reviewed-controls": {"control-selections": [reviewed if evaluated else {"include-all": {}}]},
    }
    most = job.view.max_findings
    left = 0 if most is None else job.reader.count(_OBSERVED) - most
    return {**told, "remarks": f"{left:,} more results are left out."} if left > 0 else told


# ---- what is told of each result -------------------------------------------------------------------------------------


def _observations(job: _Job) -> Iterator[dict[str, Any]]:
    run, view = job.run, job.view
    for result, mark in job.results():
        told: dict[str, Any] = {
            "uuid": job.uuid("observation", mark),
            "title": result.rule,
            "description": sentence(result, run, view),
            "props": _props({"rule": result.rule, "outcome": result.outcome, "state": result.state}),
            "methods": ["TEST"],
            "types": ["finding"],
            "collected": job.instant(run.info.as_of),
        }
        subject = subject_shown(result, view)
        if subject is not None:
            named = "\x1f".join((result.about, result.employer if view.redact == "none" else "", subject))
            told["subjects"] = [{"subject-uuid": uuid5(f"subject\x1f{named}"), "type": _type(result.about)}]
        file, record = place_shown(result, view)
        if file is not None:
            told["relevant-evidence"] = [
                {"href": f"#{job.uuid('file', file)}", "description": f"record {record} of {visible(file)}"}
            ]
        yield told


def _findings(job: _Job) -> Iterator[dict[str, Any]]:
    run, view = job.run, job.view
    for result, mark in job.results():
        if result.outcome not in _STATUS:
            continue
        state, reason = _STATUS[result.outcome]
        told = {
            "uuid": job.lasting("finding", mark),
            "title": visible(run.rules[result.rule].title),
            "description": sentence(result, run, view),
            "props": _props({"outcome": result.outcome, "severity": run.rules[result.rule].severity}),
            "target": _target(result.rule, state, reason),
            "related-observations": [{"observation-uuid": job.uuid("observation", mark)}],
        }
        if result.outcome in _AT_RISK:
            told["related-risks"] = [{"risk-uuid": job.lasting("risk", mark)}]
        yield told
    for rule in run.info.by_rule:
        numbers = {outcome: run.info.of_rule(rule, outcome) for outcome in Outcome}
        if numbers[Outcome.PASS] and not any(numbers[outcome] for outcome in _STATUS):
            yield {
                "uuid": job.uuid("satisfied", rule),
                "title": visible(run.rules[rule].title),
                "description": f"{count(numbers[Outcome.PASS], 'result')}: nothing else was found.",
                "target": _target(rule, "satisfied", "pass"),
            }


def _risks(job: _Job) -> Iterator[dict[str, Any]]:
    """What may cost something: open until it is mended, or approved by a waiver."""
    run, view = job.run, job.view
    for result, mark in job.results():
        if result.outcome not in _AT_RISK:
            continue
        card = run.rules[result.rule]
        waived = result.outcome is Outcome.WAIVED
        told: dict[str, Any] = {
            "uuid": job.lasting("risk", mark),
            "title": visible(card.title),
            "description": sentence(result, run, view),
            "statement": visible(f"{card.title}. Law: {card.cite}."),
            "props": _props({"severity": card.severity, "decides": "yes" if card.decides else "no"}),
            "status": "deviation-approved" if waived else "open",
        }
        if _has_instant(result.due):
            told["deadline"] = job.instant(result.due)
        if waived:
            told["statement"] += f" It is {justification(result.rule, run, view)}."
        else:
            told["remediations"] = [_remedy(result, mark, job)]
        yield {**told, "related-observations": [{"observation-uuid": job.uuid("observation", mark)}]}


def _remedy(result: Result, mark: str, job: _Job) -> dict[str, Any]:
    """What mends it and, if it is not late yet, within which days."""
    fix = visible(job.run.rules[result.rule].fix) or "Do what the rule asks for."
    remedy: dict[str, Any] = {
        "uuid": job.lasting("remedy", mark),
        "lifecycle": "recommendation",
        "title": "What to do",
        "description": fix,
    }
    if result.outcome is Outcome.PENDING and _has_instant(result.due):
        due = job.instant(result.due)
        timing: dict[str, Any] = {"on-date": {"date": due}}
        if _has_instant(result.starts) and result.starts < result.due:
            timing = {"within-date-range": {"start": job.instant(result.starts), "end": due}}
        remedy["tasks"] = [{"uuid": job.lasting("task", mark), "type": "action", "title": fix, "timing": timing}]
    return remedy


def uuid5(name: str) -> str:
    """The UUID of a name within our name space (RFC 9562, version 5): a document has nine for each result."""
    digits = sha1(SPACE.bytes + name.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def _has_instant(day: date | None) -> TypeGuard[date]:
    """Whether OSCAL can tell a day: it knows the years from 1900 to 2999."""
    return day is not None and 1900 < day.year < 2999


def _target(rule: str, state: str, reason: str) -> dict[str, Any]:
    return {"type": "objective-id", "target-id": rule, "status": {"state": state, "reason": reason}}


def _type(about: str) -> str:
    """OSCAL's word for a subject."""
    kind = VOCABULARY.types.get(about)
    if about == "worksite":
        return "location"
    of_person = kind is not None and "employee_number" in (*kind.key, *kind.parents)
    return "party" if of_person or about == "employer" else "resource"


def _props(named: dict[str, str | None]) -> list[dict[str, str]]:
    return [{"name": name, "ns": _OURS, "value": str(value)} for name, value in named.items() if value]
