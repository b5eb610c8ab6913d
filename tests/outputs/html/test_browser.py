"""The report in a real browser: it works with keys alone, on a phone, on paper and in the dark, and asks nobody for anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .browsing import needs_chromium, show, visible
from .company import HOSTILE, KEY, rendered

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def file(kept: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(rendered(kept, View(key=KEY)), "utf-8")
    return path


# ---- alone -----------------------------------------------------------------------------------------------------------


def test_it_asks_nobody_for_anything_and_complains_of_nothing(browser: Browser, file: Path) -> None:
    shown = show(browser, file)
    shown.page.locator("#list summary").first.click()
    assert shown.complaints == []
    assert shown.requests == [file.as_uri()]


def test_cells_that_look_like_orders_do_nothing(browser: Browser, attacked: Run, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(rendered(attacked, View(key=KEY)), "utf-8")
    shown = show(browser, path)
    shown.page.on("dialog", lambda dialog: shown.complaints.append(dialog.message))
    for summary in shown.page.locator("#list summary").all():
        summary.click()
    text = shown.page.inner_text("body")
    assert HOSTILE[0] in text
    assert "\\u202egnp.exe" in text
    assert shown.complaints == []
    assert shown.requests == [path.as_uri()]


def test_what_somebody_adds_to_the_page_is_not_run(browser: Browser, file: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.html"
    evil = "<script>document.title='taken'</script><img src='x.png' onerror=\"document.title='taken'\"></main>"
    changed.write_text(file.read_text("utf-8").replace("</main>", evil, 1), "utf-8")
    shown = show(browser, changed)
    assert "taken" not in shown.page.title()
    assert len(shown.complaints) >= 2
    assert all("Content Security Policy" in complaint for complaint in shown.complaints)


def test_it_can_be_read_without_its_script(browser: Browser, file: Path) -> None:
    shown = show(browser, file, java_script_enabled=False)
    page = shown.page
    assert page.locator("#filter").is_hidden()
    assert len(visible(page)) == 11
    page.locator("#list summary").first.click()
    assert page.get_by_text("What was read").first.is_visible()
    page.locator("#list details").first.get_by_text("All duties of this person").click()
    assert page.locator(".person:target").is_visible()
    assert page.locator("#overview").is_hidden()


# ---- search and filter -----------------------------------------------------------------------------------------------


def test_typing_narrows_the_list_and_says_to_how_many(browser: Browser, file: Path) -> None:
    page = show(browser, file).page
    page.get_by_label("Search").fill("nowhere")
    assert visible(page) == ["us.remembered.city"]
    assert page.locator("#told").inner_text() == "1 of 11 listed"
    page.get_by_label("Search").fill("E-101 handbook")
    assert visible(page) == ["us.paper.handbook"]
    page.get_by_label("Search").fill("nobody is called that")
    assert visible(page) == []
    assert page.get_by_text("Nothing in this list is like that.").is_visible()
    page.get_by_role("button", name="Show all").click()
    assert len(visible(page)) == 11


def test_choices_narrow_together(browser: Browser, file: Path) -> None:
    page = show(browser, file).page
    page.get_by_label("Answer").select_option("violation")
    page.get_by_label("Severity").select_option("medium")
    assert set(visible(page)) == {"us.paper.handbook", "us.paper.age"}
    page.get_by_label("Answer").select_option("pending")
    assert visible(page) == ["us.paper.handbook"]


def test_all_that_is_listed_opens_at_once(browser: Browser, file: Path) -> None:
    page = show(browser, file).page
    page.get_by_label("Severity").select_option("high")
    button = page.get_by_role("button", name="Open all")
    button.click()
    assert [d.get_attribute("data-severity") for d in page.locator("#list details[open]").all()] == ["high"]
    button.click()
    assert page.locator("#list details[open]").count() == 0


def test_a_number_of_the_table_lists_what_it_counts(browser: Browser, file: Path) -> None:
    page = show(browser, file).page
    cell = page.locator(".matrix a").first
    number = int(cell.inner_text())
    cell.click()
    assert len(visible(page)) == number
    assert page.get_by_label("Answer").input_value() == "violation"


# ---- keys alone ------------------------------------------------------------------------------------------------------


def test_a_finding_is_opened_and_a_person_visited_with_keys_alone(browser: Browser, file: Path) -> None:
    page = show(browser, file).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    assert page.locator("#result-1").get_attribute("open") is not None
    for _ in range(10):
        page.keyboard.press("Tab")
        if "duties" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.locator(".person:target").wait_for()
    assert page.evaluate("document.activeElement.tagName") == "H2"
    assert page.title().startswith(page.evaluate("document.activeElement.textContent"))
    page.go_back()
    assert page.locator("#overview").is_visible()


# ---- everybody, everywhere -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["", "#person-1"])
def test_nothing_is_in_the_way_of_a_screen_reader(browser: Browser, file: Path, scheme: Any, place: str) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

    page = show(browser, file, color_scheme=scheme, bypass_csp=True).page
    page.goto(file.as_uri() + place)
    page.reload()
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found.response["violations"]] == []


@pytest.mark.parametrize("place", ["", "#person-1"])
def test_on_a_phone_nothing_has_to_be_scrolled_sideways(browser: Browser, file: Path, place: str) -> None:
    page = show(browser, file, width=360).page
    page.goto(file.as_uri() + place)
    page.reload()
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_paper_there_are_no_controls_and_the_numbers_stay(browser: Browser, file: Path) -> None:
    page = show(browser, file, color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.locator("#filter").is_hidden()
    assert page.locator(".skip").is_hidden()
    assert page.get_by_text("9 violations").first.is_visible()
    colours = "(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))"
    assert page.evaluate(colours) == ["rgb(255, 255, 255)", "rgb(22, 32, 43)"]
    assert page.pdf(format="Letter").startswith(b"%PDF")
