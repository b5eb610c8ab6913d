"""One rule as a page for a terminal: what it says, on whose authority, and what it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from compliance_engine.language import nodes, yaml
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build_expressions import mapping
from compliance_engine.language.reads import all_nodes
from compliance_engine.language.tables import Cell, Table
from compliance_engine.language.words import words

_CONFIRMED = {
    "text": "with the law's own words",
    "secondary": "with a reliable summary",
    "memory": "from memory: unconfirmed",
}
_REACH = {
    "work": "where the person works",
    "home": "where the person lives",
    "worksite": "where the worksite is",
    "employer": "where the employer has anybody working",
    "document": "wherever the document's person has worked",
}
_AS_WRITTEN = (
    "opens", "due", "done", "lapses", "repeat", "gap", "over", "between", "class", "keep", "destroy", "must",
    "must_not", "post", "revisions", "languages", "electronic", "require", "valid", "during", "by", "each", "let",
    "presume", "calendar", "events", "steps", "limit", "window", "usage", "each_counts", "accrue", "cap", "carry",
    "usable", "used",
)  # fmt: skip
"""Keys that are shown as they stand in the file, in this order."""
_WIDTH = 11
"""Characters of the widest label, and one blank."""


def page(rule: r.Rule, ruleset: r.RuleSet, as_of: date) -> str:
    """The page of a rule; of its dated values it shows the cells of one day."""
    root = mapping(yaml.parse(ruleset.sources[rule.law.file], rule.law.file)[0])
    node = mapping(mapping(root.get("rules")).get(rule.id))
    lines = [f"{rule.id}   {rule.kind}, {rule.severity}", rule.title, ""]
    for label, texts in _sections(rule, ruleset, root, node, as_of):
        for number, text in enumerate(texts):
            lines.append(f"  {'' if number else label:{_WIDTH}}{text}".rstrip())
    return "\n".join(lines) + "\n"


def _sections(
    rule: r.Rule, ruleset: r.RuleSet, root: nodes.Mapping, node: nodes.Mapping, as_of: date
) -> Iterator[tuple[str, list[str]]]:
    yield "law", [rule.law.title, rule.law.authority]
    yield "cite", [rule.cite]
    yield "source", [rule.law.source] if rule.law.source else []
    yield "checked", [_checked(node.get("checked") or root.get("checked"))]
    yield "holds in", [f"{rule.jurisdiction}, {_REACH[rule.reach]}", *_in_force(rule.in_force)]
    yield "about", [rule.about]
    yield "applies", _written(node.get("when")) or ["always"]
    yield (
        "not if",
        [f"{e.title} ({e.cite}): {words(e.when)}" if e.cite else f"{e.title}: {words(e.when)}" for e in rule.unless],
    )
    yield "starts", _written(node.get("starts")) or [words(start) for start in rule.starts]
    for key in _AS_WRITTEN:
        yield key, _written(node.get(key))
    yield "owed by", [rule.owed_by] if rule.owed_by != "employer" else []
    yield "if missed", ["nobody broke a duty, a right ran out"] if rule.if_missed == "right" else []
    yield "family", _family(rule, ruleset)
    yield "replaces", list(rule.replaces)
    yield "fix", [rule.fix] if rule.fix else []
    yield "topic", [", ".join((rule.topic, *rule.tags))]
    yield "serves", [id_ for id_ in rule.serves if id_ != rule.id]
    yield "was", list(rule.was)
    yield "reads", _reads(rule)
    yield "values", [line for table in _tables(rule, ruleset) for line in _values(table, as_of)]
    yield "examples", _examples(rule)
    yield "file", [str(rule.position)]


def _checked(node: nodes.Node | None) -> str:
    checked = mapping(node)
    on, by = (_written(checked.get(key))[0] for key in ("on", "by"))
    note = "; ".join(_written(checked.get("note")))
    return f"{on}, {_CONFIRMED[by]}" + (f" ({note})" if note else "")


def _in_force(life: r.InForce | None) -> list[str]:
    if life is None:
        return []
    ends = [f"from {life.first}" if life.first else "", f"to {life.last}" if life.last else ""]
    judged = " on the day of asking" if life.judged_on == "as_of" else ""
    return [f"in force {' '.join(end for end in ends if end)}{judged}"]


def _family(rule: r.Rule, ruleset: r.RuleSet) -> list[str]:
    if rule.family is None:
        return []
    others = [other.id for other in ruleset.rules.values() if other.family == rule.family and other.id != rule.id]
    return [f"{rule.family.name}, wins: {rule.family.wins}", *others]


def _examples(rule: r.Rule) -> list[str]:
    if not rule.examples:
        return ["none"]
    expected = Counter(state for example in rule.examples for state in example.expect)
    shown = ", ".join(f"{number} {state}" for state, number in sorted(expected.items()))
    published = sum(example.source is not None for example in rule.examples)
    return [f"{len(rule.examples)}: {shown}" + (f"; {published} from published sources" if published else "")]


# ---- as it stands in the file ----------------------------------------------------------------------------------------


def _written(node: nodes.Node | None) -> list[str]:
    """The text of a node as it stands in the file, a line for each item or key."""
    match node:
        case nodes.Scalar():
            return node.value.split("\n") if node.value else []
        case nodes.Sequence():
            return [line for item in node.items for line in _item(item)]
        case nodes.Mapping():
            return [line for entry in node.entries for line in _entry(entry)]
    return []


def _item(node: nodes.Node) -> list[str]:
    is_ = node.get("is") if isinstance(node, nodes.Mapping) else None
    if not isinstance(node, nodes.Mapping) or is_ is None:
        return [", ".join(_written(node))] if isinstance(node, nodes.Mapping) else _written(node)
    then = " ".join(_written(is_))
    when = node.get("when")
    return [f"{then}, when {' '.join(_written(when))}" if when is not None else f"else {then}"]


def _entry(entry: nodes.Entry) -> list[str]:
    first, *rest = _written(entry.value) or [""]
    return [f"{entry.key.value}: {first}", *(f"  {line}" for line in rest)]


# ---- what it reads ---------------------------------------------------------------------------------------------------


def _reads(rule: r.Rule) -> list[str]:
    """Fields of records by record type, registry facts, named facts and choices."""
    by_record: dict[str, set[str]] = {}
    calls: set[str] = set()
    for e in all_nodes(rule):
        match e:
            case t.Own() | t.Related() | t.Row() | t.DoneField() | t.EachField():
                by_record.setdefault(e.record, set()).add(e.field.name)
            case t.Aggregate() | t.Reaches() | t.MostWithin() | t.Rows() if e.record:
                by_record.setdefault(e.record, set()).update({e.field.name} if e.field else ())
            case t.Fact():
                calls.add(f"{e.name}({', '.join(words(arg) for arg in e.args)})")
            case t.Alias() if "." in e.name:
                calls.add(f"fact({e.name})")
            case t.Choice():
                calls.add(f"choice({e.id})")
    records = [f"{record}: {', '.join(sorted(names)) or 'its rows'}" for record, names in sorted(by_record.items())]
    return records + sorted(calls)


def _tables(rule: r.Rule, ruleset: r.RuleSet) -> list[Table]:
    used = {e.table.id: e.table for e in all_nodes(rule) if isinstance(e, t.Value) and e.table is not None}
    if rule.exposure is not None and rule.exposure in ruleset.tables:
        used[rule.exposure] = ruleset.tables[rule.exposure]
    return [used[id_] for id_ in sorted(used)]


def _values(table: Table, as_of: date) -> list[str]:
    """A dated value with the cells of one day."""
    lines = [f"{table.id} on {as_of}: {table.title}"]
    for key, cells in table.cells:
        name = f"{', '.join(key)}: " if key else ""
        cell = next((cell for cell in cells if _holds(cell, as_of)), None)
        lines.append(f"  {name}{_cell(cell)}")
    return lines


def _holds(cell: Cell, day: date) -> bool:
    return (cell.first is None or cell.first <= day) and (cell.last is None or day <= cell.last)


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "no law on that day"
    value = words(cell.is_) if cell.is_ is not None else "not announced yet"
    return f"{value}   [{cell.cite}]" if cell.cite else value
