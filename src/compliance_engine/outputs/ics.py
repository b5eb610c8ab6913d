"""`ics`: deadlines as a feed for calendars, which follows the feed before it.

Calendars are shared and leave the organisation's hands: no id of a person is ever in one, only keyed hashes, and of a
duty that tells something about a person not even the name.

Events are written one by one; what stays in memory of each are the few texts of its `Entry`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, BinaryIO

from icalendar import Alarm, Calendar, Event

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.deadlines import NOBODY, Wanted, deadlines, is_undone
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, subject_shown, visible
from compliance_engine.problems import Problem
from compliance_engine.runs.folder import Run
from compliance_engine.runs.identity import keyed_hash
from compliance_engine.runs.model import RuleCard
from compliance_engine.runs.read import Reader, Result, opened

KEPT_DAYS = 90
"""How long a cancelled entry, or one that nothing can be said of any more, stays in the feed."""
NEUTRAL = "Confidential duty"
_AT = "@compliance-engine"
_RULE, _AS_OF, _OWNER = "X-COMPLIANCE-RULE", "X-COMPLIANCE-AS-OF", "X-COMPLIANCE-OWNER"
_LADDER = (7, 1)
"""Days before the due day on which a calendar reminds, beside the lead time of the rule."""
_HOUR = timedelta(hours=9)
_EVENT = re.compile(rb"^BEGIN:VEVENT\r?\n.*?^END:VEVENT\r?\n", re.MULTILINE | re.DOTALL)
_TELLING = re.compile(
    r"medic|health|injur|illness|\bill\b|sick|disab|disease|diagnos|accommodat|\bleave\b|fmla|pregnan|matern|patern|birth"
    r"|\bada\b|pwfa|hipaa|drug|alcohol|exposure|blood|hearing|vaccin|cancer|mental|fitness|workers.?comp|disciplin"
    r"|harassment complaint|background|criminal|litigation|genetic",
    re.IGNORECASE,
)
"""A rule in whose title, id or topic one of these stands is called neutrally, whatever its records are."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One obligation in a feed. changed: the as-of date of the run that last changed it; lead: days of the ladder."""

    uid: str
    day: date
    status: str
    summary: str
    description: str
    category: str
    rule: str
    lead: int
    sequence: int
    changed: date


@dataclass(frozen=True)
class Feed:
    """What an earlier run wrote, by UID. owner: whose feed it is; None where it is everybody's."""

    as_of: date
    entries: Mapping[str, Entry]
    owner: str | None = None


def read_feed(data: bytes, name: str) -> tuple[Feed | None, list[Problem]]:
    """Read a feed that this program wrote."""
    try:
        calendar: Any = Calendar.from_ical(_EVENT.sub(b"", data))
        # One event after the other: as a tree, a feed takes more than ten times its size.
        entries = (_entry(Event.from_ical(event[0])) for event in _EVENT.finditer(data))
        owner = str(calendar[_OWNER]) if _OWNER in calendar else None
        return Feed(date.fromisoformat(str(calendar[_AS_OF])), {entry.uid: entry for entry in entries}, owner), []
    except (ValueError, KeyError, AttributeError, TypeError, IndexError):
        message = f"{name} is no feed of deadlines, and is left as it is."
        return None, [Problem("not-a-feed", message, help="name another file")]


def refused(as_of: date, key: bytes | None, before: date | None) -> list[Problem]:
    """Why no feed of a day can be written after one of the day `before`."""
    if key is None:
        message = "A calendar needs the key of the policy: without it, entries could not be found again or be guessed."
        return [Problem("no-key", message, help="compliance init makes a key; name it in the policy as key_file")]
    if before is not None and before > as_of:
        message = f"The feed is of {before}; a run as of {as_of} would take it back."
        return [Problem("later-feed", message, help="name another file")]
    return []


def write_feed(run: Run, view: View, wanted: Wanted, before: Feed | None, out: BinaryIO) -> None:
    """Write the deadlines of a run, and what became of those in the feed before.

    Args:
        view: with the key, without which there is no feed; ids are hashed unless not even that is to be shown.
    """
    earlier = before.entries if before is not None else {}
    with opened(run, view.key) as reader:
        entries = _wanted(reader, view, wanted)
        gone = {uid: entry for uid, entry in earlier.items() if uid not in entries}
        entries.update(_became(reader, view, wanted, gone))
    head, end = _calendar(run, wanted)
    out.write(head)
    for entry in sorted(entries.values(), key=lambda entry: (entry.day, entry.uid)):
        followed = _following(entry, earlier.get(entry.uid), run.info.as_of)
        out.write(_event(followed, run.info.as_of).to_ical())
    out.write(end)


# ---- entries ---------------------------------------------------------------------------------------------------------


def _wanted(reader: Reader, view: View, wanted: Wanted) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for deadline in deadlines(reader, wanted):
        entry = _new(deadline.result, deadline.due, reader.run, view)
        found.setdefault(entry.uid, entry)
    return found


