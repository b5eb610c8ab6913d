"""Read the header: the names of the columns, and what is wrong with them."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.delimiter import CANDIDATES
from compliance_engine.records.read.report import Fault, file_problem
from compliance_engine.records.read.rows import records


@dataclass(frozen=True)
class Header:
    """Names in the first record that is not blank, the line it starts on, and whether it is that line alone."""

    names: tuple[str, ...]
    line: int
    on_one_line: bool


def read_header(path: Path, text: Path, delimiter: str) -> tuple[Header | None, list[Problem]]:
    """Read the header of a UTF-8 text. Names are not repeated in problems: a file without header has data there."""
    with text.open(encoding="utf-8-sig", newline="") as file:
        line, cells = next((record for record in records(file, delimiter) if record[1] != []), (1, []))
    if isinstance(cells, Fault):
        return None, [file_problem(path, "bad-header", f"the header cannot be read: {cells.value[1]}", line=line)]
    if not cells:
        return None, [file_problem(path, "empty-file", "the file has only blank lines: no header and no rows")]
    on_one_line = not any("\n" in cell or "\r" in cell for cell in cells)
    header = Header(tuple(cell.strip("\ufeff \t\r\n\xa0") for cell in cells), line, on_one_line)
    starts = _cell_starts(text, header, delimiter)
    return header, [*_unusable_names(path, header, starts), *_lone_column(path, header, delimiter)]


def _unusable_names(path: Path, header: Header, starts: list[int]) -> list[Problem]:
    places: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(header.names):
        places[name].append(index)
    problems = []
    for index in places.pop("", []):
        message = f"column {index + 1} has no name; no field can be read from it"
        level = Level.WARNING
        problems.append(
            file_problem(path, "blank-column-name", message, line=header.line, column=starts[index], level=level)
        )
    for first, *others in places.values():
        for index in others:
            message = f"columns {first + 1} and {index + 1} have the same name; which one is meant cannot be told"
            problems.append(
                file_problem(path, "duplicate-column-name", message, line=header.line, column=starts[index])
            )
    return problems


def _lone_column(path: Path, header: Header, delimiter: str) -> list[Problem]:
    """Warn if a single column smells of another delimiter than the stated one."""
    others = [name for mark, name in CANDIDATES.items() if mark != delimiter and mark in header.names[0]]
    if len(header.names) > 1 or not others:
        return []
    message = f"the header is a single cell and has a {others[0]} in it; check the delimiter in the source profile"
    return [file_problem(path, "single-column", message, line=header.line, level=Level.WARNING)]


def _cell_starts(text: Path, header: Header, delimiter: str) -> list[int]:
    """Find the column of the line at which each cell of the header begins, or 1 where lines break inside a cell."""
    starts, quoted = [1], False
    if header.on_one_line:
        with text.open(encoding="utf-8-sig", newline="") as file:
            for _ in range(header.line):
                line = file.readline()
        for column, character in enumerate(line, start=1):
            if character == '"':
                quoted = not quoted
            elif character == delimiter and not quoted:
                starts.append(column + 1)
    return starts if len(starts) == len(header.names) else [1] * len(header.names)
