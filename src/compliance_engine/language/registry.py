"""The facts that need a query over many records: what they are called and what they take."""

from __future__ import annotations

from collections.abc import Mapping

from compliance_engine.language.value_types import Type

FACTS: Mapping[str, tuple[Type, tuple[Type, ...]]] = {
    "headcount": ("number", ("text",)),
    "workweeks_at": ("number", ("number",)),
    "service_months": ("number", ("text",)),
    "hours_in_12_months": ("number", ()),
}
"""The registry of facts that need a query: result type and argument types."""

BASES = (
    "all workers anywhere", "all employees anywhere", "in state", "at worksite", "full time", "20 workweeks",
    "most at once in the year before", "most employees at once in the year before",
    "most at once at worksite in the year before",
)  # fmt: skip
