"""How a file was taken: its format, encoding, the character between its cells, and how its days are written."""

from __future__ import annotations

from compliance_engine.outputs.cells import count
from compliance_engine.outputs.view import visible
from compliance_engine.runs.model import Input

_BETWEEN = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SHOWN = 6
"""Headings that are named."""


def taken(file: Input) -> str:
    """One line about a file."""
    said = [visible(file.format)]
    if file.encoding:
        said.append(visible(file.encoding))
    if file.delimiter:
        said.append(f"{_BETWEEN.get(file.delimiter, visible(file.delimiter))} between cells")
    rows = f"{count(file.rows_read, 'row')} read"
    if file.rows_reported:
        rows += f", {file.rows_reported:,} left out"
    days = [f"days {how} ({_some(headings)})" for how, headings in file.dates.items()]
    return f"{visible(file.path)}: {'; '.join([', '.join(said), rows, *days])}"


def _some(headings: tuple[str, ...]) -> str:
    shown = ", ".join(map(visible, headings[:_SHOWN]))
    rest = len(headings) - _SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown
