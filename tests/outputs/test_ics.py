"""The feed for calendars, read back by icalendar: what moves, what is cancelled, and what it never says."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from tests.runs.company import DAY, change, copied, evaluated

from compliance_engine.outputs.deadlines import NOBODY, Wanted
from compliance_engine.outputs.ics import NEUTRAL, read_feed, refused, write_feed
from compliance_engine.outputs.view import Redact, View
from compliance_engine.runs.api import evaluate
from compliance_engine.runs.folder import Run

KEY = b"a key for tests, known to everybody"
ALL = Wanted(within=None, overdue=False)


@pytest.fixture
def company(tmp_path: Path) -> Path:
    return copied(tmp_path / "company")


@pytest.fixture
def kept(company: Path) -> Run:
    return evaluated(company, company / "run")


def written(run: Run, before: bytes | None = None, wanted: Wanted = ALL, redact: Redact = "ids") -> bytes:
    feed = None
    if before is not None:
        feed, problems = read_feed(before, "feed.ics")
        assert not problems
    out = io.BytesIO()
    write_feed(run, View(redact, KEY), wanted, feed, out)
    return out.getvalue()


def events(feed: bytes) -> Iterator[Any]:
    yield from Calendar.from_ical(feed).walk("VEVENT")


def one(feed: bytes) -> Any:
    (event,) = events(feed)
    return event


def test_an_obligation_is_an_all_day_event_that_takes_no_time(kept: Run) -> None:
    event = one(written(kept))
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2026, 12, 17), date(2026, 12, 18))
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert event.decoded("DTSTAMP").date() == DAY
    assert [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")] == [
        timedelta(hours=9) - timedelta(days=days) for days in (30, 7, 1)
    ]


def test_lines_end_in_crlf_and_have_75_octets_at_most(kept: Run) -> None:
    feed = written(kept)
    assert feed.endswith(b"\r\n")
    assert b"\n" not in feed.replace(b"\r\n", b"")
    assert max(len(line) for line in feed.split(b"\r\n")) <= 75


def test_the_same_run_after_its_own_feed_changes_nothing(kept: Run) -> None:
    feed = written(kept)
    assert written(kept) == feed
    assert written(kept, feed) == feed


def test_a_day_that_moves_moves_the_event_and_raises_its_sequence(company: Path, kept: Run) -> None:
    before = written(kept)
    change(company / "rules/paperwork.yaml", "30 days after", "31 days after")
    after = written(evaluated(company, company / "run2", DAY + timedelta(days=1)), before)
    old, new = one(before), one(after)
    assert (new["UID"], new["SEQUENCE"]) == (old["UID"], 1)
    assert new.decoded("DTSTART") == old.decoded("DTSTART") + timedelta(days=1)
    assert new.decoded("DTSTAMP").date() == DAY + timedelta(days=1)


def test_what_is_gone_is_cancelled_and_forgotten_after_90_days(company: Path, kept: Run) -> None:
    before = written(kept)
    change(company / "export/policies.csv", "handbook-secret", "handbook-other")
    gone = evaluated(company, company / "run2")
    cancelled = [e for e in events(written(gone, before)) if e["STATUS"] == "CANCELLED"]
    assert [(e["UID"], e["SEQUENCE"]) for e in cancelled] == [(one(before)["UID"], 1)]
    feed = written(gone, before)
    for days, there in ((90, True), (91, False)):
        later = replace(gone, info=gone.info.model_copy(update={"as_of": DAY + timedelta(days=days)}))
        uids = {e["UID"] for e in events(written(later, feed))}
        assert (one(before)["UID"] in uids) is there


def test_what_is_overdue_now_stays_and_is_not_cancelled(company: Path, kept: Run) -> None:
    before = written(kept)
    late = evaluated(company, company / "run2", date(2026, 12, 18))
    event = next(e for e in events(written(late, before)) if e["UID"] == one(before)["UID"])
    assert (event["STATUS"], event["SEQUENCE"], event.decoded("DTSTART")) == ("CONFIRMED", 0, date(2026, 12, 17))


def test_a_rule_that_was_not_evaluated_leaves_its_events_tentative(kept: Run) -> None:
    before = written(kept)
    info = kept.info.model_copy(update={"by_rule": {}})
    nothing = replace(kept, info=info, rules={})
    assert one(written(nothing, before))["STATUS"] == "TENTATIVE"


def test_a_run_that_read_nothing_or_not_all_cancels_nothing(company: Path, kept: Run) -> None:
    before = written(kept)
    (company / "export/policies.csv").write_text('policy_id\n"not ended')
    some, _ = evaluate([], company / "policy", [company / "export"], DAY, company / "run2")
    assert some is not None
    assert not some.info.read_everything
    nothing, _ = evaluate([], company / "policy", [company / "exprot"], DAY, company / "run3")
    assert nothing is not None
    assert not nothing.info.read_anything
    for run in (some, nothing):
        assert one(written(run, before))["STATUS"] == "TENTATIVE"


def test_no_id_is_in_a_feed(kept: Run) -> None:
    shown: list[tuple[Redact, bool]] = [("none", True), ("ids", True), ("all", False)]
    for redact, hashed in shown:
        feed = written(kept, wanted=Wanted(within=None), redact=redact).decode().replace("\r\n ", "")
        assert (", s-" in feed.replace("\\", "")) is hashed
        for secret in ("E-10", "handbook-secret", "employees.csv", "W-1"):
            assert secret not in feed


@pytest.mark.parametrize("owner", [None, NOBODY, "Łódź: people, papers\\n"])
def test_a_feed_says_whose_it_is_and_is_read_back(kept: Run, owner: str | None) -> None:
    feed, problems = read_feed(written(kept, wanted=Wanted(None, owner, overdue=False)), "feed.ics")
    assert not problems
    assert feed is not None
    assert (feed.as_of, feed.owner, len(feed.entries)) == (DAY, owner, 0 if owner else 1)


@pytest.mark.parametrize("word", ["Medical file", "injury", "Sick leave", "Accommodation", "FMLA"])
def test_a_telling_title_is_not_told(kept: Run, word: str) -> None:
    cards = {rule: card.model_copy(update={"title": f"About {word} of all"}) for rule, card in kept.rules.items()}
    feed = written(replace(kept, rules=cards), wanted=Wanted(within=None))
    assert {(str(e["SUMMARY"]), e["CATEGORIES"].cats[0]) for e in events(feed)} == {(NEUTRAL, "confidential")}
    assert word.encode() not in feed
    assert b"us.paper" not in feed


def test_a_confidential_rule_is_not_named(kept: Run) -> None:
    cards = {rule: card.model_copy(update={"confidential": True}) for rule, card in kept.rules.items()}
    assert {str(e["SUMMARY"]) for e in events(written(replace(kept, rules=cards)))} == {NEUTRAL}
    assert one(written(kept))["SUMMARY"] != NEUTRAL


def test_without_a_key_or_after_a_later_feed_nothing_is_written(kept: Run) -> None:
    feed, _ = read_feed(written(kept), "feed.ics")
    assert [problem.code for problem in refused(DAY, None, None)] == ["no-key"]
    assert feed is not None
    assert [problem.code for problem in refused(DAY - timedelta(days=1), KEY, feed.as_of)] == ["later-feed"]
    assert refused(DAY, KEY, feed.as_of) == []


@pytest.mark.parametrize("data", [b"", b"hello", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff\xfe\x00"])
def test_another_file_is_no_feed(data: bytes) -> None:
    feed, problems = read_feed(data, "notes.txt")
    assert feed is None
    assert [problem.code for problem in problems] == ["not-a-feed"]


def test_a_feed_that_is_cut_off_is_no_feed(kept: Run) -> None:
    whole = written(kept)
    for end in (whole.index(b"END:VEVENT"), whole.index(b"BEGIN:VALARM"), whole.index(b"DESCRIPTION:")):
        feed, problems = read_feed(whole[:end], "feed.ics")
        assert (feed, [problem.code for problem in problems]) == (None, ["not-a-feed"])


def test_29_february_ends_on_1_march(kept: Run) -> None:
    text = written(kept).decode().replace("20261217", "20280229").replace("20261218", "20280301")
    unanswered = replace(kept, info=kept.info.model_copy(update={"by_rule": {}}), rules={})
    event = one(written(unanswered, text.encode()))
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2028, 2, 29), date(2028, 3, 1))
