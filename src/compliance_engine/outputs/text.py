"""`text`: the run for somebody at a terminal or in a log, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import TextIO, TypeVar

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import count, heading, message, wrong_shown
from compliance_engine.outputs.taken import taken
from compliance_engine.outputs.view import View, instance_shown, place_shown, subject_shown, visible
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import DataWrong, LoadProblem, RuleCard
from compliance_engine.runs.read import Reader, Result, opened

ADVICE = "Not legal advice: a person who knows the law decides what to do."
LONGEST_CLOCK = 160
"""Characters of a clock in words that text shows of a rule."""
_GROUPS = 20
"""Causes and data findings that are listed; -v lists all."""
_DEADLINES = 10
_SOON = 30
"""Days ahead in which the end of a waiver is told."""
_NAMED = 3
"""Rules and rows that are named in a group."""
_ONE = {Outcome.NOT_APPLICABLE: "not applicable"}
_MANY = {**_ONE, Outcome.VIOLATION: "violations", Outcome.ERROR: "errors"}
_RED, _YELLOW, BOLD = "31", "33", "1"
T = TypeVar("T")


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the run as text."""
    with opened(run, view.key) as reader:
        out.writelines(line + "\n" for line in _lines(reader, view))


def _lines(reader: Reader, view: View) -> Iterator[str]:
    run = reader.run
    yield _header(run)
    for title, lines in (
        ("Violations", _violations(reader, view)),
        ("Cannot be told", _unknowns(run, view)),
        ("Wrong with the data", wrong_with_data(run, view)),
        (f"Due in the next {view.within_days} days", _deadlines(reader, view)),
        ("Not evaluated", _not_run(run) if view.verbose else ()),
        ("Files as they were taken", _taken(run, view) if view.verbose else ()),
    ):
        section = iter(lines)
        first = next(section, None)
        if first is not None:
            yield ""
            yield paint(title, BOLD, view)
            yield first
            yield from section
    yield ""
    yield from totals(run)


def _header(run: Run) -> str:
    info = run.info
    rows = sum(file.rows_read for file in info.inputs)
    rules = f"rules {info.rules.version} ({info.rules.evaluated:,} of {count(info.rules.selected, 'rule')} evaluated)"
    return "   ".join(
        (
            "compliance check",
            f"as of {info.as_of} ({info.time_zone})",
            rules,
            f"{count(len(info.inputs), 'file')}, {count(rows, 'row')}",
        )
    )


# ---- violations ------------------------------------------------------------------------------------------------------


def _violations(reader: Reader, view: View) -> Iterator[str]:
    total = reader.count([Outcome.VIOLATION])
    results = reader.results([Outcome.VIOLATION], limit=view.max_findings, group=view.group_by)
    if view.group_by in ("subject", "department"):
        yield from _grouped(results, reader, view)
    else:
        yield from _by_rule(results, reader, view)
    if view.max_findings is not None and total > view.max_findings:
        yield ""
        yield f"  … {total - view.max_findings:,} more of {total:,} violations are not shown; see --max-findings"


def _grouped(results: Iterator[Result], reader: Reader, view: View) -> Iterator[str]:
    """Violations of each subject or department, each with its rule."""
    for number, (group, found) in enumerate(groupby(results, key=lambda result: heading(result, reader.run, view))):
        if number:
            yield ""
        yield paint(group or "", BOLD, view)
        for result in found:
            severity = reader.run.rules[result.rule].severity
            told = [paint(severity, severity_colour(severity), view), result.rule, *_finding(result, reader, view)]
            yield "  " + "  ".join(told)


def _by_rule(results: Iterator[Result], reader: Reader, view: View) -> Iterator[str]:
    for number, (rule, group) in enumerate(groupby(results, key=lambda result: result.rule)):
        if number:
            yield ""
        yield from _rule_lines(rule, reader.run.rules[rule], view)
        for result in group:
            yield "  " + "  ".join(_finding(result, reader, view))


