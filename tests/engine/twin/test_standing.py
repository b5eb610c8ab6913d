"""Cadence, retention, posting and required: how things stand on the day of asking."""

from dataclasses import replace
from datetime import date

import pytest
from tests.engine.twin.support import due, made, missing, state, states

from compliance_engine.engine.twin import judge
from compliance_engine.language.rule import Posting

# ---- cadence --------------------------------------------------------------------------------------------------------

PAY = "kind: cadence\nabout: employment_spell\ngap: at most 16 days\nover: payroll_record.pay_date"


def paid(*days: str) -> str:
    return "{start_date: 2025-06-01, payroll_record: [" + ", ".join(f"{{pay_date: {day}}}" for day in days) + "]}"


@pytest.mark.parametrize(
    ("keys", "given", "wanted"),
    [
        (PAY, paid("2025-06-13", "2025-06-29"), "compliant"),
        (PAY, paid("2025-06-30", "2025-06-13"), "breach"),
        (PAY, paid("2025-06-13", "2025-07-13"), "compliant"),
        (PAY, paid("2025-06-13"), "compliant"),
        (PAY, paid(), "not-started"),
        (PAY, paid("2025-06-13", "unreadable"), "unknown"),
        (PAY, "{payroll_record: not supplied}", "unknown"),
        (PAY.replace("at most 16", "between 12 and 16"), paid("2025-06-13", "2025-06-25"), "compliant"),
        (PAY.replace("at most 16", "between 12 and 16"), paid("2025-06-13", "2025-06-24"), "breach"),
        (PAY.replace("at most 16", "at least 12"), paid("2025-06-13", "2025-06-24"), "breach"),
        (PAY.replace("at most 16", "at least 12"), paid("2025-06-01", "2025-06-24"), "compliant"),
        (PAY.replace("at most 16", "at most choice(x)"), paid("2025-06-01", "2025-06-24"), "unknown"),
        (PAY.replace("at most 16", "between choice(x) and 16"), paid("2025-06-01", "2025-06-24"), "unknown"),
    ],
)
def test_neighbours_may_not_lie_too_far_apart(keys: str, given: str, wanted: str) -> None:
    assert state(keys, given) == wanted


ENDS = PAY + "\nbetween: {from: start_date, to: termination_date}"


@pytest.mark.parametrize(
    ("given", "as_of", "wanted"),
    [
        (paid("2025-06-17"), "2025-07-03", "compliant"),
        # Silence before the first day, and after the last one until the day of asking.
        (paid("2025-06-18"), "2025-07-03", "breach"),
        (paid("2025-06-17"), "2025-07-04", "breach"),
        (paid(), "2025-06-17", "compliant"),
        (paid(), "2025-06-18", "breach"),
        (paid("2025-06-17").replace("{start", "{termination_date: 2025-06-20, start", 1), "2025-09-01", "compliant"),
        (paid("2025-06-17").replace("{start", "{termination_date: 2025-12-31, start", 1), "2025-07-03", "compliant"),
        (paid().replace("2025-06-01", "2025-12-01"), "2025-07-01", "compliant"),
        (paid("2025-06-17").replace("2025-06-01", "unreadable"), "2025-07-01", "unknown"),
        ("{start_date: unreadable, payroll_record: not supplied}", "2025-07-01", "unknown"),
    ],
)
def test_the_ends_count(given: str, as_of: str, wanted: str) -> None:
    assert state(ENDS, given, as_of) == wanted


def test_one_end_alone() -> None:
    only_to = PAY + "\nbetween: {to: as_of}"
    only_from = PAY + "\nbetween: {from: start_date}"
    assert state(only_to, paid("2025-06-01"), "2025-06-18") == "breach"
    assert state(only_from, paid("2025-06-18"), "2025-06-18") == "breach"


def test_silence_is_a_fact_only_where_the_source_is_complete() -> None:
    assert state(ENDS, paid(), complete_from={}) == "unknown"
    assert state(ENDS, paid("2025-06-17"), "2025-06-20", complete_from={}) == "compliant"


