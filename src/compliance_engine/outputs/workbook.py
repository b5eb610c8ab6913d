"""A workbook of tables, written row by row into its archive: texts, numbers and days, never a formula or a link.

Office Open XML (ECMA-376) has far more than tables need. A sheet is one part of a ZIP archive and goes there as its
rows come, so neither memory nor temporary files grow with it: a fifth of the time that a general library takes, which
looks at every cell several times and keeps a sheet in a file before it is packed. Equal tables give equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from itertools import count
from typing import BinaryIO, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from compliance_engine.outputs.view import visible

ROWS = 1_048_576
"""Rows that a sheet can have, its head among them; what is more goes on in a further sheet."""
_BYTES = 1 << 30
"""So long a sheet may become: beyond twice that, archives need a form that spreadsheet programs warn of."""
_LONGEST = 32_767
"""Characters that a cell can have."""
_SHARED = 50_000
"""Texts that are written once and referred to; beyond them each cell has its own."""
_AT_ONCE = 500
"""Rows that are compressed together."""
_FAST = 3
"""Level of compression: a third of the work of the usual 6, for a file that is an eighth larger."""
_FIRST_DAY = date(1900, 1, 1)
"""Days before it have no number in a workbook and are written as texts."""
_MARGIN = 5 / 7
"""Margin of a column in widths of a character."""

Cell = str | int | float | date | None


class Column(NamedTuple):
    """A column by its head and width in characters. repeats: the same few texts stand in many of its rows."""

    title: str
    width: int
    repeats: bool = False


class Table(NamedTuple):
    """A table with the title of its sheet."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


class _Written(NamedTuple):
    """A sheet that is in the archive. last: the number of its last row."""

    title: str
    last_column: str
    last: int


def write_workbook(out: BinaryIO, title: str, created: date, tables: Iterable[Table]) -> None:
    """Write tables, each on as many sheets as its rows need, with a frozen head and filters.

    Args:
        created: what the workbook says of its making, instead of the clock.
    """
    sheets: list[_Written] = []
    shared: dict[str, int] = {}
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_FAST) as archive:
        for table in tables:
            for part in _parts(table):
                with archive.open(f"xl/worksheets/sheet{len(sheets) + 1}.xml", "w") as stream:
                    for some in _sheet(part, shared, first=not sheets):
                        stream.write(some)
                sheets.append(_Written(part.title, _letters(len(table.columns)), part.last))
        texts = "".join(f"<si>{_text(text)}</si>" for text in shared)
        for name, content in {
            "xl/sharedStrings.xml": f'<sst {_MAIN} uniqueCount="{len(shared)}">{texts}</sst>',
            "xl/styles.xml": _STYLES,
            "xl/workbook.xml": _book(sheets),
            "xl/_rels/workbook.xml.rels": _book_relations(len(sheets)),
            "docProps/core.xml": _properties(title, created),
            "_rels/.rels": _RELATIONS,
            "[Content_Types].xml": _types(len(sheets)),
        }.items():
            with archive.open(name, "w") as stream:
                stream.write(f"{_XML}{content}".encode())


# ---- a sheet ---------------------------------------------------------------------------------------------------------


@dataclass
class _Part:
    """What of a table stands on one sheet. left: the rows that are still to be written; last: the last one written."""

    title: str
    columns: Sequence[Column]
    left: Iterator[Sequence[Cell]]
    waiting: list[Sequence[Cell]] = field(default_factory=list)
    last: int = 1


def _parts(table: Table) -> Iterator[_Part]:
    """The sheets of a table; each takes what it can before the next is asked for."""
    left = iter(table.rows)
    first: list[Sequence[Cell]] = []
    for number in count(1):
        part = _Part(f"{table.title} {number}" if number > 1 else table.title, table.columns, left, first)
        yield part
        begun = next(left, None)
        if begun is None:
            return
        first = [begun]


def _sheet(part: _Part, shared: dict[str, int], *, first: bool) -> Iterator[bytes]:
    """The text of a sheet, some rows at a time."""
    chosen = ' tabSelected="1"' if first else ""
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{column.width + _MARGIN:.7f}" customWidth="1"/>'
        for at, column in enumerate(part.columns, 1)
    )
    letters = [_letters(at) for at in range(1, len(part.columns) + 1)]
    heads = "".join(
        f'<c r="{letter}1" s="{_HEAD}" t="inlineStr"><is>{_text(column.title)}</is></c>'
        for letter, column in zip(letters, part.columns, strict=True)
    )
    head = (
        f'{_XML}<worksheet {_MAIN}><sheetViews><sheetView{chosen} workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView>'
        f'</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData><row r="1">{heads}</row>'
    )
    yield head.encode()
    size = 0
    while size < _BYTES and (rows := _rows(part, letters, shared).encode()):
        yield rows
        size += len(rows)
    yield f'</sheetData><autoFilter ref="A1:{letters[-1]}{part.last}"/></worksheet>'.encode()


