"""Fields of the subject, of the records related to it, and of a row that an aggregate looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance_engine.engine.sql.columns import open_ended
from compliance_engine.engine.sql.frame import Stated
from compliance_engine.engine.sql.layers import Frag
from compliance_engine.engine.sql.related.one_row import related_field
from compliance_engine.engine.sql.related.workplace import at_work
from compliance_engine.language import tree as t
from compliance_engine.language.value_types import type_of

if TYPE_CHECKING:
    from compliance_engine.engine.sql.expressions.compiler import Compiler

FieldNode = t.Own | t.Related | t.EachField | t.DoneField | t.Row


def field(compiler: Compiler, e: FieldNode) -> Frag:
    """The value of a field: what an example states of it, or else its column."""
    if isinstance(e, t.Row):
        return Frag(f"r.{e.field.name}", 0, e.field.missing != "fact" and type_of(e) in ("date", "instant"))
    given = stated(compiler, e)
    found = column_of(compiler, e, day_read(compiler, e))
    if given is not None:
        found = given.over(found)
    if not isinstance(e, t.DoneField):
        compiler.leaves.setdefault(f"{e.record}.{e.field.name}", found)
    return found


def column_of(compiler: Compiler, e: t.Own | t.Related | t.EachField | t.DoneField, on: Frag | None) -> Frag:
    """The column of a field of the subject, of the other of its pair, of its proof, or of the record related to it.

    Args:
        on: the day whose assignment is read.
    """
    infinite = open_ended(e.field)
    match e:
        case t.Own():
            return compiler.layers.base(f"s.{e.field.name}", infinite)
        case t.EachField():
            return compiler.layers.base(f"e.{e.field.name}", infinite)
        case t.DoneField():
            return compiler.layers.base(f"x.done_{e.field.name}", infinite)
        case t.Related() if compiler.relations.is_dated(e.record):
            return at_work(compiler, e.record, e.field.name, on, infinite)
        case t.Related():
            return related_field(compiler, e.record, e.field, compiler.starts)


def stated(compiler: Compiler, e: FieldNode) -> Stated | None:
    """What examples state of where somebody works and lives."""
    layers, frame = compiler.layers, compiler.frame
    if isinstance(e, t.Related) and e.record == "worksite" and e.field.name in ("state", "places"):
        return frame.place(layers, "work_state" if e.field.name == "state" else "places")
    return frame.place(layers, "home_state") if (e.record, e.field.name) == ("employee", "home_state") else None


def day_read(compiler: Compiler, e: FieldNode) -> Frag | None:
    """The day whose assignment is read: the trigger day unless the rule says another."""
    on = e.on if isinstance(e, t.Related) else None
    return compiler.starts if on is None else compiler.sql(on)
