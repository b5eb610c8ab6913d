"""The run as one page: what was found, what is coming, what cannot be told, and behind each finding the way to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.html import findings, page, words
from compliance_engine.outputs.html.overview import AHEAD, largest_first, overview
from compliance_engine.outputs.html.people import people
from compliance_engine.outputs.view import View
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Result, opened


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the page."""
    with opened(run, view.key) as reader:
        results = findings.chosen(reader, view)
        keys = {findings.key_of(result) for result in results}
        pages, anchors = people(run, view, keys)
        top = overview(reader)
        shown = {outcome: sum(r.outcome is outcome for r in results) for outcome in findings.LISTED}
        totals = {outcome: reader.count([outcome]) for outcome in findings.LISTED}
        told = {
            "overview": top,
            "counts": largest_first(run.info),
            "results": findings.listed(reader, view, results, findings.kept_reasons(reader, keys), anchors),
            "shown": shown,
            "answers": [(o.value, words.OUTCOMES[o], number) for o, number in shown.items() if number],
            "cut": {outcome: totals[outcome] - shown[outcome] for outcome in shown if totals[outcome] > shown[outcome]},
            "choices": findings.choices(run, results),
            "longest": _longest(run, results),
            "coming": _coming(run, results),
            "meanings": {share.name: _meaning(share.name) for share in top.facts},
            "people": pages,
            "ahead": AHEAD,
        }
        page.write("report.html.jinja", run, view, told, out)


def _longest(run: Run, results: list[Result]) -> list[tuple[str, str, str]]:
    """Of the rules with the longest overdue results listed: how late the first of each is, its title and anchor."""
    as_of = run.info.as_of
    late = [
        (result.due, findings.key_of(result), number)
        for number, result in enumerate(results, start=1)
        if result.outcome is Outcome.VIOLATION and result.done is None and result.due is not None and result.due < as_of
    ]
    found: dict[str, tuple[str, str, str]] = {}
    for due, key, number in sorted(late):
        days = words.count((as_of - due).days, "day")
        found.setdefault(key[0], (days, run.rules[key[0]].title, findings.anchor(number)))
    return list(found.values())[:3]


def _coming(run: Run, results: list[Result]) -> list[tuple[str, str, str]]:
    """What falls due next: the day, the title and the anchor."""
    last = run.info.as_of + timedelta(days=AHEAD)
    found = [
        (result.due.isoformat(), run.rules[result.rule].title, findings.anchor(number))
        for number, result in enumerate(results, start=1)
        if result.outcome is Outcome.PENDING and result.due is not None and result.due <= last
    ]
    return found[:4]


def _meaning(fact: str) -> str:
    """What a fact is, in words: the meaning of its field."""
    name, _, column = fact.partition(".")
    kind = VOCABULARY.types.get(name)
    field = kind.field(column) if kind is not None else None
    if field is not None:
        return field.meaning
    return "whether there is a record of it" if kind is not None and not column else ""
