"""Propose a source profile for an export: which column is which field, each guess with its reason."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from compliance_engine.language.vocabulary import Field, FieldType
from compliance_engine.problems import Level, Problem
from compliance_engine.records import cells
from compliance_engine.records.cells import fold
from compliance_engine.records.columns import fillable, showable
from compliance_engine.records.dictionary import code_words
from compliance_engine.records.keys import required
from compliance_engine.records.profile_model import SSN, Column, Profile
from compliance_engine.records.read.file import read_file
from compliance_engine.records.read.table import RawTable
from compliance_engine.records.read.workbook import sheets
from compliance_engine.records.sql import BLANKS
from compliance_engine.records.synonyms import NEUTRAL, Known, everyday, known_tables, meanings, rule_of

QUESTION = "us or eu?"
"""Stands where nothing proves whether the month or the day comes first; no profile with it validates."""
_EVERYDAY = "its headings are everyday words: see whether it is this that they are about"
_BY_HAND = (
    "the headings of other systems are in docs/profiles.md, the fields and what they mean in docs/records.md: "
    "write columns: FIELD: HEADING by hand, or rename the headings to field names"
)
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
_NUMERIC_DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}.*")
_WORD = re.compile(r"[A-Za-z][A-Za-z /&()-]{0,39}")
_DAYS = frozenset({FieldType.DATE, FieldType.INSTANT})
_TELLING = {"training": frozenset({"topic", "course_id", "completed_on"})}
"""Fields of which a list of a type has one. Whose a row is, and a first day, a list of people says as well."""


@dataclass(frozen=True, slots=True)
class _Guess:
    """A column that is taken for a field."""

    key: str
    heading: str
    reason: str
    rule: Column | None = None
    dates: str | None = None
    strange: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


def propose(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> tuple[str, list[Problem]]:
    """The text of a profile that reads these files, and what must be decided or could not be told.

    Only what words a column of codes has is repeated from the cells, and only words without digits.
    """
    problems: list[Problem] = []
    parts = [
        "# Proposed from the files named below: read every line, and correct what is wrong before you use it.",
        "profile: proposed",
        "dates: auto",
        f"also: {NEUTRAL}   # files of the spreadsheet form that lie beside these",
        "tables:",
    ]
    number = 0
    for path in paths:
        found = sheets(path) if path.suffix.casefold() == ".xlsx" else None
        problems += found[1] if found else []
        for sheet in [sheet for sheet in found[0] if sheet.shown] if found else [None]:
            raw, said = read_file(connection, path, f"_proposed_{number}", sheet)
            number += 1
            problems += [problem for problem in said if problem.level is Level.ERROR]
            if raw is not None:
                name = sheet.name if sheet is not None else path.name
                lines, said = _table(connection, raw, name, number)
                parts += lines
                problems += said
    return "\n".join(parts) + "\n", problems


def _table(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, name: str, number: int
) -> tuple[list[str], list[Problem]]:
    headings = [heading for heading in raw.columns if heading and raw.columns.count(heading) == 1]
    best, is_named = max(known_tables(), key=lambda known: _score(known, headings)), True
    if not _is_known(best, headings, _named):
        plain = [known for known in known_tables() if known.profile == NEUTRAL]
        best, is_named = max(plain, key=lambda known: len(_fields(known, headings, _said))), False
    texts = {heading: _texts(connection, raw, heading) for heading in headings}
    pattern = re.sub(r"\d+", "*", name if "." in name else f"{name}.csv")
    if not is_named and not _is_known(best, headings, _said):
        message = f"no heading of {name} tells what it holds, or whose a row is"
        return list(_by_hand(best, pattern, texts)), [Problem("unknown-table", message, help=_BY_HAND)]
    made = _made(best, headings)
    for heading, sources in made.items():
        texts[heading] = sorted({text for source in sources for text in texts[source]})
    guesses = _guesses(best, [*headings, *made], texts)
    order, why = _order([texts[guess.heading] for guess in guesses if _type(best, guess.key) in _DAYS])
    lines = [
        f"  {fold(name) or 'table'}_{number}:",
        f"    files: {json.dumps(pattern)}",
        f"    # {f'most of its headings are known from the profile {best.profile}' if is_named else _EVERYDAY}",
        f"    fills: [{', '.join(best.table.fills)}]",
        *_made_lines(best, made),
        *_all_employees(best, {guess.key.rpartition(".")[2] for guess in guesses}),
        "    columns:",
    ]
    problems = []
    for guess in guesses:
        lines += _lines(guess, order if _has_numeric_days(guess, best, texts) else None, why)
    if any(_has_numeric_days(guess, best, texts) for guess in guesses) and order == QUESTION:
        message = f"{name}: no date proves whether the month or the day comes first; write us or eu where it is asked"
        problems.append(Problem("unproven-order", message, level=Level.WARNING))
    used = {guess.heading for guess in guesses}.union(*made.values())
    rest = [heading for heading in headings if heading not in used]
    if rest:
        lines.append("    # Not used; take a heading out of the list and into columns: if a field is meant by it.")
        lines.append("    ignore:")
        lines += [
            f"      - {json.dumps(heading, ensure_ascii=False)}{_looks(best, texts[heading])}" for heading in rest
        ]
    keys = {guess.key.rpartition(".")[2] for guess in guesses}
    lacking = sorted({key for type_name in best.table.fills for key in required(type_name)} - keys)
    problems += [Problem("missing-column", f"{name}: no column is known to give the {key}") for key in lacking]
    return lines, problems


def _by_hand(plain: Known, pattern: str, texts: dict[str, list[str]]) -> Iterator[str]:
    """What is left to write of a table of which nothing is known: with what its columns hold, as far as cells tell."""
    yield "  # No heading of this file is known. Say what it fills and which FIELD each heading is, and take away the"
    yield "  # number signs and the lines that nobody needs (docs/records.md has the fields)."
    yield "  # TABLE:"
    yield f"  #   files: {json.dumps(pattern, ensure_ascii=False)}"
    yield "  #   fills: [employee, employment_spell, assignment]"
    yield "  #   columns:"
    for heading in filter(showable, texts):
        yield f"  #     FIELD: {json.dumps(heading, ensure_ascii=False)}{_looks(plain, texts[heading])}"


def _named(known: Known, heading: str) -> str | None:
    """The field that a table means by a heading."""
    return known.fields.get(fold(heading))


def _said(known: Known, heading: str) -> str | None:
    """The field that a table, or else everyday speech, means by a heading."""
    word = None if meanings(heading) else everyday().get(fold(heading))
    there = any(field.name == word for type_name in known.table.fills for field in fillable(type_name))
    return _named(known, heading) or (word if there else None)


def _fields(known: Known, headings: Sequence[str], meant: Callable[[Known, str], str | None]) -> set[str]:
    return {key.rpartition(".")[2] for heading in headings if (key := meant(known, heading))}


def _is_known(best: Known, headings: Sequence[str], meant: Callable[[Known, str], str | None]) -> bool:
    """Whether a table is the one of this file: it says whose a row is, or several columns are familiar."""
    keys = _fields(best, headings, meant)
    return len(keys) >= 3 or any(keys & set(required(type_name)) for type_name in best.table.fills)


def _made(best: Known, headings: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Columns that the best table makes of columns of this file, with the headings that they are made of."""
    there = {fold(heading): heading for heading in headings}
    found = {}
    for name, made in best.table.made.items():
        sources = tuple(there[fold(one)] for one in (*made.first_filled, *made.where) if fold(one) in there)
        if all(fold(one) in there for one in made.where) and len(sources) > len(made.where):
            found[name] = sources
    return found


