"""The JSON Schemas of all files that people write or programs read."""

from __future__ import annotations

from typing import Any

from compliance_engine.language.models.rules import KINDS
from compliance_engine.language.schema import part_schema, policy_schema, rules_schema, waivers_schema
from compliance_engine.outputs.schema import line_schema
from compliance_engine.outputs.schema import schema as output_schema
from compliance_engine.records.profile import Profile
from compliance_engine.records.types import VOCABULARY


def of_file(what: str) -> dict[str, Any]:
    """The schema of a kind of file: rule, policy, waivers, profile, output or output-line."""
    match what:
        case "policy":
            return policy_schema()
        case "waivers":
            return waivers_schema()
        case "profile":
            return part_schema(Profile)
        case "output":
            return output_schema()
        case "output-line":
            return line_schema()
    return rules_schema(VOCABULARY)


def of_kind(kind: str) -> dict[str, Any]:
    """The schema of rules of one kind."""
    return part_schema(KINDS[kind])
