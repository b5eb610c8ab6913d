"""A document gets one verdict over all floors, ceilings and holds, on records as on plain values."""

from pathlib import Path

import pytest
from tests.engine.sql.over_records import over

from compliance_engine.engine.run import Evaluation
from compliance_engine.language.outcomes import State

RULES = """\
law: Test
jurisdiction: us
authority: none
source: https://example.invalid
checked: {on: 2025-01-01, by: text}
rules:
"""
RULE = """\
  us.test.{id}:
    kind: retention
    title: Test
    cite: none
    about: document
    class: {classes}
    {clock}
    fix: none
"""
FLOOR = RULE.format(id="f", classes="[i9_form, resume]", clock="keep: 3 years after document_date")
SHORT = RULE.format(id="g", classes="[i9_form]", clock="keep: 1 year after document_date")
LONGER = RULE.format(
    id="h",
    classes="[i9_form]",
    clock="keep: later of (2 years after document_date, 1 year after employment_spell.termination_date)",
)
CEILING = RULE.format(id="z", classes="[resume]", clock="destroy: 2 years after document_date")
ALONE = RULE.format(id="a", classes="[payroll_register]", clock="keep: 3 years after document_date")

EMPLOYEES = "employee_number,worker_type,start_date,termination_date\n1,employee,2020-01-06,{left}\n"
DOCUMENTS = "document_id,class_code,employee_number,spell_no,document_date,destroyed_on\nd1,{kind},1,1,{made},\n"
HOLDS = "matter_number,employee_number,effective_from\nm1,1,2025-01-06\n"


def judged(folder: Path, rules: str, kind: str, made: str, left: str = "", holds: str = "") -> Evaluation:
    files = {
        "employees": EMPLOYEES.format(left=left),
        "documents": DOCUMENTS.format(kind=kind, made=made),
        **({"holds": holds} if holds else {}),
    }
    return over(folder, RULES + rules, files)


def told(evaluation: Evaluation) -> str:
    states = {rule.removeprefix("us.test."): state for (rule, state), n in sorted(evaluation.counts.items()) if n}
    return " ".join(f"{rule}:{state}" for rule, state in states.items())


@pytest.mark.parametrize(
    ("rules", "kind", "made", "left", "wanted"),
    [
        # The latest floor that still runs keeps, also past a ceiling; once every floor is over, the last one tells.
        (FLOOR + SHORT, "i9_form", "2023-01-10", "", "f:retain g:superseded"),
        (FLOOR + SHORT, "i9_form", "2020-01-10", "", "f:disposable g:superseded"),
        (FLOOR + CEILING, "resume", "2023-01-10", "", "f:retain z:superseded"),
        (FLOOR + CEILING, "resume", "2020-01-10", "", "f:superseded z:over-retained"),
        # A rule about other classes is no rival, and says nothing.
        (FLOOR + ALONE, "payroll_register", "2023-01-10", "", "a:retain"),
        # A floor that is over tells nothing beside one that is unknown; one that runs on keeps, until whenever.
        (SHORT + LONGER, "i9_form", "2020-01-10", "soon", "g:superseded h:unknown"),
        (SHORT + LONGER, "i9_form", "2024-01-10", "soon", "g:superseded h:retain"),
        (FLOOR + LONGER, "i9_form", "2023-01-10", "soon", "f:retain h:superseded"),
        (LONGER, "i9_form", "2024-01-10", "soon", "h:retain"),
    ],
)
def test_one_verdict_over_floors_and_ceilings(
    tmp_path: Path, rules: str, kind: str, made: str, left: str, wanted: str
) -> None:
    assert told(judged(tmp_path, rules, kind, made, left)) == wanted


@pytest.mark.parametrize("rules", [SHORT, FLOOR + SHORT])
def test_a_hold_beats_everything(tmp_path: Path, rules: str) -> None:
    evaluation = judged(tmp_path, rules, "i9_form", "2020-01-10", holds=HOLDS)
    assert {state for _, state in evaluation.counts} == {State.ON_HOLD}


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        ("2020-01-01,", "on-hold"),
        (",2020-01-10", "on-hold"),
        ("2020-01-11,", "disposable"),
        # A line that names nothing may mean everything, as what cannot be read could be any days.
        (",", "unknown"),
        ("soon,", "unknown"),
    ],
)
def test_days_alone_are_a_scope_of_a_hold(tmp_path: Path, scope: str, wanted: str) -> None:
    holds = f"matter_number,effective_from,date_from,date_to\nm1,2025-01-06,{scope}\n"
    evaluation = judged(tmp_path, SHORT, "i9_form", "2020-01-10", holds=holds)
    assert {state.value for _, state in evaluation.counts} == {wanted}


def test_a_line_of_a_hold_that_names_nothing_and_is_released_holds_nothing(tmp_path: Path) -> None:
    holds = "matter_number,effective_from,released_on\nm1,2025-01-06,2025-06-15\n"
    assert told(judged(tmp_path, SHORT, "i9_form", "2020-01-10", holds=holds)) == "g:disposable"


