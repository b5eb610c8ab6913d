"""The keys of a policy (docs/policy.md)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from compliance_engine.language.models.parts import Anything, Opt, Part, Texts, YesNo


class PackKeys(Part):
    """Rules that the organisation adopts."""

    called: ClassVar[str] = "a pack"
    pack: str
    version: Opt[str] = None
    select: Opt[Texts] = None
    exclude: Opt[Texts] = None


class DayRange(Part):
    """Days that a calendar treats in their own way, both ends included."""

    called: ClassVar[str] = "a range of days"
    first: date = Field(alias="from")
    last: Opt[date] = Field(None, alias="to")
    why: Opt[str] = None


class CalendarKeys(Part):
    """The open days of one worksite, or of a calendar that rules name."""

    called: ClassVar[str] = "a calendar"
    based_on: str = "us-federal"
    week: Opt[list[str]] = None
    closed: Opt[list[DayRange]] = None
    open: Opt[list[DayRange]] = None


class SourceKeys(Part):
    """What is known of the source of a record type."""

    called: ClassVar[str] = "a source"
    complete_from: Opt[date] = None
    hire_date_is_first_day: YesNo = False
    max_age: Opt[str] = None
    may_shrink: Opt[str] = None
    may_lose_match: Opt[str] = None


class WaiverKeys(Part):
    """A dated, approved exception."""

    called: ClassVar[str] = "a waiver"
    id: Opt[str] = None
    rule: str
    subject: Opt[str] = None
    finding: Opt[str] = None
    reason: str
    owner: str
    approved_by: str
    approved_on: date
    expires_on: date


class WaiversKeys(Part):
    """A file of waivers beside the policy."""

    called: ClassVar[str] = "a file of waivers"
    waivers: list[WaiverKeys]


class PolicyKeys(Part):
    """A policy: what one organisation adopts."""

    called: ClassVar[str] = "a policy"
    name: str
    time_zone: str
    rules: list[PackKeys]
    own_rules: Opt[str] = None
    choices: Opt[dict[str, Anything]] = None
    lead: str = "30 days"
    lead_by_topic: Opt[dict[str, str]] = None
    calendars: Opt[dict[str, CalendarKeys]] = None
    named_calendars: Opt[dict[str, CalendarKeys]] = None
    owners: Opt[dict[str, str]] = None
    lookback_years: int = Field(3, ge=1, le=50)
    adopt_unconfirmed: YesNo = False
    profile: Opt[str] = None
    sources: Opt[dict[str, SourceKeys]] = None
    redact: Literal["none", "ids", "all"] = "ids"
    key_file: Opt[str] = None
    waivers: Opt[list[WaiverKeys]] = None
