"""The page of deadlines as text: what it says, how it groups, what it hides and that nothing in it can act."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from compliance_engine.outputs import deadlines_data, deadlines_text
from compliance_engine.outputs.deadlines import GroupBy, Wanted
from compliance_engine.outputs.html.deadlines import EACH, MOST
from compliance_engine.outputs.view import Redact, View
from compliance_engine.runs.folder import Run

from .coming import EVIL_OWNER, EVIL_TITLE, all_hostile, page_of
from .company import CANARIES, DATA, DAY, HOSTILE, IDS, KEY, company, explained
from .reading import Page, passes_its_own_style_and_script_only, words


@pytest.fixture(scope="module")
def page(kept: Run) -> Page:
    return Page(page_of(kept, View(key=KEY)))


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("evil")
    return explained(all_hostile(folder / "company"), folder / "run", 0)


@pytest.fixture
def unsure(tmp_path: Path) -> Run:
    """The company in which a day of work cannot be read and one duty has no owner."""
    made = company(tmp_path / "company")
    employees = made / "export/employees.csv"
    text = employees.read_text()
    assert "E-104,2026-10-05,2026-10-05" in text
    employees.write_text(text.replace("E-104,2026-10-05,2026-10-05", "E-104,2026-10-05,2026-02-30"))
    return explained(made, tmp_path / "run", 0)


def entries(page: Page) -> list[dict[str, str | None]]:
    return [d for d in page.all("details") if "data-rule" in d]


def json_of(run: Run, view: View, wanted: Wanted) -> Any:
    out = io.StringIO()
    deadlines_data.json_(run, view, wanted, out)
    return json.loads(out.getvalue())


def headings(text: str) -> list[str]:
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", "", h)).strip() for h in re.findall(r"<h3 class.*?</h3>", text)]


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_the_top_says_the_day_the_zone_the_span_and_how_many(page: Page) -> None:
    told = words(page)
    assert "As of 22 November 2026 America/Chicago" in told
    assert "3 overdue. 1 duty falls due through 22 December 2026." in told
    assert "Not legal advice" in told


def test_every_deadline_is_an_entry_with_its_day_and_what_is_to_be_done(page: Page) -> None:
    assert [(e["data-outcome"], e["data-severity"], e["data-rule"]) for e in entries(page)] == [
        ("violation", "critical", "us.paper.form"),
        ("violation", "medium", "us.paper.handbook"),
        ("violation", "critical", "us.paper.form"),
        ("pending", "medium", "us.paper.handbook"),
    ]
    told = words(page)
    assert (
        "critical The form is signed within three business days of the first day of work E-101/1 employees.csv, row 2 "
        "People desk · Test Code 1(a) Sign the form now, with today's date. Thu 2026-10-08 45 days late"
    ) in told
    assert "Thu 2026-12-17 in 25 days" in told
    assert "If it is missed Ask for the signature." in told


def test_the_entries_and_numbers_are_those_of_json(kept: Run, page: Page) -> None:
    told = json_of(kept, View(key=KEY), Wanted())["deadlines"]
    assert [e["data-rule"] for e in entries(page)] == [d["rule"] for d in told]
    shown = re.findall(r'<time class="day" datetime="([0-9-]+)">', page_of(kept, View(key=KEY)))
    assert shown == [d["due"] for d in told]


def test_what_the_run_knows_of_the_way_is_told_and_drawn(page: Page) -> None:
    told = [svg["aria-label"] for svg in page.all("svg") if svg.get("class") == "timeline"]
    assert told[0] == "trigger 2026-10-05, due 2026-10-08, as of 2026-11-22: 45 days after it was due"
    assert "i9.section2_signed_on not yet" in words(page)


def test_weeks_are_drawn_from_their_monday_on(kept: Run) -> None:
    bars = re.findall(r"<title>(.*?)</title></rect>", page_of(kept, View(key=KEY), Wanted(within=25)))
    assert bars == [
        "2026-11-16 to 2026-11-22: 0",
        "2026-11-23 to 2026-11-29: 0",
        "2026-11-30 to 2026-12-06: 0",
        "2026-12-07 to 2026-12-13: 0",
        "2026-12-14 to 2026-12-20: 1",
    ]


def test_at_most_a_quarter_is_drawn_and_what_is_later_counted(bad: Run) -> None:
    text = page_of(bad, View(), Wanted(within=None))
    drawn = re.findall(r"<title>.*?: ([\d,]+)</title></rect>", text)
    later = re.search(r"<b>(\d+)</b> after the weeks drawn", text)
    assert len(drawn) == 13
    assert later is not None
    coming = [d for d in json_of(bad, View(), Wanted(within=None))["deadlines"] if not d["overdue"]]
    assert sum(map(int, drawn)) + int(later[1]) == len(coming)
    assert int(later[1]) == sum(d["due"] > "2027-02-14" for d in coming)


def test_the_ages_add_up_to_what_is_overdue(bad: Run) -> None:
    text = page_of(bad, View())
    table = text.partition("Overdue duties by days past the due day")[2].partition("</table>")[0]
    days = [-d["days"] for d in json_of(bad, View(), Wanted())["deadlines"] if d["overdue"]]
    assert days
    bounds = ((1, 7), (8, 30), (31, 90), (91, 365), (366, 10**6))
    assert [int(n) for n in re.findall(r'<td class="number">(\d+)</td>', table)] == [
        sum(first <= d <= last for d in days) for first, last in bounds
    ]


def test_owners_have_their_numbers(bad: Run) -> None:
    table = page_of(bad, View()).partition('<table class="matrix">')[2].partition("</table>")[0]
    wanted: dict[str, list[int]] = {}
    for deadline in json_of(bad, View(), Wanted())["deadlines"]:
        wanted.setdefault(deadline["owner"], [0, 0])[not deadline["overdue"]] += 1
    shown = {name: [0, 0] for name in wanted}
    for name, outcome, number in re.findall(r'aria-label="([^":]+): ([\d,]+ \w+)">([\d,]+)</a>', table):
        shown[name]["coming" in outcome] = int(number)
    assert shown == wanted
    assert len(wanted) > 1


def test_one_owner_is_named_and_the_others_are_not_there(bad: Run) -> None:
    text = page_of(bad, View(), Wanted(owner="Payroll"))
    assert "Owner: Payroll." in words(Page(text))
    assert {e["data-owner"] for e in entries(Page(text))} == {"Payroll"}
    assert len(entries(Page(text))) == len(json_of(bad, View(), Wanted(owner="Payroll"))["deadlines"])


def test_what_cannot_be_told_is_counted_and_may_have_a_day(unsure: Run) -> None:
    number = unsure.info.counts["unknown"] + unsure.info.counts["error"]  # type: ignore[index]
    assert number > 0
    told = words(Page(page_of(unsure, View(key=KEY))))
    assert f"{number} results of the run cannot be told and may have a day." in told
    assert "that is not on this page" in told


def test_what_is_wrong_with_the_data_is_told_because_a_day_may_be_missing_for_it(unsure: Run, tmp_path: Path) -> None:
    told = words(Page(page_of(unsure, View(key=KEY))))
    assert "Something is wrong with the data: what could not be read has no day on this page." in told
    assert "there is no such day (2026-02-30)" in told
    made = company(tmp_path / "empty")
    employees = made / "export/employees.csv"
    employees.write_text(employees.read_text().partition("\n")[0] + "\n")
    for name in ("acknowledgements", "i9"):
        (made / f"export/{name}.csv").unlink()
    told = words(Page(page_of(explained(made, tmp_path / "none", 0), View(key=KEY))))
    assert (
        "No deadlines: nothing is overdue, and nothing falls due through 22 December 2026, as far as can be told."
        in told
    )
    assert "the file has a header and no rows" in told


def test_where_everything_can_be_told_it_says_so(page: Page) -> None:
    assert "may have a day" not in words(page)
    assert "Every result of the run can be told" in words(page)


def test_a_run_without_deadlines_or_results_says_so(tmp_path: Path) -> None:
    from compliance_engine.runs.api import evaluate

    run, _ = evaluate([DATA / "rules/remembered.yaml"], None, [tmp_path], DAY, tmp_path / "run")
    assert run is not None
    page = Page(page_of(run, View(), Wanted(within=7)))
    assert entries(page) == []
    told = words(page)
    assert "The run has no results: there was nothing to judge." in told
    assert "Nothing is overdue among what can be told. Nothing falls due through 29 November 2026." in told
    assert "No deadlines: nothing is overdue, and nothing falls due through 29 November 2026" in told


def test_every_link_inside_leads_somewhere_and_headings_are_in_order(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


# ---- groups ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group_by", ["week", "owner", "rule"])
def test_groups_are_those_of_text_in_the_same_order(bad: Run, group_by: GroupBy) -> None:
    out = io.StringIO()
    deadlines_text.render(bad, View(), Wanted(within=200), group_by, out)
    groups: list[list[str]] = []
    for line in out.getvalue().splitlines()[1:-2]:
        if line and not line.startswith(" "):
            groups.append([line.partition("   ")[0]])
        elif line:
            groups[-1].append(line)
    text = page_of(bad, View(), Wanted(within=200), group_by)
    shown = headings(text)
    assert len(groups) > 1
    for (name, *members), heading in zip(groups, shown, strict=True):
        assert name in heading
        assert re.search(rf"(?<!\d){len(members)}(?!\d)", heading.replace(name, ""))
    lines = re.findall(r'<time class="day" datetime="([0-9-]+)">', text)
    assert lines == [line.split()[1] for _, *members in groups for line in members]


def test_a_rule_is_headed_by_its_title(kept: Run) -> None:
    assert headings(page_of(kept, View(key=KEY), group_by="rule")) == [
        "The form is signed within three business days of the first day of work 2 us.paper.form",
        "Everybody signs for the handbook in force 2 us.paper.handbook",
    ]


# ---- many ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(kept: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("many")
    source = kept.folder / "outcomes.parquet"
    duckdb.execute(
        f"COPY (SELECT o.* REPLACE (o.subject || '-' || i AS subject) FROM read_parquet('{source}') o, range(2000) r(i)) "
        f"TO '{folder / 'outcomes.parquet'}' (FORMAT parquet)"
    )
    return Run(folder, kept.info, kept.rules)


def test_of_many_the_first_are_listed_the_rest_counted_and_the_way_to_all_is_named(many: Run) -> None:
    text = page_of(many, View("ids", KEY))
    page = Page(text)
    assert len(text) < 4_000_000
    assert len(entries(page)) == 2 * MOST
    told = words(page)
    assert "6,000 overdue. 2,000 duties fall due through 22 December 2026." in told
    assert "Not listed: 5,500 of 6,000 overdue, 1,500 of 2,000 coming." in told
    assert "The same command with -o csv=deadlines.csv writes all of them" in told
    assert headings(text) == ["Overdue 6,000, 500 of them listed", "Week of 2026-12-14 2,000, 500 of them listed"]


def test_of_a_group_whose_days_are_all_later_the_first_ten_are_listed_too(kept: Run, tmp_path: Path) -> None:
    """Of forms that are overdue since October there are more than are listed; of handbooks, all of them later, a few are."""
    source = kept.folder / "outcomes.parquet"
    duckdb.execute(
        f"COPY (SELECT o.* REPLACE (o.subject || '-' || i AS subject) FROM read_parquet('{source}') o, range(2000) r(i) "
        "WHERE (o.rule = 'us.paper.form' AND o.due = DATE '2026-10-08') OR (o.rule = 'us.paper.handbook' AND i < 30)) "
        f"TO '{tmp_path / 'outcomes.parquet'}' (FORMAT parquet)"
    )
    run = Run(tmp_path, kept.info, kept.rules)
    text = page_of(run, View("ids", KEY), Wanted(), "rule")
    handbooks = [e["data-outcome"] for e in entries(Page(text)) if e["data-rule"] == "us.paper.handbook"]
    assert handbooks == ["violation"] * EACH + ["pending"] * 30
    assert "and the first 10 of every group. Not listed:" in words(Page(text))
    weekly = page_of(run, View("ids", KEY))
    assert headings(weekly) == ["Overdue 2,030, 500 of them listed", "Week of 2026-12-14 30"]
    assert "of every group" not in words(Page(weekly))


# ---- the same --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("group_by", ["week", "owner", "rule"])
def test_the_same_run_gives_the_same_bytes(kept: Run, group_by: GroupBy) -> None:
    assert page_of(kept, View(key=KEY), Wanted(), group_by) == page_of(kept, View(key=KEY), Wanted(), group_by)


# ---- what it hides ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("redact", ["ids", "all"])
@pytest.mark.parametrize("key", [KEY, None])
def test_no_name_number_or_id_is_in_a_redacted_page(kept: Run, redact: Redact, key: bytes | None) -> None:
    for group_by in ("week", "owner", "rule"):
        text = page_of(kept, View(redact, key), Wanted(within=None), group_by)
        assert [canary for canary in (*CANARIES, *IDS) if canary in text] == []


def test_who_may_not_see_ids_sees_a_hash_and_the_row_or_nothing(kept: Run) -> None:
    hashed = Page(page_of(kept, View("ids", KEY))).text
    assert len(set(re.findall(r"s-[0-9a-f]{12}", hashed))) == 2
    assert "employees.csv, row 2" in hashed
    nobody = Page(page_of(kept, View("all", KEY))).text
    assert not re.search(r"s-[0-9a-f]{12}|, row ", nobody)


# ---- that nothing in it can act --------------------------------------------------------------------------------------


def test_the_policy_lets_pass_only_the_one_style_and_the_one_script(page: Page) -> None:
    passes_its_own_style_and_script_only(page)


@pytest.mark.parametrize("group_by", ["week", "owner", "rule"])
@pytest.mark.parametrize("redact", ["none", "all"])
def test_titles_owners_and_cells_that_look_like_orders_stay_text(evil: Run, redact: Redact, group_by: GroupBy) -> None:
    for wanted in (Wanted(), Wanted(owner=EVIL_OWNER)):
        text = page_of(evil, View(redact, KEY), wanted, group_by)
        page = Page(text)
        assert len(page.all("script")) == 1
        assert page.all("img") == []
        named = {name for _, attributes in page.elements for name in attributes}
        assert [name for name in named if name.startswith("on") or name == "style"] == []
        assert "\u202e" not in text
        assert EVIL_TITLE in page.text
        assert EVIL_OWNER in page.text
        assert EVIL_OWNER in {e["data-owner"] for e in entries(page)}
    if redact == "none":
        assert HOSTILE[0] in page.text


def test_a_day_late_in_the_calendar_is_drawn_too(kept: Run) -> None:
    """A span that leads beyond the last day there is asks for all that is coming."""
    text = page_of(kept, View(key=KEY), Wanted(within=(date.max - DAY).days + 1))
    assert "1 duty falls due at any time." in words(Page(text))
