"""Rule sets kept as JSON between runs, so that a run does not read the whole library again.

What is kept belongs to the exact bytes of the rule files and to this version of the program; all else is read anew.
The file is data and nothing in it is ever executed; one that does not fit is left aside.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from compliance_engine.language import accepted, rule, tables, tree, vocabulary
from compliance_engine.language.files import contents
from compliance_engine.language.rule import Rule, RuleSet
from compliance_engine.language.tables import Table
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Level, Position, Problem, has_errors

_PACKAGE = Path(__file__).parents[1]
_CLASSES: dict[str, type[Any]] = {
    name: item
    for module in (tree, tables, vocabulary, rule)
    for name, item in vars(module).items()
    if isinstance(item, type) and hasattr(item, "__dataclass_fields__")
} | {"Position": Position, "Problem": Problem}
_WORDS: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "decimal": Decimal,
    "time": time.fromisoformat,
    "field_type": vocabulary.FieldType,
    "missing": vocabulary.Missing,
    "level": Level,
}
"""Values that JSON has no form for: tag to what reads their text."""


def load_compiled(
    paths: Sequence[Path], vocabulary_: Vocabulary, calendars: frozenset[str], folder: Path
) -> tuple[RuleSet, list[Problem]]:
    """Rules without their examples, from the cache if it has them.

    Args:
        paths: files and folders, as for `load_rules`.
        vocabulary_: the record types that rules may speak of.
        calendars: names of calendars, as for `load_rules`.
        folder: where rule sets are kept; it is made if it is not there.
    """
    sources = _sources(paths)
    kept = folder / f"rules-{_key(sources, calendars)}.json"
    found = _read(kept, vocabulary_)
    if found is not None:
        ruleset, problems = found
        return replace(ruleset, sources={name: text.decode("utf-8") for name, text in sources.items()}), problems
    # Only now: the models and the grammar take longer to import than a kept rule set takes to read.
    from compliance_engine.language.ruleset import load_rules

    ruleset, problems = load_rules(paths, vocabulary_, calendars)
    ruleset = replace(ruleset, rules={id_: replace(r, examples=()) for id_, r in ruleset.rules.items()}, facts={})
    if not has_errors(problems) and ruleset.sources.keys() == sources.keys():
        _write(kept, ruleset, problems)
    return ruleset, problems


def _sources(paths: Sequence[Path]) -> dict[str, bytes]:
    """The bytes of every file that can be read; of the others it is told when the rules are read."""
    found = {}
    for file in _files(paths):
        with suppress(OSError):
            found[file.as_posix()] = contents(file)
    return found


def rule_files(path: Path) -> list[Path]:
    """The rule files of a folder in an order that does not depend on the file system; hidden ones are left out."""
    inside = (p for p in path.rglob("*.yaml") if not any(part.startswith(".") for part in p.relative_to(path).parts))
    return sorted(file for file in inside if file.name != accepted.FILE)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        yield from rule_files(path) if path.is_dir() else [path] if path.is_file() else []


def _key(sources: Mapping[str, bytes], calendars: frozenset[str]) -> str:
    digest = hashlib.sha256(repr((_program(), sorted(calendars))).encode())
    for name, text in sources.items():
        digest.update(f"{name}\0{len(text)}\0".encode())
        digest.update(text)
    return digest.hexdigest()[:32]


@cache
def _program() -> list[tuple[str, int, int]]:
    """What the meaning of a rule file hangs on beside the file: the code that reads it and the record types."""
    files = [*(_PACKAGE / "language").rglob("*"), *(_PACKAGE / "records" / "types").glob("*.py")]
    stats = [(file.name, file.stat()) for file in sorted(files) if file.suffix in (".py", ".lark")]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]


# ---- to JSON and back ----------------------------------------------------------------------------------------------


def _write(path: Path, ruleset: RuleSet, problems: Sequence[Problem]) -> None:
    """Keep a rule set; where the folder cannot be written, the next run reads the files again."""
    writer = _Writer()
    top = [writer.value(tuple(x)) for x in (ruleset.rules.values(), ruleset.tables.values(), problems)]
    text = json.dumps({"objects": writer.objects, "top": top}, separators=(",", ":"))
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _read(path: Path, vocabulary_: Vocabulary) -> tuple[RuleSet, list[Problem]] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
        objects: list[object] = []
        for name, *fields in content["objects"]:
            kind = _CLASSES[name]
            if issubclass(kind, tree.Node):
                start, end = fields.pop()
                objects.append(kind(*(_value(x, objects) for x in fields), span=(start, end)))
            else:
                objects.append(kind(*(_value(x, objects) for x in fields)))
        rules, found, problems = (_value(x, objects) for x in content["top"])
        by_id: dict[str, Rule] = {x.id: x for x in rules}
        tables_by_id: dict[str, Table] = {x.id: x for x in found}
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return None
    return RuleSet(vocabulary_, by_id, tables_by_id), list(problems)


class _Writer:
    """Turns values into JSON; each object is written once, before those that hold it.

    Of expressions that is so of each single one, however alike others are: an explanation tells by the very expression
    under which key of a rule something was worked out, and a kept rule must explain itself as one that was read.
    """

    def __init__(self) -> None:
        self.objects: list[list[Any]] = []
        self._known: dict[str, int] = {}
        self._by_identity: dict[int, int] = {}

    def value(self, value: object) -> Any:
        """A value as JSON: objects as `{"o": number}`, and what JSON lacks as `{tag: text}`."""
        match value:
            case vocabulary.FieldType():
                return {"field_type": value.value}
            case vocabulary.Missing():
                return {"missing": value.value}
            case Level():
                return {"level": value.value}
            case None | bool() | int() | str():
                return value
            case Decimal():
                return {"decimal": str(value)}
            case date():
                return {"date": value.isoformat()}
            case time():
                return {"time": value.isoformat()}
            case tuple():
                return [self.value(x) for x in value]
            case _:
                return {"o": self._object(value)}

    def _object(self, value: object) -> int:
        if id(value) in self._by_identity:
            return self._by_identity[id(value)]
        kind = type(value)
        fields = [f.name for f in fields_of(value) if f.init and f.name != "span"]  # type: ignore[arg-type]
        span = [list(value.span)] if isinstance(value, tree.Node) else []
        written = [kind.__name__, *(self.value(getattr(value, name)) for name in fields), *span]
        is_expression = isinstance(value, tree.Node)
        number = len(self.objects) if is_expression else self._known.setdefault(json.dumps(written), len(self.objects))
        if number == len(self.objects):
            self.objects.append(written)
        self._by_identity[id(value)] = number
        return number


def _value(value: Any, objects: Sequence[object]) -> Any:
    if isinstance(value, dict):
        ((tag, content),) = value.items()
        return objects[content] if tag == "o" else _WORDS[tag](content)
    if isinstance(value, list):
        return tuple(_value(x, objects) for x in value)
    return value
