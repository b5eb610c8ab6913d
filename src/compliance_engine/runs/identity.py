"""The fingerprint of a finding: a keyed hash of what it is about, never of a date, a message or a place in a file.

HMAC-SHA-256 (RFC 2104) with the key of the policy, cut to 128 bits. The key keeps employee numbers, of which there are
few, from being guessed. Written once in SQL for whole tables and once in Python for one text; both give the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

BITS = 128
SHORTEST = 8
"""Hexadecimal digits that a shown fingerprint has at least."""
_BLOCK = 64
"""Bytes of a block of SHA-256, to which the key is padded."""
_BETWEEN = "\x1f"
"""Stands between the parts, so that no two lists of parts make the same text."""


def keyed_hash(key: bytes, parts: Sequence[str]) -> str:
    """The hash of some texts, as 32 hexadecimal digits."""
    begun, ending = _begun(key)
    inner, outer = begun.copy(), ending.copy()
    inner.update(_BETWEEN.join(parts).encode("utf-8"))
    outer.update(inner.digest())
    return outer.hexdigest()[: BITS // 4]


def keyed_hash_sql(key: bytes, parts: Sequence[str]) -> str:
    """SQL text that gives the same for SQL texts, none of which may be NULL."""
    inner, outer = (pad.hex() for pad in _pads(key))
    message = f" || chr({ord(_BETWEEN)}) || ".join(f"({part})" for part in parts)
    return f"left(sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode({message})))), {BITS // 4})"


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """The block that the inner hash begins with, and that of the outer one."""
    short = hashlib.sha256(key).digest() if len(key) > _BLOCK else key
    padded = short.ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


@lru_cache(maxsize=2)
def _begun(key: bytes) -> tuple[HASH, HASH]:
    """Both hashes after their first block: outputs hash millions of texts with one key, each from here on."""
    inner, outer = _pads(key)
    return hashlib.sha256(inner), hashlib.sha256(outer)
