"""JSON Schemas for editors, made from the models that files are read with."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from compliance_engine.language.models import rules as m
from compliance_engine.language.models.parts import Part
from compliance_engine.language.models.policies import PolicyKeys, WaiversKeys
from compliance_engine.language.vocabulary import Vocabulary

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

MEANINGS: dict[str, str] = {
    "law": "Name of the law.",
    "jurisdiction": "Where it holds: us, us.ca, us.ny.nyc, or org for the organisation's own rules.",
    "authority": "The provision.",
    "source": "An address to read it at; in an example, where it was published.",
    "checked": "When somebody last compared it with the source, and how.",
    "calendar": "Calendar of every bare business day: worksite, us-federal, state, or a calendar by name.",
    "base": "The records that examples start from.",
    "rules": "The rules by id; in a policy, the packs that are adopted.",
    "values": "Dated values by id.",
    "facts": "Named derived values by id.",
    "kind": "What sort of duty it is.",
    "title": "One line that says what must be.",
    "cite": "The authority at paragraph level.",
    "about": "Record type of the subject: who owes or is owed, never the proof.",
    "from": "First day, inclusive; in a rule, the researched duties that it serves.",
    "to": "Last day, inclusive.",
    "was": "Earlier ids of the rule; findings keep their identity.",
    "topic": "For --select topic:...; the file's folder unless given.",
    "tags": "Free words for --select tag:...",
    "basis": "What stands behind it: law, guidance or contract.",
    "reach": "How the law's place is found on the trigger day: work, home, worksite, employer or document.",
    "in_force": "The life of the law, both days inclusive.",
    "judged_on": "The day that in_force is compared with.",
    "when": "The condition under which it applies.",
    "unless": "Exceptions, each with its name.",
    "starts": "The trigger: the day whose law, values and assignment count.",
    "let": "Local names for expressions.",
    "presume": "What the law presumes where a field is unknown.",
    "each": "One obligation for each row of a record type, with a where if needed.",
    "owed_by": "Whose act it is.",
    "if_missed": "violation, or right: nobody broke a duty, a right ran out.",
    "family": "Several rules that are one duty: the strictest governs.",
    "name": "The name.",
    "wins": "Which member of the family governs.",
    "replaces": "Ids of rules that do not apply where this one does.",
    "severity": "How much a breach weighs.",
    "exposure": "Id of the dated value that says what a breach may cost.",
    "fix": "What to do now.",
    "lead": "How long before the due date it is due-soon, such as 30 days.",
    "examples": "Passes, violates, the boundary day and the day after, unknown.",
    "due": "The last day that is in time: a clock, or branches.",
    "done": "The proof: a date, rows.date where ..., or day sum(...) reaches n.",
    "opens": "The first day that counts.",
    "lapses": "If it comes before the due date and nothing was done, there is no duty.",
    "repeat": "every N from completion or due, a period such as calendar year, or a clock over done.",
    "gap": "at most 16 days, between 12 and 16 days, or at least 2 in each calendar month.",
    "over": "The rows that may not lie too far apart; in an example, what comes out for each value of vary.",
    "between": "The ends of the time that must have no silence.",
    "class": "Document classes, families of classes, or any.",
    "keep": "A floor: kept through that day.",
    "destroy": "A ceiling: gone by that day.",
    "must": "A condition that must hold.",
    "must_not": "A condition that must not hold.",
    "post": "Id of the poster.",
    "revisions": "The revision that counts from a day, and until when the one before may still hang.",
    "revision": "The revision as printed: a date or a text.",
    "replace_by": "Last day on which the revision before may hang.",
    "languages": "Languages it must hang in, or exist in.",
    "spoken_by": "Percent of the people there who must read the language first.",
    "offered": "The languages that the agency offers.",
    "electronic": "Whether a screen may stand in for the wall.",
    "during": "The window in which every day so far counts.",
    "require": "A document class or a record type that must exist.",
    "valid": "The fields that say how long a paper counts.",
    "by": "In a required rule the first day it can be missing; in checked how it was compared; in a value its keys.",
    "events": "The days of a case, by name.",
    "steps": "The steps of a case, each with the keys of a deadline.",
    "pauses": "Windows in which a step's clock stands still.",
    "limit": "An amount, such as 12 workweeks.",
    "window": "The time in which the amount counts.",
    "usage": "The rows that use it up.",
    "each_counts": "What one row counts: a per b.",
    "accrue": "How a balance grows.",
    "amount": "What is earned.",
    "per": "For how much of it.",
    "of": "What is counted.",
    "cap": "The most that is kept.",
    "carry": "What goes over into the next window.",
    "usable": "The first day of use.",
    "used": "What was used.",
    "given": "Records that change base.",
    "as_of": "The day the question is asked for.",
    "expect": "The state that must come out; a list for several obligations.",
    "left": "The balance that must come out.",
    "vary": "What over varies.",
    "is": "The value, or the clock.",
    "type": "number, text, date, list or clock.",
    "between_places": "Which wins when several places are asked at once.",
    "cells": "The values with their dates.",
    "note": "A remark.",
    "gap_after": "no law: nothing held between this cell and the next.",
    "on": "The day it was compared.",
    "time_zone": "Time zone of the organisation, such as America/New_York.",
    "pack": "library, or a folder of rules.",
    "version": "The version that was reviewed.",
    "select": "Rules to take: ids with *, tag:, topic:, jurisdiction:, severity:.",
    "exclude": "Rules to leave out, in the same words.",
    "own_rules": "Folder of the organisation's own rules.",
    "choices": "What the law leaves open, by id.",
    "lead_by_topic": "Lead times that differ, by topic.",
    "calendars": "Open days by worksite, * for all others.",
    "named_calendars": "Calendars that rules count by under a name of their own.",
    "policy_calendars": "Calendars that every policy defines for itself: name and what its open days are.",
    "based_on": "The calendar whose holidays it keeps.",
    "week": "Open weekdays.",
    "closed": "Days it is closed, outages included.",
    "open": "Days it works although they are holidays or outside its week.",
    "why": "The reason.",
    "owners": "Who looks after a topic.",
    "lookback_years": "How far back recurring duties are told.",
    "adopt_unconfirmed": "Whether rules checked from memory only may decide an exit code.",
    "profile": "The source profile of the exports.",
    "sources": "What is known of the source of each record type.",
    "complete_from": "The day from which the lack of a row is a fact.",
    "hire_date_is_first_day": "Whether the hire dates of the exports are first days of work.",
    "max_age": "How old the extract may be, in days or weeks.",
    "may_shrink": "The share of the last run's rows that may be gone.",
    "may_lose_match": "How much greater the share of rows may be whose person is in no file.",
    "redact": "What outputs hide: none, ids or all.",
    "key_file": "The key of the fingerprints.",
    "waivers": "Dated, approved exceptions.",
    "id": "Its id.",
    "rule": "Id of the rule.",
    "subject": "Key of the subject.",
    "finding": "Fingerprint of the finding.",
    "reason": "Why.",
    "owner": "Who answers for it.",
    "approved_by": "Who approved it.",
    "approved_on": "The day it was approved.",
    "expires_on": "The last day it holds.",
}
"""One line for each key, shown by editors."""


def rules_schema(vocabulary: Vocabulary) -> Schema:
    """The schema of rule files."""
    schema = part_schema(m.FileKeys)
    shapes: list[Schema] = []
    for kind, model in m.KINDS.items():
        rule = part_schema(model)
        schema.setdefault("$defs", {}).update(rule.pop("$defs", {}))
        rule.pop("$schema")
        rule["properties"]["about"]["enum"] = sorted(vocabulary.types)
        schema["$defs"][kind] = rule
        shapes.append(
            {"if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]}, "then": {"$ref": f"#/$defs/{kind}"}}
        )
    by_kind = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(m.KINDS), "description": MEANINGS["kind"]}},
        "allOf": shapes,
    }
    schema["properties"]["rules"] = _by_id("rules", by_kind)
    of_sections: tuple[tuple[str, type[Part], str], ...] = (
        ("values", m.ValueKeys, "value"),
        ("facts", m.FactKeys, "fact"),
    )
    for section, shape, name in of_sections:
        part = part_schema(shape)
        schema["$defs"].update(part.pop("$defs", {}))
        part.pop("$schema")
        schema["$defs"][name] = part
        schema["properties"][section] = _by_id(section, {"$ref": f"#/$defs/{name}"})
    cell = part_schema(m.CellKeys)
    cell.pop("$schema")
    schema["$defs"] |= {"cell": cell, "cells": _CELLS}
    schema["$defs"]["value"]["properties"]["cells"] = {"$ref": "#/$defs/cells", "description": MEANINGS["cells"]}
    return schema


_CELLS: Schema = {
    "anyOf": [
        {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/cell"}},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/cells"}},
    ]
}


def policy_schema() -> Schema:
    """The schema of policies."""
    return part_schema(PolicyKeys)


def waivers_schema() -> Schema:
    """The schema of files of waivers."""
    return part_schema(WaiversKeys)


def part_schema(model: type[BaseModel]) -> Schema:
    """The schema of one shape, with a line on each key; a source profile's is made with it too."""
    schema: Schema = model.model_json_schema(by_alias=True)
    _tidy(schema)
    return {"$schema": DRAFT, **schema}


def _by_id(section: str, of: Schema) -> Schema:
    return {"type": "object", "description": MEANINGS[section], "additionalProperties": of}


def _tidy(node: Any) -> None:
    """Drop what only the library needs: titles, and null as a way to leave a key out; describe the keys."""
    if isinstance(node, list):
        for item in node:
            _tidy(item)
        return
    if not isinstance(node, dict):
        return
    for key, value in node.get("properties", {}).items():
        value.pop("title", None)
        options = value.get("anyOf", [])
        rest = [option for option in options if option != {"type": "null"}]
        if len(rest) < len(options):
            del value["anyOf"]
            value.update(rest[0] if len(rest) == 1 else {"anyOf": rest})
        if value.get("default", 0) is None:
            del value["default"]
        if key in MEANINGS:
            value["description"] = MEANINGS[key]
    node.pop("title", None) if isinstance(node.get("title"), str) else None
    for value in node.values():
        _tidy(value)