TWICE = PAY.replace("gap: at most 16 days", "gap: at least 2 in each calendar month")


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        # Only whole months between the first and the last are judged.
        (("2025-03-20", "2025-04-04", "2025-04-18", "2025-05-02"), "compliant"),
        (("2025-03-20", "2025-04-04", "2025-05-02"), "breach"),
        (("2025-03-20", "2025-05-02"), "breach"),
        (("2025-03-20", "2025-04-04"), "compliant"),
    ],
)
def test_so_many_in_each_period(days: tuple[str, ...], wanted: str) -> None:
    assert state(TWICE, paid(*days)) == wanted


def test_so_many_as_the_policy_chose() -> None:
    keys = TWICE.replace("2 in", "choice(x) in")
    assert state(keys, paid("2025-03-20", "2025-05-02")) == "unknown"
    assert state(TWICE + "\nbetween: {from: supervisor_since}", paid()) == "not-started"


# ---- retention ------------------------------------------------------------------------------------------------------

LAST = "later of (3 years after document_date, 1 year after expires_on)"
KEEP = f"kind: retention\nabout: document\nclass: [i9_form]\nkeep: {LAST}"
CEILING = "kind: retention\nabout: document\nclass: any\ndestroy: 3 years after document_date"
PAPER = "{class_code: i9_form, document_date: 2022-02-28, expires_on: 2024-02-29"


@pytest.mark.parametrize(
    ("given", "as_of", "wanted"),
    [
        (PAPER + "}", "2025-03-01", "retain"),
        (PAPER + "}", "2025-03-02", "disposable"),
        (PAPER.replace(", expires_on: 2024-02-29", "}"), "2099-01-01", "retain"),
        (PAPER + ", destroyed_on: 2025-03-01}", "2025-07-01", "destroyed-early"),
        (PAPER + ", destroyed_on: 2025-03-02}", "2025-07-01", "compliant"),
        (PAPER + ", destroyed_on: 2025-09-02}", "2025-07-01", "disposable"),
        (PAPER + ", destroyed_on: unreadable}", "2025-07-01", "unknown"),
        (PAPER.replace("2022-02-28", "unreadable") + "}", "2025-02-28", "retain"),
        (PAPER.replace("2022-02-28", "unreadable") + "}", "2025-03-02", "unknown"),
    ],
)
def test_a_floor_rounds_up_and_keeps_through_its_day(given: str, as_of: str, wanted: str) -> None:
    assert state(KEEP, given, as_of) == wanted


@pytest.mark.parametrize(
    ("given", "as_of", "wanted"),
    [
        ("{document_date: 2024-02-29}", "2027-02-28", "retain"),
        ("{document_date: 2024-02-29}", "2027-03-01", "over-retained"),
        ("{document_date: 2024-02-29, destroyed_on: 2027-02-28}", "2028-01-01", "met"),
        ("{document_date: 2024-02-29, destroyed_on: 2027-03-01}", "2028-01-01", "met-late"),
        ("{document_date: unreadable}", "2027-03-01", "unknown"),
    ],
)
def test_a_ceiling_rounds_down(given: str, as_of: str, wanted: str) -> None:
    assert state(CEILING, given, as_of) == wanted


def test_a_floor_that_says_nothing() -> None:
    keep = "kind: retention\nabout: document\nclass: any\nkeep: 3 years after personnel_action_on"
    assert state(keep, PAPER + "}") == "no-value"


def test_other_classes_have_no_answer() -> None:
    rule, world = made(KEEP, "{class_code: resume, document_date: 2022-02-28}")
    assert judge(rule, world) == ()


