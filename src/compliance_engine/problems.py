"""Problems found in rule files and records: what is wrong, where, and what to do about it.

Problems are data. Every stage returns `(result, problems)`, and this module turns them into text at the very end.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_EXCERPT_WIDTH = 110
"""Characters of a source line that an excerpt shows; longer lines are cut around the caret."""
_LEAD = 50
"""Characters kept in front of the caret when a line is cut."""


@dataclass(frozen=True, order=True)
class Position:
    """A place in a text file. Line and column count characters from 1; length is how many columns to underline."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Level(StrEnum):
    """How much a problem weighs: an error stops the run, a warning and a note do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        code: stable identifier in kebab-case, such as `unknown-key`.
        message: one sentence saying what is wrong.
        position: where, if it is in a file.
        suggestion: the word that was probably meant, without quotes.
        help: what to do, or where to read on.
    """

    code: str
    message: str
    position: Position | None = None
    level: Level = Level.ERROR
    suggestion: str | None = None
    help: str | None = None


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems must stop the run."""
    return any(problem.level is Level.ERROR for problem in problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Sort by place, then by weight, code and text; problems without a place come first."""
    return sorted(problems, key=_sort_key)


def render(problem: Problem, sources: Mapping[str, str]) -> str:
    """Write a problem as text for a terminal, without colour and without a final line break.

    Args:
        problem: what to write.
        sources: text of each file by the name used in positions; without it there is no excerpt.

    Example:
        error[unknown-key]: "kepe" is not a key of a retention rule
          --> rules/retention.yaml:14:5
           13 |   class: i9_form
           14 |     kepe: 3 years after hire_date
              |     ^^^^ did you mean "keep"?
           help: compliance rules schema retention
    """
    hint = f'did you mean "{_one_line(problem.suggestion)}"?' if problem.suggestion else ""
    lines = [f"{problem.level}[{problem.code}]: {_one_line(problem.message)}"]
    excerpt: list[str] = []
    if problem.position is not None:
        lines.append(f"  --> {_one_line(str(problem.position))}")
        excerpt = _excerpt(problem.position, sources.get(problem.position.file), hint)
    if hint and not excerpt:
        end = "" if lines[0].endswith((".", "?", "!")) else "."
        lines[0] += f"{end} {hint[0].upper()}{hint[1:]}"
    lines += excerpt
    if problem.help:
        lines.append(f"   help: {_one_line(problem.help)}")
    return "\n".join(lines)


def _sort_key(problem: Problem) -> tuple[bool, Position, int, str, str]:
    position = problem.position or Position("", 0, 0)
    return problem.position is not None, position, list(Level).index(problem.level), problem.code, problem.message


def _excerpt(position: Position, source: str | None, hint: str) -> list[str]:
    """The line before, the line itself, and a line of carets; nothing if the source has no such line."""
    lines = _LINE_BREAK.split(source.removeprefix("\ufeff")) if source is not None else []
    if not 1 <= position.line <= len(lines):
        return []
    start = max(0, position.column - 1 - _LEAD) if len(lines[position.line - 1]) > _EXCERPT_WIDTH else 0
    before = position.line - 1
    gutter = max(5, len(str(position.line)))
    shown = [f"{before:>{gutter}} | {_window(lines[before - 1], start)}".rstrip()] if before else []
    text = lines[position.line - 1]
    visible = _window(text, start)
    shown.append(f"{position.line:>{gutter}} | {visible}".rstrip())
    lead_length = position.column - 1 - start + (1 if start else 0)
    lead = _width(visible[:lead_length])
    carets = "^" * max(1, _width(visible[lead_length : lead_length + position.length]))
    shown.append(f"{'':>{gutter}} | {' ' * lead}{carets} {hint}".rstrip())
    return shown


def _window(line: str, start: int) -> str:
    """The visible part of a line, with marks where it was cut and one visible character for each invisible one."""
    part = line[start : start + _EXCERPT_WIDTH]
    cut_left, cut_right = "…" if start else "", "…" if len(line) > start + _EXCERPT_WIDTH else ""
    return cut_left + "".join(_visible(char) for char in part) + cut_right


def _visible(char: str) -> str:
    if char == "\t":
        return " "
    return "\ufffd" if unicodedata.category(char) in _UNPRINTABLE else char


def _width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    combining = sum(unicodedata.combining(char) > 0 for char in text)
    return len(text) + wide - combining


def _one_line(text: str) -> str:
    """Escape what could move the cursor or hide text: files are not trusted to be harmless on a terminal."""
    return "".join(f"\\u{ord(char):04x}" if unicodedata.category(char) in _UNPRINTABLE else char for char in text)


_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that are not shown as they are: controls, direction marks, surrogates, line separators."""