def test_no_hold_keeps_what_is_gone(tmp_path: Path) -> None:
    """Whose the document was is not known, so a hold may mean it; it was destroyed before there was one."""
    files = {
        "employees": EMPLOYEES.format(left=""),
        "documents": "document_id,class_code,subject_type,employee_number,document_date,destroyed_on\n"
        "d1,i9_form,employee,,2020-01-10,2024-03-01\n",
        "holds": HOLDS,
    }
    evaluation = over(tmp_path, RULES + LONGER, files)
    assert {state for _, state in evaluation.counts} == {State.UNKNOWN}


def test_only_the_rule_that_tells_of_an_unknown_document_tells_what_is_lacking(tmp_path: Path) -> None:
    evaluation = judged(tmp_path, SHORT + LONGER, "i9_form", "2020-01-10", "soon")
    assert [(c.rule, c.fact, c.results) for c in evaluation.causes] == [
        ("us.test.h", "employment_spell.termination_date", 1)
    ]


# ---- where a document belongs ----------------------------------------------------------------------------------------

STATES = """\
law: Test
jurisdiction: {place}
authority: none
source: https://example.invalid
checked: {{on: 2025-01-01, by: text}}
rules:
  {place}.test.floor:
    kind: retention
    title: Test
    cite: none
    about: document
    class: [i9_form]
    keep: 9 years after document_date
    fix: none
"""
SITES = "worksite_id,state,city\nA,CA,Sacramento\nB,TX,Austin\nX,,\nL,CA,\n"
ASSIGNED = "employee_number,start_date,valid_from,valid_to,worksite_id\n"
PEOPLE = "employee_number,worker_type,start_date,termination_date\n1,employee,2010-01-04,{left}\n"
AGAIN = PEOPLE.format(left="2014-05-02") + "1,employee,2016-01-04,\n"
PAPER = "document_id,class_code,employee_number,start_date,worksite_id,document_date,destroyed_on\nd1,i9_form,{of},2018-01-10,\n"
OF_1 = "1,2010-01-04,"


@pytest.mark.parametrize(
    ("people", "assigned", "paper", "wanted"),
    [
        # The law of every place where the person has ever worked keeps the paper, in any job and long after it.
        (PEOPLE, "1,2010-01-04,2010-01-04,,A\n", OF_1, "retain"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n", OF_1, "disposable"),
        (PEOPLE, "1,2010-01-04,2010-01-04,2012-03-01,A\n1,2010-01-04,2012-03-01,,B\n", OF_1, "retain"),
        (AGAIN, "1,2010-01-04,2010-01-04,2014-05-03,A\n1,2016-01-04,2016-01-04,,B\n", OF_1, "retain"),
        (AGAIN, "1,2010-01-04,2010-01-04,2014-05-03,A\n1,2016-01-04,2016-01-04,,B\n", "1,,", "retain"),
        # Where that is not known nobody can say that the paper may go.
        (PEOPLE, "", OF_1, "unknown"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,\n", OF_1, "unknown"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,X\n", OF_1, "unknown"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n1,2010-01-04,2012-03-01,,X\n", OF_1, "unknown"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,A\n1,2010-01-04,2012-03-01,,X\n", OF_1, "retain"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n,2010-01-04,2012-03-01,,A\n", OF_1, "unknown"),
        # A paper may be about a worksite; one that names neither may be about anybody.
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n", ",,A", "retain"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,A\n", ",,B", "disposable"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n", ",,X", "unknown"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n", "1,2010-01-04,A", "retain"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n", "1,2010-01-04,X", "unknown"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,A\n", ",,", "unknown"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,B\n", ",,", "disposable"),
        (PEOPLE, "1,2010-01-04,2010-01-04,,X\n", ",,", "unknown"),
    ],
)
def test_the_law_of_every_place_that_a_document_belongs_to_keeps_it(
    tmp_path: Path, people: str, assigned: str, paper: str, wanted: str
) -> None:
    (tmp_path / "us.yaml").write_text(RULES + SHORT, "utf-8")
    files = {"employees": people.format(left=""), "worksites": SITES, "documents": PAPER.format(of=paper)}
    if assigned:
        files["assignments"] = ASSIGNED + assigned
    evaluation = over(tmp_path, STATES.format(place="us.ca"), files, "us.yaml")
    assert {state.value for _, state in evaluation.counts} - {"superseded"} == {wanted}


@pytest.mark.parametrize(
    ("site", "wanted"),
    [("A", "disposable"), ("L", "unknown"), ("B", "disposable"), ("X", "unknown")],
)
def test_the_law_of_a_city_asks_for_the_city(tmp_path: Path, site: str, wanted: str) -> None:
    (tmp_path / "us.yaml").write_text(RULES + SHORT, "utf-8")
    files = {
        "employees": PEOPLE.format(left=""),
        "worksites": SITES,
        "documents": PAPER.format(of=OF_1),
        "assignments": f"{ASSIGNED}1,2010-01-04,2010-01-04,,{site}\n",
    }
    evaluation = over(tmp_path, STATES.format(place="us.ca.los-angeles"), files, "us.yaml")
    assert {state.value for _, state in evaluation.counts} - {"superseded"} == {wanted}
    if wanted == "unknown":
        assert [cause.fact for cause in evaluation.causes] == ["assignment.worksite_id"]
