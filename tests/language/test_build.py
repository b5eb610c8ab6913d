"""Keys of a rule → expressions resolved, defaults filled in, and what cannot be built."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.language.conftest import HEAD, Loaded

from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build import default_reach
from compliance_engine.language.build_order import in_order
from compliance_engine.records.types import VOCABULARY

Load = Callable[[str], Loaded]
RETENTION = "kind: retention\nabout: document\nkeep: 1 year after document_date\n"
DEADLINE = "kind: deadline\ndue: 3 business days after start_date\ndone: i9.section2_signed_on\n"


def test_a_deadline_with_its_defaults(load_rule: Load) -> None:
    rule = load_rule(DEADLINE).rule
    assert isinstance(rule.body, r.Deadline)
    assert isinstance(rule.body.due, t.Shift)
    assert rule.body.due.calendar == ""
    (starts,) = rule.starts
    assert isinstance(starts, t.Own)
    assert starts.field.name == "start_date"
    assert (rule.reach, rule.calendar, rule.severity, rule.lead_days) == ("work", "worksite", "medium", None)
    assert rule.serves == ("us.test",)
    assert rule.checked == "text"


@pytest.mark.parametrize(
    ("about", "reach"),
    [
        ("employment_spell", "work"), ("employee", "work"), ("work_day", "work"), ("worksite", "worksite"),
        ("posting_display", "worksite"), ("employer", "employer"), ("document", "document"),
        ("document_instance", "document"), ("benefit_plan", "employer"), ("leave_case", "work"),
    ],
)  # fmt: skip
def test_how_the_law_finds_a_subject_by_default(about: str, reach: str) -> None:
    assert default_reach(VOCABULARY.types[about]) == reach


@pytest.mark.parametrize(
    ("keys", "starts"),
    [
        ("due: 3 days after start_date", "start_date"),
        ("due: later of (3 days after start_date, 1 month after start_date)", "start_date"),
        ("due: [{when: hire_date < 2020-01-01, is: start_date}, {is: 3 days after start_date}]", "start_date"),
        ("let: {begin: start_date}\ndue: 3 days after begin", "start_date"),
        ("presume: {expected_business_days: 3}\ndue: (expected_business_days) days after start_date", "start_date"),
        ("due: 3 days after i9.section1_signed_on", "section1_signed_on"),
    ],
)
def test_the_trigger_is_the_one_field_the_clock_hangs_on(load_rule: Load, keys: str, starts: str) -> None:
    (found,) = load_rule("kind: deadline\ndone: hire_date\n" + keys).rule.starts
    assert isinstance(found, t.Own | t.Related)
    assert found.field.name == starts


@pytest.mark.parametrize(
    "due",
    ["later of (start_date, hire_date)", "3 days after latest(training.completed_on)", "same day as 2025-01-01"],
)
def test_otherwise_the_trigger_must_be_written(load_rule: Load, due: str) -> None:
    assert load_rule(f"kind: deadline\ndue: {due}\ndone: hire_date").errors == ["missing-key @ due"]


def test_the_trigger_of_what_stands_is_the_day_of_asking(load_rule: Load) -> None:
    assert load_rule("kind: check\nmust: start_date is known").rule.starts == (t.Special("as_of"),)


def test_turns_by_the_calendar_need_no_trigger(load_rule: Load) -> None:
    rule = load_rule("kind: recurring\nabout: employer\nrepeat: calendar year\ndue: turn.end\ndone: everify_since").rule
    assert rule.starts == ()


def test_several_triggers_and_branches(load_rule: Load) -> None:
    keys = DEADLINE.replace("start_date", "starts")
    several = load_rule(keys + "starts: [start_date, event.happened_on where kind = 'asked']").rule.starts
    branches = load_rule(keys + "starts: [{when: rehire_eligible, is: hire_date}, {is: start_date}]").rule.starts
    assert [type(x) for x in several] == [t.Own, t.Rows]
    assert [type(x) for x in branches] == [t.Branches]


def test_rows_without_a_condition_are_every_date(load_rule: Load) -> None:
    body = load_rule("kind: deadline\ndue: 3 days after start_date\ndone: training.completed_on").rule.body
    assert isinstance(body, r.Deadline)
    assert isinstance(body.done, t.Rows)


def test_done_is_known_to_repeat_with_the_fields_of_its_row(load_rule: Load) -> None:
    body = load_rule("""
        kind: recurring
        about: i9
        due: same day as work_authorization_expires_on
        done: supplement_b.supplement_b_signed_on where reason = 'reverification'
        repeat: same day as done.expires_on
        lapses: employment_spell.termination_date
        """).rule.body
    assert isinstance(body, r.Recurring)
    assert isinstance(body.repeat, t.SameDay)
    assert isinstance(body.repeat.anchor, t.DoneField)


@pytest.mark.parametrize(
    ("repeat", "kind"),
    [("every 2 years from completion", t.Every), ("plan year", t.EachPeriod), ("1 year after done", t.Shift)],
)
def test_forms_of_repeat(load_rule: Load, repeat: str, kind: type[t.Node]) -> None:
    body = load_rule(f"kind: recurring\ndue: 3 days after start_date\ndone: hire_date\nrepeat: {repeat}").rule.body
    assert isinstance(body, r.Recurring)
    assert isinstance(body.repeat, kind)


def test_a_cadence(load_rule: Load) -> None:
    rule = load_rule("""
        kind: cadence
        gap: at most 16 days
        over: payroll_record.pay_date
        between: {from: start_date, to: "earlier of (termination_date, as_of)"}
        """).rule
    assert isinstance(rule.body, r.Cadence)
    assert isinstance(rule.body.gap, t.Gap)
    assert rule.body.gap.high == t.Number(Decimal(16), span=(8, 10))
    assert rule.body.between is not None


def test_a_retention_rule_takes_families_of_classes(load_rule: Load) -> None:
    rule = load_rule(
        "kind: retention\nabout: document\nclass: [i9_form, leave]\nkeep: 3 years after document_date"
    ).rule
    assert isinstance(rule.body, r.Retention)
    assert rule.body.classes == ("i9_form", *VOCABULARY.families["leave"])
    assert rule.family is None


def test_a_check(load_rule: Load) -> None:
    rule = load_rule("kind: check\nmust_not: exists(i9_document where document_list = 'c')").rule
    assert isinstance(rule.body, r.Check)
    assert not rule.body.must


def test_a_posting(load_rule: Load) -> None:
    rule = load_rule("""
        kind: posting
        about: worksite
        post: osha_300a
        repeat: calendar year
        during: {from: February 1 of 1 day after turn.end, to: April 30 of 1 day after turn.end}
        revisions: [{revision: 2022-11-01, from: 2022-12-01, replace_by: 2023-01-01}]
        languages: [en]
        electronic: no
        """).rule
    assert isinstance(rule.body, r.Posting)
    assert rule.body.repeat == t.EachPeriod("calendar year", span=(0, 13))
    assert rule.body.electronic == "no"
    assert rule.reach == "worksite"


def test_languages_of_a_posting(load_rule: Load) -> None:
    rule = load_rule("""
        kind: posting
        about: worksite
        post: know_your_rights
        languages: [en, {spoken_by: 10, offered: [es]}]
        """).rule
    assert isinstance(rule.body, r.Posting)
    assert rule.body.languages == (r.Language("en", None, ()), r.Language(None, 10, ("es",)))


@pytest.mark.parametrize(
    ("require", "record", "class_code"),
    [
        ("i9_form", "document", "i9_form"),
        ("license", "license", None),
        ("license where expires_on is known", "license", None),
    ],
)
def test_required(load_rule: Load, require: str, record: str, class_code: str | None) -> None:
    rule = load_rule(f"kind: required\nrequire: {require}\nvalid: {{from: issued_on, to: expires_on}}").rule
    assert isinstance(rule.body, r.Required)
    assert (rule.body.record, rule.body.class_code) == (record, class_code)
    assert rule.body.valid == ("issued_on", "expires_on")
    assert (rule.body.where is not None) == (" where " in require)


def test_a_case_is_checked_and_not_run(load_rule: Load) -> None:
    keys = """
        kind: case
        about: leave_case
        events:
          asked: earlier of (employee_notice_on, employer_knowledge_on)
          told: earliest(leave_notice.sent_on where kind = 'eligibility')
        steps:
          eligibility: {starts: asked, due: 5 business days after starts, done: WORD}
        """
    good = load_rule(keys.replace("WORD", "told"))
    assert good.rule.body is None
    assert [p.code for p in good.problems] == ["not-run-yet"]
    assert load_rule(keys.replace("WORD", "tolled")).errors == ["unknown-name @ tolled → told"]


def test_an_entitlement_is_checked_and_not_run(load_rule: Load) -> None:
    keys = """
        kind: entitlement
        about: employee
        limit: LIMIT
        window: choice(fmla.leave-year)
        usage: leave_usage where status = 'approved'
        each_counts: minutes per workweek_minutes
        """
    assert load_rule(keys.replace("LIMIT", "12 workweeks")).rule.body is None
    assert load_rule(keys.replace("LIMIT", "twelve")).errors == ["bad-expression @ twelve"]


WRONG: list[tuple[str, list[str]]] = [
    (DEADLINE + "when: worker_type = 'employe'", ["unknown-code @ 'employe' → employee"]),
    (DEADLINE + "when: start_date", ["wrong-type @ start_date"]),
    (DEADLINE + "when: 3 bsiness days after", ["bad-expression @ bsiness → business"]),
    (DEADLINE + "calendar: us-feral", ["unknown-calendar @ us-feral → us-federal"]),
    (DEADLINE.replace("3 business", "3 mars business"), ["unknown-calendar @ 3 mars business days after start_date"]),
    (DEADLINE + "exposure: us.fine", ["unknown-name @ us.fine"]),
    (DEADLINE + "lead: soon", ["bad-expression @ soon"]),
    (DEADLINE + "presume: {worker_type: robot}", ["wrong-type @ robot"]),
    (DEADLINE + "presume: {wrker_type: employee}", ["unknown-name @ wrker_type → worker_type"]),
    (DEADLINE + "let: {a: b, b: c, c: a}", ["circle @ a"]),
    (DEADLINE + "let: {last: start_date}", ["bad-name @ last"]),
    (DEADLINE + "let: {Begin: start_date}", ["bad-name @ Begin"]),
    (DEADLINE + "in_force: {from: 2025-01-01, to: 2024-01-01}", ["value-order @ 2024-01-01"]),
    (DEADLINE + "when: places contains 'us.nyy'", ["unknown-code @ 'us.nyy'"]),
    (DEADLINE + "about: employment_spel", ["unknown-name @ employment_spel → employment_spell"]),
    (DEADLINE + "each: start_date where rehire_eligible", ["unknown-name @ start_date where rehire_eligible"]),
    (DEADLINE.replace("start_date", "as_of") + "starts: start_date", ["word-out-of-place @ as_of"]),
    (DEADLINE.replace("start_date", "due") + "starts: start_date", ["word-out-of-place @ due"]),
    (DEADLINE + "starts: turn.start", ["word-out-of-place @ turn.start"]),
    (DEADLINE + "let: {now: as_of}\nopens: 3 days before now", ["word-out-of-place @ now"]),
    (DEADLINE + "opens: [{is: start_date}, {is: hire_date}]", ["branch-never-reached @ {"]),
    (DEADLINE + "opens: worker_type", ["wrong-type @ worker_type"]),
    ("kind: check\nmust: rehire_eligible\nmust_not: rehire_eligible", ["missing-key @ must_not"]),
    ("kind: retention\nabout: document\nclass: any", ["missing-key @ us.test"]),
    (RETENTION + "class: i9_from", ["unknown-code @ i9_from → i9_form"]),
    ("kind: retention\nabout: employee\nkeep: 1 year after date_of_birth", ["wrong-type @ employee"]),
    ("kind: posting\nabout: employee\npost: x", ["wrong-type @ employee"]),
    ("kind: posting\nabout: worksite\npost: x\nrepeat: every 2 days from due", ["wrong-type @ every 2 days from due"]),
    ("kind: required\nrequire: i9_frm", ["unknown-name @ i9_frm → i9_form"]),
    ("kind: required\nrequire: license\nvalid: {from: isued_on}", ["unknown-name @ isued_on → issued_on"]),
    ("kind: cadence\ngap: at most 16 months\nover: payroll_record.pay_date", ["bad-expression @ at most 16 months"]),
    ("kind: cadence\ngap: at most 16 days\nover: 3 days after start_date", ["wrong-type @ 3 days after start_date"]),
    ("kind: cadence\ngap: at most 16 days\nover: event.happened_at", ["wrong-type @ event.happened_at"]),
    *(
        (
            f"kind: recurring\nstarts: start_date\ndue: starts\nrepeat: every 1 year from {turn}\ndone: event.happened_at",
            ["wrong-type @ event.happened_at"],
        )
        for turn in ("completion", "due")
    ),
    (
        """kind: recurring
