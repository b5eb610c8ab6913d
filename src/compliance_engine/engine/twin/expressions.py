"""Every form of expression, read on plain values: `evaluate` gives a value, `bounds` what is certain about a day."""

from __future__ import annotations

from compliance_engine.engine.twin import clock_forms, conditions, fields, rows, tables
from compliance_engine.engine.twin.at import At, Dated, Step, Turn, bounds, evaluate

FORMS = (clock_forms, conditions, fields, rows, tables)
"""The modules whose forms are registered by being here."""

__all__ = ["FORMS", "At", "Dated", "Step", "Turn", "bounds", "evaluate"]
