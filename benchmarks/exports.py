"""The employees of an invented export in another format: `python -m benchmarks.exports FORMAT DATA ROWS FOLDER`."""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path

import duckdb

_COPIED = {
    "csv": ("employees.csv", "HEADER, DELIMITER ','"),
    "csv gzip": ("employees.csv.gz", "HEADER, DELIMITER ',', COMPRESSION gzip"),
    "json lines": ("employees.jsonl", "FORMAT json"),
    "parquet": ("employees.parquet", "FORMAT parquet"),
}
FORMATS = (*_COPIED, "xlsx")


def convert(form: str, data: Path, rows: int, folder: Path) -> Path:
    """Write the first so many employees; days are days where the format has them, an empty cell is none."""
    folder.mkdir(parents=True, exist_ok=True)
    days = "" if form in ("parquet", "xlsx") else ", all_varchar = true"
    query = f"FROM read_csv('{data / 'employees.csv'}'{days}) ORDER BY employee_number LIMIT {rows}"
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        if form in _COPIED:
            name, options = _COPIED[form]
            connection.execute(f"COPY ({query}) TO '{folder / name}' ({options})")
            return folder / name
        return _workbook(connection.execute(query), folder / "employees.xlsx")


def _workbook(rows: duckdb.DuckDBPyConnection, path: Path) -> Path:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    book = Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("employees")
    sheet.write_row(0, 0, [column[0] for column in rows.description or ()])
    batches = iter(lambda: rows.fetchmany(10_000), [])
    for number, cells in enumerate(chain.from_iterable(batches), start=1):
        sheet.write_row(number, 0, cells)
    book.close()
    return path


if __name__ == "__main__":
    convert(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
