"""What every page has: its frame with the one style and the one script, and a way of escaping whatever stands in it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, TextIO

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import wrong_shown
from compliance_engine.outputs.html import words
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, visible, waiver_shown
from compliance_engine.runs.folder import Run


def write(template: str, run: Run, view: View, told: Mapping[str, Any], out: TextIO) -> None:
    """Write a page piece by piece.

    Args:
        told: what its template speaks of beside the run.
    """
    style, script = (_minimal(_asset(name)) for name in ("page.css", "page.js"))
    shared = {
        "info": run.info,
        "view": view,
        "waivers": [(waiver_shown(waiver, view), waiver) for waiver in run.info.waivers],
        "wrong": [(finding, wrong_shown(finding, view)) for finding in run.info.data_findings],
        "advice": ADVICE,
        "style": Markup(style),  # noqa: S704  (our own file)
        "script": Markup(script),  # noqa: S704
        "policy": f"default-src 'none'; style-src '{_source(style)}'; script-src '{_source(script)}'; "
        "base-uri 'none'; form-action 'none'",
    }
    out.writelines(_environment().get_template(template).generate({**shared, **told}))
    out.write("\n")


def _environment() -> Environment:
    """Everything is escaped, and what could hide or move text is shown as what it is."""
    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"words": words, "Outcome": Outcome}
    return environment


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _minimal(text: str) -> str:
    """A style sheet or script without the lines that are only for who reads its file."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def _source(text: str) -> str:
    """What a content security policy calls an inline text that it lets pass."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"
