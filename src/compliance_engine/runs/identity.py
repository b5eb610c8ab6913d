"""The fingerprint of a finding: a keyed hash of what it is about, never of a date, a message or a place in a file.

HMAC-SHA-256 (RFC 2104) with the key of the policy, cut to 128 bits. The key keeps employee numbers, of which there are
few, from being guessed. Written once in SQL for whole tables and once in Python for one text; both give the same.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

BITS = 128
SHORTEST = 8
"""Hexadecimal digits that a shown fingerprint has at least."""
_BLOCK = 64
"""Bytes of a block of SHA-256, to which the key is padded."""
_BETWEEN = "\x1f"
"""Stands between the parts, so that no two lists of parts make the same text."""


def keyed_hash(key: bytes, parts: Sequence[str]) -> str:
    """The hash of some texts, as 32 hexadecimal digits."""
    message = _BETWEEN.join(parts).encode("utf-8")
    return hmac.digest(key, message, "sha256").hex()[: BITS // 4]


def keyed_hash_sql(key: bytes, parts: Sequence[str]) -> str:
    """SQL text that gives the same for SQL texts, none of which may be NULL."""
    short = hashlib.sha256(key).digest() if len(key) > _BLOCK else key
    padded = short.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ mask for byte in padded).hex() for mask in (0x36, 0x5C))
    message = f" || chr({ord(_BETWEEN)}) || ".join(f"({part})" for part in parts)
    return f"left(sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode({message})))), {BITS // 4})"
