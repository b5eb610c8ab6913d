"""Whether the law of a place holds for a subject on the trigger day, as a column of the statement."""

from __future__ import annotations

from compliance_engine.engine.sql.columns import checked
from compliance_engine.engine.sql.expressions.compiler import Compiler
from compliance_engine.engine.sql.frame import ExampleFrame, quoted
from compliance_engine.engine.sql.layers import Frag, combine, literal
from compliance_engine.engine.sql.related.absence import any_of, astray_by
from compliance_engine.engine.sql.related.relations import Relations
from compliance_engine.engine.sql.related.workplace import at_site, at_work
from compliance_engine.language import rule as r
from compliance_engine.language import tree as t

WORKED = "_worked"
"""Every assignment with the places that its worksite lies in (see `setup.py`)."""


def in_jurisdiction(compiler: Compiler, rule: r.Rule, starts: Frag) -> Frag | None:
    """Whether the subject is in the law's place; None: the law holds everywhere.

    A place that is not known is no answer of this rule but a finding about the data; of a document it leaves NULL.
    """
    place, in_examples = rule.jurisdiction, isinstance(compiler.frame, ExampleFrame)
    if place in ("us", "org") or place.startswith("org."):
        return None
    relations, layers = compiler.relations, compiler.layers
    if rule.reach == "home":
        column = compiler.sql(_home(relations))
    elif rule.reach == "employer":
        return None if in_examples else layers.column(_anybody(compiler, place))
    elif rule.reach == "document" and relations.is_person:
        return _of_document(compiler, place)
    elif relations.has_site:
        column = at_site(compiler, "places", starts)
    elif relations.is_person:
        as_of = compiler.frame.as_of(layers)
        # Of a day that cannot be told, the place of today is the best there is: better unknown there than silence.
        day = starts if starts == as_of else combine(f"coalesce({starts}, {as_of})", starts, as_of)
        column = _stated(compiler, at_work(compiler, "worksite", "places", day))
    else:
        return None
    return layers.column(_in_list(place, column, in_examples))


def _in_list(place: str, column: Frag, otherwise: bool) -> Frag:
    text = f"coalesce(list_contains({column}, {quoted(place)}), {'TRUE' if otherwise else 'FALSE'})"
    return combine(text, column, infinite=False)


def _home(relations: Relations) -> t.Expression:
    field = checked(relations.vocabulary.types["employee"].field("home_places"))
    return t.Own("employee", field) if relations.about == "employee" else t.Related("employee", field)


def _anybody(compiler: Compiler, place: str) -> Frag:
    """Whether anybody of the employer works in a place, or ever did."""
    employer = compiler.layers.base("s.employer_id")
    rows = f"SELECT 1 FROM {WORKED} r WHERE r.employer_id = {employer}"
    return Frag(f"EXISTS ({rows} AND list_contains(r.places, {quoted(place)}))", 1)


def _stated(compiler: Compiler, column: Frag) -> Frag:
    """The places that an example states, or else those of a column."""
    state, places = (compiler.frame.place(compiler.layers, name) for name in ("work_state", "places"))
    if state is not None:
        text = f"CASE WHEN {state.value} IS NOT NULL THEN ['us', {state.value}] ELSE {column} END"
        column = combine(text, state.value, column)
    return column if places is None else places.over(column)


# ---- documents -------------------------------------------------------------------------------------------------------


def _of_document(compiler: Compiler, place: str) -> Frag:
    """Whether a document's person has ever worked in a place, or the worksite that it is about lies there.

    One that names neither may be about anybody of the employer.
    """
    layers = compiler.layers
    person, site = layers.base("s.employee_number"), layers.base("s.worksite_id")
    joined = layers.join("LEFT JOIN", "_site", _SAME_SITE, 0)
    at_site = layers.joined(joined, 0, _lies(place, "{alias}"))
    keys, test = ("employer_id", "employee_number"), _lies(place, "r")
    ever = layers.grouped(WORKED, keys, f"bool_or({test})", "TRUE")
    # NULL for somebody without an assignment: where that would be is not known either.
    told = layers.grouped(WORKED, keys, f"bool_and({test} IS NOT NULL)", "TRUE")
    lost = any_of(astray_by(compiler, "assignment", keys, "bool_or(TRUE)", literal("TRUE")))
    may_be = layers.grouped(WORKED, ("employer_id",), f"bool_or(coalesce({test}, TRUE))", "TRUE")
    if compiler.frame.unplaced("assignment"):
        may_be = literal("TRUE")
    found = combine(
        f"CASE WHEN {ever} OR {at_site} THEN TRUE "
        f"WHEN {person} IS NULL AND {site} IS NULL THEN CASE WHEN coalesce({may_be}, FALSE) THEN NULL ELSE FALSE END "
        f"WHEN ({person} IS NULL OR ({told} AND NOT {lost})) AND ({site} IS NULL OR {at_site} IS NOT NULL) THEN FALSE "
        "END",
        *(ever, at_site, person, site, may_be, told, lost),
        infinite=False,
    )
    found = layers.column(found)
    if isinstance(compiler.frame, ExampleFrame):
        given = _stated(compiler, literal("NULL::VARCHAR[]"))
        text = f"coalesce(list_contains({given}, {quoted(place)}), {found}, TRUE)"
        return layers.column(combine(text, given, found, infinite=False))
    compiler.leaves.setdefault("assignment.worksite_id", found)
    return found


_SAME_SITE = "{alias}.employer_id = s.employer_id AND {alias}.worksite_id = s.worksite_id"


def _lies(place: str, row: str) -> str:
    """Whether a row lies in a place; NULL where its state is not known, or its city where a city's law is asked for."""
    inside = f"list_contains({row}.places, {quoted(place)})"
    state = ".".join(place.split(".")[:2])
    if state == place:
        return inside
    elsewhere = f"{row}.places_known OR NOT list_contains({row}.places, {quoted(state)})"
    return f"CASE WHEN {inside} THEN TRUE WHEN {row}.places IS NOT NULL AND ({elsewhere}) THEN FALSE END"
