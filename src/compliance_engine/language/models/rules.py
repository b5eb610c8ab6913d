"""The keys of a rule file, of a rule of each kind, and of an example (docs/language.md)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag, WithJsonSchema

from compliance_engine.language.models.parts import (
    Anything,
    Clock,
    Expr,
    Opt,
    Part,
    Span,
    Starts,
    Texts,
    mapping_or_text,
)
from compliance_engine.language.outcomes import Outcome, State

ByWhom = Literal["text", "secondary", "memory"]
Party = Literal["employer", "employee", "plan_administrator", "insurer", "beneficiary", "agency"]


class Checked(Part):
    """When somebody last compared the text with its source, and how."""

    called: ClassVar[str] = "checked"
    on: date
    by: ByWhom
    note: Opt[str] = None


class InForce(Part):
    """The life of the law."""

    called: ClassVar[str] = "in_force"
    first: Opt[date] = Field(None, alias="from")
    last: Opt[date] = Field(None, alias="to")
    judged_on: Literal["starts", "as_of"] = "starts"


class Unless(Part):
    """An exception with a name of its own."""

    called: ClassVar[str] = "an exception"
    when: Expr
    title: str
    cite: Opt[str] = None


class Family(Part):
    """Several rules that are one duty."""

    called: ClassVar[str] = "family"
    name: str
    wins: Opt[Literal["earliest", "latest", "highest", "lowest", "all"]] = None


_STATES = [*(state.value for state in State), *(o.value for o in Outcome)]
_ONE_STATE = {"enum": sorted(set(_STATES))}
Expected = Annotated[
    Anything,
    WithJsonSchema(
        {
            "anyOf": [
                _ONE_STATE,
                {"type": "array", "items": _ONE_STATE},
                {"type": "object", "additionalProperties": {}},
                {"enum": ["yes", "no"]},
            ]
        }
    ),
]


class Example(Part):
    """An example of a rule."""

    called: ClassVar[str] = "an example"
    title: str
    given: Opt[dict[str, Anything]] = None
    as_of: Anything = None
    expect: Expected = None
    due: Anything = None
    opens: Anything = None
    keep: Anything = None
    destroy: Anything = None
    left: Anything = None
    vary: Opt[str] = None
    over: Opt[dict[str, Anything]] = None
    source: Opt[str] = None


class RuleKeys(Part):
    """What every rule has."""

    kind: str
    title: str
    cite: str
    about: str
    serves: Opt[Texts] = Field(None, alias="from")
    was: Opt[Texts] = None
    topic: Opt[str] = None
    tags: Opt[Texts] = None
    basis: Literal["law", "guidance", "contract"] = "law"
    reach: Opt[Literal["work", "home", "worksite", "employer", "document"]] = None
    in_force: Opt[InForce] = None
    when: Opt[Expr] = None
    unless: Opt[list[Unless]] = None
    starts: Opt[Starts] = None
    let: Opt[dict[str, Clock]] = None
    presume: Opt[dict[str, Anything]] = None
    calendar: Opt[str] = None
    each: Opt[Expr] = None
    owed_by: Party = "employer"
    if_missed: Literal["violation", "right"] = "violation"
    family: Opt[Family] = None
    replaces: Opt[Texts] = None
    severity: Literal["info", "low", "medium", "high", "critical"] = "medium"
    exposure: Opt[str] = None
    fix: Opt[str] = None
    lead: Opt[str] = None
    checked: Opt[Checked] = None
    base: Opt[dict[str, Anything]] = None
    examples: Opt[list[Example]] = None


class DeadlineKeys(RuleKeys):
    """`kind: deadline`."""

    called: ClassVar[str] = "a deadline rule"
    kind: Literal["deadline"]
    due: Clock
    done: Expr
    opens: Opt[Clock] = None
    lapses: Opt[Clock] = None


class RecurringKeys(RuleKeys):
    """`kind: recurring`."""

    called: ClassVar[str] = "a recurring rule"
    kind: Literal["recurring"]
    due: Clock
    done: Expr
    opens: Opt[Clock] = None
    lapses: Opt[Clock] = None
    repeat: Expr


class CadenceKeys(RuleKeys):
    """`kind: cadence`."""

    called: ClassVar[str] = "a cadence rule"
    kind: Literal["cadence"]
    gap: Expr
    over: Expr
    between: Opt[Span] = None


class RetentionKeys(RuleKeys):
    """`kind: retention`."""

    called: ClassVar[str] = "a retention rule"
    kind: Literal["retention"]
    class_: Opt[Texts] = Field(None, alias="class")
    keep: Opt[Clock] = None
    destroy: Opt[Clock] = None


class CheckKeys(RuleKeys):
    """`kind: check`."""

    called: ClassVar[str] = "a check rule"
    kind: Literal["check"]
    must: Opt[Expr] = None
    must_not: Opt[Expr] = None


class Revision(Part):
    """A revision of a poster."""

    called: ClassVar[str] = "a revision"
    revision: date
    first: Opt[date] = Field(None, alias="from")
    replace_by: Opt[date] = None


class Language(Part):
    """A language that counts only where enough people read it first."""

    called: ClassVar[str] = "a language"
    spoken_by: int
    offered: Opt[list[str]] = None


class PostingKeys(RuleKeys):
    """`kind: posting`."""

    called: ClassVar[str] = "a posting rule"
    kind: Literal["posting"]
    post: str
    revisions: Opt[list[Revision]] = None
    languages: Opt[
        list[
            Annotated[
                Annotated[str, Tag("text")] | Annotated[Language, Tag("mapping")],
                Discriminator(mapping_or_text),
            ]
        ]
    ] = None
    electronic: Literal["no", "also", "only_if_all_remote"] = "no"
    repeat: Opt[Expr] = None
    during: Opt[Span] = None


class Valid(Part):
    """The fields that say how long a paper counts."""

    called: ClassVar[str] = "valid"
    first: str = Field(alias="from")
    last: Opt[str] = Field(None, alias="to")


class RequiredKeys(RuleKeys):
    """`kind: required`."""

    called: ClassVar[str] = "a required rule"
    kind: Literal["required"]
    require: Expr
    valid: Opt[Valid] = None
    during: Opt[Span] = None
    by: Opt[Clock] = None


class Step(Part):
    """One step of a case."""

    called: ClassVar[str] = "a step"
    title: Opt[str] = None
    cite: Opt[str] = None
    when: Opt[Expr] = None
    starts: Clock
    due: Clock
    done: Expr
    opens: Opt[Clock] = None
    lapses: Opt[Clock] = None
    pauses: Opt[list[Span]] = None
    owed_by: Party = "employer"
    if_missed: Literal["violation", "right"] = "violation"


class CaseKeys(RuleKeys):
    """`kind: case`."""

    called: ClassVar[str] = "a case rule"
    kind: Literal["case"]
    events: dict[str, Expr]
    steps: dict[str, Step]


class Accrual(Part):
    """How a balance grows."""

    called: ClassVar[str] = "accrue"
    amount: Expr
    per: Opt[Expr] = None
    of: Expr


class EntitlementKeys(RuleKeys):
    """`kind: entitlement`."""

    called: ClassVar[str] = "an entitlement rule"
    kind: Literal["entitlement"]
    limit: Opt[Expr] = None
    window: Opt[Expr] = None
    usage: Opt[Expr] = None
    each_counts: Opt[Expr] = None
    accrue: Opt[Accrual] = None
    cap: Opt[Expr] = None
    carry: Opt[Expr] = None
    usable: Opt[Clock] = None
    used: Opt[Expr] = None


KINDS: dict[str, type[RuleKeys]] = {
    "deadline": DeadlineKeys,
    "recurring": RecurringKeys,
    "cadence": CadenceKeys,
    "retention": RetentionKeys,
    "check": CheckKeys,
    "posting": PostingKeys,
    "required": RequiredKeys,
    "case": CaseKeys,
    "entitlement": EntitlementKeys,
}


class CellKeys(Part):
    """One dated value; an empty `is` is not announced yet."""

    called: ClassVar[str] = "a cell"
    first: Opt[date] = Field(None, alias="from")
    last: Opt[date] = Field(None, alias="to")
    is_: Anything = Field(alias="is")
    cite: Opt[str] = None
    checked: Opt[ByWhom] = None
    note: Opt[str] = None
    gap_after: Opt[Literal["no law"]] = None


class ValueKeys(Part):
    """A dated value."""

    called: ClassVar[str] = "a dated value"
    title: str
    type: Literal["number", "text", "date", "list", "clock"]
    about: Opt[str] = None
    by: Opt[Texts] = None
    between_places: Opt[Literal["highest", "lowest"]] = None
    cells: Anything


class FactKeys(Part):
    """A named fact."""

    called: ClassVar[str] = "a fact"
    title: str
    cite: str
    about: str
    serves: Opt[Texts] = Field(None, alias="from")
    is_: Expr = Field(alias="is")
    let: Opt[dict[str, Clock]] = None
    base: Opt[dict[str, Anything]] = None
    examples: Opt[list[Example]] = None


class FileKeys(Part):
    """A rule file; what stands under rules, values and facts is read by itself."""

    called: ClassVar[str] = "a rule file"
    law: str
    jurisdiction: str
    authority: str
    source: Opt[str] = None
    checked: Checked
    calendar: str = "worksite"
    policy_calendars: Opt[dict[str, str]] = None
    base: Opt[dict[str, Anything]] = None
    rules: Opt[dict[str, Anything]] = None
    values: Opt[dict[str, Anything]] = None
    facts: Opt[dict[str, Anything]] = None
