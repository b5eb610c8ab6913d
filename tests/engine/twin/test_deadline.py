"""Deadlines: whether the duty exists, whether it was done, whether it still can be."""

from datetime import date

import pytest
from tests.engine.twin.support import due, made, missing, state, verdicts

from compliance_engine.engine.twin import judge
from compliance_engine.language.rule import Unless

SECTION_2 = """
    kind: deadline
    about: employment_spell
    in_force: {from: 1986-11-07, to: 2025-12-31}
    when: worker_type = 'employee' and status <> 'pre_hire'
    unless:
      - {when: covered_by_form = yes, title: an old form still counts, cite: none}
    due: 3 business days after start_date
    done: i9.section2_signed_on
    lead: 2 days
"""
BASE = "{worker_type: employee, status: active, covered_by_form: no, start_date: 2025-06-02"


def signed(day: str = "", base: str = BASE) -> str:
    return base + (f", i9: {{section2_signed_on: {day}}}}}" if day else "}")


@pytest.mark.parametrize(
    ("day", "as_of", "wanted"),
    [
        ("2025-06-05", "2025-07-01", "met"),
        ("2025-06-06", "2025-07-01", "met-late"),
        ("2025-05-20", "2025-07-01", "met"),
        ("", "2025-06-02", "due"),
        ("", "2025-06-03", "due-soon"),
        ("", "2025-06-05", "due-soon"),
        ("", "2025-06-06", "overdue"),
        # Signed tomorrow is scheduled: it proves nothing yet.
        ("2025-06-05", "2025-06-04", "due-soon"),
        ("2025-07-09", "2025-07-01", "overdue"),
        ("unreadable", "2025-06-02", "unknown"),
        ("unreadable", "2025-07-01", "unknown"),
    ],
)
def test_done_or_not(day: str, as_of: str, wanted: str) -> None:
    assert state(SECTION_2, signed(day), as_of) == wanted


@pytest.mark.parametrize(
    ("change", "to", "wanted"),
    [
        ("2025-06-02", "1986-11-06", "no-law"),
        ("2025-06-02", "1986-11-07", "overdue"),
        ("2025-06-02", "2025-12-31", "due"),
        ("2025-06-02", "2026-01-01", "no-law"),
        ("2025-06-02", "unreadable", "unknown"),
        ("worker_type: employee", "worker_type: volunteer", "conditions"),
        ("worker_type: employee", "worker_type: unreadable", "unknown"),
        ("covered_by_form: no", "covered_by_form: yes", "exception"),
        ("covered_by_form: no", "covered_by_form: unreadable", "unknown"),
        # One that decides goes before one that is unknown.
        ("worker_type: employee, status: active", "worker_type: volunteer, status: unreadable", "conditions"),
        (
            "worker_type: employee, status: active, covered_by_form: no",
            "worker_type: unreadable, covered_by_form: yes",
            "exception",
        ),
        ("employee, status: active, covered_by_form: no", "volunteer, covered_by_form: unreadable", "conditions"),
    ],
)
def test_whether_the_duty_exists(change: str, to: str, wanted: str) -> None:
    assert state(SECTION_2, signed(base=BASE.replace(change, to))) == wanted


@pytest.mark.parametrize(
    ("change", "to", "wanted"),
    [
        ("worker_type: employee", "worker_type: volunteer", "conditions"),
        ("covered_by_form: no", "covered_by_form: yes", "exception"),
        ("covered_by_form: no", "covered_by_form: unreadable", "unknown"),
        ("", "", "unknown"),
    ],
)
@pytest.mark.parametrize("start", ["start_date: unreadable", "start_date: null"])
def test_what_is_plain_without_the_trigger_day_needs_none(change: str, to: str, wanted: str, start: str) -> None:
    given = signed(base=BASE.replace("start_date: 2025-06-02", start).replace(change, to))
    assert state(SECTION_2, given) == wanted


def test_a_condition_that_depends_on_the_unknown_trigger_day_is_unknown() -> None:
    keys = DATES.format(due="10 days after start_date", done="final_pay_on") + "when: {}\n"
    given = "{start_date: unreadable, assignment: {is_supervisor: no}}"
    assert state(keys.format("not assignment.is_supervisor on 2025-06-02"), given) == "unknown"
    assert state(keys.format("assignment.is_supervisor on 2025-06-02"), given) == "conditions"
    assert state(keys.format("assignment.is_supervisor"), given) == "unknown"
    assert state(keys.format("assignment.is_supervisor is missing"), given) == "unknown"
    assert state(keys.format("exists(training)"), given) == "unknown"


