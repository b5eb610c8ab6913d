"""Policy-as-code for HR compliance and records."""

__version__ = "0.1.0"
