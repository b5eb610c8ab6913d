"""Unfinished runs: each is locked by the process that writes it, so what a killed one left is known and removed.

Removed is only what is certainly such a rest: our user's, with the name and the files of a run, and locked by nobody.
Where a file system knows no locks nothing is removed.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PREFIX = ".unfinished-"
_NAME = re.compile(rf"{re.escape(_PREFIX)}[a-z0-9_]{{8}}(-ended)?")


@contextmanager
def begun(parent: Path) -> Iterator[Path]:
    """A new folder with a name that no reader looks at, locked within the block."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent)).resolve()
        with _locked(folder, wait=True):
            if folder.is_dir():  # else another run took it for a rest before it was locked
                yield folder
                return


def remove_abandoned(parent: Path, files: Collection[str]) -> None:
    """Remove what killed processes left in a folder of runs; `files` are the names that a run may hold."""
    with suppress(OSError):
        for folder in sorted(path for path in parent.iterdir() if _NAME.fullmatch(path.name)):
            with suppress(OSError), _locked(folder, wait=False) as alone:
                if alone and _is_rest(folder, files):
                    shutil.rmtree(folder)


def _is_rest(folder: Path, files: Collection[str]) -> bool:
    with os.scandir(folder) as entries:
        # DuckDB writes `tmp_x` and renames it to `x`.
        known = [each.is_file(follow_symlinks=False) and each.name.removeprefix("tmp_") in files for each in entries]
    return all(known) and folder.stat().st_uid == os.getuid()


@contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Whether this process alone holds the folder within the block; the system lets go when the process ends."""
    if sys.platform == "win32":
        yield False
        return
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
