"""What a YAML file is after reading: scalars, sequences and mappings that know where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from compliance_engine.problems import Position


@dataclass(frozen=True)
class Scalar:
    """A single value.

    Attributes:
        value: the text after YAML has undone quotes, escapes and folding.
        plain: written without quotes and not as a block, so it may be a number, a date, true, false or null.
        position: the first character, which for quoted text is the quote and for a block its `|` or `>`.
        source: the characters of the file from there to the end of the scalar.
    """

    value: str
    plain: bool
    position: Position
    source: str = field(default="", repr=False, compare=False)


@dataclass(frozen=True)
class Sequence:
    """A list, in block form or in square brackets."""

    items: tuple["Node", ...]
    position: Position

    def __iter__(self) -> Iterator["Node"]:
        return iter(self.items)


@dataclass(frozen=True)
class Entry:
    """A key and its value."""

    key: Scalar
    value: "Node"


@dataclass(frozen=True)
class Mapping:
    """Keys with values in the order of the file; no key occurs twice."""

    entries: tuple[Entry, ...]
    position: Position

    def entry(self, key: str) -> Entry | None:
        """The entry with this key, if there is one."""
        return next((entry for entry in self.entries if entry.key.value == key), None)

    def get(self, key: str) -> "Node | None":
        """The value under this key, if there is one."""
        entry = self.entry(key)
        return entry.value if entry else None


Node = Scalar | Sequence | Mapping


def locate(node: Node, path: tuple[str | int, ...], key: bool = False) -> Position:
    """Where a path of keys and indexes leads; where the path leaves the tree, the place of the last node on it.

    Args:
        node: where the path starts.
        path: keys of mappings and indexes of sequences, counted from 0.
        key: answer with the place of the last key of the path, not of its value.

    Example:
        `locate(root, ("retention", "keep"))` is the place of the text behind `keep:`.
    """
    position = node.position
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str) and (entry := node.entry(step)):
            node = entry.value
            position = entry.key.position if key else node.position
        elif isinstance(node, Sequence) and isinstance(step, int) and 0 <= step < len(node.items):
            node = node.items[step]
            position = node.position
        else:
            break
    return position
