"""Unpack gzip into a plain file, within a limit: a small archive must not fill the disk."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

from compliance_engine.problems import Problem
from compliance_engine.records.read.report import file_problem
from compliance_engine.records.read.source import CHUNK

FREE = 64 << 20
"""Bytes up to which nobody asks how well something was packed."""
RATIO = 200
"""Unpacked bytes for each packed one beyond that; exports reach ten to forty."""
LIMIT = 64 << 30
"""Unpacked bytes that no file may pass."""


def too_much(packed: int, unpacked: int) -> bool:
    """Whether so many bytes come out of so few that it is no export."""
    return unpacked > LIMIT or (unpacked > FREE and unpacked > RATIO * packed)


def gunzip(path: Path, copy: Path) -> tuple[str | None, list[Problem]]:
    """Unpack a file and give the hash of its packed bytes.

    Raises:
        OSError: one of the files cannot be read or written.
    """
    digest = hashlib.sha256()
    inflate = zlib.decompressobj(wbits=31)
    packed = unpacked = 0
    with path.open("rb") as file, copy.open("wb") as out:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            packed += len(chunk)
            while chunk:
                if inflate.eof:
                    if not chunk.strip(b"\0"):
                        break
                    inflate = zlib.decompressobj(wbits=31)
                try:
                    piece = inflate.decompress(chunk, CHUNK)
                except zlib.error:
                    message = f"the gzip data is damaged, after {unpacked:,} bytes of text; nothing of it is read"
                    return None, [file_problem(path, "broken-gzip", message)]
                unpacked += len(piece)
                if too_much(packed, unpacked):
                    message = f"more than {unpacked:,} bytes come out of {packed:,}; that is no export of records"
                    return None, [file_problem(path, "unpacks-too-large", message)]
                out.write(piece)
                chunk = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        if not inflate.eof:
            message = f"the gzip data ends too early, after {unpacked:,} bytes of text; nothing of it is read"
            return None, [file_problem(path, "broken-gzip", message, help_="copy or export the file again")]
    return digest.hexdigest(), []
