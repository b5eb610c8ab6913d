"""Annotations, read back as the runner reads them."""

import re
from typing import Any
from urllib.parse import unquote

import pytest

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.github import SHOWN
from compliance_engine.outputs.view import View
from compliance_engine.runs.folder import Run

from .conftest import Say
from .html.company import CANARIES, IDS, KEY


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands of a log: name, properties and message, unescaped as the runner of GitHub does."""
    found = []
    for line in text.splitlines():
        command = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        if command:
            properties = dict(part.split("=", 1) for part in command[2].split(","))
            found.append(
                (command[1], {name: unquote(value) for name, value in properties.items()}, unquote(command[3]))
            )
    return found


def test_a_violation_is_an_annotation_at_its_row(judged: Run, say: Say) -> None:
    name, properties, message = commands(say(judged, "github", View(key=KEY)))[0]
    assert name == "error"
    title = "critical: The form is signed within three business days of the first day of work"
    assert properties == {"file": "company/export/employees.csv", "line": "2", "title": title}
    assert re.fullmatch(
        r"us\.paper\.form: E-101/1: overdue: from 2026-10-05, due 2026-10-08, .* \[f-[0-9a-f]{8}\]", message
    )


def test_levels_follow_severity_and_what_cannot_be_told_is_no_error(judged: Run, say: Say) -> None:
    found = commands(say(judged, "github", View()))
    assert [name for name, _, _ in found if name == "error"]
    levels = {(message.split(": ")[0], "cannot be told" in message): name for name, _, message in found}
    assert levels["us.paper.form", False] == "error"
    assert levels["us.paper.form", True] == "warning"
    assert levels["us.paper.age", False] == "warning"
    assert levels["us.remembered.city", False] == "notice"
    assert any("high, unconfirmed: " in properties["title"] for _, properties, _ in found)


def test_violations_come_before_what_cannot_be_told(judged: Run, say: Say) -> None:
    *found, (_, last, _) = commands(say(judged, "github", View()))
    told = ["cannot be told" in message for _, _, message in found]
    assert told == sorted(told)
    assert last == {"title": "Wrong with the data"}


def test_no_more_of_a_level_than_are_shown(bad: Run, say: Say) -> None:
    text = say(bad, "github", View())
    names = [name for name, _, _ in commands(text)]
    assert max(names.count(name) for name in set(names)) == SHOWN
    total = sum(bad.info.counts[each] for each in (Outcome.VIOLATION, Outcome.UNKNOWN, Outcome.ERROR))
    about_data = 1
    assert f"{total - (len(names) - about_data)} more findings are not annotated" in text


def test_the_last_lines_are_the_counts_and_no_commands(judged: Run, say: Say) -> None:
    lines = say(judged, "github", View()).splitlines()
    behind = lines[len(commands("\n".join(lines))) :]
    assert " violations · " in behind[0]
    assert behind[-1].startswith("Not legal advice")


def test_no_record_can_give_an_order(ordered: Run, say: Say) -> None:
    text = say(ordered, "github", View())
    assert len(commands(text)) == sum(line.startswith("::") for line in text.splitlines())
    assert any("%0A::error::50%" in message for _, _, message in commands(text))


@pytest.mark.parametrize("redact", ["ids", "all"])
def test_nobody_can_be_told_from_it(judged: Run, say: Say, redact: Any) -> None:
    text = say(judged, "github", View(redact, KEY))
    assert [word for word in (*CANARIES, *IDS) if word in text] == []
    if redact == "all":
        assert "employees.csv" not in text


def test_what_the_baseline_has_is_a_notice(known: Run, say: Say) -> None:
    names = {
        message.split(": ")[1]: name for name, _, message in commands(say(known, "github", View())) if "form" in message
    }
    assert (names["E-101/1"], names["E-104/1"]) == ("error", "notice")
