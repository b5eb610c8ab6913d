"""Deadlines for somebody at a terminal: what is overdue first, then week by week, or by owner or rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import TextIO

from compliance_engine.outputs.deadlines import NO_OWNER, Deadline, GroupBy, Wanted, deadlines, group_of, latest, when
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, instance_shown, place_shown, subject_shown, visible
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened


def render(run: Run, view: View, wanted: Wanted, group_by: GroupBy, out: TextIO) -> None:
    """Write the deadlines of a run as text."""
    with opened(run, view.key) as reader:
        out.writelines(line + "\n" for line in _lines(reader, view, wanted, group_by))


def _lines(reader: Reader, view: View, wanted: Wanted, group_by: GroupBy) -> Iterator[str]:
    info = reader.run.info
    yield f"compliance deadlines   as of {info.as_of} ({info.time_zone})   {_asked(info.as_of, wanted)}"
    found = deadlines(reader, wanted)
    if group_by != "week":
        found = iter(sorted(found, key=lambda deadline: group_of(deadline, group_by)))
    overdue = coming = 0
    for group, members in groupby(found, key=lambda deadline: group_of(deadline, group_by)):
        yield ""
        yield visible("   ".join(part for part in group[1:] if part))
        for deadline in members:
            overdue, coming = overdue + deadline.overdue, coming + (not deadline.overdue)
            yield "  " + "  ".join(_words(deadline, reader, view))
    yield ""
    if not overdue + coming:
        yield "No deadlines."
    undecided = info.counts["unknown"] + info.counts["error"]  # type: ignore[index]
    yield f"{overdue:,} overdue · {coming:,} coming · {undecided:,} of the run cannot be told and may have a day"
    yield ADVICE


def _asked(as_of: date, wanted: Wanted) -> str:
    until = latest(as_of, wanted.within)
    span = "all that is coming" if until is None else f"through {until}"
    return span if wanted.owner is None else f"{span}   owner: {visible(wanted.owner)}"


def _words(deadline: Deadline, reader: Reader, view: View) -> Iterator[str]:
    result, card = deadline.result, deadline.card
    yield f"{deadline.due:%a} {deadline.due}"
    yield when(deadline.days)
    yield result.rule if card.decides else f"{result.rule} (unconfirmed)"
    employer = "" if result.employer == "main" or view.redact != "none" else f"{result.employer}: "
    if subject := subject_shown(result, view):
        yield visible(employer + subject)
    if instance := instance_shown(result, reader.run, view):
        yield f"[{visible(instance)}]"
    file, record = place_shown(result, view)
    if file:
        yield f"{visible(file)}:{record}"
    yield visible(card.owner or NO_OWNER)
    if result.fingerprint is not None:
        yield f"f-{result.fingerprint[: reader.shown]}"
