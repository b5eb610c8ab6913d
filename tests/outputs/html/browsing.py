"""Pages in a real browser."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium: make programs, or apt-get install chromium"
)


@dataclass
class Shown:
    """A page in a window, what it complained of and whom it asked."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def show(browser: Browser, file: Path, *, width: int = 1280, **options: Any) -> Shown:
    """Open a page in a window of its own."""
    page = browser.new_context(viewport={"width": width, "height": 800}, **options).new_page()
    shown = Shown(page)
    page.on("console", lambda message: shown.complaints.append(message.text))
    page.on("pageerror", lambda error: shown.complaints.append(str(error)))
    page.on("request", lambda request: shown.requests.append(request.url))
    page.goto(file.as_uri())
    return shown


def visible(page: Page) -> list[str]:
    """The rules of the entries that are to be seen."""
    return [str(r.get_attribute("data-rule")) for r in page.locator("#list details").all() if r.is_visible()]
