"""`xlsx`: the run as a workbook, row by row in bounded memory: days are days, identifiers are texts, no formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import message, wrong_shown
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, department_shown, instance_shown, place_shown, subject_shown
from compliance_engine.outputs.workbook import Cell, Column, Table, write_workbook
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, Result, opened

_FOUND = (Outcome.VIOLATION, Outcome.WAIVED)
_UNDECIDED = (Outcome.UNKNOWN, Outcome.ERROR)

_RESULTS = (
    Column("fingerprint", 36), Column("severity", 10, repeats=True), Column("rule", 32, repeats=True),
    Column("title", 44, repeats=True), Column("outcome", 11, repeats=True), Column("finding", 44),
    Column("about", 18, repeats=True), Column("employer", 12, repeats=True), Column("department", 18, repeats=True),
    Column("subject", 18), Column("instance", 18), Column("starts", 11), Column("due", 11), Column("done", 11),
    Column("days late", 10), Column("file", 32, repeats=True), Column("record", 9), Column("owner", 18, repeats=True),
)  # fmt: skip
_DATA = (
    Column("kind", 22), Column("type", 22), Column("field", 24), Column("file", 32), Column("what is wrong", 70),
    Column("rows", 9), Column("first records", 24),
)  # fmt: skip
_RULES = (
    Column("rule", 32), Column("severity", 10), Column("title", 60), Column("cite", 40), Column("jurisdiction", 13),
    Column("topic", 18), Column("owner", 18), Column("counts", 8), Column("violation", 10), Column("unknown", 10),
    Column("waived", 10), Column("pending", 10), Column("pass", 10), Column("fix", 60), Column("source", 40),
)  # fmt: skip


def render(run: Run, view: View, out: BinaryIO) -> None:
    """Write the workbook."""
    with opened(run, view.key) as reader:
        most = view.max_findings
        tables = (
            Table("Summary", (Column("what", 34), Column("value", 60)), _summary(reader, view)),
            Table("Findings", _RESULTS, _rows(reader.results(_FOUND, limit=most), run, view)),
            Table("Deadlines", _RESULTS, _rows(reader.results([Outcome.PENDING], by="due"), run, view)),
            Table("Unknown", _RESULTS, _rows(reader.results(_UNDECIDED, limit=most), run, view)),
            Table("Data", _DATA, _data(run, view)),
            Table("Rules", _RULES, _rules(run)),
        )
        write_workbook(out, "Compliance check", run.info.as_of, tables)


def _summary(reader: Reader, view: View) -> Iterator[Sequence[Cell]]:
    info = reader.run.info
    yield "as of", info.as_of
    yield "time zone", info.time_zone
    yield "rules", info.rules.version
    yield "rules evaluated", info.rules.evaluated
    yield "policy", info.policy.name if info.policy is not None else ""
    yield "rows read", sum(file.rows_read for file in info.inputs)
    yield "rows reported", sum(file.rows_reported for file in info.inputs)
    for outcome, number in info.counts.items():
        yield str(outcome), number
    for name, outcomes in (("findings", _FOUND), ("unknown", _UNDECIDED)):
        total = reader.count(outcomes)
        if view.max_findings is not None and total > view.max_findings:
            yield f"{name} left out (--max-findings)", total - view.max_findings
    yield "identifiers", {"none": "shown", "ids": "hashed or left out", "all": "left out"}[view.redact]
    yield "notice", ADVICE


def _rows(results: Iterable[Result], run: Run, view: View) -> Iterator[Sequence[Cell]]:
    for result in results:
        card = run.rules[result.rule]
        file, record = place_shown(result, view)
        ended = result.done or run.info.as_of
        late = (ended - result.due).days if result.due is not None and result.outcome is Outcome.VIOLATION else 0
        employer = result.employer if view.redact == "none" else None
        mark = f"f-{result.fingerprint}" if result.fingerprint is not None else None
        yield (
            mark, card.severity, result.rule, card.title, str(result.outcome), message(result, run), result.about,
            employer, department_shown(result, view), subject_shown(result, view), instance_shown(result, run, view),
            result.starts, result.due, result.done, late if late > 0 and card.kind != "retention" else None, file,
            record, card.owner,
        )  # fmt: skip


def _data(run: Run, view: View) -> Iterator[Sequence[Cell]]:
    for wrong in run.info.data_findings:
        records = "" if view.redact == "all" else ", ".join(map(str, wrong.records))
        yield wrong.kind, wrong.type, wrong.field, wrong.file, wrong_shown(wrong, view), wrong.count, records
    for problem in run.info.problems:
        yield problem.code, "", "", problem.file, problem.message, None, str(problem.line or "")


def _rules(run: Run) -> Iterator[Sequence[Cell]]:
    listed = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.WAIVED, Outcome.PENDING, Outcome.PASS)
    for rule, card in sorted(run.rules.items()):
        yield (
            rule, card.severity, card.title, card.cite, card.jurisdiction, card.topic, card.owner,
            "yes" if card.decides else "no", *(run.info.of_rule(rule, outcome) for outcome in listed), card.fix,
            card.source,
        )  # fmt: skip
