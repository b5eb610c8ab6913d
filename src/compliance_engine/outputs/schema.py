"""The JSON Schema of the output `json`, from the models of the run folder and the shape of a finding."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.language.rule import Severity
from compliance_engine.outputs.view import Redact
from compliance_engine.runs.model import RuleCard, RunInfo


class Finding(BaseModel):
    """One result that somebody looks at; what redaction hides is null."""

    model_config = ConfigDict(extra="forbid")

    fingerprint: str | None = Field(pattern="^f-[0-9a-f]{32}$")
    rule: str
    severity: Severity
    outcome: Outcome
    state: State
    about: str
    employer: str | None
    subject: str | None
    instance: str | None
    starts: date | None
    due: date | None
    done: date | None
    lacks: tuple[str, ...]
    file: str | None
    record: int | None


class JsonOutput(RunInfo):
    """The whole output: what `run.json` says, the texts of the rules, and the findings."""

    notice: str
    redacted: Redact
    rule_texts: dict[str, RuleCard]
    findings_total: int
    findings_left_out: int
    findings: list[Finding]
    pending: list[Finding]


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Output of compliance check -o json",
        **JsonOutput.model_json_schema(mode="serialization"),
    }
