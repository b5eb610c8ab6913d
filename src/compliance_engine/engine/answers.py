"""What failing examples would have to expect, so that the rules answer it; some must not be changed by a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compliance_engine.engine.examples import Result, same_day
from compliance_engine.engine.testing import Failure
from compliance_engine.language.examples_update import RIGHT, Answer
from compliance_engine.language.outcomes import ANSWERS, matches
from compliance_engine.language.rule import Example

Left = tuple[Example, str]
"""An example that stays as it is, and why."""


def answers(failures: Sequence[Failure]) -> tuple[list[Answer], list[Left]]:
    """The answers to write for every example that shares its place with a failing one, and what is left alone."""
    found: list[Answer] = []
    left: list[Left] = []
    by_place: dict[tuple[str, int, int], list[Failure]] = {}
    for failure in failures:
        place = failure.result.example.position
        by_place.setdefault((place.file, place.line, place.column), []).append(failure)
    for failing in by_place.values():
        if reason := next((why for failure in failing if (why := _kept(failure))), None):
            left += [(failure.result.example, reason) for failure in failing]
        else:
            found += _together(failing)
    return found, left


def _kept(failure: Failure) -> str | None:
    """Why a program may not change an example."""
    result = failure.result
    if failure.disagreement:
        return "SQL and plain values disagree, so there is no answer to write"
    if result.error is not None:
        return "the rule cannot be run"
    if result.example.source is not None:
        return f"it is published ({result.example.source}): the rule must follow it"
    return None


def _together(failing: Sequence[Failure]) -> Iterator[Answer]:
    first = failing[0].result
    results = {id(failure.result.example): failure.result for failure in failing}
    there = [example for example in first.rule.examples if example.position == first.example.position]
    for number, example in enumerate(there):
        if (result := results.get(id(example))) is not None:
            yield Answer(example, number, tuple(_states(result)), tuple(_days(result)))
        else:
            yield Answer(example, number, (None,) * len(example.expect), (RIGHT,) * len(example.due))


def _states(result: Result) -> Iterator[str | None]:
    words = {answer: word for word, answer in ANSWERS.items()} if set(result.example.expect) & set(ANSWERS) else {}
    for number, (_, state, _) in enumerate(result.shown):
        written = result.example.expect[number] if number < len(result.example.expect) else ""
        yield None if matches(written, state) else words.get(state, state.value)


def _days(result: Result) -> Iterator[object]:
    for number, (_, _, day) in enumerate(result.shown):
        written = result.example.due[number] if number < len(result.example.due) else object()
        yield RIGHT if same_day(written, day) else day
