"""Rules judged over files of records, for the tests of the SQL that judging runs."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from compliance_engine.calendars.calendar import Calendar
from compliance_engine.engine.run import Evaluation, evaluate
from compliance_engine.engine.settings import Settings
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.load import load
from compliance_engine.records.profile import load_shipped
from compliance_engine.records.quality import examine
from compliance_engine.records.types import VOCABULARY

AS_OF = date(2025, 6, 15)


def over(
    folder: Path, rules: str, files: Mapping[str, str], *beside: str, calendars: Mapping[str, Calendar] | None = None
) -> Evaluation:
    """Judge files with rules, and with those of rule files that are there.

    Args:
        calendars: those of worksites.
    """
    settings = Settings(AS_OF, date(2022, 6, 15), worksite_calendars=calendars or {})
    (folder / "rules.yaml").write_text(rules, "utf-8")
    ruleset, problems = load_rules([folder / name for name in ("rules.yaml", *beside)], VOCABULARY)
    assert [p for p in problems if p.level == "error"] == []
    data = folder / "data"
    data.mkdir()
    for name, text in files.items():
        (data / f"{name}.csv").write_text(text, "utf-8")
    profile, _ = load_shipped("spreadsheet")
    assert profile is not None
    with duckdb.connect() as connection:
        loaded, _ = load(connection, [data], profile, hash_key=b"test")
        examine(connection, loaded, as_of=AS_OF)
        evaluation = evaluate(connection, ruleset, list(ruleset.rules.values()), settings)
    assert not evaluation.errors
    return evaluation
