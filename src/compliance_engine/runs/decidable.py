"""Which rules can be decided from the columns that an export has, tried on the examples of the rules themselves.

Each example is judged twice: as it is written, and with every cell taken away that the export could not fill. A rule of
which no example keeps its answer will answer of nobody: it is unknown, or seems to apply to none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from compliance_engine.engine import twin
from compliance_engine.engine.twin.example import world_of
from compliance_engine.engine.twin.values import Value, unknown
from compliance_engine.engine.twin.world import Row, World
from compliance_engine.language.outcomes import Outcome
from compliance_engine.language.reads import all_nodes, records_read
from compliance_engine.language.rule import Rule
from compliance_engine.language.vocabulary import Field, Vocabulary
from compliance_engine.records.supplied import Supplied

Standing = Literal["decided", "partly", "never", "nobody", "nowhere"]
"""All examples keep their answer, or some do; none does; there is nobody to judge; nobody's place can be told."""
NOT_SUPPLIED = "not supplied"
_ANSWERS = (Outcome.PASS, Outcome.VIOLATION, Outcome.PENDING)
_PLACE = {
    "home": (("employee", "home_state"),),
    "worksite": (("worksite", "state"),),
    "employer": (("assignment", "worksite_id"), ("worksite", "state")),
    "document": (("worksite", "state"), ("document", "worksite_id")),
    "work": (("assignment", "worksite_id"), ("worksite", "state")),
}
"""What it takes to know in whose law's reach somebody is."""

_COUNTED = (("employment_spell", "start_date"), ("employment_spell", "termination_date"))
"""What it takes to count people."""

_MAKES = {
    "worksite.state": ("places", "places_known"),
    "employee.home_state": ("home_places", "home_places_known"),
    "employee.ssn": ("ssn_state", "ssn_hash"),
}
"""Fields that are made of a column."""


@dataclass(frozen=True, slots=True)
class Decidable:
    """How one rule fares.

    Attributes:
        examples: its examples with an answer; kept: how many of them keep it.
        lacks: fields, or whole record types, that are not supplied and that some example lacked.
    """

    rule: str
    title: str
    standing: Standing
    examples: int
    kept: int
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A field or record type that is not supplied: how many rules lack it, and how many it alone would settle."""

    name: str
    lacked_by: int
    settles: int


def decidable(
    rules: Sequence[Rule], vocabulary: Vocabulary, supplied: Supplied
) -> tuple[tuple[Decidable, ...], tuple[Missing, ...]]:
    """Try every rule, and every missing column on the rules that lack it; the most useful column first."""
    tried = {rule.id: rule for rule in rules if rule.body is not None and rule.examples}
    found = {id_: _try(rule, vocabulary, supplied) for id_, rule in tried.items()}
    lacked: dict[str, list[str]] = {}
    for one in found.values():
        for name in one.lacks if one.standing != "decided" else ():
            lacked.setdefault(name, []).append(one.rule)
    settled: Counter[str] = Counter()
    for name, ids in lacked.items():
        more = supplied | _with(name, vocabulary)
        settled[name] = sum(_try(tried[id_], vocabulary, more).standing == "decided" for id_ in ids)
    missing = [Missing(name, len(ids), settled[name]) for name, ids in lacked.items()]
    missing.sort(key=lambda one: (-one.settles, -one.lacked_by, one.name))
    return tuple(found[id_] for id_ in sorted(found)), tuple(missing)


def _with(name: str, vocabulary: Vocabulary) -> Supplied:
    """What a column adds; a whole record type with all its fields."""
    type_name, _, field = name.partition(".")
    fields = (field,) if field else tuple(f.name for f in vocabulary.types[type_name].fields)
    made = _MAKES.get(name, ())
    return frozenset({(type_name, ""), *((type_name, one) for one in (*fields, *made))})


def _try(rule: Rule, vocabulary: Vocabulary, supplied: Supplied) -> Decidable:
    place = _lacking_place(rule, supplied)
    examples = kept = 0
    lacks = {_called(*field, supplied) for field in place}
    for example in rule.examples:
        world = world_of(rule, example, vocabulary)
        whole = twin.judge(rule, world)
        answers = sum(verdict.outcome in _ANSWERS for verdict in whole)
        if not answers:
            continue
        examples += 1
        reduced = twin.judge(rule, _reduced(world, supplied, knows_place=not place))
        kept += [verdict.state for verdict in whole] == [verdict.state for verdict in reduced]
        causes = {cause.what for verdict in reduced for cause in verdict.causes}
        lacks |= {name for what in causes if (name := _lacking(what, vocabulary, supplied))}
    if (rule.about, "") not in supplied:
        return Decidable(rule.id, rule.title, "nobody", examples, 0, tuple(sorted({*lacks, rule.about})))
    standing: Standing = "nowhere" if place else "never" if not kept else "partly" if kept < examples else "decided"
    if not place and not examples:  # it only says whom it is not about
        standing = "decided"
    if standing == "never" and not lacks:  # without them it says of everybody that it does not apply
        lacks = set(_read_in_vain(rule, supplied))
    return Decidable(rule.id, rule.title, standing, examples, 0 if place else kept, tuple(sorted(lacks)))


def _read_in_vain(rule: Rule, supplied: Supplied) -> Iterator[str]:
    """The fields that a rule reads and that are not supplied."""
    for node in all_nodes(rule):
        field, record = getattr(node, "field", None), getattr(node, "record", None)
        if isinstance(field, Field) and isinstance(record, str) and (record, field.name) not in supplied:
            yield _called(record, field.name, supplied)


def _lacking_place(rule: Rule, supplied: Supplied) -> list[tuple[str, str]]:
    """What is missing to know whether anybody is in the law's reach."""
    if rule.jurisdiction in ("us", "org") or rule.jurisdiction.startswith("org."):
        return []
    wanted = _PLACE[rule.reach]
    if rule.about == "worksite" or ("worksite" in records_read(rule) and rule.reach == "worksite"):
        wanted = _PLACE["worksite"]
    return [field for field in wanted if field not in supplied]


