"""The numbers at the top of the report: of all results, however many are listed below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from compliance_engine.language.outcomes import OUTCOME_OF, Outcome, State
from compliance_engine.language.rule import SEVERITIES
from compliance_engine.outputs.html.drawing import Weeks, weeks
from compliance_engine.outputs.html.words import DONE_WRONG
from compliance_engine.runs.model import RuleCard, RunInfo
from compliance_engine.runs.read import Reader

AHEAD = 90
"""Days that are looked ahead."""
_WEEKS = 13
_FACTS = 4
AGES = (
    ("up to a week", 7),
    ("8 to 30 days", 30),
    ("31 to 90 days", 90),
    ("91 days to a year", 365),
    ("over a year", None),
)
"""How long something has been overdue: in words, and the last day of it."""
_OPEN = ", ".join(f"'{s}'" for s, o in OUTCOME_OF.items() if o is Outcome.VIOLATION and s not in DONE_WRONG)


@dataclass(frozen=True, slots=True)
class Share:
    """A named number, and how long its bar is, out of a hundred; behind it a paler one for what it is part of."""

    name: str
    number: int
    bar: float
    note: str = ""
    behind: float = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of the table of topics and jurisdictions; shade 0 to 4 says how many it is beside the others."""

    jurisdiction: str
    number: int
    shade: int


