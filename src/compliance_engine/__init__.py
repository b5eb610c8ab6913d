"""Policy-as-code for HR compliance and records.

From Python: `run, problems = evaluate(rules, policy, records, as_of, run_folder)`; `read_run` opens a kept run.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compliance_engine.runs.api import evaluate as evaluate
    from compliance_engine.runs.folder import Run as Run
    from compliance_engine.runs.folder import read_run as read_run

__version__ = "0.1.0"

_MODULES = {"evaluate": "runs.api", "Run": "runs.folder", "read_run": "runs.folder"}


def __getattr__(name: str) -> Any:
    """Import what is asked for only then: the command line must start fast."""
    if name not in _MODULES:
        msg = f"module {__name__} has no attribute {name}"
        raise AttributeError(msg)
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
