"""`github`: workflow commands, which GitHub shows as annotations beside files.

GitHub shows ten of each level of a step, so no more are written, the worst first. What is left is counted in the last
lines, which are no commands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TextIO

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.cells import short
from compliance_engine.outputs.located import LEVELS, Level, level, sentence, spot
from compliance_engine.outputs.text import totals, wrong_with_data
from compliance_engine.outputs.view import View, visible
from compliance_engine.runs.folder import Run
from compliance_engine.runs.read import Reader, Result, opened

SHOWN = 10
"""Annotations of a level that GitHub shows of a step."""
_COMMANDS: dict[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
_LISTED = (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR)


def render(run: Run, view: View, out: TextIO) -> None:
    """Write the annotations, then how many more there are and the counts of all outcomes."""
    with opened(run, view.key) as reader:
        out.writelines(line + "\n" for line in _lines(reader, view))
    out.writelines(line + "\n" for line in totals(run))


def _lines(reader: Reader, view: View) -> Iterator[str]:
    written: Counter[Level] = Counter()
    wrong = list(_wrong(reader.run, view))
    for result in _worst(reader):
        if view.max_findings is not None and written.total() >= view.max_findings:
            break
        grave = _level(result, reader.run)
        if written[grave] < SHOWN - (grave == "warning" and len(wrong)):
            written[grave] += 1
            yield _command(result, grave, reader, view)
    yield from wrong
    left = reader.count(_LISTED) - written.total()
    if left > 0:
        yield f"{left:,} more findings are not annotated; other outputs list all."


def _wrong(run: Run, view: View) -> Iterator[str]:
    """One annotation for all that is wrong with the data: why a job ends with 3 must be seen."""
    lines = [line.strip() for line in wrong_with_data(run, view)]
    if lines:
        yield workflow_command("warning", {"title": "Wrong with the data"}, "\n".join(lines))


def _worst(reader: Reader) -> Iterator[Result]:
    """Violations before what could not be told; no more of a rule than could be shown."""
    for outcomes in ([Outcome.VIOLATION], [Outcome.ERROR, Outcome.UNKNOWN]):
        found: dict[Level, list[Result]] = {grave: [] for grave in LEVELS}
        for result in reader.results(outcomes, group="rule", each=SHOWN):
            of_level = found[_level(result, reader.run)]
            if len(of_level) < SHOWN:
                of_level.append(result)
        for grave in LEVELS:
            yield from found[grave]


def _level(result: Result, run: Run) -> Level:
    """What cannot be told is a warning at most, since it is no violation; what the baseline has is a notice."""
    grave: Level = "note" if result.known else level(result.rule, run)
    return "warning" if result.outcome is not Outcome.VIOLATION and grave == "error" else grave


def _command(result: Result, grave: Level, reader: Reader, view: View) -> str:
    run = reader.run
    at = spot(result, run, view)
    mark = short(result, reader)
    card = run.rules[result.rule]
    title = f"{card.severity}{'' if card.decides else ', unconfirmed'}: {visible(card.title)}"
    told = f"{result.rule}: {sentence(result, run, view)}" + (f" [{mark}]" if mark else "")
    properties = {"file": at.path, "line": str(at.line), "title": title}
    return workflow_command(_COMMANDS[grave], properties, told)


def workflow_command(name: str, properties: Mapping[str, str], told: str) -> str:
    """A line that the runner takes for an annotation."""
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{_data(told)}"


def _data(text: str) -> str:
    """A message as the runner reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property, which ends at a comma or a colon."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
