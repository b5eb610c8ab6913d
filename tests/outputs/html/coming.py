"""The page of deadlines, and a company whose rules and owners are written by an enemy."""

from __future__ import annotations

import io
from pathlib import Path

from compliance_engine.outputs.deadlines import GroupBy, Wanted
from compliance_engine.outputs.html import deadlines
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .company import hostile

EVIL_TITLE = "</script><script>alert('title')</script>"
EVIL_OWNER = "<img src=x onerror=alert('owner')>"


def page_of(run: Run, view: View, wanted: Wanted | None = None, group_by: GroupBy = "week") -> str:
    """The page."""
    out = io.StringIO()
    deadlines.render(run, view, wanted or Wanted(), group_by, out)
    return out.getvalue()


def all_hostile(folder: Path) -> Path:
    """The company of an enemy, who also names a rule and an owner."""
    made = hostile(folder)
    for file, plain, evil in (
        ("rules/paperwork.yaml", "Everybody signs for the handbook in force", f'"{EVIL_TITLE}"'),
        ("policy/policy.yaml", "paperwork: People desk", f'paperwork: "{EVIL_OWNER}"'),
    ):
        text = (made / file).read_text()
        assert plain in text
        (made / file).write_text(text.replace(plain, evil))
    return made
