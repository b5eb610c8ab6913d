"""`md`: a summary for a pull request or the page of a job: the counts, and the worst findings of each group folded.

Findings stand in HTML tables with their texts in `<code>`, where Markdown has no markup, no links and no mentions.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice
from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.language.rule import SEVERITIES
from compliance_engine.outputs.cells import heading, message, place, short, who
from compliance_engine.outputs.text import ADVICE, wrong_with_data
from compliance_engine.outputs.view import View, visible
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, opened

_GROUPS = 50
"""Groups that are shown: the page of a job may hold 1 MiB."""
_EACH = 10
"""Findings of a group that are shown."""
_LONGEST = 300
"""Characters of a text."""


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the summary."""
    with opened(run, view.key) as reader:
        out.writelines(line + "\n" for line in _lines(reader, replace(view, group_by=view.group_by or "rule")))


def _lines(reader: Reader, view: View) -> Iterator[str]:
    info = reader.run.info
    yield f"## Compliance check as of {info.as_of}"
    yield ""
    yield f"Rules {code(info.rules.version)}: {info.rules.evaluated:,} of {info.rules.selected:,} evaluated."
    yield ""
    yield "| " + " | ".join(info.counts) + " |"
    yield "|" + "--:|" * len(info.counts)
    yield "| " + " | ".join(f"{number:,}" for number in info.counts.values()) + " |"
    yield from _findings(reader, Outcome.VIOLATION, "Violations", view)
    yield from _findings(reader, Outcome.UNKNOWN, "Cannot be told", view)
    yield from _failed(reader.run)
    yield from _wrong(reader.run, view)
    yield ""
    yield ADVICE


def _wrong(run: Run, view: View) -> Iterator[str]:
    lines = [f"* {code(line.strip())}" for line in wrong_with_data(run, view)]
    if lines:
        yield from ("", "### Wrong with the data", "", *lines)


def _findings(reader: Reader, outcome: Outcome, title: str, view: View) -> Iterator[str]:
    run = reader.run
    if not run.info.counts[outcome] or view.group_by is None:
        return
    yield ""
    yield f"### {title}"
    by = view.group_by
    sizes, number = reader.sizes([outcome], by, _GROUPS)
    results = reader.results([outcome], group=by, each=_EACH)
    for key, found in islice(groupby(results, key=lambda result: result.group(by)), _GROUPS):
        shown = list(found)
        size = sizes[key]
        yield ""
        severity = max((run.rules[result.rule].severity for result in shown), key=SEVERITIES.index)
        yield f"<details><summary>{severity} {code(heading(shown[0], run, view) or '')} ({size:,})</summary>"
        yield "<table><tr><th>severity</th><th>rule</th><th>who</th><th>finding</th><th>place</th><th>id</th></tr>"
        for result in shown:
            named = [result.rule, who(result, run, view), message(result, run), place(result, view)]
            cells = [run.rules[result.rule].severity, *named, short(result, reader)]
            yield "<tr>" + "".join(f"<td>{code(cell)}</td>" for cell in cells) + "</tr>"
        yield "</table>"
        if size > len(shown):
            yield f"<p>{size - len(shown):,} more are not shown.</p>"
        yield "</details>"
    if number > _GROUPS:
        yield ""
        yield f"{number - _GROUPS:,} more groups are not shown."


def _failed(run: Run) -> Iterator[str]:
    if run.info.errors:
        yield ""
        yield f"Rules that failed: {', '.join(code(rule) for rule in run.info.errors)}."


def code(text: str) -> str:
    """A text that stays a text: nothing in it is markup, a link or a mention."""
    shown = visible(text)
    shown = shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
    return f"<code>{html.escape(shown).replace('|', '&#124;').replace('`', '&#96;')}</code>" if shown else ""
