"""What a source profile holds: the tables of an export, and what each of their columns means."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from compliance_engine.records.cells import DateForm

SSN = "ssn"
"""Column of `employee` from which only `ssn_state` and `ssn_hash` are made."""
SPELL_START = "spell_start_date"
"""Column by which a row of a type with spells says which spell it belongs to."""


def _as_column(value: object) -> object:
    return {"from": value} if isinstance(value, str | list) else value


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Column(_Part):
    """Where a field comes from.

    Attributes:
        headings: headings of the export; the first one present is taken.
        dates: how its dates are written, if not as in the rest of the profile.
        codes: words of the source and our code; nothing as code means that the word says nothing.
        otherwise: code of every other word.
        last_day: the source writes the last day where the field is the first day no longer so.
    """

    headings: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(alias="from", min_length=1)]
    dates: DateForm | None = None
    codes: dict[str, str | None] = {}
    otherwise: str | None = None
    last_day: bool = False


class Made(_Part):
    """A column that is made of columns of the export.

    Attributes:
        first_filled: headings; each row takes the first of their cells that is not empty.
        where: heading to words; a row with another word under it has an empty cell.
    """

    first_filled: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
    where: dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_list)]] = {}


class Table(_Part):
    """One table of an export: its files and what they fill.

    Attributes:
        files: patterns of file names; capitals do not matter.
        fills: record types that each row makes one record of.
        made: heading of a column made here to what it is made of.
        columns: field, or type.field, to the column it comes from.
        constants: field to the text that every row has.
        ignore: headings that are left out without a note.
        complete_from: day from which the export says that no row is missing.
    """

    files: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
    fills: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
    made: dict[str, Made] = {}
    columns: dict[str, Annotated[Column, BeforeValidator(_as_column)]] = {}
    constants: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    complete_from: date | None = None

    def column(self, type_name: str, field: str) -> Column | None:
        """The column of a field, if the profile names one."""
        return self.columns.get(f"{type_name}.{field}") or self.columns.get(field)


class Profile(_Part):
    """How the files of one export become records.

    Attributes:
        profile: its name.
        about: which export it is for.
        own_names: a heading that is the name of a field fills it.
        dates: how dates are written unless a column says otherwise.
        hire_date_is_first_day: the source's hire date is the first day of work, so it fills a missing start date.
        zone: zone of moments that are written without one.
        empty: words that stand for an empty cell.
        yes, no: words that say yes and no.
        sentinels: dates that stand for no date.
        ignore: headings that no table needs.
        skip: patterns of files that belong to the export and are not needed.
        extracted_on: headings of a column that says on which day the file was made.
        also: shipped profiles for files of other systems that lie beside this export; its own tables go before theirs.
        date_basis: date field to what the source means by the date that fills it.
        not_told: field or record type that a reader would expect and that the source does not tell, and why.
        tables: the tables of the export by name.
    """

    profile: str
    about: str = ""
    own_names: bool = False
    dates: DateForm = "auto"
    hire_date_is_first_day: bool = False
    zone: str | None = None
    empty: tuple[str, ...] = ()
    yes: tuple[str, ...] = ("yes", "y", "true", "t", "1")
    no: tuple[str, ...] = ("no", "n", "false", "f", "0")
    sentinels: tuple[date, ...] = (date(1900, 1, 1), date(9999, 12, 31))
    ignore: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    extracted_on: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ("extracted_on",)
    also: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    date_basis: dict[str, str] = {}
    not_told: dict[str, str] = {}
    tables: dict[str, Table]

    def skips(self, path: Path) -> bool:
        """Whether a file is known and not needed."""
        return any(fnmatchcase(path.name.casefold(), pattern.casefold()) for pattern in self.skip)

    def table_of(self, path: Path) -> tuple[str | None, tuple[str, ...]]:
        """The table that a file belongs to by the most exact pattern, and the tables that claim it equally well."""
        name = path.name.casefold()
        claims: dict[str, int] = {}
        for table_name, table in self.tables.items():
            fits = [len(pattern) for pattern in table.files if fnmatchcase(name, pattern.casefold())]
            if fits:
                claims[table_name] = max(fits)
        best = tuple(table_name for table_name, score in claims.items() if score == max(claims.values()))
        return (best[0], best) if len(best) == 1 else (None, best)
