"""`html`: the run as one page for people. It needs nothing but itself: no network, no library, no script to be read.

Numbers are those of all results. Listed one by one are the worst of each kind, so that the page stays a page.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from importlib.resources import files
from typing import TextIO

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import wrong_shown
from compliance_engine.outputs.html import findings, words
from compliance_engine.outputs.html.overview import AHEAD, largest_first, overview
from compliance_engine.outputs.html.people import people
from compliance_engine.outputs.text import ADVICE
from compliance_engine.outputs.view import View, visible, waiver_shown
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Result, opened


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the page."""
    style, script = (_minimal(_asset(name)) for name in ("report.css", "report.js"))
    with opened(run, view.key) as reader:
        results = findings.chosen(reader, view)
        keys = {findings.key_of(result) for result in results}
        pages, anchors = people(run, view, keys)
        top = overview(reader)
        shown = {outcome: sum(r.outcome is outcome for r in results) for outcome in findings.LISTED}
        totals = {outcome: reader.count([outcome]) for outcome in findings.LISTED}
        told = {
            "run": run,
            "info": run.info,
            "view": view,
            "style": Markup(style),  # noqa: S704  (our own file)
            "script": Markup(script),  # noqa: S704
            "policy": f"default-src 'none'; style-src '{_source(style)}'; script-src '{_source(script)}'; "
            "base-uri 'none'; form-action 'none'",
            "overview": top,
            "counts": largest_first(run.info),
            "results": findings.listed(reader, view, results, findings.kept_reasons(reader, keys), anchors),
            "shown": shown,
            "cut": {outcome: totals[outcome] - shown[outcome] for outcome in shown if totals[outcome] > shown[outcome]},
            "choices": _choices(run, {result.rule for result in results}),
            "longest": _longest(run, results),
            "coming": _coming(run, results),
            "meanings": {share.name: _meaning(share.name) for share in top.facts},
            "people": pages,
            "waivers": [(waiver_shown(waiver, view), waiver) for waiver in run.info.waivers],
            "wrong": [(finding, wrong_shown(finding, view)) for finding in run.info.data_findings],
            "advice": ADVICE,
            "ahead": AHEAD,
            "words": words,
            "Outcome": Outcome,
        }
        out.writelines(_environment().get_template("report.html.jinja").generate(told))
        out.write("\n")


def _environment() -> Environment:
    """Everything is escaped, and what could hide or move text is shown as what it is."""
    return Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: visible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return (files(__name__) / name).read_text("utf-8")


def _minimal(text: str) -> str:
    """A style sheet or script without the lines that are only for who reads its file."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def _source(text: str) -> str:
    """What a content security policy calls an inline text that it lets pass."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _choices(run: Run, rules: set[str]) -> dict[str, list[str]]:
    """What the list can be narrowed to."""
    cards = [run.rules[rule] for rule in rules]
    found = {
        "topic": {card.topic for card in cards},
        "jurisdiction": {card.jurisdiction for card in cards},
        "owner": {card.owner for card in cards if card.owner},
    }
    return {name: sorted(values) for name, values in found.items()}


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
