"""`compliance version` names what a report of a problem needs."""

import platform
from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from compliance_engine import __version__, data


def test_names_each_version_and_the_rule_library(
    compliance: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    library = tmp_path / "_data/rules"
    library.mkdir(parents=True)
    (library / "VERSION").write_text("7.1.0\n")
    monkeypatch.setattr(data, "_PACKAGE", tmp_path)
    called = compliance("version")
    assert called.code == 0
    assert [line.split() for line in called.out.splitlines()] == [
        ["compliance-engine", __version__],
        ["python", platform.python_version()],
        ["duckdb", duckdb.__version__],
        ["rules", "7.1.0", "in", str(library)],
    ]
