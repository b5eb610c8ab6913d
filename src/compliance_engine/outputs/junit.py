"""`junit`: a test report in the form that JUnit made common, for the test pages of CI systems.

A suite for each rule with one case, in which the findings are listed: tens of thousands of cases, one for each subject,
choke CI systems. They can be asked for (`View.per_subject`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from compliance_engine.language.outcomes import Outcome
from compliance_engine.language.rule import SEVERITIES
from compliance_engine.outputs.cells import count, place, short, who, wrong_shown
from compliance_engine.outputs.located import sentence
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, visible
from compliance_engine.outputs.waived import justification
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, Result, opened

EACH = 100
"""Findings of a rule and an outcome that are listed in its case."""
_LISTED = (Outcome.VIOLATION, Outcome.ERROR, Outcome.UNKNOWN, Outcome.WAIVED)
_CASES = (*_LISTED, Outcome.PENDING)
_UNDECIDED = (Outcome.UNKNOWN, Outcome.ERROR)


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the report: a suite for the data, then one for each rule, the gravest first."""
    with opened(run, view.key) as reader:
        suites = _by_subject(reader, view) if view.per_subject else _by_rule(reader, view)
        out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f"<testsuites name={_quoted(f'compliance as of {run.info.as_of}')}>\n")
        out.writelines(line + "\n" for line in _data(run, view))
        out.writelines(line + "\n" for line in suites)
        out.write("</testsuites>\n")


# ---- the data --------------------------------------------------------------------------------------------------------


def _data(run: Run, view: View) -> Iterator[str]:
    """What is wrong with the data makes the answer incomplete, so it is an error."""
    lines = [f"{problem.level}: {problem.message}" for problem in run.info.problems if problem.level != "note"]
    for wrong in run.info.data_findings:
        what = f"{wrong.type}.{wrong.field}" if wrong.field else wrong.type
        lines.append(f"{wrong.file} {what}: {wrong_shown(wrong, view)} ({count(wrong.count, 'row')})")
    known = run.info.baseline.known_data if run.info.baseline is not None else 0
    new, skipped = int(len(lines) > known), int(bool(lines) and len(lines) <= known)
    told = f"{count(len(lines), 'finding')}{_of_baseline(known)}"
    yield f'<testsuite name="data" tests="1" failures="0" errors="{new}" skipped="{skipped}">'
    yield from _case("data", "The records can be read", _part("error" if new else "skipped", "data", told, lines))
    yield "</testsuite>"


# ---- a case for each rule --------------------------------------------------------------------------------------------


def _by_rule(reader: Reader, view: View) -> Iterator[str]:
    run = reader.run
    listed = {outcome: _lines(reader, outcome, view) for outcome in _LISTED}
    for rule in sorted(run.rules, key=lambda rule: (-SEVERITIES.index(run.rules[rule].severity), rule)):
        name, part = _verdict(rule, run, view, {outcome: lines.get(rule, []) for outcome, lines in listed.items()})
        counts = " ".join(f'{kind}="{int(name == each)}"' for kind, each in _KINDS)
        yield f'<testsuite name={_quoted(rule)} tests="1" {counts}>'
        yield from _properties(rule, run)
        yield from _case(rule, run.rules[rule].title, part)
        yield from _counts(rule, run)
        yield "</testsuite>"


_KINDS = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def _lines(reader: Reader, outcome: Outcome, view: View) -> dict[str, list[str]]:
    """The first findings of each rule, a line each."""
    lines: dict[str, list[str]] = {}
    if reader.run.info.counts[outcome]:
        each = EACH if view.max_findings is None else view.max_findings
        for result in reader.results([outcome], group="rule", each=each):
            lines.setdefault(result.rule, []).append(_line(result, reader, view))
    return lines


def _verdict(rule: str, run: Run, view: View, lines: dict[Outcome, list[str]]) -> tuple[str, list[str]]:
    """What a rule's case is: violations come before what cannot be told, as in the exit code."""
    info = run.info
    numbers = {outcome: info.of_rule(rule, outcome) for outcome in _LISTED}
    undecided = numbers[Outcome.UNKNOWN] + numbers[Outcome.ERROR]
    told = [line for outcome in _LISTED for line in _cut(lines[outcome], numbers[outcome])]
    if not run.rules[rule].decides and (numbers[Outcome.VIOLATION] or undecided or rule in info.errors):
        found = f"{count(numbers[Outcome.VIOLATION], 'violation')}, {undecided:,} cannot be told"
        return "skipped", _part("skipped", "unconfirmed", f"Checked from memory only: {found}", told)
    known = {outcome: info.known(rule, outcome) for outcome in (Outcome.VIOLATION, Outcome.UNKNOWN)}
    broken = f"{count(numbers[Outcome.VIOLATION], 'violation')}{_of_baseline(known[Outcome.VIOLATION])}"
    untold = f"{count(undecided, 'result')} cannot be told{_of_baseline(known[Outcome.UNKNOWN])}"
    if numbers[Outcome.VIOLATION] > known[Outcome.VIOLATION]:
        return "failure", _part("failure", run.rules[rule].severity, broken, told)
    if rule in info.errors:
        return "error", _part("error", "error", f"The rule failed ({info.errors[rule]})", told or ["no result"])
    if undecided > known[Outcome.UNKNOWN]:
        return "error", _part("error", "unknown", untold, told)
    if known[Outcome.VIOLATION] or undecided:
        return "skipped", _part("skipped", "known", f"{broken}, {untold}", told)
    if numbers[Outcome.WAIVED]:
        return "skipped", _part("skipped", "waived", justification(rule, run, view), told)
    if rule in info.not_run:
        return "skipped", _part("skipped", "not-run", f"Not evaluated: {info.not_run[rule]}", ["no result"])
    return "passed", []


