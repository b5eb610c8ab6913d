"""`sarif`: static analysis results (SARIF 2.1.0), which code scanning and editors read.

Every rule is described once, every finding is a result at the subject's row. Results are written one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import wrong_shown
from compliance_engine.outputs.located import level, sentence, spot, uri
from compliance_engine.outputs.stream import write_object
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, place_shown, visible
from compliance_engine.outputs.waived import justification
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import RuleCard
from compliance_engine.runs.read import Reader, Result, opened

MOST = 25_000
"""Results that are written unless more are asked for: code scanning on GitHub refuses a run that has more."""
FINGERPRINT = "complianceFingerprint/v1"
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_ORDER = ([Outcome.VIOLATION], [Outcome.ERROR, Outcome.UNKNOWN], [Outcome.WAIVED])
_LISTED = tuple(outcome for outcomes in _ORDER for outcome in outcomes)
_PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the log: one run, its rules, what the reader met, then the results, violations first."""
    with opened(run, view.key) as reader:
        out.write(f'{{\n"$schema": "{_SCHEMA}",\n"version": "2.1.0",\n"runs": [\n')
        write_object(out, _head(reader, view), {"results": _results(reader, view)})
    out.write("\n]\n}\n")


def _head(reader: Reader, view: View) -> dict[str, Any]:
    run, info = reader.run, reader.run.info
    head: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": info.tool.name,
                "version": info.tool.version,
                "fullName": f"{info.tool.name} {info.tool.version} with rules {info.rules.version}",
                "rules": [_rule(rule, run) for rule in run.rules],
            }
        },
        "automationDetails": {"id": f"compliance/{info.as_of}"},
        "invocations": [_invocation(reader, view)],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that the program was called in."}}},
        "artifacts": [
            {"location": _artifact(path), "roles": ["analysisTarget"], "hashes": {"sha-256": digest}}
            for path, digest in {file.path: file.sha256 for file in info.inputs}.items()
        ],
        "columnKind": "unicodeCodePoints",
        "properties": {
            "asOf": str(info.as_of),
            "timeZone": info.time_zone,
            "counts": {str(outcome): number for outcome, number in info.counts.items()},
            "ruleLibrary": {"version": info.rules.version, "sha256": info.rules.hash},
            "sqlEngine": info.tool.sql,
            "redacted": view.redact,
            "notice": ADVICE,
        },
    }
    # A run that found nothing says so with an empty list; without the list it would say that nobody looked.
    return head if reader.count(_LISTED) else {**head, "results": []}


# ---- rules -----------------------------------------------------------------------------------------------------------


def _rule(rule: str, run: Run) -> dict[str, Any]:
    card = run.rules[rule]
    described: dict[str, Any] = {
        "id": rule,
        "shortDescription": {"text": _text(card.title)},
        "fullDescription": {"text": _text(f"{card.title}. Law: {card.cite}.")},
        "help": {"text": _text("\n".join(_help(rule, card))), "markdown": _text(_markdown(rule, card))},
        "defaultConfiguration": {"level": level(rule, run)},
        "properties": {
            "tags": sorted({card.topic, f"jurisdiction:{card.jurisdiction}", *card.tags}),
            "severity": card.severity,
            "problem.severity": _PROBLEM[level(rule, run)],
            "citation": card.cite,
            "decides": card.decides,
        },
    }
    if card.identity != rule:
        described["deprecatedIds"] = [card.identity]
    if re.fullmatch(r"https?://[!-~]+", card.source):
        described["helpUri"] = card.source
    return described


def _help(rule: str, card: RuleCard) -> Iterator[str]:
    yield f"{card.title}."
    yield f"Law: {card.cite} ({card.law}; {card.authority})."
    if card.due:
        yield f"Due: {card.due}."
    if card.fix:
        yield f"Fix: {card.fix}"
    if card.source:
        yield f"Source: {card.source}"
    if not card.decides:
        yield "Unconfirmed: the rule was checked from memory only, so it decides no exit code."
    yield f"The whole rule: compliance rules show {rule}"
    yield ADVICE


def _markdown(rule: str, card: RuleCard) -> str:
    title, *lines = (re.sub(r"([\\`*_\[\]<>#|~])", r"\\\1", line) for line in _help(rule, card))
    return f"**{title}**\n\n" + "\n".join(f"* {line}" for line in lines)


# ---- the run ---------------------------------------------------------------------------------------------------------


