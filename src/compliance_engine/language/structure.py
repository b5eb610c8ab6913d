"""Nodes → a model of their shape; everything that does not fit is a problem in plain words, at its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from compliance_engine.language import nodes
from compliance_engine.language.models.parts import Part, keys_of
from compliance_engine.language.scalars import data
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.problems import Position, Problem

M = TypeVar("M", bound=Part)
Path = tuple[str | int, ...]

_NEEDED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "yes or no",
    "date_type": "a date such as 2025-01-31",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
}
"""What each of the validator's complaints says is needed."""


def read(
    model: type[M],
    node: nodes.Node,
    place: Position | None = None,
    elsewhere: Mapping[str, Sequence[str]] | None = None,
) -> tuple[M | None, list[Problem]]:
    """Fit a node to a model.

    Args:
        model: the shape.
        node: what was written.
        place: where to point if a key is missing at the top; otherwise the start of the mapping.
        elsewhere: keys that belong to other shapes, and the names of those shapes.
    """
    try:
        return model.model_validate(data(node)), []
    except ValidationError as error:
        found: dict[tuple[Position | None, str], Problem] = {}
        errors: list[dict[str, Any]] = [dict(item) for item in error.errors(include_url=False, include_context=True)]
        # A key that is written wrong comes first: it is not missing as well.
        misspelt: set[Path] = set()
        for item in sorted(errors, key=lambda item: item["type"] != "extra_forbidden"):
            if item["type"] == "missing" and tuple(item["loc"]) in misspelt:
                continue
            problem = _problem(model, node, item, place or node.position, elsewhere or {})
            if item["type"] == "extra_forbidden" and problem.suggestion:
                misspelt.add((*item["loc"][:-1], problem.suggestion))
            found.setdefault(
                (problem.position, problem.code + (problem.message if item["type"] == "missing" else "")), problem
            )
        return None, list(found.values())


def _problem(
    model: type[Part], root: nodes.Node, error: dict[str, Any], place: Position, elsewhere: Mapping[str, Sequence[str]]
) -> Problem:
    kind, location = str(error["type"]), tuple(error["loc"])
    if kind in ("missing", "extra_forbidden"):
        *above, key = location
        owner = _models_at(model, tuple(above))
        path = _path(root, tuple(above))
        if kind == "missing":
            where = nodes.locate(root, path, key=True) if path else place
            return Problem("missing-key", f'"{key}" is missing in {_called(owner)}.', where)
        position = nodes.locate(root, (*path, key), key=True)
        return _unknown_key(str(key), owner, position, elsewhere if not path else {})
    path = _path(root, location)
    position = nodes.locate(root, path)
    if kind == "empty" or error.get("input", "") is None:
        key = path[-1] if path else "this"
        return Problem(
            "empty-value", f'Nothing stands behind "{key}".', position, help="write a value, or leave the key out"
        )
    if kind == "literal_error":
        return _bad_code(error, position, _codes(model, location))
    needed = _NEEDED.get(kind)
    message = f"This is {_described(error['input'])}; {needed} is needed here." if needed else f"{error['msg']}."
    help_ = "put it in quotes" if kind == "string_type" and not isinstance(error["input"], list | dict) else None
    return Problem("wrong-type", message, position, help=help_)


def _unknown_key(
    key: str, owner: list[type[Part]], position: Position, elsewhere: Mapping[str, Sequence[str]]
) -> Problem:
    keys = [name for part in owner for name in keys_of(part)]
    if key in elsewhere:
        kinds = " or ".join(elsewhere[key])
        return Problem(
            "unknown-key", f'"{key}" belongs to kind {kinds}; it is not a key of {_called(owner)}.', position
        )
    guess = did_you_mean(key, keys)
    help_ = None if guess else "keys: " + ", ".join(keys)
    return Problem("unknown-key", f'"{key}" is not a key of {_called(owner)}.', position, suggestion=guess, help=help_)


def _bad_code(error: dict[str, Any], position: Position, codes: list[str]) -> Problem:
    written = error["input"]
    if not isinstance(written, str):
        message = f"This is {_described(written)}; one of a few words is needed here."
        return Problem("wrong-type", message, position, help="words: " + ", ".join(codes))
    guess = did_you_mean(written, codes)
    return Problem("bad-code", f'"{written}" is none of the words that may stand here.', position, suggestion=guess,
                   help="words: " + ", ".join(codes))  # fmt: skip


def _called(owner: list[type[Part]]) -> str:
    return owner[0].called if owner else Part.called


def _described(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"{str(value).lower()}, a logical value"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case str():
            return "a text"
        case _ if hasattr(value, "isoformat"):
            return "a date"
        case _:
            return "a number"


def _path(root: nodes.Node, location: Path) -> Path:
    """The steps of a location that exist in the file; the validator also names the alternatives that it tried."""
    node, path = root, []
    for step in location:
        below: nodes.Node | None = None
        if isinstance(node, nodes.Mapping) and isinstance(step, str):
            below = node.get(step)
        elif isinstance(node, nodes.Sequence) and isinstance(step, int) and step < len(node.items):
            below = node.items[step]
        if below is not None:
            path.append(step)
            node = below
    return tuple(path)


def _at(model: type[Part], location: Path) -> list[Any]:
    """The annotations that a location leads to."""
    here: list[Any] = [model]
    for step in location:
        here = [x for a in here for x in _step(a, step)] or here
    return here


def _models_at(model: type[Part], location: Path) -> list[type[Part]]:
    return [x for a in _at(model, location) for x in _plain(a) if isinstance(x, type) and issubclass(x, Part)]


def _codes(model: type[Part], location: Path) -> list[str]:
    return [str(x) for a in _at(model, location) for part in _plain(a) for x in get_args(part) if isinstance(x, str)]


def _plain(annotation: Any) -> Iterator[Any]:
    """The members of a union, without what is annotated to them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _plain(member)
    elif annotation is not NoneType:
        yield annotation


def _step(annotation: Any, step: str | int) -> Iterator[Any]:
    for part in _plain(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            for name, info in part.model_fields.items():
                if step == (info.alias or name):
                    yield info.annotation
        elif get_origin(part) is list and isinstance(step, int):
            yield get_args(part)[0]
        elif get_origin(part) is dict and isinstance(step, str):
            yield get_args(part)[1]
