"""Folders and files of rules → a `RuleSet`, and everything that is wrong with them in one run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from compliance_engine.language import nodes, yaml
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t
from compliance_engine.language.build import Surroundings, build_rule, unknown_record
from compliance_engine.language.build_expressions import TOO_LARGE, Size, entries, is_too_large, mapping, names_in, size
from compliance_engine.language.build_facts import build_fact
from compliance_engine.language.build_order import in_order
from compliance_engine.language.cache import rule_files
from compliance_engine.language.examples import build_examples
from compliance_engine.language.families import wrong_families
from compliance_engine.language.files import contents
from compliance_engine.language.lint import lint_rule, lint_values
from compliance_engine.language.models import rules as m
from compliance_engine.language.models.parts import keys_of
from compliance_engine.language.places import is_jurisdiction, states
from compliance_engine.language.structure import read
from compliance_engine.language.suggest import did_you_mean
from compliance_engine.language.tables import Table
from compliance_engine.language.time_words import CALENDAR_NAME, CALENDAR_NAME_HELP
from compliance_engine.language.values import build_table
from compliance_engine.language.vocabulary import Vocabulary
from compliance_engine.problems import Level, Position, Problem
from compliance_engine.problems import in_order as sorted_problems

_ID = re.compile(r"[a-z][a-z0-9]*([.-][a-z0-9]+)*")
_TODAY = frozenset({"starts", "as_of"})


@dataclass(frozen=True)
class _File:
    """A rule file whose own keys are in order."""

    path: Path
    keys: m.FileKeys
    node: nodes.Mapping
    law: r.Law
    topic: str


@dataclass
class _Found:
    """What the files hold, while it is put together."""

    vocabulary: Vocabulary
    calendars: frozenset[str]
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)
    places: dict[tuple[str, str], Position] = field(default_factory=dict)
    """Where each rule, value and fact stands, by section and id."""


def load_rules(
    paths: Sequence[Path], vocabulary: Vocabulary, calendars: frozenset[str] = frozenset()
) -> tuple[r.RuleSet, list[Problem]]:
    """Read rule files; a file or rule with problems does not keep the others from being read.

    Args:
        paths: files, and folders that are searched for `*.yaml` in order of name.
        vocabulary: the record types that rules may speak of.
        calendars: names of calendars beside `worksite`, `us-federal`, `state`, those of the states and those that the
            files leave to the policy.
    """
    found = _Found(vocabulary, calendars | {"worksite", "us-federal", "state", *states(vocabulary)})
    files = [file for path in _rule_files(paths, found) if (file := _read_file(path, found)) is not None]
    around = Surroundings(vocabulary, _calendars(files, found), {}, {})
    tables = _tables(files, around, found)
    broken = frozenset(id_ for section, id_ in found.places if section == "values" and id_ not in tables)
    around = replace(around, tables=tables, broken=broken)
    facts, tested = _facts(files, around, found)
    around = replace(around, facts=facts)
    rules = {rule.id: rule for file in files for rule in _rules(file, around, found)}
    _check_references(rules, found)
    in_id_order = {id_: rules[id_] for id_ in sorted(rules)}
    ruleset = r.RuleSet(vocabulary, in_id_order, {id_: tables[id_] for id_ in sorted(tables)}, found.sources)
    ruleset = replace(ruleset, facts={fact.id: fact for fact in sorted(tested, key=lambda fact: fact.id)})
    sections = [file.node.get(name) for file in files for name in ("rules", "facts", "values")]
    found.problems += lint_values(tables.values(), sections)
    return ruleset, sorted_problems(dict.fromkeys(found.problems))


# ---- files ---------------------------------------------------------------------------------------------------------


def _rule_files(paths: Sequence[Path], found: _Found) -> Iterator[Path]:
    """Every rule file once, in an order that does not depend on the file system."""
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir():
            inside = rule_files(path)
            if not inside:
                found.problems.append(
                    Problem("no-rules", f"There is no rule file in {path}.", help="rule files end in .yaml")
                )
        else:
            inside = [path]
        for file in inside:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _read_file(path: Path, found: _Found) -> _File | None:
    name = path.as_posix()
    try:
        text = contents(path)
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror or 'no reason given'}."
        found.problems.append(Problem("unreadable-file", message))
        return None
    found.sources[name] = text.decode("utf-8", "replace") if len(text) <= yaml.MAX_BYTES else ""
    node, problems = yaml.parse(text, name)
    found.problems += problems
    if node is None:
        if not problems:
            found.problems.append(Problem("empty-file", "The file is empty.", Position(name, 1, 1)))
        return None
    keys, problems = read(m.FileKeys, node, elsewhere=_RULE_KEYS)
    found.problems += problems
    if keys is None or not isinstance(node, nodes.Mapping):
        # What stands under rules is still looked at, so that one run tells everything about the shape of the file.
        if isinstance(node, nodes.Mapping):
            found.problems += [p for entry in entries(node.get("rules")) for p in _shape(entry)[1]]
        return None
    if not is_jurisdiction(keys.jurisdiction, found.vocabulary):
        message = f'"{keys.jurisdiction}" is no jurisdiction.'
        place = nodes.locate(node, ("jurisdiction",))
        meant = keys.jurisdiction.lower().replace("-", ".").replace("_", ".").replace(" ", "")
        guess = meant if is_jurisdiction(meant, found.vocabulary) else None
        help_ = "us, us.ca, us.ny.nyc or org"
        found.problems.append(Problem("bad-jurisdiction", message, place, suggestion=guess, help=help_))
    law = r.Law(keys.law, keys.jurisdiction, keys.authority, keys.source or "", name)
    return _File(path, keys, node, law, _topic(path, keys.jurisdiction))


def _topic(path: Path, jurisdiction: str) -> str:
    """The folder of a file; where that says no more than the jurisdiction, the file's own name."""
    folder = path.parent.name
    return path.stem if folder in ("", "rules", *jurisdiction.split(".")) else folder


