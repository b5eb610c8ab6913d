"""From rules and records to outcomes."""
