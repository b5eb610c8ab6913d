"""Which format a file has, told from its first bytes; the name of a file is never trusted with that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from compliance_engine.problems import Problem
from compliance_engine.records.read.report import file_problem

Format = Literal["text", "gzip", "parquet", "zip", "ole"]

SUFFIXES = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
"""Ends of names of files that are looked at in a folder, those that are then refused among them; also before .gz."""

_MARKS: tuple[tuple[bytes, Format], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "parquet"),
    (b"PARE", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)
_HEAD = 1 << 16
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def format_of(path: Path) -> Format:
    """Tell the container of a file from its first bytes.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(8)
    return next((name for mark, name in _MARKS if head.startswith(mark)), "text")


def plain_stem(name: str) -> str | None:
    """The name of a file without the ends that tell a format, or None if it has none of them."""
    stem = name[:-3] if name.casefold().endswith(".gz") else name
    end = next((end for end in SUFFIXES if stem.casefold().endswith(end)), None)
    return stem[: -len(end)] if end else None


def is_json_lines(text: Path) -> bool:
    """Whether the first line of a UTF-8 text is a JSON object; a header of CSV is none."""
    with text.open(encoding="utf-8-sig", newline="\n") as file:
        for line in iter(lambda: file.readline(_HEAD), ""):
            if line.strip():
                return _is_object(line)
    return False


def _is_object(line: str) -> bool:
    start = line.strip()
    if not start.startswith("{"):
        return False
    try:
        return isinstance(json.loads(start), dict)
    except (ValueError, RecursionError):
        return start.replace(" ", "").startswith(('{"', "{}"))  # a broken line, or one longer than was read


def json_document(path: Path, text: Path) -> Problem | None:
    """Say that a text is one JSON document and no lines of objects; else nothing."""
    with text.open(encoding="utf-8-sig") as file:
        start = file.read(_HEAD).lstrip()
    squeezed = "".join(start.split())
    if start == "{" or squeezed.startswith(("[{", "[[")) or (start[:1] == "{" and start[1:2] in "\r\n"):
        message = "this is one JSON document; rows are read from JSON lines, one object on each line"
        return file_problem(path, "not-json-lines", message, help_="export as JSON lines (.jsonl) or CSV")
    return None


def refused_office_file(path: Path) -> Problem:
    """Say why an OLE container is not read: it is an encrypted workbook or an old one."""
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            if _ENCRYPTED in tail + chunk:
                message = "the workbook is protected by a password"
                return file_problem(path, "encrypted-file", message, help_="save it without a password")
            tail = chunk[-len(_ENCRYPTED) :]
    message = "this is an old Excel workbook, not a table of text"
    return file_problem(path, "not-text", message, help_="save it as .xlsx, or the sheet as CSV (UTF-8)")