def test_what_is_gone_is_judged_by_the_law_of_its_day() -> None:
    law = KEEP + "\nin_force: {from: 2024-01-01, to: 2025-01-31}"
    assert state(law, PAPER + ", destroyed_on: 2024-06-01}", "2025-07-01") == "destroyed-early"
    assert state(law, PAPER + ", destroyed_on: 2023-06-01}", "2025-07-01") == "no-law"
    assert state(law, PAPER + "}", "2025-07-01") == "no-law"


def test_a_trigger_of_its_own() -> None:
    law = KEEP + "\nin_force: {from: 2022-01-01}\nstarts: document_date"
    assert state(law, PAPER + ", destroyed_on: 2025-03-01}") == "destroyed-early"
    assert state(law, PAPER + "}") == "disposable"


# ---- posting --------------------------------------------------------------------------------------------------------

POSTER = "kind: posting\nabout: worksite\npost: p\n"


def shown_from(*displays: str, site: str = "") -> str:
    listed = ", ".join(f"{{posting_id: p, medium: physical, {display}}}" for display in displays)
    return "{" + site + f"posting_display: [{listed}]" + "}"


@pytest.mark.parametrize(
    ("display", "wanted"),
    [
        ("displayed_from: 2025-07-01", "compliant"),
        ("displayed_from: 2025-07-02", "missing"),
        ("displayed_from: 2025-01-01, displayed_to: 2025-07-01", "compliant"),
        ("displayed_from: 2025-01-01, displayed_to: 2025-06-30", "missing"),
        ("displayed_from: unreadable", "unknown"),
        ("displayed_from: 2025-01-01, displayed_to: unreadable", "unknown"),
    ],
)
def test_a_poster_hangs_on_the_day_of_asking(display: str, wanted: str) -> None:
    assert state(POSTER, shown_from(display)) == wanted


def test_nothing_hangs() -> None:
    assert state(POSTER, "{}") == "missing"
    assert state(POSTER, "{posting_display: [{posting_id: q, displayed_from: 2025-01-01}]}") == "missing"
    assert state(POSTER, "{}", complete_from={}) == "unknown"
    assert missing(POSTER, "{posting_display: not supplied}") == ["posting_display not supplied"]


@pytest.mark.parametrize(
    ("electronic", "medium", "site", "wanted"),
    [
        ("no", "electronic", "establishment", "missing"),
        ("no", "unreadable", "establishment", "unknown"),
        ("also", "electronic", "establishment", "compliant"),
        ("also", "unreadable", "establishment", "compliant"),
        ("only_if_all_remote", "electronic", "establishment", "missing"),
        ("only_if_all_remote", "electronic", "remote_home", "compliant"),
        ("only_if_all_remote", "electronic", "unreadable", "unknown"),
        ("only_if_all_remote", "physical", "unreadable", "compliant"),
    ],
)
def test_on_a_screen(electronic: str, medium: str, site: str, wanted: str) -> None:
    given = shown_from("displayed_from: 2025-01-01", site=f"worksite_type: {site}, ").replace("physical", medium)
    assert state(POSTER + f"electronic: {electronic}", given) == wanted


def test_on_a_screen_of_an_employer_whose_places_are_not_supplied() -> None:
    keys = POSTER.replace("worksite", "employer") + "electronic: only_if_all_remote"
    given = shown_from("displayed_from: 2025-01-01").replace("physical", "electronic")
    assert state(keys, given) == "unknown"
    assert state(keys, given[:-1] + ", worksite: not supplied}") == "unknown"
    assert state(keys, given[:-1] + ", worksite: {worksite_type: remote_home}}") == "compliant"


REVISIONS = POSTER + (
    "revisions: [{revision: 2021-01-01, from: 2021-01-01}, "
    "{revision: 2022-11-01, from: 2022-12-01, replace_by: 2023-01-01}, "
    "{revision: 2025-03-01, from: 2025-05-01}]"
)


