"""What keys of rule files and policies are made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

T = TypeVar("T")


class Part(BaseModel):
    """A mapping with a closed set of keys; nothing is converted from one type to another."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    called: ClassVar[str] = "this mapping"
    """How a problem speaks of it."""


def keys_of(model: type[Part]) -> list[str]:
    """The keys of a part as they are written in YAML, in order."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _filled(value: object) -> object:
    if value is None:
        raise PydanticCustomError("empty", "empty")
    return value


Opt = Annotated[T | None, BeforeValidator(_filled)]
"""A key that may be left out, but not be written and left empty: an empty `when:` must not mean *always*."""


def _as_text(value: object) -> object:
    return value if value is None or isinstance(value, list | dict) else str(value)


Expr = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""An expression. A bare number or date is one too; the builder reads the text as it is written."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[
    list[str],
    BeforeValidator(_as_list),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
"""A list of texts, or one text alone."""


def _as_yes_no(value: object) -> object:
    return {"yes": True, "no": False}.get(value, value) if isinstance(value, str) else value


YesNo = Annotated[bool, BeforeValidator(_as_yes_no), WithJsonSchema({"enum": ["yes", "no", True, False]})]
"""`yes` or `no`, which YAML 1.2 leaves as texts."""

Anything = Annotated[Any, WithJsonSchema({})]
"""Read and checked by a module of its own."""


def shape(value: object) -> str:
    """Whether a value is a list, a mapping or a text (which every other value is taken for)."""
    return "list" if isinstance(value, list) else "mapping" if isinstance(value, dict) else "text"


def list_or_text(value: object) -> str:
    """The same where a mapping has no place."""
    return "list" if isinstance(value, list) else "text"


def mapping_or_text(value: object) -> str:
    """The same where a list has no place."""
    return "mapping" if isinstance(value, dict) else "text"


class Branch(Part):
    """One arm of a list of `{when, is}`."""

    called: ClassVar[str] = "a branch"
    when: Opt[Expr] = None
    is_: Expr = Field(alias="is")


Clock = Annotated[
    Annotated[Expr, Tag("text")] | Annotated[list[Branch], Tag("list")],
    Discriminator(list_or_text),
]
"""An expression, or branches."""

_Trigger = Annotated[
    Annotated[Expr, Tag("text")] | Annotated[Branch, Tag("mapping")],
    Discriminator(mapping_or_text),
]
Starts = Annotated[
    Annotated[Expr, Tag("text")] | Annotated[list[_Trigger], Tag("list")],
    Discriminator(list_or_text),
]
"""A trigger, several triggers, or branches."""


class Span(Part):
    """A window between two clocks."""

    called: ClassVar[str] = "a window"
    first: Opt[Clock] = Field(None, alias="from")
    last: Opt[Clock] = Field(None, alias="to")


class Days(Part):
    """A period between two dates, both inclusive."""

    called: ClassVar[str] = "a period"
    first: Opt[date] = Field(None, alias="from")
    last: Opt[date] = Field(None, alias="to")