@dataclass(frozen=True, slots=True)
class TopicRow:
    """The violations of a topic by jurisdiction."""

    topic: str
    owner: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What the violations of a rule may cost."""

    rule: str
    title: str
    number: int
    low: float
    high: float
    cite: str
    value: str


@dataclass(frozen=True)
class Overview:
    """Attributes: open: violations that can still be put right; happened: those that can only be documented.

    next_due: results due in each of the weeks ahead; later: due after them; disposable: papers that may go.
    facts: what is not known: the results that lack nothing else, and in the note all that lack it.
    uncosted: violations of rules that name no amount.
    """

    open: int
    happened: int
    severities: tuple[Share, ...]
    ages: tuple[Share, ...]
    aged: int
    weeks: Weeks
    ahead: int
    soon: int
    later: int
    disposable: int
    facts: tuple[Share, ...]
    more_facts: int
    jurisdictions: tuple[str, ...]
    topics: tuple[TopicRow, ...]
    costs: tuple[Cost, ...]
    low: float
    high: float
    uncosted: int


def overview(reader: Reader) -> Overview:
    """Count what the top of the page says."""
    info, rules = reader.run.info, reader.run.rules
    by_state: Counter[State] = Counter()
    for states in info.by_rule.values():
        by_state.update(states)
    violations = {rule: info.of_rule(rule, Outcome.VIOLATION) for rule in rules}
    happened = sum(by_state[state] for state in DONE_WRONG)
    per_week, soon, later = _ahead(reader, info.as_of)
    facts, more = _facts(reader)
    jurisdictions, topics = _topics(violations, rules)
    costs = _costs(violations, rules)
    ages = _ages(reader, info.as_of)
    return Overview(
        open=info.counts[Outcome.VIOLATION] - happened,
        happened=happened,
        severities=_severities(violations, rules),
        ages=ages,
        aged=sum(share.number for share in ages),
        weeks=weeks(info.as_of, per_week),
        ahead=sum(per_week),
        soon=soon,
        later=later,
        disposable=by_state[State.DISPOSABLE],
        facts=facts,
        more_facts=more,
        jurisdictions=jurisdictions,
        topics=topics,
        costs=costs,
        low=sum(cost.number * cost.low for cost in costs),
        high=sum(cost.number * cost.high for cost in costs),
        uncosted=sum(violations.values()) - sum(cost.number for cost in costs),
    )


def shares(rows: Sequence[tuple[str, int]]) -> tuple[Share, ...]:
    """Named numbers with bars that show how many each is beside the largest."""
    most = max((number for _, number in rows), default=0) or 1
    return tuple(Share(name, number, round(100 * number / most, 1)) for name, number in rows)


def _severities(violations: Mapping[str, int], rules: Mapping[str, RuleCard]) -> tuple[Share, ...]:
    found = Counter[str]()
    for rule, number in violations.items():
        found[rules[rule].severity] += number
    return shares([(severity, found[severity]) for severity in reversed(SEVERITIES) if found[severity]])


def _ages(reader: Reader, as_of: date) -> tuple[Share, ...]:
    """How long open violations have been past their due day."""
    late = f"date_diff('day', due, DATE '{as_of}')"
    bounds = " ".join(f"WHEN {late} <= {last} THEN {n}" for n, (_, last) in enumerate(AGES) if last is not None)
    rows = reader.connection.execute(
        f"SELECT CASE {bounds} ELSE {len(AGES) - 1} END, count(*) FROM result "
        f"WHERE state IN ({_OPEN}) AND due < DATE '{as_of}' GROUP BY 1"
    ).fetchall()
    found = dict(rows)
    return shares([(name, found.get(n, 0)) for n, (name, _) in enumerate(AGES)])


def _ahead(reader: Reader, as_of: date) -> tuple[list[int], int, int]:
    """Results due by week, within thirty days, and after the last week shown."""
    rows = reader.connection.execute(
        f"SELECT date_diff('day', DATE '{as_of}', due) AS days, count(*) FROM result "
        f"WHERE outcome = 'pending' AND state <> 'disposable' AND due >= DATE '{as_of}' "
        f"AND due <= DATE '{as_of + timedelta(days=AHEAD)}' GROUP BY 1"
    ).fetchall()
    later = reader.connection.execute(
        f"SELECT count(*) FROM result WHERE outcome = 'pending' AND state <> 'disposable' "
        f"AND (due IS NULL OR due > DATE '{as_of + timedelta(days=AHEAD)}')"
    ).fetchone()
    per_week = [0] * _WEEKS
    for days, number in rows:
        per_week[min(days // 7, _WEEKS - 1)] += number
    return per_week, sum(number for days, number in rows if days <= 30), int(later[0]) if later else 0


def _facts(reader: Reader) -> tuple[tuple[Share, ...], int]:
    """The facts whose lack leaves most results untold; those that lack nothing else would be settled by it alone."""
    rows = reader.connection.execute(
        "SELECT fact, count(*) AS n, count(*) FILTER (WHERE len(lacks) = 1) AS alone FROM "
        "(SELECT unnest(lacks) AS fact, lacks FROM result WHERE outcome = 'unknown') GROUP BY 1 "
        "ORDER BY alone DESC, n DESC, fact"
    ).fetchall()
    most = max((number for _, number, _ in rows[:_FACTS]), default=1)
    found = tuple(
        Share(fact, alone, round(100 * alone / most, 1), f"{number:,}", round(100 * number / most, 1))
        for fact, number, alone in rows[:_FACTS]
    )
    return found, max(0, len(rows) - _FACTS)


def _topics(
    violations: Mapping[str, int], rules: Mapping[str, RuleCard]
) -> tuple[tuple[str, ...], tuple[TopicRow, ...]]:
    numbers: Counter[tuple[str, str]] = Counter()
    owners: dict[str, str] = {}
    for rule, number in violations.items():
        if number:
            card = rules[rule]
            numbers[card.topic, card.jurisdiction] += number
            owners[card.topic] = card.owner or ""
    jurisdictions = tuple(sorted({place for _, place in numbers}, key=lambda place: (place != "us", place)))
    most = max(numbers.values(), default=1)
    rows = []
    for topic, owner in owners.items():
        cells = tuple(Cell(p, numbers[topic, p], -(-4 * numbers[topic, p] // most)) for p in jurisdictions)
        rows.append(TopicRow(topic, owner, cells, sum(cell.number for cell in cells)))
    return jurisdictions, tuple(sorted(rows, key=lambda row: (-row.total, row.topic)))


def _costs(violations: Mapping[str, int], rules: Mapping[str, RuleCard]) -> tuple[Cost, ...]:
    found = []
    for rule, number in violations.items():
        amount = rules[rule].exposure
        if number and amount is not None and amount.low is not None and amount.high is not None:
            card = rules[rule]
            found.append(Cost(rule, card.title, number, amount.low, amount.high, amount.cite, amount.value))
    return tuple(sorted(found, key=lambda cost: (-cost.number * cost.high, cost.rule)))


def largest_first(info: RunInfo) -> tuple[tuple[str, int], ...]:
    """Outcomes with their numbers, in the order of the page."""
    order = (
        Outcome.VIOLATION, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PENDING, Outcome.WAIVED, Outcome.PASS,
        Outcome.NOT_APPLICABLE,
    )  # fmt: skip
    return tuple((outcome.value, info.counts[outcome]) for outcome in order)