@pytest.mark.parametrize(
    ("printed", "as_of", "wanted"),
    [
        ("2021-01-01", "2023-01-01", "compliant"),
        ("2021-01-01", "2023-01-02", "breach"),
        ("2022-11-01", "2025-04-30", "compliant"),
        ("2022-11-01", "2025-05-01", "breach"),
        ("2025-03-01", "2025-07-01", "compliant"),
        ("1999-01-01", "2025-07-01", "breach"),
        ("unreadable", "2025-07-01", "unknown"),
    ],
)
def test_the_revision_that_counts(printed: str, as_of: str, wanted: str) -> None:
    assert state(REVISIONS, shown_from(f"displayed_from: 2020-01-01, revision_date: {printed}"), as_of) == wanted


def test_a_wrong_one_that_may_hang_is_no_answer() -> None:
    given = shown_from("displayed_from: unreadable, revision_date: 1999-01-01")
    assert state(REVISIONS, given) == "missing"
    assert state(REVISIONS, given, complete_from={}) == "unknown"


def test_the_wrong_one_is_up_whatever_it_hangs_on() -> None:
    given = shown_from("displayed_from: 2020-01-01, revision_date: 1999-01-01").replace("physical", "unreadable")
    assert state(REVISIONS, given) == "breach"


def test_a_revision_counts_until_the_next_one() -> None:
    given = shown_from("displayed_from: 2020-01-01, revision_date: 2024-03-01")
    undated = POSTER + "revisions: [{revision: 2024-03-01}, {revision: 2025-03-01}]"
    assert state(undated, given) == "compliant"


SPOKEN = POSTER + "languages: [en, {spoken_by: 50, offered: [es, zh]}]"


def staff(*languages: str, shows: str = "[en]") -> str:
    people = ", ".join(f"{{employee_number: '{n}', preferred_language: {x}}}" for n, x in enumerate(languages))
    jobs = ", ".join(f"{{employee_number: '{n}', worksite_id: '1'}}" for n, _ in enumerate(languages))
    listed = f", employee: [{people}], assignment: [{jobs}]" if languages else ""
    return shown_from(f"displayed_from: 2025-01-01, languages: {shows}")[:-1] + listed + "}"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (staff("en", "en"), "compliant"),
        (staff("en", "es"), "breach"),
        (staff("en", "es", shows="[en, es]"), "compliant"),
        (staff("en", "en", "es"), "compliant"),
        (staff("en", "fi"), "compliant"),
        (staff("en", "unreadable"), "unknown"),
        (staff("en", "unreadable", shows="[en, es, zh]"), "compliant"),
        (staff("en", "en", "unreadable"), "compliant"),
        (staff("es", "es", shows="unreadable"), "unknown"),
        (staff(), "compliant"),
    ],
)
def test_languages_that_enough_people_read_first(given: str, wanted: str) -> None:
    assert state(SPOKEN, given) == wanted


def test_people_of_whom_nothing_is_known() -> None:
    any_language = POSTER + "languages: [en, {spoken_by: 50}]"
    assert state(any_language, staff("en", "en")) == "compliant"
    assert state(any_language, staff("en", "fi")) == "breach"
    assert state(any_language, staff("en", "unreadable")) == "unknown"
    assert state(SPOKEN, staff()[:-1] + ", employee: not supplied}") == "unknown"
    nobody = staff("en").replace("employee: [{employee_number: '0', preferred_language: en}], ", "")
    assert state(SPOKEN, nobody) == "unknown"
    whole = SPOKEN.replace("worksite", "employer")
    assert state(whole, staff("en", "es")) == "breach"


def test_who_has_left_the_place_does_not_count() -> None:
    left = staff("en", "es").replace(
        "employee_number: '1', worksite_id: '1'", "employee_number: '1', worksite_id: '1', valid_to: 2025-07-01"
    )
    elsewhere = staff("en", "es").replace(
        "employee_number: '1', worksite_id: '1'", "employee_number: '1', worksite_id: '2'"
    )
    assert [state(SPOKEN, given) for given in (left, elsewhere)] == ["compliant", "compliant"]


