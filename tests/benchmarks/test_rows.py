"""A run with next to nothing brings every row; how long anything takes is never asserted."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from benchmarks.findings import make
from benchmarks.measure import COMPLIANCE, BrokenRunError, Figure, Sample, process
from benchmarks.suite import PEERS, Suite
from benchmarks.table import Group, Row, page

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs import FORMATS
from compliance_engine.runs.folder import read_run
from compliance_engine.runs.read import opened

FEW = 30


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    folder = tmp_path_factory.mktemp("benchmark")
    (folder / "scratch").mkdir()
    return Suite(
        sizes=(FEW,),
        peers_at=FEW,
        findings=100,
        runs=1,
        data=folder / "data",
        baseline=folder / "not-there",
        scratch=folder / "scratch",
        say=lambda _: None,
    )


def test_starting_is_measured(suite: Suite) -> None:
    (row,) = suite.starting()
    assert row.figure is not None
    assert row.figure.best("wall") > 0


def test_a_check_is_measured_whole_and_in_parts_and_says_that_there_is_no_baseline(suite: Suite) -> None:
    rows = list(suite.whole_and_parts(FEW))
    assert [row.what for row in rows] == [
        "`compliance check`, the whole process",
        "loading alone",
        "engine alone, on loaded tables",
        "hand-written SQL of 24 such rules",
    ]
    assert all(row.figure is not None and row.figure.median("peak") > 0 for row in rows[:3])
    assert rows[3].figure is None
    assert rows[3].note == "not run: its folder is not there (--baseline)"


def test_engines_of_one_record_at_a_time_give_the_states_that_we_give(suite: Suite) -> None:
    rows = list(suite.one_by_one(FEW))
    assert [row.what for row in rows] == [what for what, _ in PEERS.values()]
    for row, (_, needs) in zip(rows, PEERS.values(), strict=True):
        installed = all(find_spec(module) is not None for module in needs)
        assert ("states equal in every case" if installed else "not run: ") in row.note


def test_many_rules_are_measured_with_and_without_the_cache(suite: Suite) -> None:
    rows = list(suite.many_rules(12, FEW))
    assert len(rows) == 3
    assert all(row.figure is not None for row in rows)


def test_examples_are_measured(suite: Suite) -> None:
    (row,) = suite.library(Path(__file__).parents[2] / "rules" / "us" / "i9-retention.yaml")
    assert row.figure is not None
    assert "examples of" in row.note


def test_every_format_of_records_is_read_to_the_same_number_of_rows(suite: Suite) -> None:
    rows = list(suite.reading(FEW))
    assert [row.what.partition(",")[0] for row in rows] == ["csv", "csv gzip", "json lines", "parquet", "xlsx"]
    said = [row.figure.samples[0].said["rows"] for row in rows if row.figure is not None]
    assert len(said) == 5
    assert len(set(said)) == 1
    assert said[0] >= FEW


def test_every_format_is_made_of_a_run_with_so_many_findings(suite: Suite) -> None:
    rows = list(suite.writing_out(100))
    assert {row.what for row in rows} == {f"`{form}`" for form in FORMATS if form != "csv:bom"}
    for row in rows:
        assert row.figure is not None
        assert row.figure.samples[0].said["bytes"] > 0


def test_made_up_findings_are_as_many_as_the_run_says(tmp_path: Path) -> None:
    make(100, tmp_path / "run")
    run, problems = read_run(tmp_path / "run")
    assert run is not None, problems
    assert (run.info.counts[Outcome.VIOLATION], run.info.counts[Outcome.UNKNOWN]) == (80, 20)
    with opened(run, None) as reader:
        assert len(list(reader.results([Outcome.VIOLATION, Outcome.UNKNOWN]))) == 100


def test_a_process_that_fails_is_no_sample() -> None:
    with pytest.raises(BrokenRunError, match="ended with 2"):
        process((*COMPLIANCE, "no-such-verb"))


def test_the_table_tells_best_and_median_the_number_of_runs_and_the_day() -> None:
    figure = Figure((Sample(2.0, 3.0, 100.0), Sample(1.0, 4.0, 200.0), Sample(4.0, 5.0, 300.0)))
    text = page([Group("Things", (Row("one", figure, "goal"), Row("none", None, "not run")))], "2026-11-22", (0.5, 1.0))
    assert text.startswith("# Measured on 2026-11-22\n")
    assert "| one | 1.00 / 2.00 | 3.00 / 4.00 | 200 | 3 | goal |" in text
    assert "| none | | | | | not run |" in text
    assert "0.5 before and 1.0 after" in text
