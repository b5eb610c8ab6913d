"""The twin: one rule on plain values, in the most readable way, to explain results and to hold the SQL to."""

from compliance_engine.engine.twin.at import Step
from compliance_engine.engine.twin.outcomes import judge, may_apply
from compliance_engine.engine.twin.values import Cause, Lost, Unknown, Value
from compliance_engine.engine.twin.verdict import Verdict
from compliance_engine.engine.twin.world import Row, World

__all__ = ["Cause", "Lost", "Row", "Step", "Unknown", "Value", "Verdict", "World", "judge", "may_apply"]
