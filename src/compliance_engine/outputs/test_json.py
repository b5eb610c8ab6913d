"""`compliance test -o json`: the same for programs."""

from __future__ import annotations

import json
from typing import TextIO

from compliance_engine import __version__
from compliance_engine.engine.coverage import Coverage
from compliance_engine.engine.testing import Failure, Mutation, Tested
from compliance_engine.outputs.test_text import percent

FORMAT_VERSION = "1.0"


def write(tested: Tested, minimum: float | None, out: TextIO) -> None:
    """Write one JSON object."""
    content: dict[str, object] = {
        "format_version": FORMAT_VERSION,
        "tool": {"name": "compliance-engine", "version": __version__},
        "counts": {
            "rules": len(tested.rules),
            "tests": tested.examples,
            "passed": tested.examples - len(tested.failures),
            "failed": len(tested.failures),
        },
        "failures": [_failure(failure) for failure in tested.failures],
        "not_run": list(tested.not_run),
        "without_examples": list(tested.bare),
    }
    if tested.coverage is not None:
        reached, items = tested.reached
        content["coverage"] = {
            "reached": reached,
            "items": items,
            "percent": round(percent(tested), 2),
            "minimum": minimum,
            "of": [_coverage(covered) for covered in tested.coverage],
        }
    if tested.mutation is not None:
        content["mutation"] = _mutation(tested.mutation)
    out.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def _failure(failure: Failure) -> dict[str, object]:
    rule, example = failure.result.rule, failure.result.example
    return {
        "rule": rule.id,
        "title": example.title,
        "file": example.position.file,
        "line": example.position.line,
        "disagreement": failure.disagreement,
        "differences": list(failure.differences),
    }


def _coverage(covered: Coverage) -> dict[str, object]:
    missing = [{"group": item.group, "missing": item.missing} for item in covered.items if not item.reached]
    return {"id": covered.id, "reached": covered.reached, "items": len(covered.items), "missing": missing}


def _mutation(mutation: Mutation) -> dict[str, object]:
    return {
        "mutants": mutation.mutants,
        "accepted": mutation.accepted,
        "survivors": [
            {"id": mutant.id, "mutant": mutant.text, "file": mutant.position.file, "line": mutant.position.line}
            for mutant in mutation.survivors
        ],
        "outdated": [{"id": id_, "mutant": text} for id_, text in mutation.outdated],
    }
