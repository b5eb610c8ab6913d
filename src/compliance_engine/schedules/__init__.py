"""Retention schedules of an organisation: read into rules, and written as a file plan for Purview."""
