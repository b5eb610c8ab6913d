"""A field of the one row that is related to the subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import no_date, null, open_date, open_ended
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import absence, any_of, astray_by
from compliance_engine.language.vocabulary import Field, Missing

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler


def related_field(compiler: Compiler, record: str, field: Field, on: Frag | None) -> Frag:
    """A field of the one related row; a row that is not there leaves its events open and its occasions unhappened.

    Args:
        on: the day on which that there is no row must be a fact; the day of asking if not said.
    """
    layers, infinite = compiler.layers, open_ended(field)
    if compiler.frame.supplied(layers, record) is False:
        return Frag(null(field))
    keys = compiler.relations.shared(record)
    alias = layers.join("LEFT JOIN", f'"{record}"', " AND ".join(f"{{alias}}.{k} = s.{k}" for k in keys), 0)
    value = layers.joined(alias, 0, f"{{alias}}.{field.name}", infinite)
    if not infinite:
        return value
    found = layers.joined(alias, 0, "({alias}._row IS NOT NULL)")
    astray = any_of(astray_by(compiler, record, keys, "bool_or(TRUE)", literal("TRUE")))
    absent = absence(compiler, record, on, astray)
    nothing = open_date(field) if field.missing is Missing.EVENT else no_date(field)
    empty = f"CASE WHEN {absent} THEN {nothing} END"
    return layers.column(combine(f"CASE WHEN {found} THEN {value} ELSE {empty} END", found, value, absent))
