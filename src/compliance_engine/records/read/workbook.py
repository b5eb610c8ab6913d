"""Look into an XLSX file before it is read: is it whole, is it a bomb, and which rows hold what would be lost.

The library that reads workbooks gives an empty cell for an error such as #N/A and for a formula whose value was never
stored. An empty cell can mean "has not happened", so the rows of such cells are found here and left out.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from compliance_engine.problems import Problem
from compliance_engine.records.read.report import Fault, file_problem
from compliance_engine.records.read.source import CHUNK
from compliance_engine.records.read.unpack import too_much

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ET.ParseError)
"""What comes of a workbook that is damaged."""
AREA_LIMIT = 100_000_000
"""Cells between the first and the last one used; all of them stand in memory while a sheet is read."""
UNPACKED_LIMIT = 4 << 30
_ROW_LIMIT = 64 << 20
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_CELL = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_ERROR = re.compile(rb"<(?:\w+:)?c\b(?=[^>]*\bt=[\"']e[\"'])[^>]*>")
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:(</(?:\w+:)?c>)|<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)"
)


class LimitError(Exception):
    """A workbook is too large to be read."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its name, its part in the archive, and whether it is shown."""

    name: str
    part: str
    shown: bool


@dataclass
class Seen:
    """What a look through a sheet found: its last row and column, and rows that cannot be taken."""

    rows: int = 0
    columns: int = 0
    bad: dict[int, Fault] = field(default_factory=dict)


def sheets(path: Path) -> tuple[list[Sheet], list[Problem]]:
    """The sheets of a workbook in order, or why there are none."""
    try:
        with zipfile.ZipFile(path) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                message = "this is a zip archive and no Excel workbook, not a table of text"
                return [], [file_problem(path, "not-text", message, help_="supply the files themselves")]
            return list(_sheets(archive)), []
    except BROKEN:
        return [], [broken(path)]
    except LimitError as error:
        return [], [file_problem(path, "unpacks-too-large", str(error))]


def broken(path: Path) -> Problem:
    """Say that a workbook cannot be read."""
    return file_problem(path, "broken-workbook", "the workbook is damaged", help_="open it, save it anew, or as CSV")


def look_through(path: Path, sheet: Sheet) -> Seen:
    """Unpack a whole workbook once, and look at every cell of one sheet.

    Raises:
        LimitError: it is too large.
        Exception: one of BROKEN.
    """
    seen = Seen()
    packed, unpacked = path.stat().st_size, 0
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            with archive.open(info) as file:
                carry = b""
                while chunk := file.read(CHUNK):
                    unpacked += len(chunk)
                    if too_much(packed, unpacked) or unpacked > UNPACKED_LIMIT:
                        raise LimitError(f"more than {unpacked:,} bytes come out of {packed:,}; that is no export")
                    if info.filename == sheet.part:
                        carry = _look(carry + chunk, seen)
                _cells(carry, seen)
    if seen.rows * seen.columns > AREA_LIMIT:
        raise LimitError(f"the cells in use span {seen.rows:,} rows and {seen.columns:,} columns; save it as CSV")
    return seen


def _sheets(archive: zipfile.ZipFile) -> Iterator[Sheet]:
    targets = {item.get("Id"): item.get("Target", "") for item in _xml(archive, "xl/_rels/workbook.xml.rels")}
    for item in _xml(archive, "xl/workbook.xml").iter():
        if item.tag not in (f"{_MAIN}sheet", f"{_STRICT}sheet"):
            continue
        link = next((value for key, value in item.attrib.items() if key.endswith("}id")), None)
        target = targets.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if "worksheets/" in part:
            yield Sheet(item.get("name", ""), part, item.get("state", "visible") == "visible")


def _xml(archive: zipfile.ZipFile, name: str) -> ET.Element:
    if archive.getinfo(name).file_size > _ROW_LIMIT:
        raise LimitError("the list of sheets is longer than that of any workbook")
    content = archive.read(name)
    if b"<!DOCTYPE" in content:  # entities could be made to grow without end; no workbook has any
        raise KeyError("a document type in a workbook")
    return ET.fromstring(content)  # noqa: S314 - has no entities


def _look(block: bytes, seen: Seen) -> bytes:
    """Look at the whole rows of a block and give back what is left."""
    cut = max(block.rfind(b"</row>"), block.rfind(b":row>"))
    if cut < 0:
        if len(block) > _ROW_LIMIT:
            raise LimitError("a row is longer than that of any table")
        return block
    _cells(block[:cut], seen)
    return block[cut:]


def _cells(block: bytes, seen: Seen) -> None:
    places = set(_CELL.findall(block))
    if places:
        seen.rows = max(seen.rows, *map(int, {row for _, row in places}))
        seen.columns = max(seen.columns, *map(_column, {letters for letters, _ in places}))
    if b't="e"' in block or b"t='e'" in block:
        for match in _ERROR.finditer(block):
            seen.bad[_row(match[0])] = Fault.ERROR_VALUE
    if b"<f" in block or b":f" in block:
        for match in _FORMULA.finditer(block):
            # An empty text is stored with t="str" and no characters: that is a value.
            if match[2] or not re.search(rb"\bt=[\"']str[\"']", match[1]):
                seen.bad[_row(match[1])] = Fault.NO_VALUE


def _row(cell: bytes) -> int:
    place = _CELL.search(cell)
    if place is None:
        raise KeyError("a cell that does not say where it is")
    return int(place[2])


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
