"""Examples made of findings of the example company: the same answer, from little, about nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from compliance_engine.engine.examples import agree, run_examples, run_on_twin
from compliance_engine.engine.from_finding import finding_example
from compliance_engine.engine.from_finding.records import Refusal
from compliance_engine.engine.run import Evaluation, evaluate
from compliance_engine.engine.settings import Settings
from compliance_engine.engine.twin.world import World
from compliance_engine.engine.worlds import Around, around, world_of
from compliance_engine.language.examples_new import Proposal, with_examples
from compliance_engine.language.outcomes import State
from compliance_engine.language.policy import load_policy
from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.records.load import load
from compliance_engine.records.quality import examine
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.calendars import known_calendars
from compliance_engine.runs.decide import Asked, decide

ROOT = Path(__file__).parents[3]
AS_OF = date(2026, 11, 22)

# One of each kind, and those that need more than the rows of the person: other people counted, a calendar of the
# policy, periods of pay, a place that the base states, turns that follow each other, pairs of records.
FINDINGS = [
    ("us.i9.section2", "met-late", ""),
    ("us.i9.section2", "unknown", ""),
    ("us.osha.300a.e-file", "met-late", "2025"),
    ("us.i9.reverification", "met-late", "first"),
    ("us.i9.retention", "disposable", ""),
    ("us.aca.waiting-period", "breach", ""),
    ("us.flsa.poster", "breach", ""),
    ("us.ca.minor-work-permit", "missing", ""),
    ("us.flsa.childlabor.hours.14-15.school-day", "breach", ""),
    ("us.final-pay.resigned", "met-late", ""),
    ("us.separation-notice", "overdue", ""),
    ("us.cobra.general-notice", "due-soon", ""),
    ("us.personnel-file-access", "overdue", "event V098"),
    ("org.handbook.acknowledgement", "met-late", "handbook 2026"),
]


@dataclass(frozen=True)
class Company:
    """The bad company with what every rule says of it."""

    connection: duckdb.DuckDBPyConnection
    ruleset: RuleSet
    settings: Settings
    evaluation: Evaluation
    shared: Around
    known: dict[tuple[str, str, str], Proposal] = field(default_factory=dict)

    def world(self, rule: Rule, row: int) -> World:
        """The records around a subject."""
        return world_of(self.connection, VOCABULARY, rule, row, self.settings, self.shared)

    def row(self, rule_id: str, state: str, instance: str) -> tuple[Rule, int]:
        """The first subject for which a rule has come to a state."""
        number = next(n for n, rule in enumerate(self.evaluation.rules) if rule.id == rule_id)
        found = self.connection.execute(
            "SELECT min(_row) FROM _outcome WHERE rule_no = ? AND state::VARCHAR = ? AND coalesce(instance, '') = ?",
            [number, state, instance],
        ).fetchone()
        assert found is not None
        return self.evaluation.rules[number], found[0]

    def made(self, rule_id: str, state: str, instance: str) -> tuple[Rule, Proposal]:
        """The example of that."""
        rule, row = self.row(rule_id, state, instance)
        if (rule_id, state, instance) not in self.known:
            self.known[rule_id, state, instance] = self.anew(rule, row, instance)
        return rule, self.known[rule_id, state, instance]

    def anew(self, rule: Rule, row: int, instance: str) -> Proposal:
        """Made once more, with the same choices."""
        text = self.ruleset.sources[rule.position.file]
        made = finding_example(rule, self.world(rule, row), instance, text, random.Random(rule.id))
        assert not isinstance(made, Refusal), made
        return made


@pytest.fixture(scope="module")
def company() -> Iterator[Company]:
    policy, _ = load_policy(ROOT / "policies/example", VOCABULARY, known_calendars())
    plan, ruleset, _ = decide(Asked(AS_OF), policy)
    assert plan is not None
    with duckdb.connect(config={"threads": 2}) as connection:
        loaded, _ = load(connection, [ROOT / "fixtures/example/bad"], plan.profile, hash_key=b"0123456789abcdef")
        examine(connection, loaded, as_of=AS_OF)
        told = dict(connection.execute("SELECT type, from_day FROM _complete_from").fetchall())
        complete = {**told, **plan.settings.complete_from}
        settings = replace(plan.settings, keep=frozenset(State), complete_from=complete, waivers=())
        wanted = {rule_id for rule_id, _, _ in FINDINGS}
        done = evaluate(connection, ruleset, [rule for rule in plan.rules if rule.id in wanted], settings)
        yield Company(connection, ruleset, settings, done, around(connection, VOCABULARY))


@pytest.mark.parametrize(("rule_id", "state", "instance"), FINDINGS)
def test_an_example_of_a_finding_answers_as_the_finding_did(
    company: Company, tmp_path: Path, rule_id: str, state: str, instance: str
) -> None:
    """It is written into the file of its rule, read again and run in SQL and on plain values."""
    rule, made = company.made(rule_id, state, instance)
    assert state.replace("due-soon", "due") in made.expect
    written = with_examples(company.ruleset.sources[rule.position.file], rule, [made])
    assert written is not None
    copy = tmp_path / Path(rule.position.file).name
    copy.write_text(written, encoding="utf-8")
    own = [Path(file) for file in company.ruleset.sources if file != rule.position.file]
    ruleset, _ = load_rules([copy, *own], VOCABULARY, known_calendars() | {"school"})
    again = ruleset.rules[rule_id]
    assert len(again.examples) == len(rule.examples) + 1
    alone = replace(again, examples=again.examples[-1:])
    (in_sql,), (plain,) = run_examples(ruleset, [alone]), run_on_twin(VOCABULARY, [alone])
    assert in_sql.passed, in_sql.differences
    assert agree(in_sql, plain)


@pytest.mark.parametrize(("rule_id", "state", "instance"), FINDINGS)
def test_nothing_in_an_example_tells_who_it_was(company: Company, rule_id: str, state: str, instance: str) -> None:
    rule, made = company.made(rule_id, state, instance)
    subject = company.world(rule, company.row(rule_id, state, instance)[1]).subject
    given = list(_leaves(made.given))
    own: dict[tuple[object, ...], object] = {(name,): value for name, value in subject.items()}
    assert not [at for at, value in given if isinstance(value, date) and own.get(at) == value]
    people = texts(company, "employee", "employee_number") | texts(company, "employee", "person_id")
    assert not people & {value for _, value in given if isinstance(value, str)}
    assert made.as_of != AS_OF


def _leaves(tree: object, at: tuple[object, ...] = ()) -> Iterator[tuple[tuple[object, ...], object]]:
    match tree:
        case dict():
            for name, item in tree.items():
                yield from _leaves(item, (*at, name))
        case tuple():
            for number, item in enumerate(tree):
                yield from _leaves(item, (*at, number))
        case _:
            yield at, tree


def texts(company: Company, table: str, column: str) -> set[str]:
    query = f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
    return {row[0] for row in company.connection.execute(query).fetchall()}


def test_only_the_cells_that_decide_are_given(company: Company) -> None:
    _, made = company.made("us.i9.section2", "met-late", "")
    assert set(made.given) == {"start_date", "i9"}
    rows = made.given["i9"]
    assert isinstance(rows, tuple)
    assert [set(cells) for cells in rows] == [{"section2_signed_on"}]


def test_days_keep_their_distance(company: Company) -> None:
    rule, number = company.row("us.i9.section2", "met-late", "")
    _, made = company.made("us.i9.section2", "met-late", "")
    start, moved = company.world(rule, number).subject["start_date"], made.given["start_date"]
    assert isinstance(start, date)
    assert isinstance(moved, date)
    assert (moved - start) == (made.as_of - AS_OF)
    assert (moved - start).days % 7 == 0


def test_the_same_choices_make_the_same_example(company: Company) -> None:
    rule, made = company.made("us.i9.section2", "met-late", "")
    assert company.anew(rule, company.row("us.i9.section2", "met-late", "")[1], "") == made


def test_an_obligation_that_there_is_not_is_refused(company: Company) -> None:
    rule, number = company.row("us.i9.section2", "met-late", "")
    text = company.ruleset.sources[rule.position.file]
    made = finding_example(rule, company.world(rule, number), "2031", text, random.Random(rule.id))
    assert made == Refusal("the rule comes to no such obligation")
