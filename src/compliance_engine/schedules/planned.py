"""What becomes of each series: a rule, or the reason why there is none. Every series is in the account."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compliance_engine.schedules.rules_text import Heading, Planned, ids_of, keep_of, rule_file
from compliance_engine.schedules.series import Refused, Series
from compliance_engine.schedules.triggers import trigger_of

_NO_ID = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Became:
    """One series and its rule, or the reason against one."""

    series: Series
    plan: Planned | None
    reason: str


def plan_rules(series: Sequence[Series], prefix: str) -> list[Became]:
    """Decide for each series. A number that stands twice tells nobody which period is meant: neither becomes a rule."""
    counts = Counter(item.id for item in series if not item.classes)
    taken: set[str] = set()
    return [_became(item, counts[item.id] > 1, prefix, taken) for item in series]


def file_of(heading: Heading, became: Iterable[Became]) -> str:
    """The rule file of all that became rules."""
    return rule_file(heading, [item.plan for item in became if item.plan is not None])


def account(heading: Heading, became: Iterable[Became]) -> str:
    """What became of each series, as CSV: its rule and clock, or the reason; and what a rule does not carry."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("row", "series_id", "title", "says", "rule", "keep", "not_carried", "marks"))
    for item in became:
        series, plan = item.series, item.plan
        said = None if isinstance(series.said, Refused) else series.said
        writer.writerow(
            _plain(cell)
            for cell in (
                str(series.row),
                series.id,
                series.title,
                series.words,
                "; ".join(ids_of(plan)) if plan else "",
                keep_of(plan, heading) if plan else "",
                item.reason or "; ".join(series.lost),
                said.marks if said else "",
            )
        )
    return out.getvalue()


def _became(series: Series, twice: bool, prefix: str, taken: set[str]) -> Became:
    said = series.said
    if isinstance(said, Refused):
        return Became(series, None, said.reason)
    if twice:
        return Became(series, None, "its number stands for several series")
    trigger = None if said.permanent else trigger_of(said.trigger)
    if isinstance(trigger, str):
        return Became(series, None, trigger)
    id_ = _free(series.rule_id or f"{prefix}.{slug(series.id)}", taken)
    return Became(series, Planned(id_, series, said, trigger), "")


def slug(text: str) -> str:
    """A text as a part of an id."""
    return _NO_ID.sub("-", text.casefold()).strip("-") or "x"


def _free(id_: str, taken: set[str]) -> str:
    number = 2
    free = id_
    while free in taken or f"{free}.destroy" in taken:
        free, number = f"{id_}-{number}", number + 1
    taken |= {free, f"{free}.destroy"}
    return free


def _plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
