"""Cells of a CSV file that spreadsheet programs show as they are: no formula, no identifier turned into a number."""

from __future__ import annotations

import re

from compliance_engine.outputs.view import visible

_ORDERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell may not begin with: spreadsheet programs take it for a formula, also as the wide forms of East Asia."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHANGED = re.compile(r"[\d.,($%€£¥]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|true$|false$)", re.IGNORECASE)
"""How a text begins that spreadsheet programs may take for a number or a day: 007 becomes 7, 12/1 a day in December."""


def harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula and no viewer for an order; else it is as it was."""
    return f"'{visible(text)}" if text.startswith(_ORDERS) else visible(text)


def as_text(identifier: str) -> str:
    """An identifier that stays as it is when a spreadsheet program opens the file; days may be read as days."""
    return f"'{identifier}" if _CHANGED.match(identifier) and not _DAY.fullmatch(identifier) else identifier
