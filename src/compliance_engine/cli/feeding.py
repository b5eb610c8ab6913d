"""Feeds for calendars on disk: each follows the one whose place it takes; a folder can hold one for each owner."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from compliance_engine.cli.sinks import Sink, opened_bytes
from compliance_engine.outputs import FEEDS
from compliance_engine.outputs.deadlines import NOBODY, Wanted, owners
from compliance_engine.outputs.view import View
from compliance_engine.problems import Problem
from compliance_engine.runs.folder import Run

if TYPE_CHECKING:  # calendars are imported where one is written
    from compliance_engine.outputs.ics import Feed

COMING = Wanted(within=None, overdue=False)
"""What a feed holds where nobody says otherwise."""
_LONGEST = 60
"""Characters of an owner that are in the name of a file."""


@dataclass(frozen=True)
class Feeds:
    """The feeds that are there already: for each output of the form, by the file that each will take the place of."""

    before: Mapping[Sink, Mapping[Path | None, Feed]]
    per_owner: bool


def folders(*, per_owner: bool) -> tuple[str, ...]:
    """The formats whose path is a folder."""
    return FEEDS if per_owner else ()


def feeds_before(
    sinks: Sequence[Sink], key: bytes | None, as_of: date, *, per_owner: bool, previous: Path | None = None
) -> tuple[Feeds, list[Problem]]:
    """What feeds will follow, and why one cannot be written; asked before anything is evaluated.

    Args:
        previous: the file that they follow, in place of their own.
    """
    wanted = [sink for sink in sinks if sink.form in FEEDS]
    problems = list(_misused(wanted, per_owner=per_owner, previous=previous))
    before: dict[Sink, dict[Path | None, Feed]] = {}
    if wanted and not problems:
        from compliance_engine.outputs.ics import read_feed, refused

        for sink in wanted:
            before[sink] = {}
            for target, path in _there(sink, per_owner=per_owner, previous=previous):
                feed, found = read_feed(path.read_bytes(), str(path))
                problems += found
                if feed is not None:
                    before[sink][target] = feed
            problems += refused(as_of, key, max((feed.as_of for feed in before[sink].values()), default=None))
    return Feeds(before, per_owner), problems


def write_feeds(run: Run, view: View, wanted: Wanted, sink: Sink, feeds: Feeds) -> None:
    """Write one feed, or a folder of one for each owner."""
    from compliance_engine.outputs.ics import write_feed

    before = feeds.before[sink]
    if not feeds.per_owner or sink.path is None:
        with opened_bytes(sink) as out:
            write_feed(run, view, wanted, before.get(sink.path), out)
        return
    sink.path.mkdir(exist_ok=True)
    for owner, path in _files(run, wanted, sink.path, before):
        with opened_bytes(replace(sink, path=path)) as out:
            write_feed(run, view, replace(wanted, owner=owner), before.get(path), out)


def _misused(wanted: Sequence[Sink], *, per_owner: bool, previous: Path | None) -> Iterator[Problem]:
    if not per_owner:
        return
    if not wanted:
        yield Problem("usage", "--per-owner is for calendars.", help="-o ics=FOLDER --per-owner")
    if any(sink.path is None for sink in wanted):
        yield Problem("usage", "A feed for each owner needs a folder.", help="-o ics=FOLDER --per-owner")
    if previous is not None:
        message = "--per-owner and --previous exclude each other: feeds of owners follow those in their folder."
        yield Problem("usage", message)


def _there(sink: Sink, *, per_owner: bool, previous: Path | None) -> Iterator[tuple[Path | None, Path]]:
    """Files to take the place of, each with the file that tells what was there."""
    if per_owner and sink.path is not None:
        yield from ((path, path) for path in sorted(sink.path.glob("*.ics")))
    elif previous is not None:
        yield sink.path, previous
    elif sink.path is not None and sink.path.exists():
        yield sink.path, sink.path


def _files(run: Run, wanted: Wanted, folder: Path, before: Mapping[Path | None, Feed]) -> Iterator[tuple[str, Path]]:
    """Everybody who looks after a rule, or did in a feed that is there, with a file.

    Once an owner has a file it stays the same: people have subscribed to it.
    """
    kept = {feed.owner: path for path, feed in before.items() if path is not None and feed.owner is not None}
    asked = {wanted.owner} if wanted.owner is not None else {*owners(run), *kept}
    if wanted.owner is None and any(not card.owner for card in run.rules.values()):
        asked.add(NOBODY)
    taken = set(kept.values())
    for owner in sorted(asked):
        path = kept.get(owner) or next(path for path in _names(owner, folder) if path not in taken)
        taken.add(path)
        yield owner, path


def _names(owner: str, folder: Path) -> Iterator[Path]:
    """Names that a file for an owner can have, the best first."""
    name = re.sub(r"[^\w@.+]+", "-", owner.casefold())[:_LONGEST].strip("-.") or "no-owner"
    yield folder / f"{name}.ics"
    yield from (folder / f"{name}-{number}.ics" for number in count(2))
