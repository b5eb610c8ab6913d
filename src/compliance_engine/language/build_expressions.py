"""Reads the expressions of one rule, fact or dated value: text → tree with every name resolved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from compliance_engine.language import nodes
from compliance_engine.language import tree as t
from compliance_engine.language.build_order import in_order
from compliance_engine.language.check import check
from compliance_engine.language.names import Scope
from compliance_engine.language.parse import WORDS, Parsed, Start
from compliance_engine.language.parse import parse as parse_uncached
from compliance_engine.language.places import misspelt
from compliance_engine.language.scalars import position_in
from compliance_engine.language.syntax import OnDay, SyntaxProblem
from compliance_engine.language.value_types import Type
from compliance_engine.language.walk import parts
from compliance_engine.problems import Position, Problem

TURN = frozenset({"turn.start", "turn.end", "turn.year"})
SPECIALS = TURN | {"starts", "due", "done", "as_of"}
"""The rule's own words; which of them a key may use is said by the key."""
MAX_NODES, MAX_LEVELS = 3000, 120
"""Parts and levels of what a name stands for, with the names in it; what is larger was made to be large."""

parse = lru_cache(maxsize=20_000)(parse_uncached)
"""Files repeat themselves (`worker_type = 'employee'`), and a tree never changes."""


def mapping(node: nodes.Node | None) -> nodes.Mapping:
    """A node whose shape was found to be a mapping."""
    if not isinstance(node, nodes.Mapping):
        raise TypeError("the shape of this node was not checked")
    return node


def items(node: nodes.Node | None) -> tuple[nodes.Node, ...]:
    """The members of a list; none of anything else."""
    return node.items if isinstance(node, nodes.Sequence) else ()


def entries(node: nodes.Node | None) -> tuple[nodes.Entry, ...]:
    """The keys and values of a mapping; none of anything else."""
    return node.entries if isinstance(node, nodes.Mapping) else ()


def located(scalar: nodes.Scalar, problem: SyntaxProblem) -> Problem:
    """A problem of an expression at its place in the file."""
    message = problem.message if problem.message.endswith((".", "?")) else problem.message + "."
    length = min(problem.length, max(1, len(scalar.value) - problem.offset))
    position = position_in(scalar, problem.offset, length)
    return Problem(problem.code, message, position, suggestion=problem.suggestion, help=problem.help)