def _rule_lines(rule: str, card: RuleCard, view: View) -> Iterator[str]:
    doubt = "" if card.decides else "  (unconfirmed: checked from memory only)"
    severity = paint(card.severity, severity_colour(card.severity), view)
    yield f"{paint(rule, BOLD, view)}  {severity}  {visible(card.title)}{doubt}"
    yield f"  law: {visible(card.cite)}"
    if card.due:
        yield f"  due: {_short(visible(card.due), rule)}"
    if card.fix:
        yield f"  fix: {visible(card.fix)}"


def _finding(result: Result, reader: Reader, view: View) -> list[str]:
    parts = [*_who(result, reader.run, view), message(result, reader.run)]
    if result.fingerprint is not None:
        parts.append(f"f-{result.fingerprint[: reader.shown]}")
    return parts


def _who(result: Result, run: Run, view: View) -> list[str]:
    employer = "" if result.employer == "main" or view.redact != "none" else f"{result.employer}: "
    subject = subject_shown(result, view)
    instance = instance_shown(result, run, view)
    file, record = place_shown(result, view)
    parts = [visible(employer + subject)] if subject else []
    parts += [f"[{visible(instance)}]"] if instance else []
    parts += [f"{visible(file)}:{record}"] if file else []
    return parts or ["(not shown)"]


# ---- what is not known -----------------------------------------------------------------------------------------------