WINDOW = (
    POSTER
    + "repeat: calendar year\nduring: {from: February 1 of 1 day after turn.end, to: April 30 of 1 day after turn.end}"
)
HUNG = "displayed_from: 2025-02-01, displayed_to: 2025-04-30"


@pytest.mark.parametrize(
    ("displays", "as_of", "wanted"),
    [
        ([HUNG], "2025-06-01", "compliant"),
        ([], "2025-01-15", "due"),
        ([], "2025-02-03", "missing"),
        ([HUNG.replace("04-30", "04-15")], "2025-06-01", "breach"),
        ([HUNG.replace("02-01", "02-03")], "2025-02-03", "breach"),
        ([HUNG.replace("04-30", "03-15"), "displayed_from: 2025-03-16"], "2025-06-01", "compliant"),
        ([HUNG.replace("04-30", "03-15"), "displayed_from: 2025-03-17"], "2025-06-01", "breach"),
        ([HUNG.replace("2025-02-01", "unreadable")], "2025-06-01", "unknown"),
    ],
)
def test_a_poster_hangs_during_a_window(displays: list[str], as_of: str, wanted: str) -> None:
    given = "{turn: 2024, " + shown_from(*displays)[1:]
    assert states(WINDOW, given, as_of) == [f"2024 {wanted}"]


def test_what_does_not_count_fills_no_window() -> None:
    given = "{turn: 2024, " + shown_from(HUNG)[1:].replace("physical", "electronic")
    assert states(WINDOW, given, "2025-06-01") == ["2024 breach"]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [(staff("en", "en"), "compliant"), (staff("en", "es"), "breach"), (staff("en", "unreadable"), "unknown")],
)
def test_a_poster_hangs_in_every_language_during_a_window(given: str, wanted: str) -> None:
    rule, world = made(WINDOW, "{turn: 2024, " + given[1:], "2025-06-01")
    spoken, _ = made(SPOKEN)
    assert isinstance(rule.body, Posting)
    assert isinstance(spoken.body, Posting)
    (verdict,) = judge(replace(rule, body=replace(rule.body, languages=spoken.body.languages)), world)
    assert verdict.state.value == wanted


def test_a_window_whose_first_day_is_still_to_come_has_not_begun() -> None:
    keys = "kind: posting\nabout: worksite\npost: tried\nduring: {from: 7 days after closed_on, to: 30 days after closed_on}"
    assert state(keys, "{worksite_id: '1'}") == "not-started"


def test_a_turn_of_a_poster_for_each_year_since_the_lookback() -> None:
    assert [line.split()[0] for line in states(WINDOW, "{}", "2025-06-01")] == ["2022", "2023", "2024", "2025"]


# ---- required -------------------------------------------------------------------------------------------------------

PERMIT = """
    kind: required
    about: employment_spell
    require: minor_work_permit
    valid: {from: issued_on, to: expires_on}
    during: {from: start_date, to: termination_date}
"""


def permit(*papers: str, start: str = "2025-06-16", more: str = "") -> str:
    listed = ", ".join(f"{{class_code: minor_work_permit, {paper}}}" for paper in papers)
    return f"{{start_date: {start}{more}, document: [{listed}]}}"