@dataclass
class Expressions:
    """Reads expressions in one scope and gathers what is wrong with them.

    calendars: names of the calendars that a clock may count by.
    broken: ids of dated values that have problems of their own.
    place: where the rule begins, for what is missing in it.
    """

    scope: Scope
    calendars: frozenset[str]
    broken: frozenset[str] = frozenset()
    place: Position | None = None
    problems: list[Problem] = field(default_factory=list)

    def say(
        self, code: str, message: str, position: Position, suggestion: str | None = None, help: str | None = None
    ) -> None:
        self.problems.append(Problem(code, message, position, suggestion=suggestion, help=help))

    def parsed(self, node: nodes.Node, start: Start = "condition") -> Parsed | None:
        """The tree of a text, names still unresolved."""
        if not isinstance(node, nodes.Scalar):
            return None
        raw, problem = parse(node.value, start)
        if problem is not None:
            self.problems.append(located(node, problem))
        return raw

    def resolved(
        self,
        node: nodes.Node,
        raw: t.Node,
        want: Type | None,
        key: str,
        allowed: frozenset[str],
        scope: Scope | None = None,
    ) -> t.Expression:
        """A tree with its names resolved.

        Args:
            key: the key it stands under, for messages.
            allowed: those of the rule's own words that have a meaning there.
        """
        if not isinstance(node, nodes.Scalar):
            raise TypeError("a tree comes from a text")
        result, problems = check(raw, scope or self.scope, want)  # type: ignore[arg-type]
        self.problems += [located(node, self._plain(problem)) for problem in problems]
        for name, span in own_words(result):
            if name not in allowed:
                self._at(node, span, "word-out-of-place", f'"{name}" has no meaning under "{key}".', _WHERE.get(name))
        for calendar, span in calendars_of(result):
            if calendar and calendar not in self.calendars:
                message = f'There is no calendar "{calendar}".'
                self._at(node, span, "unknown-calendar", message, "calendars: worksite, us-federal, state, us.ca, ...")
        for text in misspelt(result, self.scope.vocabulary):
            message = f'"{text.value}" is no place.'
            self._at(node, text.span, "unknown-code", message, "us, us.ny, us.ny.nyc")
        return result

    def expression(
        self, node: nodes.Node | None, want: Type | None, key: str, allowed: frozenset[str], start: Start = "condition"
    ) -> t.Expression | None:
        """One expression from text to resolved tree; None if there is none or it cannot be read."""
        if node is None:
            return None
        raw = self.parsed(node, start)
        return (
            None
            if raw is None
            else self.resolved(node, self.as_rows(raw) if start == "dates" else raw, want, key, allowed)
        )

    def clock(
        self, node: nodes.Node | None, want: Type | None, key: str, allowed: frozenset[str]
    ) -> t.Expression | None:
        """An expression, or branches of `{when, is}`."""
        if not isinstance(node, nodes.Sequence):
            return self.expression(node, want, key, allowed)
        arms = []
        for i, item in enumerate(node.items):
            branch = mapping(item)
            when_node = branch.get("when")
            when = self.expression(when_node, "yes_no", "when", allowed | {"as_of"})
            then = self.expression(branch.get("is"), want, key, allowed)
            if when_node is None and i < len(node.items) - 1:
                self.say("branch-never-reached", "This branch has no condition, so those after it are never reached.",
                         item.position, help="move it to the end, or give it a when")  # fmt: skip
            if then is not None:
                arms.append(t.Branch(when, then))
        return t.Branches(tuple(arms)) if arms else None

    def as_rows(self, raw: Parsed) -> Parsed:
        """`training.completed_on` is every such date where a key takes rows and there may be several."""
        if not isinstance(raw, t.Name) or len(raw.parts) != 2:
            return raw
        record, scope = raw.parts[0], self.scope
        several = (
            record in scope.vocabulary.types
            and record not in (scope.about, scope.each, "assignment", "worksite")
            and not scope.vocabulary.is_one(scope.about, record)
        )
        return t.Rows(raw.parts, None, span=raw.span) if several else raw

    def lets(self, node: nodes.Node | None) -> dict[str, t.Expression]:
        """Resolve local names, whatever their order, and use them in the scope from then on."""
        if not isinstance(node, nodes.Mapping):
            return {}
        written = {entry.key.value: entry for entry in node.entries}
        for name, entry in written.items():
            if name in WORDS or not name.isidentifier() or name != name.lower():
                why = "is a word of the language" if name in WORDS else "is no name: use small letters, digits and _"
                self.say("bad-name", f'"{name}" {why}.', entry.key.position, help="choose another name")
        needs = {name: names_in(entry.value) & written.keys() for name, entry in written.items()}
        order, circles = in_order(needs)
        for circle in circles:
            self.say("circle", f"These names need each other: {' → '.join(circle)}.", written[circle[0]].key.position)
        # A name that cannot be resolved stands for something of any type, so that its uses are not reported too.
        found: dict[str, t.Expression] = {name: t.Name((name,)) for name in order}
        self.scope = replace(self.scope, lets=found)
        in_circle = {name for circle in circles for name in circle}
        sizes: dict[str, Size] = {}
        for name in order:
            entry = written[name]
            if name in in_circle or name in WORDS:
                continue
            result = self.clock(entry.value, None, "let", SPECIALS)
            if result is None:
                continue
            sizes[name] = size(result, sizes)
            if is_too_large(sizes[name]):
                self.say("too-large", f'"{name}" stands for too much.', entry.key.position, help=TOO_LARGE)
                sizes[name] = (1, 1)
            else:
                found[name] = result
        return found

    def _plain(self, problem: SyntaxProblem) -> SyntaxProblem:
        """A dated value with problems exists all the same."""
        id_ = next((id_ for id_ in self.broken if problem.message == f'there is no dated value "{id_}"'), None)
        if id_ is None:
            return problem
        return SyntaxProblem(f'the dated value "{id_}" has problems of its own', problem.offset, problem.length,
                             code="needs-a-broken-value")  # fmt: skip

    def _at(self, node: nodes.Scalar, span: t.Span, code: str, message: str, help: str | None) -> None:
        start, end = span
        self.problems.append(located(node, SyntaxProblem(message, start, max(1, end - start), help=help, code=code)))


