"""Reads the files that people write: rules, policies, profiles, waivers."""

from __future__ import annotations

import errno
from pathlib import Path


def contents(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: it cannot be read; a pipe or a device, which may have no end, is not even opened.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device, no file")
    return path.read_bytes()
