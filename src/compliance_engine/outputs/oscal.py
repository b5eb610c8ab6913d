"""`oscal`: assessment results in NIST's Open Security Controls Assessment Language, for governance programs.

A rule is an objective, a result that somebody looks at an observation of its subject. A violation or what cannot be
told is a finding that the objective is not satisfied, a rule that all its subjects meet one that it is. Violations,
waivers and what is due are risks, with what mends them and by when. UUIDs are made of what a thing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from shutil import copyfileobj
from typing import Any, TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.leftovers import scratch_folder
from compliance_engine.outputs.cells import count
from compliance_engine.outputs.located import marked, uri
from compliance_engine.outputs.oscal_items import STATUS, Job, items, props, target
from compliance_engine.outputs.stream import Listed, begin_object, encode
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, visible
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened

VERSION = "1.2.1"
"""Release of OSCAL that is written."""
_OBSERVED = (Outcome.VIOLATION, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PENDING)


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the document: what does not grow with the number of findings first."""
    info = run.info
    hashes = [file.sha256 for file in info.inputs]
    rules = [info.rules.hash, info.policy.hash if info.policy is not None else ""]
    waivers = info.waiver_file.hash if info.waiver_file is not None else ""
    name = "\x1f".join([info.tool.version, str(info.as_of), *rules, waivers, view.redact, *hashes])
    with opened(run, view.key) as reader:
        job = Job(run, view, name, reader.has_key)
        out.write('{\n"assessment-results": {\n')
        out.writelines(f"{encode(key)}: {encode(value)},\n" for key, value in _head(job).items())
        out.write('"results": [\n')
        begin_object(out, _result(job, reader))
        _write_lists(out, job, reader)
        out.write("\n}\n]\n}\n}\n")


def _write_lists(out: TextIO, job: Job, reader: Reader) -> None:
    """Write what is told of each result, reading the results once: what stands last waits in files."""
    with scratch_folder() as folder, ExitStack() as files:
        waiting = [files.enter_context((folder / name).open("w+", encoding="ascii")) for name in ("risks", "findings")]
        observations, risks, findings = (
            Listed(file, name)
            for file, name in zip((out, *waiting), ("observations", "risks", "findings"), strict=True)
        )
        for result, mark in marked(reader.results(_OBSERVED, limit=job.view.max_findings)):
            told = items(result, mark, job)
            observations.add(told.observation)
            if told.risk is not None:
                risks.add(told.risk)
            if told.finding is not None:
                findings.add(told.finding)
        for satisfied in _satisfied(job):
            findings.add(encode(satisfied))
        for listed in (observations, risks, findings):
            listed.end()
        for file in waiting:
            file.seek(0)
            copyfileobj(file, out)


def _satisfied(job: Job) -> Iterator[dict[str, Any]]:
    """A finding for each rule of which nothing has to be looked at."""
    run = job.run
    for rule in run.info.by_rule:
        numbers = {outcome: run.info.of_rule(rule, outcome) for outcome in Outcome}
        if numbers[Outcome.PASS] and not any(numbers[outcome] for outcome in STATUS):
            yield {
                "uuid": job.uuid("satisfied", rule),
                "title": visible(run.rules[rule].title),
                "description": f"{count(numbers[Outcome.PASS], 'result')}: nothing else was found.",
                "target": target(rule, "satisfied", "pass"),
            }


# ---- what is told once -----------------------------------------------------------------------------------------------


def _head(job: Job) -> dict[str, Any]:
    info = job.run.info
    plan = {
        "uuid": job.uuid("plan", ""),
        "title": "Rules and policy of this run",
        "description": f"Rules {info.rules.version}, {info.rules.selected:,} selected.",
        "props": props({"rules-sha-256": info.rules.hash, "policy-sha-256": info.policy.hash if info.policy else None}),
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
            "props": props({"tool": info.tool.name, "tool-version": info.tool.version, "redacted": job.view.redact}),
            "remarks": ADVICE,
        },
        "import-ap": {"href": f"#{plan['uuid']}"},
        "back-matter": {"resources": [plan, *files]},
    }


def _result(job: Job, reader: Reader) -> dict[str, Any]:
    info = job.run.info
    evaluated = [rule for rule in job.run.rules if rule not in info.not_run]
    reviewed: dict[str, Any] = {"include-controls": [{"control-id": rule} for rule in evaluated]}
    told: dict[str, Any] = {
        "uuid": job.uuid("result", ""),
        "title": f"Check as of {info.as_of}",
        "description": f"{count(info.results, 'result')} of {count(info.rules.evaluated, 'rule')}.",
        "start": job.instant(info.as_of),
        "props": props({f"results-{outcome}": str(number) for outcome, number in info.counts.items()}),
        "reviewed-controls": {"control-selections": [reviewed if evaluated else {"include-all": {}}]},
    }
    most = job.view.max_findings
    left = 0 if most is None else reader.count(_OBSERVED) - most
    return {**told, "remarks": f"{left:,} more results are left out."} if left > 0 else told
