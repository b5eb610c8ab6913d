"""`github` of `validate` and `test`: what is wrong with rule files, as annotations beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TextIO

from compliance_engine.engine.testing import Failure
from compliance_engine.outputs.github import SHOWN, workflow_command
from compliance_engine.problems import Level, Problem

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def write(problems: Iterable[Problem], counts: str, out: TextIO) -> None:
    """Write as many annotations as GitHub shows, how many more there are, and the counts in the last line."""
    written: Counter[Level] = Counter()
    left = 0
    for problem in problems:
        written[problem.level] += 1
        if written[problem.level] > SHOWN:
            left += 1
        else:
            out.write(_line(problem) + "\n")
    if left:
        out.write(f"{left:,} more are not annotated; other outputs list all.\n")
    out.write(counts + "\n")


def failures(found: Iterable[Failure]) -> Iterator[Problem]:
    """Examples that fail, as problems of the files that they stand in."""
    for failure in found:
        rule, example = failure.result.rule, failure.result.example
        code = "engine-disagreement" if failure.disagreement else "failed-example"
        told = "; ".join(line.strip() for line in failure.differences)
        yield Problem(code, f"{rule.id}: {example.title}: {told}", example.position)


def _line(problem: Problem) -> str:
    at = problem.position
    place = {"file": at.file, "line": str(at.line), "col": str(at.column)} if at else {}
    meant = [f'did you mean "{problem.suggestion}"?'] if problem.suggestion else []
    helped = [f"help: {problem.help}"] if problem.help else []
    told = "\n".join([problem.message, *meant, *helped])
    return workflow_command(_COMMANDS[problem.level], {**place, "title": problem.code}, told)
