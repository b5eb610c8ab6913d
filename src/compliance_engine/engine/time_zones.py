"""The time zone of a state, where it has but one."""

from __future__ import annotations

ONE_ZONE = {
    "America/New_York": "ct dc de ga ma md me nc nh nj ny oh pa ri sc va vt wv",
    "America/Chicago": "al ar ia il la mn mo ms ok wi",
    "America/Denver": "co mt nm ut wy",
    "America/Phoenix": "az",
    "America/Los_Angeles": "ca wa",
    "Pacific/Honolulu": "hi",
}
"""States that keep one time zone; in the others the worksite must say which."""
