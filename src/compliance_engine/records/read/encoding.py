"""Find out how the bytes of a file stand for characters, and make a UTF-8 copy where they are not UTF-8.

Without a stated encoding: a byte order mark decides, then the pattern of zero bytes that UTF-16 leaves in plain text,
then UTF-8 if every byte obeys it. What remains is read as CP1252, the encoding of Western Windows programs; in a file
glued together from both, each line is read by itself. Every reading but UTF-8 is said in a note.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compliance_engine.problems import Level, Problem
from compliance_engine.records.read.report import file_problem
from compliance_engine.records.read.source import CHUNK, Source, is_binary, not_text

_LONGEST_PIECE = 8 * CHUNK
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Utf8Text:
    """A UTF-8 file with the characters of the source, perhaps after a byte order mark.

    Attributes:
        path: the source itself, or the copy.
        encoding: encoding of the source.
        has_nul: whether zero characters occur.
    """

    path: Path
    encoding: str
    has_nul: bool


class _UndecodableError(Exception):
    """Bytes at an offset that the encoding does not allow."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def as_utf8(path: Path, source: Source, copy: Path, encoding: str | None) -> tuple[Utf8Text | None, list[Problem]]:
    """Give the text of a file as UTF-8.

    Args:
        path: the source file.
        source: what the first look found.
        copy: where to write a UTF-8 copy if one is needed.
        encoding: encoding that the user states; it is then kept to strictly.
    """
    stated = encoding is not None
    name = _normal_name(encoding) if encoding is not None else _from_zero_bytes(source)
    if name is None:
        return None, [file_problem(path, "unknown-encoding", f'there is no encoding called "{encoding}"')]
    if not stated and name == "utf-8" and is_binary(source.head):
        return None, [not_text(path, "a binary file", "supply a CSV file")]
    try:
        if name != "utf-8":
            text = Utf8Text(copy, name, _transcode(path, copy, name))
            return text, [] if stated else [_note(path, f"the file is read as {name.upper()}")]
        has_nul = _has_nul_in_utf8(path)
        return Utf8Text(path, "utf-8-sig" if source.head.startswith(codecs.BOM_UTF8) else "utf-8", has_nul), []
    except _UndecodableError as error:
        if stated or name != "utf-8":
            return None, [_not_decodable(path, error.offset, f"this is not {name.upper()}")]
        return _as_cp1252(path, copy, error.offset)


def _normal_name(encoding: str) -> str | None:
    try:
        name = codecs.lookup(encoding).name
        b"x".decode(name)
    except LookupError:
        return None
    except UnicodeError:
        pass
    return "utf-8" if name == "utf-8-sig" else name


def _from_zero_bytes(source: Source) -> str:
    """Recognise UTF-32 and UTF-16; anything else may be UTF-8."""
    for mark, name in _MARKS:
        if source.head.startswith(mark):
            return name
    even, odd = source.head[0::2], source.head[1::2]
    if source.size % 2 == 0 and even and odd:
        for zeros, others, name in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
            if zeros.count(0) > len(zeros) / 2 and 0 not in others:
                return name
    return "utf-8"


def _has_nul_in_utf8(path: Path) -> bool:
    """Check every byte of a UTF-8 file.

    Raises:
        _UndecodableError: at the first byte that is not UTF-8.
    """
    return any("\0" in text for text in _decoded(path, "utf-8"))


def _transcode(path: Path, copy: Path, encoding: str) -> bool:
    """Write a UTF-8 copy; tell whether it has zero characters."""
    has_nul = False
    with copy.open("w", encoding="utf-8", newline="") as out:
        for text in _decoded(path, encoding):
            has_nul = has_nul or "\0" in text
            out.write(text)
    return has_nul


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                yield decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise _UndecodableError(offset - pending + error.start) from None
            if not chunk:
                return
            offset += len(chunk)


def _as_cp1252(path: Path, copy: Path, first_offset: int) -> tuple[Utf8Text | None, list[Problem]]:
    """Read a file that is not UTF-8 as CP1252, except for lines that are UTF-8 and not plain ASCII."""
    has_nul = mixed = False
    offset = 0
    with copy.open("w", encoding="utf-8", newline="") as out:
        for piece in _line_pieces(path):
            for line in [piece] if piece.isascii() else piece.splitlines(keepends=True):
                try:
                    text = line.decode("utf-8")
                    mixed = mixed or not line.isascii()
                except UnicodeDecodeError:
                    try:
                        text = line.decode("cp1252")
                    except UnicodeDecodeError as error:
                        place = offset + error.start
                        return None, [_not_decodable(path, place, "this is neither UTF-8 nor CP1252")]
                offset += len(line)
                has_nul = has_nul or "\0" in text
                out.write(text)
    line_number, column = _place(path, first_offset)
    if mixed:
        message = "some lines are UTF-8 and others, from here on, are not; those are read as CP1252"
        problem = file_problem(
            path, "mixed-encodings", message, line=line_number, column=column, level=Level.WARNING,
            help_="compare names with accents, or save the file anew as UTF-8",
        )  # fmt: skip
    else:
        problem = _note(path, "this is not UTF-8; the file is read as CP1252", line_number, column)
    return Utf8Text(copy, "cp1252", has_nul), [problem]


def _line_pieces(path: Path) -> Iterator[bytes]:
    """Cut a file into pieces that end with a line where lines have a bearable length."""
    carry = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            block = carry + chunk
            cut = block.rfind(b"\n") + 1 or block.rfind(b"\r") + 1
            if not cut and len(block) > _LONGEST_PIECE:
                cut = len(block)
            carry = block[cut:]
            if cut:
                yield block[:cut]
    if carry:
        yield carry


def _place(path: Path, offset: int) -> tuple[int, int]:
    """Turn a byte offset into line and column (in bytes), both from 1."""
    line, line_start, walked = 1, 0, 0
    with path.open("rb") as file:
        while walked < offset and (chunk := file.read(min(CHUNK, offset - walked))):
            line += chunk.count(b"\n")
            if (last := chunk.rfind(b"\n")) >= 0:
                line_start = walked + last + 1
            walked += len(chunk)
    return line, offset - line_start + 1


def _not_decodable(path: Path, offset: int, message: str) -> Problem:
    line, column = _place(path, offset)
    help_ = "save the file as UTF-8, or state its encoding in the source profile"
    return file_problem(path, "wrong-encoding", message, line=line, column=column, help_=help_)


def _note(path: Path, message: str, line: int = 1, column: int = 1) -> Problem:
    return file_problem(path, "encoding", message, line=line, column=column, level=Level.NOTE)
