"""Small pieces of SQL that the loader is made of."""

from __future__ import annotations

from collections.abc import Iterable

from compliance_engine.language.vocabulary import FieldType, Missing

COLUMN_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.CODE: "VARCHAR",
    FieldType.DATE: "DATE",
    FieldType.INSTANT: "TIMESTAMP",
    FieldType.NUMBER: "DECIMAL(18,4)",
    FieldType.YES_NO: "BOOLEAN",
    FieldType.TIME: "TIME",
    FieldType.LIST: "VARCHAR[]",
}
"""How each type of field is stored. Instants are in UTC."""

NO_VALUE = {Missing.FACT: "NULL", Missing.EVENT: "infinity", Missing.OCCASION: "-infinity"}
"""What an empty cell of a supplied date column becomes."""


BLANKS = " \t\r\n\u00a0\u2007\u2009\u200b\u200e\u200f\u202f\u3000\ufeff"
"""Characters around a cell that mean nothing: blanks, fixed, narrow and wide ones, invisible marks."""


def name(identifier: str) -> str:
    """An identifier in quotes."""
    return '"' + identifier.replace('"', '""') + '"'


def names(identifiers: Iterable[str], prefix: str = "") -> str:
    """Identifiers in quotes, with commas between them."""
    return ", ".join(prefix + name(identifier) for identifier in identifiers)


def literal(text: str) -> str:
    """A text constant."""
    return "'" + text.replace("'", "''") + "'"


def clean(column: str) -> str:
    """A cell without surrounding white space."""
    return f"trim({column}, {literal(BLANKS)})"


def same(columns: Iterable[str], left: str, right: str) -> str:
    """Two rows agree in the columns; NULL agrees with NULL."""
    return " AND ".join(f"{left}.{name(c)} IS NOT DISTINCT FROM {right}.{name(c)}" for c in columns)
