"""The database of one evaluation: in memory, within limits, and closed to files once the records are in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from compliance_engine.leftovers import scratch_folder

_MOST = 4 * 1024**3
_SHARE = 0.6


@dataclass(frozen=True)
class Limits:
    """What an evaluation may use: memory in bytes (beyond it, intermediate results go to disk) and threads."""

    memory: int
    threads: int


def usual_limits() -> Limits:
    """Three fifths of the machine's memory, at most 4 GB, and every core."""
    cores = os.cpu_count() or 1
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # systems without sysconf
        return Limits(_MOST, cores)
    return Limits(min(int(memory * _SHARE), _MOST), cores)


@contextmanager
def database(limits: Limits) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database; what it spills stands in a folder of this user's own and is gone afterwards."""
    with scratch_folder() as spill:
        connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{limits.memory // 1024**2}MiB",
                "threads": limits.threads,
                "temp_directory": str(spill),
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            },
        )
        # A list of states would become a join, which takes longer to plan than the few comparisons take.
        connection.execute("SET disabled_optimizers = 'in_clause'")
        try:
            yield connection
        finally:
            connection.close()


def close_to_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """From now on no statement can reach a file outside `folder` or the network, and nothing can undo that."""
    connection.execute(f"SET allowed_directories = ['{str(folder).replace(chr(39), chr(39) * 2)}']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
