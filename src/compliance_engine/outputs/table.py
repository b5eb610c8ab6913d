"""`table`: findings in aligned columns, for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TextIO

from compliance_engine.outputs.cells import heading, message, place, short, who
from compliance_engine.outputs.concise import LISTED, left
from compliance_engine.outputs.text import BOLD, paint, severity_colour, totals
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened

COLUMNS = ("severity", "rule", "subject", "finding", "file:row", "fingerprint")
_MEASURED = 1_000
"""Rows whose cells decide how wide columns are; what is wider further down moves its row."""
_GAP = "  "
_LEAST = 8
"""Columns that a cell keeps however narrow the terminal is."""
_Row = tuple[str | None, list[str]]


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the table, the worst first, and the counts."""
    with opened(run, view.key) as reader:
        rows = _rows(reader, view)
        first = list(islice(rows, _MEASURED))
        if first:
            out.writelines(line + "\n" for line in _lines(first, chain(first, rows), view))
            cut = left(reader, view)
            out.write(f"{cut}\n\n" if cut else "\n")
    out.writelines(line + "\n" for line in totals(run))


def _rows(reader: Reader, view: View) -> Iterator[_Row]:
    run = reader.run
    for result in reader.results(LISTED, limit=view.max_findings, group=view.group_by):
        named = [run.rules[result.rule].severity, result.rule, who(result, run, view), message(result, run)]
        yield heading(result, run, view), [*named, place(result, view), short(result, reader)]


def _lines(measured: Sequence[_Row], rows: Iterator[_Row], view: View) -> Iterator[str]:
    used = [n for n in range(len(COLUMNS)) if any(cells[n] for _, cells in measured)]
    widths = [max(wide(COLUMNS[n]), *(wide(cells[n]) for _, cells in measured)) for n in used]
    limits = fitted(widths, view.width)
    yield paint(_line([COLUMNS[n] for n in used], limits, cut=True), BOLD, view)
    before = None
    for group, cells in rows:
        if group != before:
            yield ""
            yield paint(group or "", BOLD, view)
            before = group
        line = _line([cells[n] for n in used], limits, cut=view.width is not None)
        severity = cells[0]
        yield paint(severity, severity_colour(severity), view) + line[len(severity) :] if view.colour else line


def _line(cells: Sequence[str], widths: Sequence[int], *, cut: bool) -> str:
    shown = [_cut(cell, width) if cut else cell for cell, width in zip(cells, widths, strict=True)]
    padded = (cell + " " * (width - wide(cell)) for cell, width in zip(shown, widths, strict=True))
    return _GAP.join(padded).rstrip()


def fitted(widths: Sequence[int], terminal: int | None) -> list[int]:
    """Widths of columns that fit a terminal side by side: the widest one gives way first."""
    fit = list(widths)
    while terminal is not None and sum(fit) + len(_GAP) * (len(fit) - 1) > terminal and max(fit) > _LEAST:
        fit[fit.index(max(fit))] -= 1
    return fit


def wide(text: str) -> int:
    """Columns that a text takes on a terminal: two for a wide character of East Asia, none for a mark on another."""
    if text.isascii():
        return len(text)
    return sum(_wide(character) for character in text)


def _wide(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _cut(text: str, width: int) -> str:
    if wide(text) <= width:
        return text
    kept, room = "", width - 1
    for character in text:
        room -= _wide(character)
        if room < 0:
            break
        kept += character
    return f"{kept}…"
