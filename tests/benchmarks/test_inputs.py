"""Invented records and rules are the same every time, and the rules load."""

from pathlib import Path

from benchmarks.generate import generate
from benchmarks.rule_files import AS_OF, generate_rules, planned


def test_the_same_number_of_employees_gives_the_same_bytes(tmp_path: Path) -> None:
    generate(40, tmp_path / "one")
    generate(40, tmp_path / "two")
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["documents.csv", "employees.csv", "postings.csv", "training.csv", "worksites.csv"]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_an_employee_is_the_same_person_among_more(tmp_path: Path) -> None:
    generate(10, tmp_path / "few")
    generate(40, tmp_path / "many")
    few, many = ((tmp_path / n / "employees.csv").read_text("utf-8").splitlines() for n in ("few", "many"))
    assert len(few) == 11
    assert many[:11] == few


def test_the_rules_of_the_benchmark_load() -> None:
    plan = planned()
    assert len(plan.rules) == 24
    assert {rule.kind for rule in plan.rules} == {"deadline", "recurring", "retention", "posting", "check"}
    assert plan.settings.as_of == AS_OF


def test_generated_rules_load_and_differ(tmp_path: Path) -> None:
    plan = planned((generate_rules(60, tmp_path),))
    assert len(plan.rules) == 60
    assert {rule.jurisdiction for rule in plan.rules} == {"us", "us.ca", "us.ny", "us.tx", "us.il", "us.wa"}
    assert len({rule.body for rule in plan.rules}) > 50
