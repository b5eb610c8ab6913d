"""Where in the files of an export records stand."""

from __future__ import annotations

import duckdb


def places_of(
    connection: duckdb.DuckDBPyConnection, needed: set[tuple[str, int]]
) -> dict[tuple[str, int], tuple[str, int]]:
    """File and record number of records by type and `_row`; what is derived has none."""
    found: dict[tuple[str, int], tuple[str, int]] = {}
    for record in sorted({record for record, _ in needed}):
        listed = ", ".join(str(row) for other, row in sorted(needed) if other == record)
        joined = f'"{record}" s JOIN _file f ON f.id = s._file'
        rows = connection.execute(
            f"SELECT s._row, f.path, s._record FROM {joined} WHERE s._row IN ({listed})"
        ).fetchall()
        found |= {(record, row): (path, number) for row, path, number in rows}
    return found
