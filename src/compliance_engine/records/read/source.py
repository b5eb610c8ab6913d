"""First look at a source file: is it there, is it text, what is its hash."""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from compliance_engine.problems import Problem
from compliance_engine.records.read.report import file_problem

CHUNK = 1 << 20
"""Bytes read at a time wherever a whole file is walked through."""

_HEAD = 4096
_TEXT_CONTROLS = frozenset(b"\t\n\x0b\x0c\r\x1a\x1b\x00")
_CONTROLS = 16
_CONTROL_SHARE = 0.05
"""More control characters than both, as a number and as a share of the head, are in no text."""

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "open the workbook and save the sheet as CSV (UTF-8)"),
    (b"PK\x05\x06", "an empty zip archive", "supply the CSV file itself"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook", "open it and save the sheet as CSV (UTF-8)"),
    (b"PAR1", "a Parquet file", "export the table as CSV (UTF-8)"),
    (b"ORC", "an ORC file", "export the table as CSV (UTF-8)"),
    (b"\x1f\x8b", "a gzip archive", "unpack it and supply the CSV file itself"),
    (b"%PDF-", "a PDF document", "export the table as CSV (UTF-8)"),
    (b"SQLite format 3\x00", "an SQLite database", "export the table as CSV (UTF-8)"),
)


@dataclass(frozen=True)
class Source:
    """A readable file: its size in bytes, the hash of all of them, and the first few thousand."""

    size: int
    sha256: str
    head: bytes


def open_source(path: Path) -> tuple[Source | None, list[Problem]]:
    """Hash a file, or say in one problem why it cannot be a table of text."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "not an ordinary file"
            return None, [file_problem(path, "not-a-file", f"this is {what}; a table is read from a single file")]
        source = _hashed(path)
    except FileNotFoundError:
        return None, [file_problem(path, "missing-file", "there is no such file")]
    except (OSError, ValueError) as error:
        return None, [unreadable(path, error)]
    if source.size == 0:
        return None, [file_problem(path, "empty-file", "the file is empty: it has no header and no rows")]
    for signature, kind, help_ in _SIGNATURES:
        # "ORC" alone may begin a header; in the binary format a control character follows.
        if source.head.startswith(signature) and (signature != b"ORC" or source.head[3:4] < b" "):
            return None, [not_text(path, kind, help_)]
    return source, []


def not_text(path: Path, kind: str, help_: str) -> Problem:
    """Say what a file is instead of text."""
    return file_problem(path, "not-text", f"this is {kind}, not a table of text", help_=help_)


def is_binary(head: bytes) -> bool:
    """Whether the beginning of a file, read byte by byte, has more control characters than a text can have.

    Zero bytes do not count: a text with a few of them loses only those rows.
    """
    controls = sum(byte < 32 and byte not in _TEXT_CONTROLS for byte in head)
    return controls > max(_CONTROLS, _CONTROL_SHARE * len(head))


def unreadable(path: Path, error: OSError | ValueError) -> Problem:
    """Say that the system refused to read the file, in the words of the system."""
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "its name is not usable"
    return file_problem(path, "unreadable-file", f"the file cannot be read: {reason}")


def _hashed(path: Path) -> Source:
    digest = hashlib.sha256()
    size, head = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            head = head or chunk[:_HEAD]
            size += len(chunk)
            digest.update(chunk)
    return Source(size, digest.hexdigest(), head)