def _made_lines(best: Known, made: dict[str, tuple[str, ...]]) -> Iterator[str]:
    if made:
        yield "    made:"
    for name, sources in made.items():
        rule = best.table.made[name]
        there = [one for one in rule.first_filled if fold(one) in map(fold, sources)]
        where = f", where: {json.dumps({key: list(words) for key, words in rule.where.items()})}" if rule.where else ""
        yield f"      {json.dumps(name)}: {{first_filled: {json.dumps(there)}{where}}}"


def _all_employees(best: Known, keys: set[str]) -> Iterator[str]:
    """What to write where no column tells employees from contractors: nearly every rule asks."""
    given = {*keys, *(key.rpartition(".")[2] for key in best.table.constants)}
    if "employment_spell" in best.table.fills and "worker_type" not in given:
        yield "    # No column tells employees from contractors. If all are employees, take the number sign away:"
        yield "    # constants: {worker_type: employee}"


def _score(known: Known, headings: Sequence[str]) -> tuple[int, bool, bool]:
    """Headings that a table knows, those that tell whose a row is weighing more.

    Between equals a list of people, which is what most first files are, and then the plain form.
    """
    keys = {known.fields[fold(heading)] for heading in headings if fold(heading) in known.fields}
    if any(not tells & keys for type_name in known.table.fills if (tells := _TELLING.get(type_name))):
        return 0, False, False
    needs = {key for type_name in known.table.fills for key in required(type_name)}
    ignored = {fold(heading) for heading in known.table.ignore}
    familiar = sum(fold(heading) in ignored for heading in headings)
    score = len(keys) * 2 + 3 * len(needs & keys) + familiar if keys else 0
    return score, "employment_spell" in known.table.fills, known.profile == NEUTRAL