def test_a_law_is_plainly_over_where_the_day_of_asking_says_so() -> None:
    given = signed(base=BASE.replace("start_date: 2025-06-02", "start_date: unreadable"))
    ended = SECTION_2.replace("to: 2025-12-31", "to: 2025-06-30, judged_on: as_of")
    assert (state(ended, given, "2025-06-30"), state(ended, given, "2025-07-01")) == ("unknown", "no-law")
    assert state(SECTION_2, given) == "unknown"


def test_a_law_whose_end_also_ends_what_was_owed() -> None:
    ended = SECTION_2.replace("to: 2025-12-31", "to: 2025-06-30, judged_on: as_of")
    assert state(ended, signed(), "2025-06-30") == "overdue"
    assert state(ended, signed(), "2025-07-01") == "no-law"
    assert (
        state(SECTION_2.replace("in_force: {from: 1986-11-07, to: 2025-12-31}", "in_force: {to: 2025-12-31}"), signed())
        == "overdue"
    )


def test_why_a_rule_does_not_apply() -> None:
    rule, _ = made(SECTION_2, signed())
    (verdict,) = verdicts(SECTION_2, signed(base=BASE.replace("active", "pre_hire")))
    assert rule.when is not None
    assert verdict.because == rule.when.items[1]  # type: ignore[union-attr]
    (verdict,) = verdicts(SECTION_2, signed(base=BASE.replace("form: no", "form: yes")))
    assert isinstance(verdict.because, Unless)
    assert verdict.because.title == "an old form still counts"


def test_a_local_name_is_told_by_what_it_stands_for() -> None:
    keys = SECTION_2.replace(
        "when: worker_type = 'employee' and status <> 'pre_hire'",
        "let: {hired: \"worker_type = 'employee'\"}\n    when: hired",
    )
    (verdict,) = verdicts(keys, signed(base=BASE.replace("employee", "volunteer")))
    assert type(verdict.because).__name__ == "Compare"


TRIGGERED = "kind: deadline\nabout: employment_spell\nstarts: {starts}\ndue: 3 days after {starts}\ndone: final_pay_on"


def test_a_trigger_that_has_not_come_or_never_was() -> None:
    assert state(TRIGGERED.format(starts="termination_date")) == "not-started"
    assert state(TRIGGERED.format(starts="supervisor_since")) == "not-started"
    assert state(TRIGGERED.format(starts="start_date")) == "unknown"


DATES = "kind: deadline\nabout: employment_spell\nstarts: start_date\ndue: {due}\ndone: {done}\n"


@pytest.mark.parametrize(
    ("clock", "wanted"),
    [
        ("3 days after last_day_worked", "not-started"),
        ("3 days after supervisor_since", "no-value"),
        ("hire_date", "unknown"),
    ],
)
def test_no_due_date(clock: str, wanted: str) -> None:
    assert state(DATES.format(due=clock, done="final_pay_on"), "{start_date: 2025-06-02}") == wanted


EARLIER, LATER = "earlier of (2025-06-10, hire_date)", "later of (2025-06-10, hire_date)"


@pytest.mark.parametrize(
    ("clock", "done", "as_of", "wanted"),
    [
        # An unknown arm: past the known arm of an `earlier of` it is overdue whatever the other arm is.
        (EARLIER, "", "2025-06-10", "unknown"),
        (EARLIER, "", "2025-06-11", "overdue"),
        (EARLIER, "2025-06-10", "2025-07-01", "unknown"),
        (EARLIER, "2025-06-11", "2025-07-01", "met-late"),
        # Done before the known arm of a `later of` is in time.
        (LATER, "", "2025-06-10", "due-soon"),
        (LATER, "", "2025-05-01", "due"),
        (LATER, "", "2025-06-11", "unknown"),
        (LATER, "2025-06-10", "2025-07-01", "met"),
        (LATER, "2025-06-11", "2025-07-01", "unknown"),
        ("hire_date", "2025-06-11", "2025-07-01", "unknown"),
    ],
)
def test_bounds_decide_where_they_can(clock: str, done: str, as_of: str, wanted: str) -> None:
    given = "{start_date: 2025-04-01" + (f", final_pay_on: {done}}}" if done else "}")
    assert state(DATES.format(due=clock, done="final_pay_on"), given, as_of) == wanted
    assert missing(DATES.format(due="hire_date", done="final_pay_on"), given, as_of) == [
        "employment_spell.hire_date empty"
    ]


