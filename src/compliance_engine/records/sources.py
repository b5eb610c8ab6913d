"""Which files, and which sheets of workbooks, are read as which table of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Level, Position, Problem
from compliance_engine.records.profile import Profile
from compliance_engine.records.read.formats import SUFFIXES, format_of, plain_stem
from compliance_engine.records.read.workbook import Sheet, sheets


@dataclass(frozen=True)
class TableSource:
    """A file, or one sheet of it, and the table of a profile that it is."""

    path: Path
    sheet: Sheet | None
    table: str
    profile: Profile


def files_of(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those directly in the folders named, in order of their names, none twice by a link."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.iterdir() if p.is_file() and _is_of_a_table(p.name))
            found += sorted(inside, key=lambda p: p.name)
        else:
            found.append(path)
    first: dict[tuple[Path, str], Path] = {}
    for path in found:
        # Under another name a linked file may be another table, or none: it is asked for by that name.
        first.setdefault((path.resolve(), path.name), path)
    return list(first.values())


def sources_of(path: Path, profiles: Sequence[Profile]) -> tuple[list[TableSource], list[Problem]]:
    """What is to be read of a file. The end of its name is not looked at where it only tells a format.

    Args:
        profiles: the first one that knows the name has the file.
    """
    if not path.exists():
        return [], [Problem("missing-file", "there is no such file or folder", Position(str(path), 1, 1))]
    profile = next((one for one in profiles if _knows(path, one)), profiles[0])
    if profile.skips(path):
        return [], []
    if not _is_zip(path):
        table, claims = _claimed(path.name, profile)
        if table is None:
            return [], [_unclaimed(path, path.name, profile, claims, "")]
        return [TableSource(path, None, table, profile)], []
    found, problems = sheets(path)
    shown = [sheet for sheet in found if sheet.shown]
    if not problems and not shown:
        problems = [Problem("empty-file", "the workbook has no sheet that is shown", Position(str(path), 1, 1))]
    sources = []
    of_file, file_claims = _claimed(path.name, profile)
    for sheet in found:
        table, claims = _claimed(f"{sheet.name}.csv", profile)
        if not claims and len(shown) == 1 and sheet.shown:
            table, claims = of_file, file_claims
        elif table is not None and of_file is not None and len(shown) == 1 and of_file != table:
            claims, table = (table, of_file), None
        if not sheet.shown:
            message = f'the sheet "{sheet.name}" is hidden, so it is not read'
            level = Level.WARNING if claims else Level.NOTE
            problems.append(Problem("hidden-sheet", message, Position(str(path), 1, 1), level))
        elif table is None:
            problems.append(_unclaimed(path, sheet.name, profile, claims, f'the sheet "{sheet.name}" of '))
        else:
            sources.append(TableSource(path, sheet, table, profile))
    return sources, problems


def _knows(path: Path, profile: Profile) -> bool:
    """Whether a profile skips a file or has a table for it, or for a sheet of it."""
    if profile.skips(path) or _claimed(path.name, profile)[1]:
        return True
    return _is_zip(path) and any(_claimed(f"{sheet.name}.csv", profile)[1] for sheet in sheets(path)[0])


def _is_of_a_table(name: str) -> bool:
    folded = name.casefold()
    if folded.startswith("~$"):  # what a spreadsheet program keeps beside an open workbook
        return False
    return folded.endswith((*SUFFIXES, *(f"{end}.gz" for end in SUFFIXES)))


def _is_zip(path: Path) -> bool:
    try:
        return path.is_file() and format_of(path) == "zip"
    except (OSError, ValueError):
        return False


def _claimed(name: str, profile: Profile) -> tuple[str | None, tuple[str, ...]]:
    """The table that has a file of this name, or of the same name in another format, and all that claim it."""
    stem = plain_stem(name)
    ends = ("", ".csv", ".tsv", ".txt") if stem is not None else ("",)
    for end in ends:
        table, claims = profile.table_of(Path(name if not end else f"{stem}{end}"))
        if claims:
            return table, claims
    return None, ()


def _unclaimed(path: Path, name: str, profile: Profile, claims: tuple[str, ...], what: str) -> Problem:
    where = Position(str(path), 1, 1)
    if claims:
        message = f"the profile {profile.profile} gives {what}this file to several tables: {', '.join(claims)}"
        return Problem("ambiguous-file", message, where, help="make the patterns under files: more exact")
    patterns = [pattern for described in profile.tables.values() for pattern in described.files]
    near = did_you_mean(name, [pattern.replace("*", "") for pattern in patterns])
    if what:
        message = f'no table of the profile {profile.profile} has the name of the sheet "{name}", so it is not read'
    else:
        message = f"no table of the profile {profile.profile} has a file of this name, so it is not read"
    return Problem("file-not-in-profile", message, where, Level.WARNING, near)
