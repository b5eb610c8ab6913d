"""Names, and what they stand for once an expression has been checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compliance_engine.language.tree.node import Node

if TYPE_CHECKING:
    from compliance_engine.language.tree import Expression
    from compliance_engine.language.vocabulary import Field


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A dotted name as written; gone after checking."""

    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Own(Node):
    """A field of the subject itself."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class Related(Node):
    """A field of the one related record: `i9.section2_signed_on`; for dated relations the row of day `on`."""

    record: str
    field: Field
    on: Expression | None = None


@dataclass(frozen=True, slots=True)
class Row(Node):
    """A field of the row that a `where` or an aggregate is looking at."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class Special(Node):
    """A word the rule gives a meaning to: starts, due, done, as_of, turn.start, turn.end, turn.year."""

    name: Literal["starts", "due", "done", "as_of", "turn.start", "turn.end", "turn.year"]


@dataclass(frozen=True, slots=True)
class DoneField(Node):
    """A field of the row that met the turn before: `done.expires_on`."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class EachField(Node):
    """A field of the record that `each:` pairs the subject with: `policy_document.effective_on`."""

    record: str
    field: Field


@dataclass(frozen=True, slots=True)
class Alias(Node):
    """A name of `let:` or a named fact, with what it stands for."""

    name: str
    target: Expression


@dataclass(frozen=True, slots=True)
class Presumed(Node):
    """A field with the value that the law presumes where it is unknown."""

    item: Expression
    value: Expression


@dataclass(frozen=True, slots=True)
class Age(Node):
    """Whole years on day `on` (default: the trigger day), from the date of birth."""

    born: Expression
    on: Expression | None