def _rows(part: _Part, letters: Sequence[str], shared: dict[str, int]) -> str:
    """The text of the next rows; none if the sheet is full or there are no more."""
    texts: list[str] = []
    add = texts.append
    repeats = [column.repeats for column in part.columns]
    while part.last < ROWS and len(texts) < _AT_ONCE * len(letters):
        row = part.waiting.pop() if part.waiting else next(part.left, None)
        if row is None:
            break
        part.last += 1
        number = part.last
        add(f'<row r="{number}">')
        for letter, cell, repeated in zip(letters, row, repeats, strict=True):
            if isinstance(cell, str):
                index = shared.get(cell) if repeated else None
                if index is None and repeated and len(shared) < _SHARED:
                    index = shared[cell] = len(shared)
                if index is not None:
                    add(f'<c r="{letter}{number}" s="{_TEXT}" t="s"><v>{index}</v></c>')
                else:
                    add(f'<c r="{letter}{number}" s="{_TEXT}" t="inlineStr"><is>{_text(cell)}</is></c>')
            elif isinstance(cell, date):
                if cell >= _FIRST_DAY:
                    add(f'<c r="{letter}{number}" s="{_DAY}"><v>{_serial(cell)}</v></c>')
                else:
                    add(f'<c r="{letter}{number}" s="{_TEXT}" t="inlineStr"><is><t>{cell}</t></is></c>')
            elif cell is not None:
                add(f'<c r="{letter}{number}"><v>{cell!r}</v></c>')
        add("</row>")
    return "".join(texts)


def _text(text: str) -> str:
    """A text as it stands in a cell."""
    shown = visible(text)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 1]}…"
    if "_x" in shown:  # would be read as a character by its number
        shown = _NUMBERED.sub("_x005F_", shown)
    keeps = ' xml:space="preserve"' if shown[:1] == " " or shown[-1:] == " " else ""
    return f"<t{keeps}>{escape(shown, quote=False)}</t>"


_NUMBERED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _serial(day: date) -> int:
    """The number of a day: 1 is 1 January 1900, and by tradition that year has a 29 February."""
    days = day.toordinal() - _FIRST_DAY.toordinal() + 1
    return days if days < 60 else days + 1


def _letters(number: int) -> str:
    """The name of a column by its number, from 1: A to Z, then AA."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


# ---- the other parts -------------------------------------------------------------------------------------------------

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORMATS = "http://schemas.openxmlformats.org"
_MAIN = f'xmlns="{_FORMATS}/spreadsheetml/2006/main"'
_OFFICE = f"{_FORMATS}/officeDocument/2006/relationships"
_PACKAGE = f"{_FORMATS}/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_PLAIN, _HEAD, _DAY, _TEXT = range(4)
"""Looks of cells, by their place in `cellXfs`. 49 is the number of the format of texts."""
_STYLES = (
    f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left/><right/><top/><bottom style="thin"><color auto="1"/></bottom><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    "</Relationships>"
)


def _book(sheets: Sequence[_Written]) -> str:
    listed = "".join(
        f'<sheet name="{escape(sheet.title)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, 1)
    )
    filters = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{at}" hidden="1">'
        f"'{escape(sheet.title, quote=False)}'!$A$1:${sheet.last_column}${sheet.last}</definedName>"
        for at, sheet in enumerate(sheets)
    )
    return (
        f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews><sheets>{listed}</sheets>'
        f"<definedNames>{filters}</definedNames></workbook>"
    )


def _book_relations(sheets: int) -> str:
    parts = [
        *(("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, sheets + 1)),
        ("styles", "styles.xml"),
        ("sharedStrings", "sharedStrings.xml"),
    ]
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _properties(title: str, created: date) -> str:
    moment = f'xsi:type="dcterms:W3CDTF">{created}T00:00:00Z'
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title, quote=False)}</dc:title><dcterms:created {moment}</dcterms:created>"
        f"<dcterms:modified {moment}</dcterms:modified></cp:coreProperties>"
    )


def _types(sheets: int) -> str:
    parts = {
        "xl/workbook.xml": f"{_SHEET_TYPE}.sheet.main+xml",
        **{f"xl/worksheets/sheet{n}.xml": f"{_SHEET_TYPE}.worksheet+xml" for n in range(1, sheets + 1)},
        "xl/styles.xml": f"{_SHEET_TYPE}.styles+xml",
        "xl/sharedStrings.xml": f"{_SHEET_TYPE}.sharedStrings+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    listed = "".join(f'<Override PartName="/{part}" ContentType="{type_}"/>' for part, type_ in parts.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{listed}</Types>'
    )