OPENS = (
    DATES.format(due="10 days after start_date", done="event.happened_on where kind = 'told'") + "opens: hire_date\n"
)


@pytest.mark.parametrize(
    ("opens", "told", "wanted"),
    [
        ("2025-06-01", "2025-06-01", "met"),
        ("2025-06-01", "2025-05-31", "too-early"),
        ("2025-06-01", "2025-07-09", "overdue"),
        ("unreadable", "2025-06-01", "unknown"),
        ("unreadable", "", "unknown"),
        ("2025-06-01", "", "overdue"),
    ],
)
def test_what_comes_before_the_first_day_is_too_early(opens: str, told: str, wanted: str) -> None:
    events = f", event: [{{kind: told, happened_on: {told}}}]" if told else ""
    assert state(OPENS, f"{{start_date: 2025-06-02, hire_date: {opens}{events}}}") == wanted


def test_one_event_too_early_and_one_in_time() -> None:
    events = "event: [{kind: told, happened_on: 2025-05-01}, {kind: told, happened_on: 2025-06-03}]"
    assert state(OPENS, f"{{start_date: 2025-06-02, hire_date: 2025-06-01, {events}}}") == "met"


@pytest.mark.parametrize(
    ("opens", "done", "wanted"),
    [
        ("hire_date", "2025-05-31", "too-early"),
        ("hire_date", "2025-06-01", "met"),
        ("supervisor_since", "2025-05-31", "met"),
    ],
)
def test_a_single_date_may_be_too_early(opens: str, done: str, wanted: str) -> None:
    keys = DATES.format(due="10 days after start_date", done="final_pay_on") + f"opens: {opens}\n"
    assert state(keys, f"{{start_date: 2025-06-02, hire_date: 2025-06-01, final_pay_on: {done}}}") == wanted


LAPSES = DATES.format(due=EARLIER, done="final_pay_on") + "lapses: termination_date\n"
KNOWN = LAPSES.replace(EARLIER, "hire_date")


@pytest.mark.parametrize(
    ("keys", "ended", "as_of", "wanted"),
    [
        (KNOWN, "2025-06-09", "2025-07-01", "lapsed"),
        (KNOWN, "2025-06-10", "2025-07-01", "overdue"),
        (KNOWN, "2025-06-09", "2025-06-08", "due-soon"),
        (KNOWN, "2025-06-09", "2025-06-09", "lapsed"),
        (KNOWN, "", "2025-07-01", "overdue"),
        # It may have ended before it was due, on whatever day one asks.
        (KNOWN, "unreadable", "2025-07-01", "unknown"),
        (KNOWN, "unreadable", "2025-06-10", "unknown"),
        (KNOWN, "unreadable", "2025-04-01", "unknown"),
        # The due date may lie before or after the end: which it was cannot be told.
        (LAPSES, "2025-06-09", "2025-07-01", "unknown"),
        (LAPSES, "2025-06-10", "2025-07-01", "overdue"),
    ],
)
def test_a_duty_falls_away_before_it_is_due(keys: str, ended: str, as_of: str, wanted: str) -> None:
    known = "2025-06-10" if keys is KNOWN else "unreadable"
    given = f"{{start_date: 2025-04-01, hire_date: {known}" + (f", termination_date: {ended}}}" if ended else "}")
    assert state(keys, given, as_of) == wanted


def test_a_duty_that_fell_away_while_the_due_date_is_still_ahead_for_certain() -> None:
    keys = DATES.format(due=LATER, done="final_pay_on") + "lapses: termination_date\n"
    # Due on the last day, or later and then no more.
    assert state(keys, "{start_date: 2025-04-01, termination_date: 2025-06-10}", "2025-06-10") == "unknown"
    assert state(keys, "{start_date: 2025-04-01, termination_date: 2025-06-11}", "2025-06-10") == "due-soon"
    assert state(keys, "{start_date: 2025-04-01, termination_date: 2025-06-09}", "2025-07-01") == "lapsed"


