"""Two runs side by side: the results that appear, vanish or move.

Results are matched by what they are about (the identity of the rule, employer, subject, instance), so no key is needed
and a corrected day or a renamed rule is seen as a move of the same finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.language.rule import SEVERITIES
from compliance_engine.runs.folder import Run
from compliance_engine.runs.identity import keyed_hash_sql
from compliance_engine.runs.model import RuleCard
from compliance_engine.runs.read import Result, results_view

How = Literal["appears", "vanishes", "moves"]
_ABOUT = ("identity", "employer", "subject", "instance", "nth")
_COLUMNS = Result._fields
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Change:
    """A result that is not the same in both runs; None where a run has nothing to look at."""

    before: Result | None
    after: Result | None

    @property
    def how(self) -> How:
        """What became of it."""
        if self.before is None:
            return "appears"
        return "vanishes" if self.after is None else "moves"

    @property
    def there(self) -> Result:
        """The result as it is now; of one that vanishes, as it was."""
        found = self.after or self.before
        if found is None:
            raise TypeError("a change has a result on one side")
        return found


@dataclass(frozen=True)
class RuleChanges:
    """What changed for one rule, by the id that it has now.

    Attributes:
        before, after: the rule in each run; None where it is not among the rules of a run.
        removed, added: the lines of the rule (runs/spelled.py) that one of the runs has alone.
    """

    rule: str
    before: RuleCard | None
    after: RuleCard | None
    removed: tuple[str, ...]
    added: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def card(self) -> RuleCard:
        """The rule as it is now, or as it was."""
        found = self.after or self.before
        if found is None:
            raise TypeError("a rule is in one of the runs")
        return found


@dataclass(frozen=True)
class Comparison:
    """Two runs: rules with changes, gravest first, and what else differs.

    Attributes:
        policy_removed, policy_added: lines of the policies that one of them has alone.
        files: paths of input files that are new, gone or of another content; what is read now goes before what was.
    """

    before: Run
    after: Run
    rules: tuple[RuleChanges, ...]
    policy_removed: tuple[str, ...]
    policy_added: tuple[str, ...]
    files: tuple[str, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of all rules."""
        return tuple(change for rule in self.rules for change in rule.changes)

    def counts(self) -> dict[How, int]:
        """How many there are of each kind."""
        found = Counter(change.how for change in self.changes)
        return {how: found[how] for how in ("appears", "vanishes", "moves")}


def compare(before: Run, after: Run, key: bytes | None) -> Comparison:
    """Compare two runs; with a key, results have fingerprints."""
    found: dict[str, list[Change]] = {}
    for identity, change in _changes(before, after, key):
        found.setdefault(identity, []).append(change)
    earlier = {card.identity: (rule, card) for rule, card in before.rules.items()}
    later = {card.identity: (rule, card) for rule, card in after.rules.items()}
    rules = []
    for identity in sorted(earlier.keys() | later.keys()):
        old, new = earlier.get(identity), later.get(identity)
        old_card, new_card = (x[1] if x is not None else None for x in (old, new))
        removed, added = only(old_card.text if old_card else (), new_card.text if new_card else ())
        if identity in found or removed or added or old is None or new is None:
            name = (new or old or ("", None))[0]
            rules.append(RuleChanges(name, old_card, new_card, removed, added, tuple(found.get(identity, ()))))
    rules.sort(key=lambda rule: (not rule.changes, -SEVERITIES.index(rule.card.severity), rule.rule))
    old_lines, new_lines = (run.info.policy.text if run.info.policy is not None else () for run in (before, after))
    policy_removed, policy_added = only(old_lines, new_lines)
    return Comparison(before, after, tuple(rules), policy_removed, policy_added, _files(before, after))


def only(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines that one side has alone."""
    old, new = set(before), set(after)
    return tuple(x for x in before if x not in new), tuple(x for x in after if x not in old)


def _files(before: Run, after: Run) -> tuple[str, ...]:
    old, new = ({file.sha256 for file in run.info.inputs} for run in (before, after))
    come = {file.path for file in after.info.inputs if file.sha256 not in old}
    called = {Path(path).name for path in come}
    gone = {file.path for file in before.info.inputs if file.sha256 not in new and Path(file.path).name not in called}
    return tuple(sorted(come | gone))


def _changes(before: Run, after: Run, key: bytes | None) -> list[tuple[str, Change]]:
    hashed = "NULL" if key is None else keyed_hash_sql(key, ["identity", "employer", "subject", "instance"])
    with duckdb.connect(":memory:") as connection:
        for side, run in (("a", before), ("b", after)):
            results_view(connection, run, hashed, called=f"result_{side}", rules=f"_rule_{side}")
            # Results that have everything in common are told apart by their order.
            same = "PARTITION BY identity, employer, subject, instance"
            connection.execute(
                f"CREATE VIEW {side} AS SELECT *, row_number() OVER ({same} ORDER BY due, state, file, record) AS nth "
                f"FROM result_{side}"
            )
        columns = ", ".join(f"{side}.{name}" for side in ("a", "b") for name in _COLUMNS)
        about = ", ".join(_ABOUT)
        rows = connection.execute(
            f"SELECT coalesce(a.identity, b.identity), {columns} FROM a FULL JOIN b USING ({about}) "
            "WHERE (a.state, a.due) IS DISTINCT FROM (b.state, b.due) OR a.rule IS NULL OR b.rule IS NULL "
            f"ORDER BY a.rule IS NOT NULL, b.rule IS NULL, {about}"
        )
        found = []
        while batch := rows.fetchmany(_BATCH):
            for identity, *cells in batch:
                old, new = _result(cells[: len(_COLUMNS)]), _result(cells[len(_COLUMNS) :])
                found.append((identity, Change(old, new)))
        return found


def _result(cells: Sequence[object]) -> Result | None:
    told = dict(zip(_COLUMNS, cells, strict=True))
    if told["rule"] is None:
        return None
    told |= {"outcome": Outcome(told["outcome"]), "state": State(told["state"]), "lacks": tuple(told["lacks"] or ())}  # type: ignore[arg-type]
    return Result(**told)  # type: ignore[arg-type]