about: injury
starts: learned_at
due: 8 hours after learned_at
repeat: every 1 year from due
done: reported_at""",
        ["wrong-type @ 8 hours after learned_at", "wrong-type @ reported_at"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "errors"), WRONG, ids=[keys.rsplit("\n", 1)[-1] for keys, _ in WRONG])
def test_what_cannot_be_built(load_rule: Load, keys: str, errors: list[str]) -> None:
    loaded = load_rule(keys)
    assert loaded.errors == errors
    assert not loaded.ruleset.rules


def test_a_violation_needs_a_fix_and_a_right_does_not(load: Load) -> None:
    rule = (
        HEAD
        + "rules: {us.test: {kind: check, title: A, cite: 1(a), about: employee, must: active, if_missed: IF_MISSED, "
        "examples: [{title: a, as_of: 2025-01-01, expect: unknown}]}}"
    )
    assert load(rule.replace("IF_MISSED", "violation")).errors == ["missing-key @ us.test"]
    assert load(rule.replace("IF_MISSED", "right")).errors == []


def test_names_in_circles_are_told_once_with_the_way() -> None:
    order, circles = in_order({"a": {"b"}, "b": {"c", "x"}, "c": {"b"}, "d": set()})
    assert circles == [("b", "c", "b")]
    assert sorted(order) == ["a", "b", "c", "d"]
    assert order.index("b") < order.index("a")


def test_local_names_may_stand_in_any_order(load_rule: Load) -> None:
    rule = load_rule(DEADLINE + "let: {b: 3 days after a, a: start_date}\nopens: b").rule
    assert isinstance(rule.body, r.Deadline)
    assert isinstance(rule.body.opens, t.Alias)
    assert isinstance(rule.body.opens.target, t.Shift)


def test_names_that_stand_for_too_much_are_refused(load_rule: Load) -> None:
    names = "let: {a0: start_date, " + ", ".join(f"a{n}: 'earlier of (a{n - 1}, a{n - 1})'" for n in range(1, 40)) + "}"
    assert any(error.startswith("too-large") for error in load_rule(DEADLINE + names).errors)


def test_a_problem_in_a_folded_text_points_into_its_line(load_rule: Load) -> None:
    loaded = load_rule(DEADLINE + "when: >-\n  start_date > 2020-01-01\n  and worker_type = 'employe'")
    assert loaded.errors == ["unknown-code @ 'employe' → employee"]