@pytest.mark.parametrize(
    ("lapses", "as_of", "wanted"),
    [
        # Whatever the end is, it does not come before the known arm.
        ("later of (2025-06-09, hire_date)", "2025-06-08", "due-soon"),
        ("later of (2025-06-09, hire_date)", "2025-06-09", "unknown"),
        ("later of (2025-06-10, hire_date)", "2025-07-01", "overdue"),
        # Whatever it is, it comes by the known arm.
        ("earlier of (2025-06-09, hire_date)", "2025-06-08", "unknown"),
        ("earlier of (2025-06-09, hire_date)", "2025-06-09", "lapsed"),
        ("earlier of (2025-06-10, hire_date)", "2025-07-01", "unknown"),
        ("supervisor_since", "2025-07-01", "overdue"),
        ("later of (supervisor_since, hire_date)", "2025-07-01", "unknown"),
    ],
)
def test_what_is_certain_about_an_end_may_decide(lapses: str, as_of: str, wanted: str) -> None:
    keys = DATES.format(due="2025-06-10", done="final_pay_on") + f"lapses: {lapses}\n"
    assert state(keys, "{start_date: 2025-04-01, hire_date: unreadable}", as_of) == wanted


def test_a_right_that_ran_out_is_nobodys_violation() -> None:
    right = DATES.format(due="10 days after start_date", done="final_pay_on") + "if_missed: right\n"
    assert state(right, "{start_date: 2025-06-02}") == "forfeited"
    assert state(right, "{start_date: 2025-06-02, final_pay_on: 2025-06-20}") == "forfeited"


ROWS = DATES.format(due="10 days after start_date", done="training.completed_on where topic = 'harassment'")
ONE = "{topic: harassment, completed_on: %s}"


@pytest.mark.parametrize(
    ("trainings", "as_of", "wanted"),
    [
        ([ONE % "2025-06-12"], "2025-07-01", "met"),
        ([ONE % "2025-06-13", ONE % "2025-06-12"], "2025-07-01", "met"),
        ([ONE % "2025-06-13"], "2025-07-01", "met-late"),
        (["{topic: harassment}"], "2025-07-01", "overdue"),
        (["{topic: forklift, completed_on: 2025-06-03}"], "2025-07-01", "overdue"),
        ([], "2025-07-01", "overdue"),
        # What may be a proof: it can only help, and may be sooner.
        ([ONE % "2025-06-12", "{completed_on: 2025-06-03}"], "2025-07-01", "met"),
        ([ONE % "2025-06-13", "{completed_on: 2025-06-03}"], "2025-07-01", "unknown"),
        (["{completed_on: 2025-06-03}"], "2025-07-01", "unknown"),
        (["{completed_on: 2025-07-03}"], "2025-07-01", "overdue"),
        ([ONE % "unreadable"], "2025-06-03", "unknown"),
    ],
)
def test_rows_as_proof(trainings: list[str], as_of: str, wanted: str) -> None:
    listed = f", training: [{', '.join(trainings)}]" if trainings else ""
    assert state(ROWS, f"{{start_date: 2025-06-02{listed}}}", as_of) == wanted


def test_no_proof_is_a_fact_only_where_the_source_is_complete() -> None:
    given = "{start_date: 2025-06-02}"
    assert state(ROWS, given, complete_from={"training": date(2025, 6, 2)}) == "overdue"
    assert state(ROWS, given, complete_from={"training": date(2025, 6, 3)}) == "unknown"
    assert missing(ROWS, given, complete_from={}) == ["training its source never says that it is complete"]
    assert missing(ROWS, "{start_date: 2025-06-02, training: not supplied}") == ["training not supplied"]


TOTAL = DATES.format(
    due="10 days after start_date", done="day sum(training.minutes_spent where topic = 'harassment') reaches 60"
)


def total(*rows: str) -> str:
    return f"{{start_date: 2025-06-02, training: [{', '.join(rows)}]}}"


def course(day: str, minutes: object) -> str:
    return f"{{topic: harassment, completed_on: {day}, minutes_spent: {minutes}}}"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (total(course("2025-06-03", 30), course("2025-06-12", 30)), "met"),
        (total(course("2025-06-03", 30), course("2025-06-13", 30)), "met-late"),
        (total(course("2025-06-03", 30), course("2025-07-13", 30)), "overdue"),
        (total(course("2025-06-03", 59)), "overdue"),
        (total(course("2025-06-03", "unreadable")), "unknown"),
        (total(course("2025-06-03", 60), course("2025-06-04", "unreadable")), "met"),
        ("{start_date: 2025-06-02, training: not supplied}", "unknown"),
    ],
)
def test_a_running_total_as_proof(given: str, wanted: str) -> None:
    assert state(TOTAL, given) == wanted


def test_only_what_lies_after_the_first_day_adds_up() -> None:
    keys = TOTAL + "opens: start_date\n"
    assert state(keys, total(course("2025-06-01", 30), course("2025-06-03", 30))) == "overdue"
    assert state(TOTAL, total(course("2025-06-01", 30), course("2025-06-03", 30))) == "met"
    assert state(TOTAL.replace("60", "choice(x)"), total(course("2025-06-01", 30))) == "unknown"