@pytest.mark.parametrize(
    ("given", "as_of", "wanted"),
    [
        (permit("issued_on: 2025-06-10, expires_on: 2025-08-29"), "2025-08-29", "compliant"),
        (permit("issued_on: 2025-06-10, expires_on: 2025-08-29"), "2025-08-30", "missing"),
        (permit("issued_on: 2025-06-18"), "2025-08-01", "breach"),
        (permit(), "2025-06-15", "due"),
        (permit(), "2025-06-16", "missing"),
        (permit("issued_on: 2025-06-10, expires_on: 2025-06-30", "issued_on: 2025-07-01"), "2025-08-01", "compliant"),
        (
            permit("issued_on: 2025-06-10, expires_on: 2025-07-30", "issued_on: 2025-07-01, expires_on: 2025-07-10"),
            "2025-07-30",
            "compliant",
        ),
        (
            permit("issued_on: 2025-06-10, expires_on: 2025-06-29", more=", termination_date: 2025-06-30"),
            "2025-08-01",
            "breach",
        ),
        (
            permit("issued_on: 2025-06-10, expires_on: 2025-06-30", more=", termination_date: 2025-06-30"),
            "2025-08-01",
            "compliant",
        ),
        (permit("issued_on: unreadable"), "2025-08-01", "unknown"),
        (permit("issued_on: 2025-06-10, expires_on: unreadable"), "2025-08-01", "unknown"),
        (permit(start="unreadable"), "2025-08-01", "unknown"),
        (permit(more=", termination_date: unreadable"), "2025-08-01", "unknown"),
        ("{start_date: 2025-06-16, document: not supplied}", "2025-08-01", "unknown"),
        (
            "{start_date: 2025-06-16, document: [{class_code: unreadable, issued_on: 2025-06-01}]}",
            "2025-08-01",
            "unknown",
        ),
        ("{start_date: 2025-06-16, document: [{class_code: resume, issued_on: 2025-06-01}]}", "2025-08-01", "missing"),
    ],
)
def test_a_paper_is_valid_on_every_day_of_a_window(given: str, as_of: str, wanted: str) -> None:
    assert state(PERMIT, given, as_of) == wanted


def test_a_window_that_never_began_and_one_without_ends() -> None:
    assert state(PERMIT.replace("start_date", "supervisor_since"), permit()) == "not-started"
    open_window = PERMIT.replace("during: {from: start_date, to: termination_date}", "during: {to: termination_date}")
    assert state(open_window, permit("issued_on: 2025-07-01")) == "compliant"
    no_end = PERMIT.replace(", to: termination_date}", "}")
    assert state(no_end, permit(), "2025-07-01") == "missing"
    assert state(no_end, permit(), "2025-07-01", complete_from={}) == "unknown"


def test_the_first_day_on_which_it_can_be_missing() -> None:
    keys = PERMIT + "    by: 30 days after start_date\n"
    assert state(keys, permit(), "2025-07-15") == "due"
    assert due(keys, permit(), "2025-07-15") == "2025-07-16"
    assert state(keys, permit(), "2025-07-16") == "missing"
    assert state(keys.replace("30 days after start_date", "hire_date"), permit(), "2025-07-16") == "unknown"
    assert (
        state(keys.replace("30 days after start_date", "1 day after termination_date"), permit(), "2025-07-16") == "due"
    )


TODAY = "kind: required\nabout: employment_spell\nrequire: license where kind = 'rbs'\n"


@pytest.mark.parametrize(
    ("keys", "licences", "wanted"),
    [
        (TODAY, "{kind: rbs}", "compliant"),
        (TODAY, "{kind: lead}", "missing"),
        (TODAY, "{issued_on: 2025-01-01}", "unknown"),
        (TODAY + "valid: {from: issued_on}", "{kind: rbs, issued_on: 2025-07-01}", "compliant"),
        (TODAY + "valid: {from: issued_on}", "{kind: rbs, issued_on: 2025-07-02}", "missing"),
        (
            TODAY + "valid: {from: issued_on, to: expires_on}",
            "{kind: rbs, issued_on: 2025-01-01, expires_on: 2025-06-30}",
            "missing",
        ),
        (
            TODAY + "valid: {from: issued_on, to: expires_on}",
            "{issued_on: 2025-01-01, expires_on: 2025-06-30}",
            "missing",
        ),
        (
            TODAY + "valid: {from: issued_on, to: expires_on}",
            "{issued_on: 2025-09-01, expires_on: 2025-12-30}",
            "missing",
        ),
        (TODAY + "by: 30 days after start_date", "{kind: lead}", "missing"),
        (TODAY + "by: 31 days after start_date", "{kind: lead}", "due"),
        (TODAY + "by: 31 days after hire_date", "{kind: lead}", "unknown"),
        (TODAY + "by: 31 days after hire_date", "{kind: rbs}", "compliant"),
    ],
)
def test_a_record_is_there_today(keys: str, licences: str, wanted: str) -> None:
    assert state(keys, f"{{start_date: 2025-06-01, license: [{licences}]}}") == wanted


