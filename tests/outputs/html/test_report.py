"""The report as a text: what it says, what it hides, and that nothing in it can act."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.view import Redact, View
from compliance_engine.runs.folder import Run

from .company import CANARIES, DAY, HOSTILE, IDS, KEY, company, explained, rendered
from .reading import Page, passes_its_own_style_and_script_only, words


@pytest.fixture(scope="module")
def page(kept: Run) -> Page:
    return Page(rendered(kept, View(key=KEY)))


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_the_top_says_what_was_found_what_is_coming_and_what_cannot_be_told(page: Page, kept: Run) -> None:
    counts = kept.info.counts
    assert (counts[Outcome.VIOLATION], counts[Outcome.UNKNOWN]) == (9, 0)
    assert "9 violations, 8 of them open. Everything can be told. 1 duty falls due in the next 90 days." in words(page)
    assert "Not legal advice" in page.text


def test_every_outcome_is_counted(page: Page, kept: Run) -> None:
    for name, outcome in (
        ("In order", Outcome.PASS),
        ("Does not apply", Outcome.NOT_APPLICABLE),
        ("Waived", Outcome.WAIVED),
    ):
        assert f"{name} {kept.info.counts[outcome]}" in words(page)


def test_every_result_is_an_entry_with_what_it_is_about(page: Page) -> None:
    results = [d for d in page.all("details") if "data-rule" in d]
    assert [(r["data-outcome"], r["data-severity"], r["data-rule"]) for r in results[:4]] == [
        ("violation", "critical", "us.paper.form"),
        ("violation", "critical", "us.paper.form"),
        ("violation", "critical", "us.paper.form"),
        ("violation", "high", "us.remembered.city"),
    ]
    assert len(results) == 11
    assert "Sign the form now, with today's date." in page.text
    assert "overdue 45 days late" in words(page)


def test_an_entry_tells_the_way_to_its_result_and_draws_it(page: Page) -> None:
    told = [svg["aria-label"] for svg in page.all("svg") if svg.get("class") == "timeline"]
    assert told[0] == "trigger 2026-10-05, due 2026-10-08, as of 2026-11-22: 45 days after it was due"
    assert "3 us-federal business days after start_date 2026-10-08" in words(page)
    assert "i9.section2_signed_on not yet" in words(page)


def test_people_have_pages_with_all_their_duties(page: Page) -> None:
    sections = [s for s in page.all("section") if s.get("class") == "person"]
    assert len(sections) == 4
    assert "Done or kept as it should be" in page.text
    links = {a["href"] for a in page.all("a")}
    assert {f"#{s['id']}" for s in sections} <= links


def test_a_rule_from_memory_is_marked_where_its_finding_is_listed(page: Page) -> None:
    assert words(page).count("unconfirmed: the rule is written from memory") == 1


def test_what_the_reader_met_is_told(tmp_path: Path) -> None:
    made = company(tmp_path / "company")
    (made / "export/photo.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    run = explained(made, tmp_path / "run")
    told = words(Page(rendered(run, View("ids", KEY))))
    assert run.info.problems
    assert all(problem.message in told for problem in run.info.problems)


def test_every_link_inside_leads_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inside = {str(a["href"])[1:] for a in page.all("a") if str(a["href"]).startswith("#")}
    assert inside <= set(ids)


def test_a_result_without_explanation_names_the_command_that_tells_it(kept: Run, tmp_path: Path) -> None:
    text = rendered(kept, View(key=KEY))
    assert "compliance explain f-" not in text
    (tmp_path / "run").mkdir()
    for name in ("run.json", "rules.json", "outcomes.parquet"):
        (tmp_path / "run" / name).write_bytes((kept.folder / name).read_bytes())
    bare = Run(tmp_path / "run", kept.info, kept.rules)
    assert Page(rendered(bare, View(key=KEY))).text.count("compliance explain f-") == 11
    assert "compliance explain --rule us.paper.form --record E-101/1" in rendered(bare, View())
    assert "--record SUBJECT" in rendered(bare, View("ids"))


def test_a_list_that_is_cut_says_by_how_much_and_the_numbers_stay_those_of_all(kept: Run) -> None:
    page = Page(rendered(kept, View(key=KEY, max_findings=2)))
    assert len([d for d in page.all("details") if "data-rule" in d]) == 4
    assert "Not listed: 7 of 9 “Violation”." in words(page)
    assert "9 violations, 8 of them open." in words(page)


def test_a_run_in_which_nothing_is_wrong_says_so(tmp_path: Path) -> None:
    from compliance_engine.runs.api import evaluate

    from .company import DATA

    run, _ = evaluate([DATA / "rules/remembered.yaml"], None, [tmp_path], DAY, tmp_path / "run", explained=5)
    assert run is not None
    page = Page(rendered(run, View()))
    assert "No violations among what can be told. Everything can be told." in words(page)
    assert "There is nothing to list." in page.text


def test_the_same_run_gives_the_same_bytes(kept: Run) -> None:
    assert rendered(kept, View(key=KEY)) == rendered(kept, View(key=KEY))


def test_check_writes_the_page_and_keeps_what_it_shows(tmp_path: Path, compliance: Callable[..., Any]) -> None:
    made = company(tmp_path / "company")
    ask = [
        "check",
        made / "export",
        "--policy",
        made / "policy",
        "--as-of",
        DAY,
        "--run-folder",
        tmp_path / "run",
        "-q",
    ]
    assert compliance(*ask, "-o", f"html={tmp_path / 'report.html'}").code == 1
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "explanations.jsonl", "outcomes.parquet", "people.parquet", "rules.json", "run.json",
    ]  # fmt: skip
    page = Page((tmp_path / "report.html").read_text())
    # Without --redact and without a word of the policy people are called by a hash.
    assert re.search(r"s-[0-9a-f]{12}", page.text)
    compliance(*ask, "-o", f"html={tmp_path / 'report.html'}", "--explain-findings", "0")
    assert "explanations.jsonl" not in [path.name for path in (tmp_path / "run").iterdir()]
    compliance(*ask, "-o", "json", "--explain-findings", "1")
    assert "explanations.jsonl" in [path.name for path in (tmp_path / "run").iterdir()]


# ---- what it hides ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("redact", ["ids", "all"])
@pytest.mark.parametrize("key", [KEY, None])
def test_names_numbers_and_days_of_birth_are_in_no_redacted_page(kept: Run, redact: Redact, key: bytes | None) -> None:
    text = rendered(kept, View(redact, key))
    assert [canary for canary in (*CANARIES, *IDS, "1971-03-14") if canary in text] == []
    assert not re.search(r"(?<![\w-])69(?![\w-])", Page(text).text), "the age that was worked out"


def test_a_page_that_hides_nothing_shows_facts_and_still_no_name_or_number(kept: Run) -> None:
    text = rendered(kept, View(key=KEY))
    assert "1957-03-14" in text
    assert [canary for canary in CANARIES if canary in text] == ["1957-03-14"]
    assert [id_ for id_ in IDS if id_ not in text] == ["W-1"]


def test_who_may_not_see_ids_sees_the_same_hash_for_the_same_person(kept: Run) -> None:
    page = Page(rendered(kept, View("ids", KEY)))
    assert len(re.findall(r"s-[0-9a-f]{12}", page.text)) > 10
    assert [s for s in page.all("section") if s.get("class") == "person"]
    assert "employees.csv, row 2" in page.text


def test_where_all_is_hidden_nobody_has_a_page_and_no_row_is_named(kept: Run) -> None:
    page = Page(rendered(kept, View("all", KEY)))
    assert [s for s in page.all("section") if s.get("class") == "person"] == []
    assert ", row " not in page.text


# ---- that nothing in it can act --------------------------------------------------------------------------------------


def test_the_policy_lets_pass_only_the_one_style_and_the_one_script(page: Page) -> None:
    passes_its_own_style_and_script_only(page)


@pytest.mark.parametrize("redact", ["none", "ids", "all"])
def test_cells_that_look_like_orders_stay_text(attacked: Run, redact: Redact) -> None:
    text = rendered(attacked, View(redact, KEY))
    page = Page(text)
    assert len(page.all("script")) == 1
    assert page.all("img") == []
    named = {name for _, attributes in page.elements for name in attributes}
    assert [name for name in named if name.startswith("on") or name == "style"] == []
    assert "\u202e" not in text
    assert "49 " not in page.text
    if redact == "none":
        shown = page.text
        assert [evil for evil in HOSTILE if evil.replace("\u202e", "\\u202e") not in shown] == []


def test_nothing_is_fetched_from_anywhere(page: Page) -> None:
    fetching = [(tag, a) for tag, a in page.elements if "src" in a or (tag == "link")]
    assert fetching == []
    assert "url(" not in page.inline["style"]
    assert "@import" not in page.inline["style"]
    assert not re.search(r"fetch|XMLHttp|WebSocket|import\(|sendBeacon|innerHTML|eval", page.inline["script"])


def test_many_results_make_a_page_of_bounded_size(kept: Run, tmp_path: Path) -> None:
    import duckdb

    folder = tmp_path / "many"
    folder.mkdir()
    source = kept.folder / "outcomes.parquet"
    duckdb.execute(
        f"COPY (SELECT o.* REPLACE (o.subject || '-' || i AS subject) FROM read_parquet('{source}') o, range(2000) r(i)) "
        f"TO '{folder / 'outcomes.parquet'}' (FORMAT parquet)"
    )
    text = rendered(Run(folder, kept.info, kept.rules), View("ids", KEY))
    assert len(text) < 4_000_000
    assert "17,500 of 18,000 “Violation”" in words(Page(text))
