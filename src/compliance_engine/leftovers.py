"""Files that must not outlive this process, whatever ends it: unfinished runs, copies of records, spilled results.

Each is removed where it was made. Only a signal needs this list: during a long query no `finally` is reached in time,
so another thread removes what is on the list before the process ends.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from threading import RLock

_held: set[Path] = set()
undisturbed = RLock()
"""Held while several steps must all happen or none; what comes after `remove_held` waits for good."""


@contextmanager
def held(path: Path) -> Iterator[Path]:
    """Within the block, a file or folder that goes if the process is ended."""
    with undisturbed:
        _held.add(path)
    try:
        yield path
    finally:
        with undisturbed:
            _held.discard(path)


@contextmanager
def held_new_file(beside: Path) -> Iterator[tuple[int, Path]]:
    """A new hidden file in the folder of `beside`, open for writing, that goes if the process is ended."""
    # Made and put on the list in one step: an end in between would leave it.
    with undisturbed:
        handle, name = mkstemp(prefix=f".{beside.name}-", dir=beside.parent)
        path = Path(name)
        _held.add(path)
    try:
        yield handle, path
    finally:
        with undisturbed:
            _held.discard(path)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder in the system's place for temporary files, readable by this user only and gone afterwards."""
    with TemporaryDirectory(prefix="compliance-") as name, held(Path(name)) as folder:
        yield folder


def remove_held() -> None:
    """Remove what is on the list; the process must end right after.

    Each gets another name first: what still writes to it fails, and what has been renamed to its final name is kept.
    """
    undisturbed.acquire()
    for path in _held:
        doomed = path.with_name(f"{path.name}-ended")
        with suppress(OSError):
            path.rename(doomed)
            if doomed.is_dir():
                shutil.rmtree(doomed, ignore_errors=True)
            else:
                doomed.unlink()
