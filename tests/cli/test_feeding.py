"""Calendars that `check`, `report` and `deadlines` write, one for all or one for each owner, read by icalendar."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from tests.runs.company import change, copied

from compliance_engine.cli.exit_codes import ExitCode
from compliance_engine.outputs import FEEDS

Compliance = Callable[..., Any]
OWNERS = 'owners: {"*": People partner, paperwork: Records / HR}\n'


@pytest.fixture(autouse=True)
def at_the_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copied(tmp_path / "company"))


@pytest.fixture
def check(compliance: Compliance) -> Compliance:
    def called(*flags: object, as_of: str = "2026-11-22") -> Any:
        return compliance("check", "export", "--policy", "policy", "--as-of", as_of, "-q", *flags)

    return called


def owned_by(owners: str) -> None:
    policy = Path("policy/policy.yaml")
    kept = [line for line in policy.read_text().splitlines(keepends=True) if not line.startswith("owners:")]
    policy.write_text("".join(kept) + owners)


def statuses(file: str | Path) -> list[tuple[str, int]]:
    events: list[Any] = Calendar.from_ical(Path(file).read_bytes()).walk("VEVENT")
    return sorted((str(event["STATUS"]), int(event["SEQUENCE"])) for event in events)


def test_check_writes_all_that_is_coming_and_report_the_same(check: Compliance, compliance: Compliance) -> None:
    assert check("-o", "text", "-o", "ics=feed.ics").code == ExitCode.FOUND
    feed = Path("feed.ics").read_bytes()
    assert statuses("feed.ics") == [("CONFIRMED", 0)]
    assert compliance("report", "--policy", "policy", "-o", "ics=again.ics").code == ExitCode.OK
    assert compliance("deadlines", "--policy", "policy", "--within", "all", "-o", "ics=third.ics").code == ExitCode.OK
    assert Path("again.ics").read_bytes() == Path("third.ics").read_bytes() == feed


def test_a_check_follows_the_feed_whose_place_it_takes(check: Compliance) -> None:
    check("-o", "ics=feed.ics")
    check("-o", "ics=feed.ics", as_of="2026-12-18")
    assert statuses("feed.ics") == [("CONFIRMED", 0)]  # overdue by now, and still to be done
    change(Path("export/policies.csv"), "handbook-secret", "handbook-other")
    check("-o", "ics=feed.ics", as_of="2026-12-19")
    assert ("CANCELLED", 1) in statuses("feed.ics")


def test_what_cannot_be_followed_is_refused_before_anything_is_evaluated(check: Compliance) -> None:
    check("-o", "ics=feed.ics", "--run-folder", "run")
    feed = Path("feed.ics").read_bytes()
    Path("notes.ics").write_text("my notes")
    for flags, as_of, why in (
        (["-o", "ics=feed.ics"], "2026-11-21", "would take it back"),
        (["-o", "ics=notes.ics"], "2026-11-22", "is no feed of deadlines"),
        (["-o", "ics=."], "2026-11-22", "cannot be written"),
    ):
        refused = check(*flags, "--run-folder", "other", as_of=as_of)
        assert (refused.code, why in refused.err) == (ExitCode.INVALID, True)
    change(Path("policy/policy.yaml"), "key_file: key.txt\n", "")
    refused = check("-o", "ics=new.ics", "--run-folder", "other")
    assert (refused.code, "key_file" in refused.err) == (ExitCode.INVALID, True)
    assert not Path("other").exists()
    assert not Path("new.ics").exists()
    assert Path("feed.ics").read_bytes() == feed
    assert Path("notes.ics").read_text() == "my notes"


def test_each_owner_has_a_feed_in_a_folder(check: Compliance, compliance: Compliance) -> None:
    owned_by(OWNERS)
    assert check("-o", "ics=feeds/", "--per-owner").code == ExitCode.FOUND
    files = {path.name: path.read_bytes() for path in Path("feeds").iterdir()}
    assert set(files) == {"people-partner.ics", "records-hr.ics"}
    names = {name: str(Calendar.from_ical(data)["X-WR-CALNAME"]) for name, data in files.items()}
    assert names == {"people-partner.ics": "Deadlines: People partner", "records-hr.ics": "Deadlines: Records / HR"}
    assert {name: statuses(Path("feeds", name)) for name in files} == {
        "people-partner.ics": [],
        "records-hr.ics": [("CONFIRMED", 0)],
    }
    for verb in (["report"], ["deadlines", "--within", "all"]):
        folder = Path(verb[0])
        assert compliance(*verb, "--policy", "policy", "-o", f"ics={folder}", "--per-owner").code == ExitCode.OK
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_a_duty_that_goes_to_another_owner_is_cancelled_with_the_first(check: Compliance) -> None:
    owned_by(OWNERS)
    check("-o", "ics=feeds", "--per-owner")
    owned_by('owners: {"*": People partner}\n')
    check("-o", "ics=feeds", "--per-owner", as_of="2026-11-23")
    assert statuses("feeds/records-hr.ics") == [("CANCELLED", 1)]
    assert statuses("feeds/people-partner.ics") == [("CONFIRMED", 0)]
    owned_by("")
    check("-o", "ics=feeds", "--per-owner", as_of="2026-11-24")
    assert {path.name: statuses(path) for path in Path("feeds").iterdir()} == {
        "records-hr.ics": [("CANCELLED", 1)],
        "people-partner.ics": [("CANCELLED", 1)],
        "no-owner.ics": [("CONFIRMED", 0)],
    }


def test_owners_whose_names_would_make_one_file_have_two_and_keep_them(check: Compliance) -> None:
    owned_by('owners: {"*": "records, hr", paperwork: Records / HR}\n')
    check("-o", "ics=feeds", "--per-owner")
    first = {path.name: str(Calendar.from_ical(path.read_bytes())["X-WR-CALNAME"]) for path in Path("feeds").iterdir()}
    assert first == {"records-hr.ics": "Deadlines: Records / HR", "records-hr-2.ics": "Deadlines: records, hr"}
    owned_by('owners: {"*": "records, hr", paperwork: "(records) hr"}\n')
    check("-o", "ics=feeds", "--per-owner", as_of="2026-11-23")
    after = {path.name: str(Calendar.from_ical(path.read_bytes())["X-WR-CALNAME"]) for path in Path("feeds").iterdir()}
    assert after == {**first, "records-hr-3.ics": "Deadlines: (records) hr"}


def test_deadlines_of_one_owner_touch_no_other_file(check: Compliance, compliance: Compliance) -> None:
    owned_by(OWNERS)
    check()
    ask = ("deadlines", "--policy", "policy", "--owner", "Records / HR", "-o", "ics=feeds", "--per-owner")
    assert compliance(*ask).code == ExitCode.OK
    assert [path.name for path in Path("feeds").iterdir()] == ["records-hr.ics"]


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["-o", "json"], "is for calendars"),
        (["-o", "ics"], "needs a folder"),
        (["-o", "ics=policy/policy.yaml"], "cannot be written"),
        (["-o", "ics=not/there/feeds"], "cannot be written"),
        (["-o", "ics=others"], "is no feed of deadlines"),
    ],
)
def test_per_owner_without_a_folder_that_can_hold_feeds_is_refused(
    check: Compliance, flags: list[str], why: str
) -> None:
    Path("others").mkdir()
    Path("others/holidays.ics").write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    refused = check(*flags, "--per-owner")
    assert (refused.code, why in refused.err) == (ExitCode.INVALID, True)
    assert [path.name for path in Path("others").iterdir()] == ["holidays.ics"]


def test_a_feed_before_is_named_for_one_feed_only(check: Compliance, compliance: Compliance) -> None:
    check("-o", "ics=feed.ics")
    ask = ("deadlines", "--policy", "policy", "--within", "all", "-o", "ics=feeds", "--previous", "feed.ics")
    assert compliance(*ask, "--per-owner").code == ExitCode.INVALID
    assert compliance(*ask[:-3], "ics=next.ics", "--previous", "feed.ics").code == ExitCode.OK
    assert Path("next.ics").read_bytes() == Path("feed.ics").read_bytes()


def test_a_calendar_may_go_to_standard_output(check: Compliance) -> None:
    assert FEEDS == ("ics",)
    assert len(list(Calendar.from_ical(check("-o", "ics").out).walk("VEVENT"))) == 1