def _ids(file: _File, section: str, found: _Found) -> Iterator[nodes.Entry]:
    """The entries of a section whose ids are well formed, begin with the jurisdiction and are used once."""
    for entry in entries(file.node.get(section)):
        id_, place = entry.key.value, entry.key.position
        if not _ID.fullmatch(id_):
            message = f'"{id_}" is no id: small letters and digits, divided by single dots and hyphens.'
            found.problems.append(Problem("bad-id", message, place))
        elif not id_.startswith(file.keys.jurisdiction + ".") and is_jurisdiction(
            file.keys.jurisdiction, found.vocabulary
        ):
            message = f'"{id_}" does not begin with the jurisdiction of the file, "{file.keys.jurisdiction}.".'
            found.problems.append(Problem("bad-id", message, place))
        elif (section, id_) in found.places:
            message = f'The id "{id_}" is taken: see {found.places[section, id_]}.'
            found.problems.append(Problem("duplicate-id", message, place))
            continue
        found.places.setdefault((section, id_), place)
        yield entry


def _calendars(files: Sequence[_File], found: _Found) -> frozenset[str]:
    """The calendars that a clock may count by: those that are there, and those that files leave to the policy."""
    left_to_policy: dict[str, Position] = {}
    for file in files:
        for name in file.keys.policy_calendars or {}:
            place = nodes.locate(file.node, ("policy_calendars", name), key=True)
            if not CALENDAR_NAME.fullmatch(name):
                problem = Problem("bad-id", f'"{name}" is no name of a calendar.', place, help=CALENDAR_NAME_HELP)
                found.problems.append(problem)
            elif name in left_to_policy:
                message = f'The calendar "{name}" is named twice: see {left_to_policy[name]}.'
                found.problems.append(Problem("duplicate-id", message, place))
            left_to_policy.setdefault(name, place)
    known = found.calendars | left_to_policy.keys()
    for file in files:
        if file.keys.calendar not in known:
            guess = did_you_mean(file.keys.calendar, known)
            message = f'There is no calendar "{file.keys.calendar}".'
            place = nodes.locate(file.node, ("calendar",))
            found.problems.append(Problem("unknown-calendar", message, place, suggestion=guess))
    return known


# ---- dated values and facts ----------------------------------------------------------------------------------------