def _of_baseline(known: int) -> str:
    """How many of some findings the baseline has, which then decide nothing."""
    return f" ({known:,} in the baseline)" if known else ""


def _cut(lines: list[str], number: int) -> list[str]:
    return [*lines, f"{number - len(lines):,} more"] if number > len(lines) else lines


# ---- a case for each subject -----------------------------------------------------------------------------------------


def _by_subject(reader: Reader, view: View) -> Iterator[str]:
    run = reader.run
    rest = dict.fromkeys(run.rules)
    for rule, results in groupby(reader.results(_CASES, group="rule"), key=lambda result: result.rule):
        del rest[rule]
        decides = run.rules[rule].decides
        numbers = {outcome: run.info.of_rule(rule, outcome) for outcome in _CASES}
        new = {outcome: number - run.info.known(rule, outcome) for outcome, number in numbers.items()}
        failures = new[Outcome.VIOLATION] if decides else 0
        errors = sum(new[outcome] for outcome in _UNDECIDED) if decides else 0
        skipped = sum(numbers.values()) - numbers[Outcome.PENDING] - failures - errors
        counts = f'tests="{sum(numbers.values())}" failures="{failures}" errors="{errors}" skipped="{skipped}"'
        yield f"<testsuite name={_quoted(rule)} {counts}>"
        yield from _properties(rule, run)
        for number, result in enumerate(results, start=1):
            yield from _case(rule, _named(result, number, run, view), _single(result, reader, view))
        yield from _counts(rule, run)
        yield "</testsuite>"
    for rule in rest:
        reason = run.info.not_run.get(rule)
        skipped = int(reason is not None)
        yield f'<testsuite name={_quoted(rule)} tests="{skipped}" failures="0" errors="0" skipped="{skipped}">'
        yield from _properties(rule, run)
        if reason is not None:
            part = _part("skipped", "not-run", f"Not evaluated: {reason}", ["no result"])
            yield from _case(rule, run.rules[rule].title, part)
        yield from _counts(rule, run)
        yield "</testsuite>"


def _named(result: Result, number: int, run: Run, view: View) -> str:
    """What a case is called: subject and place as far as they may be shown, and a number that no other one has."""
    return " ".join(part for part in (f"{number:,}", who(result, run, view), place(result, view)) if part)


def _single(result: Result, reader: Reader, view: View) -> list[str]:
    run = reader.run
    line = _line(result, reader, view)
    if result.outcome is Outcome.PENDING:
        return []
    if result.outcome is Outcome.WAIVED:
        return _part("skipped", "waived", justification(result.rule, run, view), [line])
    if not run.rules[result.rule].decides:
        return _part("skipped", "unconfirmed", "Checked from memory only", [line])
    if result.known:
        return _part("skipped", "known", "In the baseline", [line])
    name = "failure" if result.outcome is Outcome.VIOLATION else "error"
    return _part(name, result.state, sentence(result, run, view), [line])


# ---- elements --------------------------------------------------------------------------------------------------------


def _line(result: Result, reader: Reader, view: View) -> str:
    mark, shown = short(result, reader), place(result, view)
    parts = [f"{shown}:" if shown else "", sentence(result, reader.run, view), f"[{mark}]" if mark else ""]
    return " ".join(part for part in parts if part)


def _properties(rule: str, run: Run) -> Iterator[str]:
    card = run.rules[rule]
    told = {"title": card.title, "citation": card.cite, "source": card.source, "severity": card.severity}
    told |= {"jurisdiction": card.jurisdiction, "fix": card.fix, "notice": ADVICE}
    yield "<properties>"
    yield from (f"<property name={_quoted(name)} value={_quoted(value)}/>" for name, value in told.items() if value)
    yield "</properties>"


def _counts(rule: str, run: Run) -> Iterator[str]:
    """All outcomes of a rule, those too that no case lists."""
    numbers = {outcome: run.info.of_rule(rule, outcome) for outcome in Outcome}
    told = ", ".join(f"{number:,} {outcome}" for outcome, number in numbers.items() if number)
    yield f"<system-out>{_text(told or 'no results')}</system-out>"


def _case(rule: str, name: str, part: list[str]) -> Iterator[str]:
    opening = f"<testcase classname={_quoted(rule)} name={_quoted(name)}"
    if not part:
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    yield from part
    yield "</testcase>"


def _part(name: str, kind: str, message: str, lines: list[str]) -> list[str]:
    """An element that tells why a case has not passed; none where there is nothing to tell."""
    if not lines:
        return []
    opening = f"<{name} type={_quoted(kind)} message={_quoted(message)}>"
    return [opening, *map(_text, lines), f"</{name}>"]


def _quoted(text: str) -> str:
    return quoteattr(visible(text))


def _text(text: str) -> str:
    """A text that XML can hold: what is not printable is written out."""
    return escape(visible(text))