def _guesses(best: Known, headings: Sequence[str], texts: dict[str, list[str]]) -> list[_Guess]:
    fields = {field.name: field for type_name in best.table.fills for field in fillable(type_name)}
    ignored = {fold(heading) for heading in best.table.ignore}
    taken: dict[str, _Guess] = {}
    for heading in headings:
        for key, reason, rule in _keys(best, heading):
            field = fields.get(key.rpartition(".")[2])
            if field is not None and key not in taken and _fits(field, texts[heading], rule):
                strange = _strange(field, texts[heading], rule)
                taken[key] = _Guess(key, heading, reason, rule, strange=strange, codes=field.codes)
    used = {guess.heading for guess in taken.values()}
    for heading in headings:
        shaped = [bool(_SSN.fullmatch(text)) for text in texts[heading] if text]
        free = heading not in used and fold(heading) not in ignored and f"employee.{SSN}" not in taken
        if free and "employee" in best.table.fills and shaped and sum(shaped) * 5 >= len(shaped) * 4:
            why = "four of five cells or more have the shape of a social security number; only the shape is kept"
            taken[f"employee.{SSN}"] = _Guess(f"employee.{SSN}", heading, why)
    return list(taken.values())


def _keys(best: Known, heading: str) -> Iterator[tuple[str, str, Column | None]]:
    """The fields that a heading may fill, why, and how it is read.

    As the best table says, else as any table of the same types, else as people say.
    """
    own = [key for key, column in best.table.columns.items() if fold(heading) in map(fold, column.headings)]
    for key in own or [key for key in (best.fields.get(fold(heading)),) if key]:
        reason = f"called so in the profile {best.profile}" if best.profile != NEUTRAL else "our own name of the field"
        yield key, reason, best.table.columns.get(key)
    # What one system calls a state of residence is a state of work in another: such a heading is not guessed.
    if not own and fold(heading) not in best.fields and len(meanings(heading)) == 1:
        for known in known_tables():
            other = known.fields.get(fold(heading))
            if other and set(known.table.fills) & set(best.table.fills):
                found = rule_of(other, heading, best.table.fills)
                if found is not None:
                    yield other, f"called so in the profile {found[0]}", found[1]
                    return
    word = everyday().get(fold(heading))
    if word is not None and not meanings(heading):
        key = next((key for key in best.table.columns if key.rpartition(".")[2] == word), word)
        yield key, "an everyday word for it: see whether it is meant", best.table.columns.get(key)


def _fits(field: Field, texts: Sequence[str], rule: Column | None) -> bool:
    """Whether cells look like what the field holds: half of them, as far as that can be told."""
    filled = [text for text in texts if text]
    if not filled:
        return True
    if field.type in _DAYS:
        good = [text for text in filled if _is_day(text)]
    elif field.type is FieldType.YES_NO:
        model = Profile.model_fields
        good = [text for text in filled if text.casefold() in (*model["yes"].default, *model["no"].default)]
    elif field.type is FieldType.NUMBER:
        good = [text for text in filled if re.fullmatch(r"-?[\d,]*\.?\d+", text)]
    elif field.type is FieldType.CODE:
        known = code_words(field, rule.codes if rule else {})
        good = [text for text in filled if fold(text) in known]
    else:
        return True
    return len(good) * 2 >= len(filled)