def _tables(files: Sequence[_File], around: Surroundings, found: _Found) -> dict[str, Table]:
    """Every dated value; those that are clocks come last, because they may use the others."""
    shaped = []
    for file in files:
        for entry in _ids(file, "values", found):
            keys, problems = read(m.ValueKeys, entry.value, entry.key.position)
            found.problems += problems
            if keys is not None:
                shaped.append((entry, keys))
    tables: dict[str, Table] = {}
    for clocks in (False, True):
        plain = dict(tables)
        for entry, keys in shaped:
            if (keys.type == "clock") != clocks:
                continue
            table = _table(entry, keys, replace(around, tables=plain), found)
            if table is not None:
                tables[table.id] = table
    return tables


def _table(entry: nodes.Entry, keys: m.ValueKeys, around: Surroundings, found: _Found) -> Table | None:
    node = mapping(entry.value)
    expressions = None
    if keys.type == "clock":
        if keys.about is None:
            message = 'A dated value that is a clock needs "about": whose fields it reads.'
            found.problems.append(Problem("missing-key", message, entry.key.position))
            return None
        unknown = unknown_record(keys.about, nodes.locate(node, ("about",)), around.vocabulary)
        if unknown is not None:
            found.problems.append(unknown)
            return None
        expressions = around.expressions(keys.about)
    table, problems = build_table(entry.key.value, keys, node, around.vocabulary, expressions)
    found.problems += problems
    return table


def _facts(
    files: Sequence[_File], around: Surroundings, found: _Found
) -> tuple[dict[str, dict[str, t.Expression]], list[r.Rule]]:
    """Every named fact by what it is about, and a check for each with examples; a fact may use others about the same.

    A fact with problems stands for something of any type, so that its uses are not reported too.
    """
    written: dict[str, tuple[nodes.Entry, m.FactKeys, _File]] = {}
    facts: dict[str, dict[str, t.Expression]] = {}
    tested: list[r.Rule] = []
    for file in files:
        for entry in _ids(file, "facts", found):
            keys, problems = read(m.FactKeys, entry.value, entry.key.position)
            found.problems += problems
            if keys is None:
                about = entry.value.get("about") if isinstance(entry.value, nodes.Mapping) else None
                if isinstance(about, nodes.Scalar):
                    facts.setdefault(about.value, {})[entry.key.value] = t.Name((entry.key.value,))
                continue
            place = nodes.locate(entry.value, ("about",))
            unknown = unknown_record(keys.about, place, around.vocabulary)
            if unknown is not None:
                found.problems.append(unknown)
            else:
                written[entry.key.value] = (entry, keys, file)
    order, circles = in_order({id_: names_in(entry.value, facts=True) for id_, (entry, *_) in written.items()})
    for circle in circles:
        message = f"These facts need each other: {' → '.join(circle)}."
        found.problems.append(Problem("circle", message, written[circle[0]][0].key.position))
    in_circle = {id_ for circle in circles for id_ in circle}
    sizes: dict[str, Size] = {}
    for id_ in order:
        entry, keys, file = written[id_]
        node = mapping(entry.value)
        known = facts.setdefault(keys.about, {})
        known[id_] = t.Name((id_,))
        if id_ in in_circle:
            continue
        e = replace(around, facts=facts).expressions(keys.about)
        e.lets(node.get("let"))
        result = e.expression(node.get("is"), None, "is", _TODAY)
        found.problems += e.problems
        if result is not None and not e.problems:
            sizes[id_] = size(result, sizes)
            known[id_] = result
            if is_too_large(sizes[id_]):
                message = f'"{id_}" stands for too much.'
                found.problems.append(Problem("too-large", message, entry.key.position, help=TOO_LARGE))
                sizes[id_] = (1, 1)
                known[id_] = t.Name((id_,))
                continue
            base = file.node.get("base")
            fact, problems = build_fact(entry, keys, result, file.keys, file.law, base, around.vocabulary)
            found.problems += problems
            tested += [] if fact is None else [fact]
    return facts, tested


# ---- rules ---------------------------------------------------------------------------------------------------------


