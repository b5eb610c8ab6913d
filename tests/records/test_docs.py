"""The page about records tells what the code does."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from compliance_engine.records.places import LOCALITIES
from compliance_engine.records.profile import shipped

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "records.md").read_text(encoding="utf-8")


def test_the_tables_of_record_types_are_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("build_record_docs", ROOT / "scripts" / "build_record_docs.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.written(PAGE) == PAGE, "run python scripts/build_record_docs.py"


def test_every_shipped_profile_and_every_city_is_named() -> None:
    profiles = (Path(__file__).parents[2] / "docs/profiles.md").read_text("utf-8")
    assert all(f"| `{name}` |" in profiles for name in shipped())
    assert all(f"`{locality.place}`" in PAGE for locality in LOCALITIES)