def _lacking(what: str, vocabulary: Vocabulary, supplied: Supplied) -> str | None:
    """The field or record type behind a cause; none if it is supplied, or is no column, such as a choice."""
    type_name, _, field = what.partition(".")
    if type_name not in vocabulary.types or (type_name, field) in supplied:
        return None
    return _called(type_name, field, supplied)


def _called(type_name: str, field: str, supplied: Supplied) -> str:
    """A field, by the column that it is made of; the whole type where no column of it is there."""
    field = next((made.partition(".")[2] for made, fields in _MAKES.items() if field in fields), field)
    return f"{type_name}.{field}" if field and (type_name, "") in supplied else type_name


def _reduced(world: World, supplied: Supplied, *, knows_place: bool) -> World:
    """The world of an example as an export without some columns would show it."""
    kinds = world.vocabulary.types
    types = {type_name for type_name, field in supplied if not field}
    gone = {name for name in kinds if name not in types}
    columns = {(name, field.name) for name in types for field in kinds[name].fields} - supplied

    def cells(name: str, row: Row) -> Row:
        identity = {*kinds[name].key, "employee_number", "spell_no", "_row"}
        return {field: cell for field, cell in row.items() if field in identity or (name, field) not in columns}

    rows = {name: [cells(name, row) for row in listed] for name, listed in world.rows.items() if name not in gone}
    subject = cells(world.about, world.subject) if world.about not in gone else world.subject
    if world.about not in gone:
        rows[world.about] = [subject, *rows[world.about][1:]]
    return replace(
        world,
        subject=subject,
        rows=rows,
        not_supplied=world.not_supplied | gone | columns,
        complete_from={name: day for name, day in world.complete_from.items() if name not in gone},
        facts={name: _told(value, _COUNTED, supplied) for name, value in world.facts.items()},
        places=_places(world.places, supplied),
        is_example=knows_place,
    )


def _places(places: Mapping[str, Value], supplied: Supplied) -> dict[str, Value]:
    """What an example says of places, as far as the export could have told it."""
    home = {name for name in places if name.startswith("home")}
    return {name: _told(value, _PLACE["home" if name in home else "work"], supplied) for name, value in places.items()}


def _told(value: Value, needs: Sequence[tuple[str, str]], supplied: Supplied) -> Value:
    """What an example states instead of records; unknown if records of the export could not say it."""
    missing = next((f"{type_name}.{field}" for type_name, field in needs if (type_name, field) not in supplied), None)
    return value if missing is None else unknown(missing, NOT_SUPPLIED)
