"""Policy-as-code for HR compliance and records."""
