"""Pieces of work on one database, side by side where a core is free.

On few rows reading and planning a statement takes longer than running it, and the database does that on one core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import duckdb

T = TypeVar("T")
Work = Callable[[duckdb.DuckDBPyConnection], T]
"""Work with a connection of its own: what it makes for itself alone must be temporary."""

FEW = 120_000
"""Rows up to which the database keeps to one core itself: it hands them out by the group of 122,880."""


def workers(connection: duckdb.DuckDBPyConnection, rows: int) -> int:
    """How many pieces of work to do at once over tables of at most so many rows."""
    row = connection.execute("SELECT current_setting('threads')").fetchone()
    return int(row[0]) if row is not None and rows <= FEW else 1


def at_once(connection: duckdb.DuckDBPyConnection, work: Sequence[Work[T]], workers: int) -> Iterator[T]:
    """What each piece of work gives, in order."""
    if workers == 1 or len(work) == 1:
        yield from (piece(connection) for piece in work)
        return
    cursors = [connection.cursor() for _ in work]
    pool = ThreadPoolExecutor(workers)
    try:
        for future in [pool.submit(piece, cursor) for piece, cursor in zip(work, cursors, strict=True)]:
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)
        for cursor in cursors:
            cursor.close()
