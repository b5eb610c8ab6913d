"""Outputs: what people and programs read of a run. A renderer is one function and reads only the run folder."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO, TextIO

from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

Renderer = Callable[[Run, View, TextIO], None]
ByteRenderer = Callable[[Run, View, BinaryIO], None]

FORMATS = (
    "text",
    "concise",
    "table",
    "json",
    "jsonl",
    "csv",
    "csv:bom",
    "xlsx",
    "md",
    "html",
    "junit",
    "sarif",
    "github",
    "gitlab",
    "oscal",
)
"""Formats by name. Module `compliance_engine.outputs.<name>` defines `render`, a Renderer; a variant of a format
(`csv:bom`) is `render_<variant>` beside it."""

FEEDS = ("ics",)
"""Formats of which each file follows the one before it: `outputs.ics.write_feed` writes them."""

BINARY = frozenset({"xlsx"})
"""Formats that are no text: their `render` is a ByteRenderer."""

EXPLAINING = frozenset({"html"})
"""Formats that show the way to the worst results, which is then kept in the run."""

EXPLAINED = 200
"""Results that are explained for them unless told otherwise: some eight seconds of work."""


def renderer(name: str) -> Renderer:
    """The renderer of a format that is text, imported now."""
    found: Renderer = _found(name)
    return found


def byte_renderer(name: str) -> ByteRenderer:
    """The renderer of a format that is no text, imported now."""
    found: ByteRenderer = _found(name)
    return found


def _found(name: str) -> Any:
    module, _, variant = name.partition(":")
    return getattr(import_module(f"{__name__}.{module}"), f"render_{variant}" if variant else "render")