def test_no_record_is_a_fact_only_where_the_source_is_complete() -> None:
    assert state(TODAY) == "missing"
    assert state(TODAY, complete_from={"license": date(2025, 7, 2)}) == "unknown"


IN_JUNE = POSTER + "languages: [en, {spoken_by: 50, offered: [es]}]\nduring: {from: 2025-06-01, to: 2025-06-30}"
ENGLISH = "displayed_from: 2025-01-01, languages: [en]"
JOB = "employee_number: '2', worksite_id: '1'"


def sheets(*shown: str, job: str = JOB, reads: str = "es") -> str:
    """Displays at a place where somebody reads English, and somebody else another language first."""
    people = f"employee: [{{employee_number: '1', preferred_language: en}}, {{employee_number: '2', preferred_language: {reads}}}]"
    jobs = f"assignment: [{{employee_number: '1', worksite_id: '1'}}, {{{job}}}]"
    hung = ", ".join(f"{{posting_id: p, medium: physical, {sheet}}}" for sheet in shown)
    return f"{{posting_display: [{hung}], {people}, {jobs}}}"


@pytest.mark.parametrize(
    ("given", "as_of", "wanted"),
    [
        (sheets(ENGLISH), "2025-06-10", "missing"),
        (sheets(ENGLISH), "2025-07-10", "breach"),
        (sheets("displayed_from: 2025-01-01, languages: [en, es]"), "2025-06-10", "compliant"),
        # A sheet for each language, and one that went up late.
        (sheets(ENGLISH, "displayed_from: 2025-06-01, languages: [es]"), "2025-06-10", "compliant"),
        (sheets(ENGLISH, "displayed_from: 2025-06-02, languages: [es]"), "2025-06-10", "breach"),
        # Who comes later reads nothing before, who left reads nothing after.
        (sheets(ENGLISH, "displayed_from: 2025-06-02, languages: [es]", job=JOB + ", valid_from: 2025-06-02"), "2025-06-10", "compliant"),
        (sheets(ENGLISH, job=JOB + ", valid_from: 2025-06-09"), "2025-06-08", "compliant"),
        (sheets(ENGLISH, job=JOB + ", valid_from: 2025-06-09"), "2025-06-09", "missing"),
        (sheets(ENGLISH, job=JOB + ", valid_to: 2025-06-01"), "2025-06-10", "compliant"),
        (sheets(ENGLISH, job=JOB + ", valid_to: 2025-06-02"), "2025-06-10", "breach"),
        (sheets(ENGLISH, reads="unreadable"), "2025-06-10", "unknown"),
        (sheets(ENGLISH, reads="fi"), "2025-06-10", "compliant"),
        (sheets(ENGLISH, "displayed_from: 2025-06-01, languages: unreadable"), "2025-06-10", "unknown"),
        # English is missing for certain, whatever the others read.
        (sheets("displayed_from: 2025-01-01, languages: [es]", reads="unreadable"), "2025-06-10", "missing"),
    ],
)  # fmt: skip
def test_languages_over_a_window_are_asked_for_day_by_day(given: str, as_of: str, wanted: str) -> None:
    assert state(IN_JUNE, given, as_of) == wanted


def test_any_language_over_a_window() -> None:
    any_language = IN_JUNE.replace(", offered: [es]", "")
    assert state(any_language, sheets(ENGLISH, reads="fi"), "2025-06-10") == "missing"
    assert state(any_language, sheets(ENGLISH, reads="unreadable"), "2025-06-10") == "unknown"
    assert state(any_language, sheets(ENGLISH, reads="en"), "2025-06-10") == "compliant"