def _unknowns(run: Run, view: View) -> Iterator[str]:
    yield from (
        f"  {rule}: the rule failed ({kind}); {count(run.info.of_rule(rule, Outcome.ERROR), 'result')}"
        for rule, kind in run.info.errors.items()
    )
    undecided = [rule for rule in run.info.by_rule if run.info.of_rule(rule, Outcome.UNKNOWN)]
    if not undecided:
        return
    total = run.info.counts[Outcome.UNKNOWN]
    yield f"  {count(total, 'result')} of {count(len(undecided), 'rule')} cannot be decided. What is not known:"
    by_fact: dict[str, dict[str, int]] = {}
    for cause in run.info.causes:
        by_fact.setdefault(cause.fact, {})[cause.rule] = cause.results
    causes = sorted(by_fact.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    for fact, rules in _first(causes, view):
        worst = sorted(rules, key=lambda rule: (-rules[rule], rule))
        results = count(sum(rules.values()), "result")
        yield f"  {visible(fact)}: {results} of {count(len(rules), 'rule')} ({_some(worst)})"
    if hidden := len(causes) - len(_first(causes, view)):
        yield f"  … and {count(hidden, 'more cause')}; -v shows all"


def wrong_with_data(run: Run, view: View) -> Iterator[str]:
    """What reading met and what is wrong with the records, each on a line that begins with blanks."""
    yield from (f"  {_met(problem, view)}" for problem in run.info.problems if problem.level != "note")
    findings = sorted(run.info.data_findings, key=lambda f: (-f.row_lost, -f.count, f.file, f.type, f.field, f.kind))
    for finding in _first(findings, view):
        yield f"  {_data_line(finding, view)}"
    if hidden := len(findings) - len(_first(findings, view)):
        yield f"  … and {count(hidden, 'more finding')}; -v shows all"


def _met(problem: LoadProblem, view: View) -> str:
    file = f"{visible(problem.file)}:{problem.line}  " if problem.file and view.redact != "all" else ""
    return f"{file}{visible(problem.message)}"


def _data_line(finding: DataWrong, view: View) -> str:
    what = f"{finding.type}.{finding.field}" if finding.field else finding.type
    rows = count(finding.count, "row")
    if finding.records and view.redact != "all":
        numbers = [str(record) for record in finding.records[:_NAMED]]
        more = ", …" if finding.count > len(numbers) else ""
        rows += f": {', '.join(numbers)}{more}"
    where = f"{visible(finding.file)}  " if finding.file and view.redact != "all" else ""
    return f"{where}{what}: {wrong_shown(finding, view)} ({rows})"


# ---- what comes next -------------------------------------------------------------------------------------------------


def _deadlines(reader: Reader, view: View) -> Iterator[str]:
    until = reader.run.info.as_of + timedelta(days=view.within_days)
    total = reader.count([Outcome.PENDING], until=until)
    for result in reader.results([Outcome.PENDING], by="due", until=until, limit=_DEADLINES):
        yield "  " + "  ".join([str(result.due), result.rule, *_who(result, reader.run, view)])
    if total > _DEADLINES:
        yield f"  … and {total - _DEADLINES:,} more"


def _not_run(run: Run) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for rule, reason in run.info.not_run.items():
        reasons.setdefault(reason, []).append(rule)
    for reason, rules in sorted(reasons.items()):
        yield f"  {reason}: {', '.join(rules)}"


def _taken(run: Run, view: View) -> Iterator[str]:
    """As what each file was read, and what of it was not needed."""
    yield from (f"  {taken(file)}" for file in run.info.inputs)
    yield from (f"  {_met(problem, view)}" for problem in run.info.problems if problem.level == "note")


def totals(run: Run) -> Iterator[str]:
    """The last lines: results by outcome, waivers that end soon, and that this is not legal advice."""
    parts = []
    for outcome in Outcome:
        number = run.info.counts[outcome]
        parts.append(f"{number:,} {(_ONE if number == 1 else _MANY).get(outcome, outcome)}")
    if not run.info.counts[Outcome.VIOLATION] and run.info.results:
        yield "No violations."
    if not run.info.results:
        yield "Nothing was evaluated."
    if run.info.data_findings:
        parts.append(f"{count(len(run.info.data_findings), 'data finding')}")
    yield " · ".join(parts)
    yield from _against_baseline(run)
    soon = [
        waiver for waiver in run.info.waivers if waiver.results and (waiver.expires_on - run.info.as_of).days <= _SOON
    ]
    if soon:
        first = min(waiver.expires_on for waiver in soon)
        yield f"{count(len(soon), 'waiver')} in use will expire within {_SOON} days, the first on {first}."
    yield ADVICE


def _against_baseline(run: Run) -> Iterator[str]:
    """How much of it is new, and what of the baseline is not there any more."""
    baseline = run.info.baseline
    if baseline is None:
        return
    told = []
    for outcome in (Outcome.VIOLATION, Outcome.UNKNOWN):
        known = sum(counts.get(outcome, 0) for counts in baseline.known.values())
        told.append((run.info.counts[outcome], known, _MANY.get(outcome, outcome)))
    told.append((len(run.info.data_findings), baseline.known_data, "data findings"))
    new = " · ".join(f"{total - number:,} {noun} new, {number:,} known" for total, number, noun in told)
    yield f"Against the baseline of {baseline.as_of}: {new}"
    if not baseline.gone:
        return
    rules: dict[str, int] = {}
    for gone in baseline.gone:
        rules[gone.rule] = rules.get(gone.rule, 0) + 1
    listed = _some(f"{rule} {number:,}" for rule, number in sorted(rules.items()))
    yield f"{count(len(baseline.gone), 'known finding')} can be removed from the baseline: {listed}"


# ---- words -----------------------------------------------------------------------------------------------------------


def _first(items: list[T], view: View) -> list[T]:
    return items if view.verbose else items[:_GROUPS]


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f", and {len(listed) - _NAMED:,} more" if len(listed) > _NAMED else ""
    return ", ".join(listed[:_NAMED]) + more


def _short(words: str, rule: str) -> str:
    """Words that fit beside the findings; a long clock is cut, and it is said where the whole stands."""
    if len(words) <= LONGEST_CLOCK:
        return words
    return f"{words[:LONGEST_CLOCK].rsplit(' ', 1)[0]} …   whole: compliance rules show {rule}"


def severity_colour(severity: str) -> str:
    """The colour that a severity has on a terminal."""
    return _RED if severity in ("critical", "high") else _YELLOW


def paint(text: str, code: str, view: View) -> str:
    """The text in a colour, where colours are wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if view.colour else text
