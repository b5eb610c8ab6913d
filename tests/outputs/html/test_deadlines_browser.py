"""The page of deadlines in a real browser: searched, narrowed, read with keys alone, on a phone, on paper, without script."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from compliance_engine.outputs.deadlines import Wanted
from compliance_engine.outputs.view import View
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run

from .browsing import needs_chromium, show, visible
from .coming import EVIL_OWNER, EVIL_TITLE, all_hostile, page_of
from .company import DAY, KEY, explained

ROOT = Path(__file__).parents[3]
pytestmark = needs_chromium


@pytest.fixture(scope="module")
def file(kept: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "deadlines.html"
    path.write_text(page_of(kept, View(key=KEY)), "utf-8")
    return path


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example company, by owner, with all that is coming and the way to some of it."""
    folder = tmp_path_factory.mktemp("example")
    data = [ROOT / "fixtures/example/bad"]
    run, problems = evaluate([], ROOT / "policies/example", data, DAY, folder / "run", explained=40)
    assert run is not None, problems
    path = folder / "deadlines.html"
    path.write_text(page_of(run, View("ids", KEY), Wanted(within=None), "owner"), "utf-8")
    return path


def open_all(page: Any) -> None:
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")


# ---- alone -----------------------------------------------------------------------------------------------------------


def test_it_asks_nobody_for_anything_and_complains_of_nothing(browser: Browser, example: Path) -> None:
    shown = show(browser, example)
    shown.page.locator("#list summary").first.click()
    assert shown.complaints == []
    assert shown.requests == [example.as_uri()]


def test_titles_and_owners_that_look_like_orders_do_nothing(browser: Browser, tmp_path: Path) -> None:
    run = explained(all_hostile(tmp_path / "company"), tmp_path / "run", 0)
    path = tmp_path / "deadlines.html"
    path.write_text(page_of(run, View(key=KEY), group_by="owner"), "utf-8")
    shown = show(browser, path)
    page = shown.page
    page.on("dialog", lambda dialog: shown.complaints.append(dialog.message))
    for summary in page.locator("#list summary").all():
        summary.click()
    assert EVIL_TITLE in page.inner_text("body")
    page.locator("#s-owner").select_option(EVIL_OWNER)
    assert len(visible(page)) == 4
    assert shown.complaints == []
    assert shown.requests == [path.as_uri()]


def test_where_nothing_is_listed_there_is_nothing_to_search(browser: Browser, kept: Run, tmp_path: Path) -> None:
    path = tmp_path / "deadlines.html"
    path.write_text(page_of(kept, View(key=KEY), Wanted(within=0, overdue=False)), "utf-8")
    page = show(browser, path).page
    assert page.get_by_text("No deadlines:").is_visible()
    assert page.locator("#filter").is_hidden()
    assert page.locator("#nothing").is_hidden()


def test_it_can_be_read_without_its_script(browser: Browser, file: Path) -> None:
    page = show(browser, file, java_script_enabled=False).page
    assert page.locator("#filter").is_hidden()
    assert len(visible(page)) == 4
    assert page.locator(".how").first.get_by_text("45 days late").is_visible()
    page.locator("#list summary").first.click()
    assert page.locator("#result-1 .fix").is_visible()


# ---- search and filter -----------------------------------------------------------------------------------------------


def test_typing_and_choosing_narrow_the_list_and_hide_empty_groups(browser: Browser, file: Path) -> None:
    page = show(browser, file).page
    page.get_by_label("Search").fill("handbook E-103")
    assert visible(page) == ["us.paper.handbook"]
    assert page.locator("#told").inner_text() == "1 of 4 listed"
    assert [h.inner_text() for h in page.locator(".kind").all() if h.is_visible()] == ["Week of 2026-12-14 1"]
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("When").select_option("violation")
    assert visible(page) == ["us.paper.form", "us.paper.handbook", "us.paper.form"]
    page.get_by_label("Search").fill("nobody is called that")
    assert page.get_by_text("Nothing in this list is like that.").is_visible()


def test_a_number_of_an_owner_lists_what_it_counts(browser: Browser, example: Path) -> None:
    page = show(browser, example).page
    for cell in page.locator(".matrix a").all():
        number = int(cell.inner_text())
        cell.click()
        assert len(visible(page)) == number
        assert page.locator("#s-owner").input_value() == cell.get_attribute("data-owner")


# ---- keys alone ------------------------------------------------------------------------------------------------------


def test_a_deadline_is_opened_with_keys_alone(browser: Browser, file: Path) -> None:
    page = show(browser, file).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'findings'")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("#result-1").get_attribute("open") is not None


# ---- everybody, everywhere -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_in_the_way_of_a_screen_reader(browser: Browser, example: Path, scheme: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    page = show(browser, example, width=width, color_scheme=scheme, bypass_csp=True).page
    open_all(page)
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]] == []


def test_on_a_phone_nothing_has_to_be_scrolled_sideways(browser: Browser, example: Path) -> None:
    page = show(browser, example, width=360).page
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_paper_there_are_no_controls_and_what_to_do_stands_beside_what_is_overdue(
    browser: Browser, file: Path
) -> None:
    page = show(browser, file, color_scheme="dark").page
    assert page.locator("#result-1 .paper").is_hidden()
    page.emulate_media(media="print")
    assert page.locator("#filter").is_hidden()
    assert page.locator(".skip").is_hidden()
    assert page.locator("#result-1 .paper").inner_text() == "Sign the form now, with today's date."
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="Letter").startswith(b"%PDF")