HOURS = DATES.format(due="72 hours after resigned_at", done="{done}")
QUIT = "{start_date: 2025-01-06, resigned_at: 2025-03-06T15:00-05:00, worksite: {time_zone: America/New_York}"


@pytest.mark.parametrize(
    ("paid", "as_of", "wanted"),
    [
        ("2025-03-08", "2025-04-01", "met"),
        ("2025-03-09", "2025-04-01", "unknown"),
        ("2025-03-10", "2025-04-01", "met-late"),
        ("", "2025-03-08", "due-soon"),
        ("", "2025-03-09", "overdue"),
    ],
)
def test_a_due_date_of_hours_is_a_moment(paid: str, as_of: str, wanted: str) -> None:
    given = QUIT + (f", final_pay_on: {paid}}}" if paid else "}")
    assert state(HOURS.format(done="final_pay_on"), given, as_of) == wanted


def test_a_day_and_a_moment_of_the_same_day_miss_the_hour() -> None:
    keys = HOURS.format(done="final_pay_on")
    assert missing(keys, QUIT + ", final_pay_on: 2025-03-09}") == ["hour a day and a moment of the same day"]
    nowhere = QUIT.replace(", worksite: {time_zone: America/New_York}", "").replace("15:00", "01:00")
    assert missing(keys, nowhere + ", final_pay_on: 2025-03-09}") == ["worksite.time_zone empty"]
    assert missing(keys, nowhere + "}", "2025-03-09") == ["worksite.time_zone empty"]


AT = "event.happened_at where kind = 'told'"
TOLD = ", event: [{kind: told, happened_at: %s}]}"


@pytest.mark.parametrize(
    ("keys", "told", "as_of", "wanted"),
    [
        (HOURS.format(done=AT), "2025-03-09T16:00-04:00", "2025-04-01", "met"),
        (HOURS.format(done=AT), "2025-03-09T16:01-04:00", "2025-04-01", "met-late"),
        (HOURS.format(done=AT), "2025-03-09T16:00-04:00", "2025-03-08", "due-soon"),
        # A whole day is in time for a moment within it.
        (DATES.format(due="3 days after start_date", done=AT), "2025-01-09T23:59-05:00", "2025-04-01", "met"),
        (DATES.format(due="3 days after start_date", done=AT), "2025-01-10T00:00-05:00", "2025-04-01", "met-late"),
    ],
)
def test_a_proof_may_be_a_moment(keys: str, told: str, as_of: str, wanted: str) -> None:
    assert state(keys, QUIT + TOLD % told, as_of) == wanted


def test_a_proof_whose_day_needs_a_zone_is_in_doubt() -> None:
    nowhere = QUIT.replace(", worksite: {time_zone: America/New_York}", "")
    keys = DATES.format(due="3 days after start_date", done=AT)
    assert missing(keys, nowhere + TOLD % "2025-03-09T01:00-04:00") == ["worksite.time_zone empty"]
    single = DATES.format(due="3 days after start_date", done="resigned_at")
    assert missing(single, "{start_date: 2025-01-06, resigned_at: 2025-03-09T01:00-04:00}") == [
        "worksite.time_zone empty"
    ]


def test_check_and_its_opposite() -> None:
    must = "kind: check\nabout: employment_spell\nmust: start_date >= hire_date"
    must_not = must.replace("must:", "must_not:")
    good = "{start_date: 2025-06-02, hire_date: 2025-06-02}"
    assert (state(must, good), state(must_not, good)) == ("compliant", "breach")
    bad = "{start_date: 2025-06-02, hire_date: 2025-06-03}"
    assert (state(must, bad), state(must_not, bad)) == ("breach", "compliant")
    assert (state(must), state(must_not)) == ("unknown", "unknown")
    assert missing(must) == ["employment_spell.hire_date empty", "employment_spell.start_date empty"]


def test_what_is_not_run_yet() -> None:
    rule, world = made("kind: check\nabout: employment_spell\nmust: start_date is known")
    from dataclasses import replace

    with pytest.raises(ValueError, match="not run yet"):
        judge(replace(rule, body=None), world)


def test_the_due_date_is_told_where_it_is_known() -> None:
    assert due(SECTION_2, signed("2025-06-05")) == "2025-06-05"
    assert due(SECTION_2, signed()) == "2025-06-05"