def _became(reader: Reader, view: View, wanted: Wanted, earlier: Mapping[str, Entry]) -> dict[str, Entry]:
    """Entries of the feed before that are not asked for anew.

    What is overdue or has moved beyond the span is still to be done, and stays. What cannot be told now is tentative:
    nobody knows that it is done. Only what the run did answer, and no longer has, is cancelled; of a run that could not
    read all that it was given nothing is.
    """
    info = reader.run.info
    as_of = info.as_of
    there = _still_there(reader, view, wanted, earlier) if earlier else {}
    answered = {
        _rule_hash(card, view)
        for rule, card in reader.run.rules.items()
        if info.read_everything and info.by_rule.get(rule) and rule not in info.errors
    }
    for uid, entry in earlier.items():
        if uid in there:
            continue
        if entry.status == "CANCELLED":
            if (as_of - entry.changed).days <= KEPT_DAYS:
                there[uid] = entry
        elif entry.rule in answered:
            there[uid] = replace(entry, status="CANCELLED")
        elif (as_of - entry.day).days <= KEPT_DAYS:
            there[uid] = replace(entry, status="TENTATIVE")
    return there


def _still_there(reader: Reader, view: View, wanted: Wanted, earlier: Mapping[str, Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    asked = [Outcome.PENDING, Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR]
    for result in reader.results(asked):
        entry = earlier.get(f"{result.fingerprint}{_AT}")
        card = reader.run.rules[result.rule]
        if entry is None or not wanted.concerns(card):
            continue
        if result.outcome in (Outcome.UNKNOWN, Outcome.ERROR):
            found[entry.uid] = replace(_new(result, entry.day, reader.run, view), status="TENTATIVE")
        elif result.due is not None and (result.outcome is Outcome.PENDING or is_undone(result)):
            found[entry.uid] = _new(result, result.due, reader.run, view)
    return found


def _new(result: Result, day: date, run: Run, view: View) -> Entry:
    card = run.rules[result.rule]
    fingerprint = result.fingerprint or ""
    look_up = f"compliance explain f-{fingerprint[:12]}"
    neutral = card.confidential or _TELLING.search(f"{card.title} {result.rule} {card.topic}") is not None
    subject = subject_shown(result, View("all" if view.redact == "all" else "ids", view.key))
    doubt = "" if card.decides else " (unconfirmed)"
    return Entry(
        uid=f"{fingerprint}{_AT}",
        day=day,
        status="CONFIRMED",
        summary=NEUTRAL if neutral else visible(f"{card.title}{doubt}{f', {subject}' if subject else ''}"),
        description=f"{look_up}\n{ADVICE}" if neutral else f"{result.rule}\n{visible(card.cite)}\n{look_up}\n{ADVICE}",
        category="confidential" if neutral else visible(card.topic),
        rule=_rule_hash(card, view),
        lead=card.lead_days or 0,
        sequence=0,
        changed=run.info.as_of,
    )


def _rule_hash(card: RuleCard, view: View) -> str:
    """Tells later which rule an entry is from, and nobody without the key."""
    return keyed_hash(view.key or b"", ["rule", card.identity])


def _following(entry: Entry, before: Entry | None, as_of: date) -> Entry:
    """The entry with its sequence: raised when anything that a calendar shows is not as it was."""
    if before is None:
        return entry
    same = replace(entry, sequence=before.sequence, changed=before.changed)
    return same if same == before else replace(entry, sequence=before.sequence + 1, changed=as_of)


# ---- the file --------------------------------------------------------------------------------------------------------


def _calendar(run: Run, wanted: Wanted) -> tuple[bytes, bytes]:
    """What stands before the events and after them."""
    calendar = Calendar()
    calendar.add("prodid", "-//compliance-engine//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    named = {None: "Deadlines", NOBODY: "Deadlines that nobody looks after"}
    calendar.add("x-wr-calname", named.get(wanted.owner) or f"Deadlines: {visible(wanted.owner or NOBODY)}")
    calendar.add("x-wr-caldesc", f"As of {run.info.as_of}. {ADVICE}")
    calendar.add(_AS_OF, run.info.as_of.isoformat())
    if wanted.owner is not None:
        calendar.add(_OWNER, wanted.owner)
    head, end, _ = calendar.to_ical().partition(b"END:VCALENDAR")
    return head, end + b"\r\n"


def _event(entry: Entry, as_of: date) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", datetime.combine(entry.changed, time(), UTC))
    event.add("dtstart", entry.day)
    if entry.day < date.max:
        event.add("dtend", entry.day + timedelta(days=1))
    event.add("sequence", entry.sequence)
    event.add("status", entry.status)
    event.add("transp", "TRANSPARENT")
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("categories", [entry.category])
    event.add(_RULE, entry.rule)
    event.add("X-COMPLIANCE-LEAD", str(entry.lead))
    if entry.status != "CANCELLED" and entry.day >= as_of:
        for days in sorted({entry.lead, *(step for step in _LADDER if step < entry.lead)} - {0}, reverse=True):
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", entry.summary)
            alarm.add("trigger", _HOUR - timedelta(days=days))
            event.add_component(alarm)
    return event


def _entry(event: Any) -> Entry:
    return Entry(
        uid=str(event["UID"]),
        day=event.decoded("DTSTART"),
        status=str(event["STATUS"]),
        summary=str(event["SUMMARY"]),
        description=str(event["DESCRIPTION"]),
        category=str(event["CATEGORIES"].cats[0]),
        rule=str(event[_RULE]),
        lead=int(event["X-COMPLIANCE-LEAD"]),
        sequence=int(event["SEQUENCE"]),
        changed=event.decoded("DTSTAMP").date(),
    )
