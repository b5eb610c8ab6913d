"""The JSON Schemas of the outputs `json` and `jsonl`, from the models of the run folder and the shape of a finding."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from compliance_engine.language.outcomes import Outcome, State
from compliance_engine.language.rule import Severity
from compliance_engine.outputs.view import Redact
from compliance_engine.runs.model import RuleCard, RunInfo

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


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
    known: bool | None
    line: int | None


class Head(RunInfo):
    """What `run.json` says, the texts of the rules, and how many findings there are."""

    notice: str
    redacted: Redact
    rule_texts: dict[str, RuleCard]
    findings_total: int
    findings_left_out: int


class JsonOutput(Head):
    """The whole output."""

    findings: list[Finding]
    pending: list[Finding]


class RunLine(Head):
    """The first line of `jsonl`."""

    type: Literal["run"]


class FindingLine(Finding):
    """Every other line of `jsonl`."""

    type: Literal["finding", "pending"]


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the output `json`."""
    title = "Output of compliance check -o json"
    return {"$schema": _DRAFT, "title": title, **JsonOutput.model_json_schema(mode="serialization")}


def line_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one line of the output `jsonl`."""
    lines: TypeAdapter[RunLine | FindingLine] = TypeAdapter(RunLine | FindingLine)
    title = "One line of the output of compliance check -o jsonl"
    return {"$schema": _DRAFT, "title": title, **lines.json_schema(mode="serialization")}
