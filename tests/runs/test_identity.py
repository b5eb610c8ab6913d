"""Fingerprints: HMAC-SHA-256, the same in SQL and in Python, over parts that cannot be confused."""

import hashlib
import hmac

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance_engine.runs.identity import keyed_hash, keyed_hash_sql

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), min_size=1, max_size=4)
KEYS = st.binary(min_size=16, max_size=100)


def in_sql(key: bytes, parts: list[str]) -> str:
    names = [f"p{n}" for n in range(len(parts))]
    columns = ", ".join(f"? AS {name}" for name in names)
    row = duckdb.execute(f"SELECT {keyed_hash_sql(key, names)} FROM (SELECT {columns})", parts).fetchone()
    assert row is not None
    return str(row[0])


@given(KEYS, TEXTS)
def test_sql_and_python_give_the_same(key: bytes, parts: list[str]) -> None:
    assert in_sql(key, parts) == keyed_hash(key, parts)


@pytest.mark.parametrize("length", [16, 63, 64, 65, 200])
def test_it_is_the_first_half_of_the_standard_hmac_for_keys_of_any_length(length: int) -> None:
    key = bytes(range(length))
    standard = hmac.new(key, b"us.i9.section2\x1fmain\x1fE-1/1\x1f", hashlib.sha256).hexdigest()
    assert in_sql(key, ["us.i9.section2", "main", "E-1/1", ""]) == standard[:32]


def test_parts_do_not_run_into_each_other() -> None:
    key = b"k" * 16
    assert keyed_hash(key, ["E-1", "12"]) != keyed_hash(key, ["E-11", "2"])
    assert keyed_hash(key, ["E-1", ""]) != keyed_hash(key, ["E-1"])


def test_another_key_gives_another_fingerprint() -> None:
    assert keyed_hash(b"a" * 16, ["E-1"]) != keyed_hash(b"b" * 16, ["E-1"])
