"""Rules of retention as a Purview file plan. What a label cannot say is told, rule by rule."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from compliance_engine.language import tree as t
from compliance_engine.language.rule import Retention, Rule
from compliance_engine.language.words import words
from compliance_engine.problems import Level, Problem
from compliance_engine.schedules.day_counts import days_of
from compliance_engine.schedules.purview import (
    BY_CLASS,
    BY_SERIES,
    COLUMNS,
    MOST_DAYS,
    NAME_LENGTH,
    TEXT_LENGTH,
    UNLIMITED,
)
from compliance_engine.schedules.series import Period
from compliance_engine.schedules.triggers import TRIGGERS

_EVENTS = {trigger.anchor: trigger.words[0].capitalize() for trigger in TRIGGERS}
_MADE = "document_date"


@dataclass(frozen=True)
class _Clock:
    """A clock that a label can have: so long after a day, or (None) for ever."""

    period: Period | None
    anchor: t.Expression | None


@dataclass(frozen=True)
class Label:
    """One row of a plan."""

    cells: Mapping[str, str]
    lost: tuple[str, ...]


def write_plan(rules: Iterable[Rule]) -> tuple[str, list[Problem]]:
    """The plan as CSV; a note for what the label of a rule does not say, a warning for a rule without a label."""
    retention = [rule for rule in rules if isinstance(rule.body, Retention)]
    by_id = {rule.id: rule for rule in retention}
    labels: list[Label] = []
    problems: list[Problem] = []
    names: set[str] = set()
    for rule in retention:
        if _is_pair(by_id.get(rule.id.removesuffix(".destroy")), rule):
            continue  # its floor's label deletes
        made = _label(rule, _is_pair(rule, by_id.get(f"{rule.id}.destroy")), names)
        if isinstance(made, str):
            message = f"{rule.id} is not in the plan: {made}."
            problems.append(Problem("not-in-plan", message, rule.position, Level.WARNING))
            continue
        labels.append(made)
        if made.lost:
            message = f"The label of {rule.id} does not say: {'; '.join(made.lost)}."
            problems.append(Problem("lost-in-plan", message, rule.position, Level.NOTE))
    problems += _rivals(labels)
    return _csv([label.cells for label in labels]), problems


def _rivals(labels: Sequence[Label]) -> list[Problem]:
    """Classes with several labels: an item carries one of them, while for a record every rule of its class holds."""
    by_class: dict[str, list[str]] = {}
    for label in labels:
        if label.cells["Category"] == BY_CLASS:
            for code in label.cells["SubCategory"].split("; "):
                by_class.setdefault(code, []).append(label.cells["LabelName"])
    by_names: dict[str, list[str]] = {}
    for code, names in sorted(by_class.items()):
        if len(names) > 1:
            by_names.setdefault(", ".join(names), []).append(code)
    said = (f"for {', '.join(codes)} there are {names}" for names, codes in by_names.items())
    return [Problem("one-label", f"An item carries one label, and {what}.", level=Level.NOTE) for what in said]


def _label(rule: Rule, also_deletes: bool, names: set[str]) -> Label | str:
    body = rule.body
    if not isinstance(body, Retention) or rule.about != "document":
        return "it is not about documents"
    clock = _clock(body.clock)
    if clock is None:
        return "its end is not one period after one day"
    series = _series(rule.when)
    limited = rule.when is not None and series is None
    if body.destroy is not None and (limited or rule.unless):
        return "it destroys under conditions, which a label does not have"
    lost = [what for what, so in _losses(rule, limited) if so]
    period = clock.period
    days = 0 if period is None else days_of(period, "most" if body.keep is not None else "least")
    if days > MOST_DAYS:
        return f"{days} days are over the {MOST_DAYS} that a label can have"
    if period is not None and period.unit in ("month", "year"):
        lost.append(f"{period}, which became {days} days")
    anchor = words(clock.anchor) if clock.anchor is not None else ""
    if anchor == _MADE:
        lost.append("the day of the document, for which the day of creation in the store is taken")
    cites = re.split(r"\s*;\s*", rule.cite)
    comment = rule.title[:TEXT_LENGTH]
    name = _name(rule.id, names)
    if name != _letters(rule.id):
        lost.append("its whole id in the name")
    cells = {
        "LabelName": name,
        "Comment": comment,
        "Notes": f"Also: {'; '.join(cites[1:])}"[:TEXT_LENGTH] if cites[1:] else "",
        "RetentionAction": "KeepAndDelete" if also_deletes else "Keep" if body.keep is not None else "Delete",
        "RetentionDuration": str(days) if period is not None else UNLIMITED,
        "RetentionType": "EventAgeInDays" if anchor not in ("", _MADE) else "CreationAgeInDays",
        "EventType": _EVENTS.get(anchor, anchor) if anchor != _MADE else "",
        "ReferenceId": rule.id,
        "DepartmentName": "Human resources",
        "Category": BY_SERIES if series is not None else BY_CLASS,
        "SubCategory": series if series is not None else "; ".join(body.classes),
        "AuthorityType": "Business" if rule.jurisdiction == "org" else "Legal",
        "CitationName": cites[0],
        "CitationUrl": rule.law.source if rule.law.source.startswith(("https://", "http://")) else "",
        "CitationJurisdiction": rule.jurisdiction,
    }
    return Label(cells, tuple(lost))


def _losses(rule: Rule, limited: bool) -> Sequence[tuple[str, bool]]:
    """What of a rule has no column."""
    family = rule.family.name if rule.family is not None else ""
    return (
        (f"when it applies ({words(rule.when)})" if rule.when is not None else "", limited),
        ("its exceptions", bool(rule.unless)),
        (f"that the strictest of the family {family} governs", rule.family is not None),
        ("from when until when the law is in force", rule.in_force is not None),
        (f"that it holds in {rule.jurisdiction} only", rule.jurisdiction not in ("org", "us")),
    )


def _clock(expression: t.Expression | None) -> _Clock | None:
    """`N units after day`, or a value that is a day nobody has set."""
    match expression:
        case t.Shift(t.Number(amount), "day" | "week" | "month" | "year" as unit, None, "after", anchor) if amount >= 1:
            return _Clock(Period(int(amount), unit), anchor) if amount == Decimal(int(amount)) else None
        case t.Value(table=table) if table is not None:
            cells = [cell for _, cells in table.cells for cell in cells]
            return _Clock(None, None) if cells and all(cell.is_ is None for cell in cells) else None
        case _:
            return None


def _series(when: t.Expression | None) -> str | None:
    """The series of `series_id = '…'`, where that is the whole condition."""
    match when:
        case t.Compare("=", t.Own(_, field), t.Text(value)) if field.name == "series_id":
            return value
        case _:
            return None


def _is_pair(floor: Rule | None, ceiling: Rule | None) -> bool:
    """Whether a ceiling is the first day on which its floor lets go, for the same documents: KeepAndDelete."""
    if floor is None or ceiling is None or floor.id == ceiling.id or ceiling.id != f"{floor.id}.destroy":
        return False
    kept, gone = floor.body, ceiling.body
    if not isinstance(kept, Retention) or not isinstance(gone, Retention) or kept.classes != gone.classes:
        return False
    if _text(floor.when) != _text(ceiling.when) or floor.unless or ceiling.unless:
        return False
    one, other = _clock(kept.keep), _clock(gone.destroy)
    if one is None or other is None or one.period is None or other.period is None:
        return False
    next_day = Period(one.period.count + 1, "day")
    return one.period.unit == "day" and other.period == next_day and _text(one.anchor) == _text(other.anchor)


def _text(expression: t.Expression | None) -> str:
    return words(expression) if expression is not None else ""


def _letters(id_: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", id_)


def _name(id_: str, names: set[str]) -> str:
    """A name of a label that no other label has: the id, shortened with a hash of it where that must be."""
    name = _letters(id_)
    if len(name) > NAME_LENGTH or name in names:
        mark = hashlib.sha256(id_.encode()).hexdigest()[:8]
        name = f"{name[: NAME_LENGTH - 9]}-{mark}"
    names.add(name)
    return name


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
