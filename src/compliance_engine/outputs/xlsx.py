"""`xlsx`: the run as a workbook, row by row in bounded memory: days are days, identifiers are texts, no formulas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, count, islice
from typing import BinaryIO

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from compliance_engine.language.outcomes import Outcome
from compliance_engine.leftovers import scratch_folder
from compliance_engine.outputs.cells import message, wrong_shown
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, department_shown, instance_shown, place_shown, subject_shown, visible
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, Result, opened

ROWS = 1_048_576
"""Rows that a sheet can have; what is more goes on in a further sheet."""
SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
"""Rows leave memory once they are written, and texts stay texts whatever they look like."""
_LONGEST = 32_767
"""Characters that a cell can have."""
_FIRST_DAY = date(1900, 3, 1)
"""Workbooks know no day before 1900, and count a 29 February that it did not have."""
_FOUND = (Outcome.VIOLATION, Outcome.WAIVED)
_UNDECIDED = (Outcome.UNKNOWN, Outcome.ERROR)
Cell = str | int | float | date | None
Column = tuple[str, int]
"""Title and width in characters."""

RESULTS: tuple[Column, ...] = (
    ("fingerprint", 36), ("severity", 10), ("rule", 32), ("title", 44), ("outcome", 11), ("finding", 44), ("about", 18),
    ("employer", 12), ("department", 18), ("subject", 18), ("instance", 18), ("starts", 11), ("due", 11), ("done", 11),
    ("days late", 10), ("file", 32), ("record", 9), ("owner", 18),
)  # fmt: skip
_DATA: tuple[Column, ...] = (
    ("kind", 22), ("type", 22), ("field", 24), ("file", 32), ("what is wrong", 70), ("rows", 9), ("first records", 24),
)  # fmt: skip
_RULES: tuple[Column, ...] = (
    ("rule", 32), ("severity", 10), ("title", 60), ("cite", 40), ("jurisdiction", 13), ("topic", 18), ("owner", 18),
    ("counts", 8), ("violation", 10), ("unknown", 10), ("waived", 10), ("pending", 10), ("pass", 10), ("fix", 60),
    ("source", 40),
)  # fmt: skip


def render(run: Run, view: View, out: BinaryIO) -> None:
    """Write the workbook."""
    # Sheets wait in files that go if the process is ended, and nothing tells when the workbook was made.
    with opened(run, view.key) as reader, scratch_folder() as folder:
        book = Workbook(out, {**SAFE, "tmpdir": str(folder)})
        book.use_zip64()
        book.set_properties({"title": "Compliance check", "created": datetime.combine(run.info.as_of, time())})
        sheets = Sheets(book)
        sheets.write("Summary", (("what", 34), ("value", 60)), _summary(reader, view))
        sheets.write("Findings", RESULTS, _rows(reader.results(_FOUND, limit=view.max_findings), run, view))
        sheets.write("Deadlines", RESULTS, _rows(reader.results([Outcome.PENDING], by="due"), run, view))
        sheets.write("Unknown", RESULTS, _rows(reader.results(_UNDECIDED, limit=view.max_findings), run, view))
        sheets.write("Data", _DATA, _data(run, view))
        sheets.write("Rules", _RULES, _rules(run))
        book.close()


class Sheets:
    """The workbook with the looks of its cells."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bottom": 1})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._text = book.add_format({"num_format": "@"})

    def write(self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        """Write a table, on as many sheets as its rows need."""
        left = iter(rows)
        for number in count(1):
            first = next(left, None)
            if first is None and number > 1:
                return
            begun = () if first is None else (first,)
            self._sheet(f"{title} {number}" if number > 1 else title, columns, chain(begun, islice(left, ROWS - 2)))

    def _sheet(self, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        sheet = self._book.add_worksheet(title)
        for at, (name, width) in enumerate(columns):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, name, self._head)
        sheet.freeze_panes(1, 0)
        last = 0
        for last, cells in enumerate(rows, start=1):
            for at, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(last, at, _plain(cell), self._text)
                elif isinstance(cell, date) and cell < _FIRST_DAY:
                    sheet.write_string(last, at, cell.isoformat(), self._text)
                elif isinstance(cell, date):
                    sheet.write_datetime(last, at, datetime.combine(cell, time()), self._day)
                elif cell is not None:
                    sheet.write_number(last, at, cell)
        sheet.autofilter(0, 0, last, len(columns) - 1)


def _plain(text: str) -> str:
    """A text as it is written: what is not printable escaped, and cut to what a cell can have.

    The library takes a text between `<r>` and `</r>` for a part of the file and writes it as it stands, with formulas.
    """
    shown = visible(text)
    if shown.startswith("<r>") and shown.endswith("</r>"):
        shown += " "
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


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