_WHERE = {
    "due": "due is known only in the keys that come after it: repeat, lapses",
    "done": "done is known only in the keys that come after it: repeat, lapses",
    "as_of": "a clock must not move with the day of asking",
    "starts": "write the field itself",
    **dict.fromkeys(sorted(TURN), "turns exist where repeat names a period, such as calendar year"),
}


def own_words(e: t.Node) -> Iterator[tuple[str, t.Span]]:
    """The rule's own words in a tree, each with the place of the word or of the name that stands for it."""
    if isinstance(e, t.Special):
        yield e.name, e.span
    elif isinstance(e, t.DoneField):
        yield "done", e.span
    for part in parts(e):
        for name, span in own_words(part):
            inside = isinstance(e, t.Alias) or (isinstance(e, t.Value) and part is not e.on and part not in e.keys)
            yield name, e.span if inside else span


def calendars_of(e: t.Node) -> Iterator[tuple[str, t.Span]]:
    """The calendars that a tree names itself; those of names and dated values are checked where they are written."""
    if isinstance(e, t.Shift | t.NthBusinessDay | t.Rolled):
        yield e.calendar or "", e.span
    if not isinstance(e, t.Alias | t.Value):
        for part in parts(e):
            yield from calendars_of(part)


Size = tuple[int, int]
"""How many parts a tree has, and how many levels."""
TOO_LARGE = f"names may stand for {MAX_NODES} parts and {MAX_LEVELS} levels, with the names in them"


def size(e: t.Node, sizes: Mapping[str, Size]) -> Size:
    """The size of a tree with everything its names stand for; `sizes` knows that of names."""
    known = sizes.get(e.name) if isinstance(e, t.Alias) else None
    below = [known] if known else [size(part, sizes) for part in parts(e)]
    return 1 + sum(n for n, _ in below), 1 + max((levels for _, levels in below), default=0)


def is_too_large(size_: Size) -> bool:
    """Whether a name stands for more than is read."""
    return size_[0] > MAX_NODES or size_[1] > MAX_LEVELS


def names_in(node: nodes.Node, facts: bool = False) -> set[str]:
    """The plain names, or the ids of named facts, that the expressions of a node use."""
    found: set[str] = set()
    for scalar in scalars(node):
        raw, _ = parse(scalar.value, "condition")
        if raw is not None:
            found |= set(_names(raw, facts))
    return found


def scalars(node: nodes.Node) -> Iterator[nodes.Scalar]:
    """Every text of a node and of what lies below it, keys left out."""
    match node:
        case nodes.Scalar():
            yield node
        case nodes.Sequence():
            for item in node.items:
                yield from scalars(item)
        case nodes.Mapping():
            for entry in node.entries:
                yield from scalars(entry.value)


def _names(e: t.Node, facts: bool) -> Iterator[str]:
    if facts:
        if isinstance(e, t.NamedFact):
            yield e.id
    elif isinstance(e, t.Name | OnDay):
        plain = e.parts[1:] if e.parts[0] == "this" else e.parts
        yield from plain[:1] if len(plain) == 1 else ()
    for part in parts(e):
        yield from _names(part, facts)
