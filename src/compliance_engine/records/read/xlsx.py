"""Read one sheet of an XLSX workbook: the stored values, by the type of each cell and never by its looks.

Records are numbered as the rows of the sheet are. A text keeps its digits; a number that is formatted to show leading
zeros has none. Lines above the header are passed over only if each is a single cell and the header cannot be mistaken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import python_calamine

from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.clean import load_clean, write_clean
from compliance_engine.records.read.report import CELL_LIMIT, Fault, RowReport, file_problem
from compliance_engine.records.read.workbook import BROKEN, LimitError, Seen, Sheet, broken, look_through

Cell = int | float | str | bool | time | date | timedelta
Row = list[Cell]
Read = tuple[tuple[str, ...], int, int, int]
"""Names of the columns, row of the header, rows read, rows reported."""
_EXACT = 1 << 53
_TITLE_ROWS = 50


def read_sheet(
    connection: duckdb.DuckDBPyConnection, path: Path, sheet: Sheet, table: str, clean: Path
) -> tuple[Read | None, list[Problem]]:
    """Read a sheet into a table.

    Raises:
        duckdb.Error: DuckDB cannot hold the rows. Its message may quote them.
    """
    try:
        seen = look_through(path, sheet)
        rows = _open(path, sheet)
    except LimitError as error:
        return None, [file_problem(path, "unpacks-too-large", _of(sheet, str(error)))]
    except (*BROKEN, python_calamine.CalamineError):
        return None, [broken(path)]
    if rows is None:
        return None, [broken(path)]
    return _read(connection, path, sheet, table, clean, seen, rows)


def _open(path: Path, sheet: Sheet) -> Iterator[Row] | None:
    """The rows of a sheet from its first line on; None if the library gives up."""
    try:
        return python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name(sheet.name).iter_rows()
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # how the library fails over some damage; no Exception
            return None
        raise


def _read(
    connection: duckdb.DuckDBPyConnection, path: Path, sheet: Sheet, table: str, clean: Path, seen: Seen,
    rows: Iterator[Row],
) -> tuple[Read | None, list[Problem]]:  # fmt: skip
    numbered = enumerate(rows, start=1)
    header, skipped = _header(numbered, seen)
    if header is None:
        if not skipped:
            return None, [file_problem(path, "empty-file", _of(sheet, "no cell is filled: no header and no rows"))]
        message = _of(sheet, "which row is the header cannot be told; it must be the first, or follow a title")
        return None, [file_problem(path, "unclear-header", message, line=skipped[0])]
    at, names = header
    problems = _names(path, sheet, at, names)
    if skipped:
        message = _of(sheet, f"row {at} is the header; what stands above it is taken for a title and not read")
        problems.append(file_problem(path, "title-rows", message, line=at, level=Level.NOTE))
    report = RowReport(path, _of(sheet, ""))
    count, longest = write_clean(_rows(numbered, len(names), seen, report), clean)
    load_clean(connection, clean, table, len(names), count, longest)
    problems += report.problems()
    if count + report.count == 0:
        message = _of(sheet, "there is a header and no rows")
        problems.append(file_problem(path, "header-only", message, line=at, level=Level.WARNING))
    return (names, at, count, report.count), problems


def _header(rows: Iterable[tuple[int, Row]], seen: Seen) -> tuple[tuple[int, tuple[str, ...]] | None, list[int]]:
    """The row and names of the header, and the rows that stand above it."""
    above: list[int] = []
    for number, row in rows:
        filled = [place for place, cell in enumerate(row) if cell != ""]
        if not filled and number not in seen.bad:
            continue
        names = tuple(_text(cell).strip("\ufeff \t\r\n\xa0") for cell in row[: filled[-1] + 1]) if filled else ()
        texts = all(isinstance(row[place], str) for place in filled) and number not in seen.bad
        if not above and texts and (len(filled) > 1 or len(row) == 1):
            return (number, names), above
        # Under a title only a row of different names over the whole width is surely the header.
        if above and texts and len(filled) == len(row) - filled[0] > 1 and len(set(names)) == len(names):
            return (number, names), above
        above.append(number)
        if len(filled) != 1 or len(above) > _TITLE_ROWS:
            break
    return None, above


def _names(path: Path, sheet: Sheet, at: int, names: tuple[str, ...]) -> list[Problem]:
    problems = []
    first: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if not name:
            message = _of(sheet, f"column {place} has no name; no field can be read from it")
            problems.append(file_problem(path, "blank-column-name", message, line=at, level=Level.WARNING))
        elif name in first:
            message = f"columns {first[name]} and {place} have the same name; which one is meant cannot be told"
            problems.append(file_problem(path, "duplicate-column-name", _of(sheet, message), line=at))
        first.setdefault(name, place)
    return problems


def _rows(
    rows: Iterable[tuple[int, Row]], columns: int, seen: Seen, report: RowReport
) -> Iterator[tuple[int, list[str]]]:
    for number, row in rows:
        cells = [cell if isinstance(cell, str) else _text(cell) for cell in row]
        if fault := seen.bad.get(number):
            report.fault(number, number, fault)
        elif not any(cells):
            continue
        elif any(cells[columns:]):
            report.ragged(number, number, max(n for n, cell in enumerate(cells, start=1) if cell), columns)
        elif any("\0" in cell for cell in cells):
            report.fault(number, number, Fault.NUL)
        elif any(len(cell) > CELL_LIMIT for cell in cells):
            report.fault(number, number, Fault.LONG_CELL)
        else:
            yield number, cells[:columns] + [""] * (columns - len(cells))


def _text(cell: Cell) -> str:
    """A cell as a CSV file would have it: days with the year in front, numbers without powers of ten if exact."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < _EXACT:
            return str(int(cell))
        shown = f"{cell:.15g}"  # the digits that spreadsheet programs show
        return format(Decimal(shown), "f") if "e-" in shown else shown
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds" if not cell.microsecond else "microseconds")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)


def _of(sheet: Sheet, message: str) -> str:
    return f'sheet "{sheet.name}": {message}'
