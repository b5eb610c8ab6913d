"""Count the rows of a CSV file without parsing it, and prove that it is written in the plainest way.

This is the second opinion on the fast reader, which was seen to drop spaces beside quotes and to return no row at all
without complaint. Cutting the bytes at every quote leaves what is outside of quotes at every second place; there,
line ends are rows and delimiters are cells. A file passes only if nothing in it can be read in two ways.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from compliance_engine.records.read.report import LINE_LIMIT
from compliance_engine.records.read.source import CHUNK


def count_plain_rows(text: Path, header_line: int, delimiter: str, columns: int) -> int | None:
    """Count the rows below the header.

    None if the file is not plain: blank lines between rows, line ends of two kinds, a quote that is neither around a
    cell nor doubled, another number of cells, an unclosed quote, or an endless line.
    """
    with text.open("rb") as file:
        for _ in range(header_line):
            line = file.readline(LINE_LIMIT)
            if b"\r" in line.replace(b"\r\n", b""):
                return None
            if not line.endswith(b"\n"):
                return None if file.read(1) else 0
        return _count(file, delimiter.encode(), columns)


def _count(file: BinaryIO, delimiter: bytes, columns: int) -> int | None:
    rows = delimiters = windows_ends = 0
    in_quotes = False
    for block in _blocks(file):
        if block is None:
            return None
        if not in_quotes and block.startswith(b'"') and (counted := _count_all_quoted(block, delimiter, columns)):
            lines, ends = counted
            rows, windows_ends, delimiters = rows + lines, windows_ends + ends, delimiters + lines * (columns - 1)
            continue
        at_line_start = not in_quotes
        outside, in_quotes = _outside_quotes(block, in_quotes, delimiter)
        if outside is None:
            return None
        returns = outside.count(b"\r")
        ends = outside.count(b"\r\n") if returns else 0
        line_end = b"\r\n" if returns else b"\n"
        if ends != returns or b"\n" + line_end in outside or (at_line_start and outside.startswith(line_end)):
            return None
        rows, windows_ends, delimiters = (
            rows + outside.count(b"\n"),
            windows_ends + ends,
            delimiters + outside.count(delimiter),
        )
    # The last line end was made by _blocks and is always the short one.
    if in_quotes or delimiters != rows * (columns - 1) or windows_ends not in (0, rows - 1):
        return None
    return rows


def _outside_quotes(block: bytes, in_quotes: bool, delimiter: bytes) -> tuple[bytes | None, bool]:
    """Take away what is inside of quotes, leaving one quote in its place, and tell whether a quote stays open.

    Nothing is left if a quote opens elsewhere than at the start of a cell or closes elsewhere than at its end.
    """
    parts = block.split(b'"')
    if len(parts) == 1:
        return b"" if in_quotes else block, in_quotes
    outside = parts[1::2] if in_quotes else parts[0::2]
    closed = outside if in_quotes else outside[1:]
    stays_open = in_quotes ^ (len(parts) % 2 == 0)
    opened = outside if stays_open else outside[:-1]
    # Nothing between two quotes is a doubled quote.
    if {part[:1] for part in closed} <= {b"", delimiter, b"\r", b"\n"} and {part[-1:] for part in opened} <= {
        b"",
        delimiter,
        b"\n",
    }:
        return b'"'.join(outside), stays_open
    return None, stays_open


def _count_all_quoted(block: bytes, delimiter: bytes, columns: int) -> tuple[int, int] | None:
    """Count lines and Windows line ends of a block in which every cell is in quotes; None if it is not so simple.

    It is so if every quote stands at the start of a line, at its end or on both sides of a delimiter.
    """
    lines = block.count(b"\n")
    windows_ends = block.count(b'"\r\n')
    simple = (
        block.count(b'"') == 2 * lines * columns
        and block.count(b'"' + delimiter + b'"') == lines * (columns - 1)
        and block.count(b'\n"') == lines - 1
        and block.count(b'"\n') + windows_ends == lines
    )
    return (lines, windows_ends) if simple else None


def _blocks(file: BinaryIO) -> Iterator[bytes | None]:
    """Cut a file at line ends. Blank lines at its end are dropped, and the last line gets a line end.

    Gives None, and nothing more, for a line too long to keep or a stray carriage return at the end.
    """
    carry = b""
    chunk = file.read(CHUNK)
    while chunk:
        following = file.read(CHUNK)
        block = carry + chunk
        if not following:
            last = block.rstrip(b"\r\n")
            if b"\r" in block[len(last) :].replace(b"\r\n", b""):
                yield None
            elif last:
                yield last + b"\n"
            return
        cut = block.rfind(b"\n") + 1
        carry = block[cut:]
        if len(carry) > LINE_LIMIT:
            yield None
            return
        if cut:
            yield block[:cut]
        chunk = following