def _strange(field: Field, texts: Sequence[str], rule: Column | None) -> tuple[str, ...]:
    """Words of a coded column that no code is known for."""
    if field.type is not FieldType.CODE or (rule is not None and rule.otherwise):
        return ()
    known = code_words(field, rule.codes if rule else {})
    return tuple(text for text in texts if text and fold(text) not in known and _WORD.fullmatch(text))[:12]


def _type(best: Known, key: str) -> FieldType | None:
    wanted = key.rpartition(".")[2]
    fields = (field for type_name in best.table.fills for field in fillable(type_name))
    return next((field.type for field in fields if field.name == wanted), None)


def _is_day(text: str) -> bool:
    return cells.is_year_first(text) or bool(_NUMERIC_DAY.fullmatch(text) or cells.read_day(text, "auto").value)


def _has_numeric_days(guess: _Guess, best: Known, texts: dict[str, list[str]]) -> bool:
    found = texts[guess.heading]
    return _type(best, guess.key) in _DAYS and any(_NUMERIC_DAY.fullmatch(text) for text in found)


def _order(columns: Sequence[Sequence[str]]) -> tuple[str, str]:
    """The order of month and day that the dates of a file prove, and how."""
    texts = [text for column in columns for text in column]
    proven, _ = cells.prove_order(texts)
    asked = {way[-1] for way in cells.written_ways(texts) if way.startswith("numbers")}
    if proven and asked <= proven.keys():
        order = next(iter(proven.values()))
        place = "second" if order == "us" else "first"
        return order, f"a day above 12 stands in the {place} place of dates of this file"
    return QUESTION, "no date has a day above 12: write us (month first) or eu (day first)"


def _lines(guess: _Guess, order: str | None, why: str) -> list[str]:
    heading = json.dumps(guess.heading, ensure_ascii=False)
    codes = guess.rule.codes if guess.rule else {}
    lines = [f"      # {guess.reason}"]
    if guess.key.rpartition(".")[2] == "hire_date":
        lines.append(
            "      # It is the first day of work only if you say so: hire_date_is_first_day: true, at the top level"
        )
    if guess.strange:
        words = ", ".join(json.dumps(word) for word in guess.strange)
        lines.append(
            f"      # No code is known for {words}: say what each means, codes: {{WORD: CODE}}, null for nothing."
        )
        lines += [f"      # {line}" for line in textwrap.wrap(f"CODE is one of {', '.join(guess.codes)}.", 110)]
    parts = [f"from: {heading}"]
    if order is not None:
        lines.append(f"      # {why}")
        parts.append(f"dates: {json.dumps(order)}")
    if codes:
        mapped = ", ".join(f"{json.dumps(word)}: {code or 'null'}" for word, code in codes.items())
        parts.append(f"codes: {{{mapped}}}")
    if guess.rule and guess.rule.otherwise:
        parts.append(f"otherwise: {guess.rule.otherwise}")
    if guess.rule and guess.rule.last_day:
        parts.append("last_day: true")
    lines.append(f"      {guess.key}: {{{', '.join(parts)}}}" if len(parts) > 1 else f"      {guess.key}: {heading}")
    return lines


def _looks(best: Known, texts: Sequence[str]) -> str:
    """What the cells of a column that is not used look like."""
    filled = [text for text in texts if text]
    if not filled:
        return "   # all cells are empty"
    if all(map(_is_day, filled)):
        return "   # holds dates"
    states = code_words(next(field for field in fillable("worksite") if field.name == "state"), {})
    if all(fold(text) in states for text in filled):
        return "   # holds states: of homes (home_state) or of places of work (state)?"
    if {text.casefold() for text in filled} <= {"yes", "no", "y", "n", "true", "false"}:
        return "   # holds yes and no"
    coded = {
        field.name
        for type_name in best.table.fills
        for field in fillable(type_name)
        if field.type is FieldType.CODE and all(fold(text) in code_words(field, {}) for text in filled)
    }
    return f"   # holds words of {' or '.join(sorted(coded))}" if coded else ""


def _texts(connection: duckdb.DuckDBPyConnection, raw: RawTable, heading: str) -> list[str]:
    """The distinct cells of a column without surrounding blanks."""
    place = raw.columns.index(heading)
    found = connection.execute(f"SELECT DISTINCT c{place} FROM {raw.table}").fetchall()
    return sorted({text.strip(BLANKS) for (text,) in found})