def _invocation(reader: Reader, view: View) -> dict[str, Any]:
    info = reader.run.info
    failed = bool(info.errors) or any(problem.level == "error" for problem in info.problems)
    invocation: dict[str, Any] = {"executionSuccessful": not failed}
    if view.exit_code is not None:
        invocation["exitCode"] = view.exit_code
    invocation["toolExecutionNotifications"] = list(_notifications(reader, view))
    invocation["properties"] = {"asOf": str(info.as_of)}
    return invocation


def _notifications(reader: Reader, view: View) -> Iterator[dict[str, Any]]:
    """What readers must know of the run beside its results: what failed, what was not read, what was cut."""
    info = reader.run.info
    for rule, kind in info.errors.items():
        yield _note("rule-failed", "error", f"The rule failed ({kind}).") | {"associatedRule": {"id": rule}}
    for problem in info.problems:
        yield _note(problem.code, problem.level, problem.message, problem.file, problem.line)
    for wrong in info.data_findings:
        first = wrong.records[0] if wrong.records and view.redact != "all" else None
        field = f"{wrong.type}.{wrong.field}" if wrong.field else wrong.type
        told = f"{field}: {wrong_shown(wrong, view)} ({wrong.count:,} rows)"
        yield _note(wrong.kind, "warning", told, wrong.file or None, first)
    for rule, reason in info.not_run.items():
        yield _note("not-run", "note", f"Not evaluated: {reason}.") | {"associatedRule": {"id": rule}}
    left = reader.count(_LISTED) - _most(view)
    if left > 0:
        yield _note("findings-left-out", "warning", f"{left:,} more findings are not in this file; see --max-findings.")


def _note(code: str, grave: str, text: str, file: str | None = None, line: int | None = None) -> dict[str, Any]:
    note: dict[str, Any] = {"descriptor": {"id": code}, "level": grave, "message": {"text": _text(visible(text))}}
    if file is not None:
        note["locations"] = [{"physicalLocation": _place(file, line)}]
    return note


# ---- results ---------------------------------------------------------------------------------------------------------


def _results(reader: Reader, view: View) -> Iterator[dict[str, Any]]:
    numbers = {rule: number for number, rule in enumerate(reader.run.rules)}
    left = _most(view)
    for outcomes in _ORDER:
        for result in reader.results(outcomes, limit=left):
            left -= 1
            yield _result(result, numbers[result.rule], reader.run, view)


def _result(result: Result, number: int, run: Run, view: View) -> dict[str, Any]:
    at = spot(result, run, view)
    undecided = result.outcome in (Outcome.UNKNOWN, Outcome.ERROR)
    written: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": number,
        # SARIF has a level for failures only (3.27.10).
        "kind": "open" if undecided else "fail",
        "level": "none" if undecided else level(result.rule, run),
        "message": {"text": _text(f"{sentence(result, run, view)}.")},
        "locations": [{"physicalLocation": _place(at.path, at.line)}],
    }
    if result.fingerprint is not None:
        # Code scanning on GitHub follows alerts by this name only; the row may move, the finding stays the same.
        marks = {FINGERPRINT: f"f-{result.fingerprint}", "primaryLocationLineHash": f"{result.fingerprint}:1"}
        written["partialFingerprints"] = marks
    if result.known is not None:
        written["baselineState"] = "unchanged" if result.known else "new"
    if result.outcome is Outcome.WAIVED:
        reason = {
            "kind": "external",
            "status": "accepted",
            "justification": _text(justification(result.rule, run, view)),
        }
        written["suppressions"] = [reason]
    days = {"starts": result.starts, "due": result.due, "done": result.done}
    written["properties"] = {
        "outcome": result.outcome,
        "state": result.state,
        **{name: str(day) for name, day in days.items() if day is not None},
        **({"lacks": result.lacks} if result.lacks else {}),
        **({"record": result.record} if place_shown(result, view)[1] is not None else {}),
    }
    return written


def _most(view: View) -> int:
    return MOST if view.max_findings is None else view.max_findings


def _place(path: str, line: int | None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(path)}
    return place if line is None else {**place, "region": {"startLine": line}}


def _artifact(path: str) -> dict[str, str]:
    reference = uri(path)
    return {"uri": reference} if ":" in reference.partition("/")[0] else {"uri": reference, "uriBaseId": _ROOT}


def _text(text: str) -> str:
    """A message in which nothing is a placeholder or a link (SARIF 3.11.5, 3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")
