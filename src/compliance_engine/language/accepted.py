"""The list of mutants that may survive: mistakes in rules that no example can notice, each with the reason.

The list stands beside the rules, in `mutants-accepted.yaml`:

    accepted:
      - {rule: us.i9.section2, mutant: "in_force: in force from 1986-11-07 → 1986-11-06", reason: when says the same}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from compliance_engine.language import nodes, yaml
from compliance_engine.problems import Problem

FILE = "mutants-accepted.yaml"
_KEYS = ("rule", "mutant", "reason")


def load_accepted(folders: Sequence[Path]) -> tuple[dict[tuple[str, str], str], list[Problem]]:
    """(rule or value id, mutant in words) → reason, out of the lists in some folders."""
    found: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for folder in folders:
        file = folder / FILE
        if file.is_file():
            node, wrong = yaml.parse(file.read_bytes(), file.as_posix())
            problems += wrong
            for entry, read in _entries(node):
                problems += [] if read is not None else [Problem("bad-entry", _MESSAGE, entry.position)]
                found |= {} if read is None else {(read[0], read[1]): read[2]}
    return found, problems


_MESSAGE = "An accepted mutant has a rule, a mutant and a reason, each a text."


def _entries(node: nodes.Node | None) -> Iterator[tuple[nodes.Node, tuple[str, str, str] | None]]:
    listed = node.get("accepted") if isinstance(node, nodes.Mapping) else None
    if not isinstance(listed, nodes.Sequence):
        if node is not None:
            yield node, None
        return
    for item in listed.items:
        values = [item.get(key) for key in _KEYS] if isinstance(item, nodes.Mapping) else []
        texts = [value.value for value in values if isinstance(value, nodes.Scalar) and value.value]
        whole = len(texts) == len(_KEYS) and isinstance(item, nodes.Mapping) and len(item.entries) == len(_KEYS)
        yield item, (texts[0], texts[1], texts[2]) if whole else None
