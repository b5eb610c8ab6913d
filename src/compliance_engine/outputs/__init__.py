"""Outputs: what people and programs read of a run. A renderer is one function and reads only the run folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TextIO

from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

Renderer = Callable[[Run, View, TextIO], None]

FORMATS = ("text", "json", "html")
"""Formats by name; module `compliance_engine.outputs.<name>` defines `render`, a Renderer."""


EXPLAINING = frozenset({"html"})
"""Formats that show the way to the worst results, which is then kept in the run."""


def renderer(name: str) -> Renderer:
    """The renderer of a format, imported now."""
    found: Renderer = import_module(f"{__name__}.{name}").render
    return found