def _rules(file: _File, around: Surroundings, found: _Found) -> Iterator[r.Rule]:
    for entry in _ids(file, "rules", found):
        keys, problems = _shape(entry)
        found.problems += problems
        if keys is None:
            continue
        rule, problems = build_rule(entry, keys, file.keys, file.law, file.topic, around)
        found.problems += problems
        examples, problems = build_examples(entry, keys, file.node.get("base"), around.vocabulary)
        found.problems += problems
        if rule is not None:
            if rule.body is None:
                message = f"Rules of kind {rule.kind} are read and checked, and not run yet."
                found.problems.append(Problem("not-run-yet", message, entry.key.position, Level.NOTE))
            rule = replace(rule, examples=examples)
            found.problems += lint_rule(entry, rule, around.vocabulary.types[rule.about])
            yield rule


def _keys_by_kind() -> dict[str, list[str]]:
    common = keys_of(m.RuleKeys)
    kinds: dict[str, list[str]] = {}
    for kind, model in m.KINDS.items():
        for key in keys_of(model):
            if key not in common:
                kinds.setdefault(key, []).append(kind)
    return kinds


_KIND_OF_KEY = _keys_by_kind()
_RULE_KEYS = {key: [f"{kind}, below rules"] for key, (kind, *_) in _KIND_OF_KEY.items()}


def _shape(entry: nodes.Entry) -> tuple[m.RuleKeys | None, list[Problem]]:
    """The keys of a rule by its kind."""
    node, place = entry.value, entry.key.position
    if not isinstance(node, nodes.Mapping):
        return None, [
            Problem("wrong-type", "The keys of a rule are needed here.", node.position, help="kind: deadline ...")
        ]
    kind = node.get("kind")
    name = kind.value if isinstance(kind, nodes.Scalar) else ""
    if name not in m.KINDS:
        message = f'"{name}" is no kind of rule.' if kind is not None else '"kind" is missing.'
        guess = did_you_mean(name, m.KINDS) or _likely_kind(node)
        position = kind.position if kind is not None else place
        help_ = "kinds: " + ", ".join(m.KINDS)
        return None, [Problem("bad-kind" if kind else "missing-key", message, position, suggestion=guess, help=help_)]
    model: type[m.RuleKeys] = m.KINDS[name]
    return read(model, node, place, {key: kinds for key, kinds in _KIND_OF_KEY.items() if name not in kinds})


def _likely_kind(node: nodes.Mapping) -> str | None:
    """The kind that has most of the keys that were written."""
    written = [entry.key.value for entry in node.entries]
    votes = {kind: sum(kind in _KIND_OF_KEY.get(key, ()) for key in written) for kind in m.KINDS}
    best = max(votes.values())
    return next((kind for kind, count in votes.items() if count == best), None) if best else None


def _may_replace(rule: r.Rule, other: r.Rule) -> bool:
    """Whether it can be told for a subject, or for each obligation of the other, if a rule applies."""
    if rule.has_one_obligation and other.has_one_obligation:
        return True
    return rule.each is None and len(rule.starts) == 1 and not isinstance(rule.starts[0], t.Rows)


def _check_references(rules: Mapping[str, r.Rule], found: _Found) -> None:
    """What rules say of each other."""
    for rule in rules.values():
        for other in rule.replaces:
            if ("rules", other) not in found.places:
                guess = did_you_mean(other, rules)
                message = f'{rule.id} replaces "{other}", and there is no such rule.'
                found.problems.append(Problem("unknown-name", message, rule.position, suggestion=guess))
            elif other in rules and not _may_replace(rule, rules[other]):
                message = f"{rule.id} has no one trigger day of its own, so it cannot replace {other}."
                found.problems.append(Problem("wrong-combination", message, rule.position))
            elif other in rules and rules[other].about != rule.about:
                message = (
                    f"{rule.id} is about {rule.about} and cannot replace {other}, which is about {rules[other].about}."
                )
                found.problems.append(Problem("wrong-type", message, rule.position))
        for old in rule.was:
            if old in rules:
                message = f'{rule.id} was "{old}", but there still is a rule of that id.'
                found.problems.append(Problem("duplicate-id", message, rule.position))
    found.problems.extend(wrong_families(rules.values()))
