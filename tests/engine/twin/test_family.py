"""Several rules that are one duty, and the one verdict of a document."""

from dataclasses import replace
from datetime import date

import pytest
from tests.engine.twin.support import made

from compliance_engine.clocks import Bounds, Day
from compliance_engine.engine.twin import Verdict
from compliance_engine.engine.twin.family import document, govern
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Family, Retention, Rule
from compliance_engine.language.tree import Absent

JUNE, JULY = date(2025, 6, 1), date(2025, 7, 1)
OPEN, UNKNOWN = Absent.OPEN, Absent.UNKNOWN


def rule(id_: str, wins: str | None = None, replaces: tuple[str, ...] = (), *, ceiling: bool = False) -> Rule:
    base, _ = made("kind: retention\nabout: document\nclass: any\nkeep: document_date")
    assert isinstance(base.body, Retention)
    body = replace(base.body, keep=None, destroy=base.body.keep) if ceiling else base.body
    family = Family("pay", wins) if wins else None  # type: ignore[arg-type]
    return replace(base, id=id_, family=family, replaces=replaces, body=body)


def verdict(state: str, due: Day | None = None) -> Verdict:
    return Verdict(State(state), due=None if due is None else Bounds.of(due))


def told(found: tuple[tuple[Rule, Verdict], ...]) -> str:
    return " ".join(f"{rule.id}:{verdict.state.value}" for rule, verdict in found)


@pytest.mark.parametrize(
    ("wins", "one", "other", "wanted"),
    [
        ("earliest", verdict("due", JUNE), verdict("due", JULY), "a:due b:superseded"),
        ("earliest", verdict("due", JULY), verdict("overdue", JUNE), "a:superseded b:overdue"),
        ("latest", verdict("due", JUNE), verdict("due", JULY), "a:superseded b:due"),
        ("earliest", verdict("due", JUNE), verdict("due", JUNE), "a:due b:superseded"),
        ("all", verdict("due", JUNE), verdict("due", JULY), "a:due b:due"),
        (None, verdict("due", JUNE), verdict("due", JULY), "a:due b:due"),
        # Only duties whose date is known compete.
        ("earliest", verdict("conditions", JUNE), verdict("due", JULY), "a:conditions b:due"),
        ("earliest", verdict("unknown", JUNE), verdict("due", JULY), "a:unknown b:due"),
        ("earliest", verdict("compliant"), verdict("due", JULY), "a:compliant b:due"),
        ("earliest", verdict("due", UNKNOWN), verdict("due", JULY), "a:due b:due"),
        ("latest", verdict("retain", OPEN), verdict("retain", JULY), "a:retain b:superseded"),
        ("earliest", verdict("conditions"), verdict("conditions"), "a:conditions b:conditions"),
    ],
)
def test_the_strictest_member_governs(wins: str | None, one: Verdict, other: Verdict, wanted: str) -> None:
    assert told(govern([(rule("b", wins), other), (rule("a", wins), one)])) == wanted


def test_a_moment_competes_with_its_day() -> None:
    from datetime import UTC, datetime

    early, late = verdict("due", datetime(2025, 5, 31, 12, tzinfo=UTC)), verdict("due", JUNE)
    assert told(govern([(rule("a", "earliest"), late), (rule("b", "earliest"), early)])) == "a:superseded b:due"


def test_what_is_replaced_gives_way_where_the_other_applies() -> None:
    mine, theirs = rule("b", replaces=("a", "elsewhere")), rule("a")
    assert told(govern([(mine, verdict("met")), (theirs, verdict("overdue"))])) == "a:superseded b:met"
    assert told(govern([(mine, verdict("conditions")), (theirs, verdict("overdue"))])) == "a:overdue b:conditions"


AS_OF = date(2025, 6, 15)
FLOOR, FLOOR_2, CEILING = rule("f"), rule("g"), rule("z", ceiling=True)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        # A known floor that is still running keeps, even beside an unknown one and past a ceiling.
        ([(FLOOR, verdict("retain", JULY)), (FLOOR_2, verdict("unknown", UNKNOWN))], "f:retain g:superseded"),
        ([(FLOOR, verdict("retain", JULY)), (CEILING, verdict("over-retained", JUNE))], "f:retain z:superseded"),
        ([(FLOOR, verdict("retain", OPEN)), (FLOOR_2, verdict("retain", JULY))], "f:retain g:superseded"),
        ([(FLOOR, verdict("disposable", JUNE)), (FLOOR_2, verdict("unknown", UNKNOWN))], "f:superseded g:unknown"),
        (
            [(FLOOR, verdict("disposable", date(2025, 5, 1))), (FLOOR_2, verdict("disposable", JUNE))],
            "f:superseded g:disposable",
        ),
        # A ceiling that is over, once every floor is; one that is unknown is told.
        (
            [(FLOOR, verdict("disposable", JUNE)), (CEILING, verdict("over-retained", JUNE))],
            "f:superseded z:over-retained",
        ),
        ([(FLOOR, verdict("disposable", JUNE)), (CEILING, verdict("unknown"))], "f:disposable z:unknown"),
        ([(CEILING, verdict("retain", JULY))], "z:retain"),
        # Known to be running, though nobody knows until when.
        ([(FLOOR, verdict("retain", UNKNOWN))], "f:retain"),
        ([(FLOOR, verdict("retain", UNKNOWN)), (CEILING, verdict("over-retained", JUNE))], "f:retain z:superseded"),
        ([(FLOOR, verdict("retain", UNKNOWN)), (FLOOR_2, verdict("disposable", JUNE))], "f:retain g:superseded"),
        # What is gone, or not owed, is not weighed.
        (
            [(FLOOR, verdict("destroyed-early", JULY)), (FLOOR_2, verdict("conditions"))],
            "f:destroyed-early g:conditions",
        ),
    ],
)
def test_one_verdict_over_floors_and_ceilings(found: list[tuple[Rule, Verdict]], wanted: str) -> None:
    _, world = made("kind: retention\nabout: document\nclass: any\nkeep: document_date", "{}", "2025-06-15")
    assert told(document(found, world)) == wanted


HELD = "employee_number: '1', effective_from: 2025-01-06"


@pytest.mark.parametrize(
    ("hold", "paper", "wanted"),
    [
        (HELD, "", "on-hold"),
        (HELD.replace("'1'", "'2'"), "", "retain"),
        (HELD.replace("2025-01-06", "2025-06-16"), "", "retain"),
        (HELD.replace("2025-01-06", "unreadable"), "", "on-hold"),
        (HELD + ", released_on: 2025-06-15", "", "retain"),
        (HELD + ", released_on: 2025-06-16", "", "on-hold"),
        (HELD + ", class_code: i9_form", "class_code: resume, ", "retain"),
        (HELD + ", class_code: i9_form", "class_code: i9_form, ", "on-hold"),
        (HELD + ", class_code: i9_form", "", "on-hold"),
        (HELD + ", date_from: 2025-02-01", "document_date: 2025-01-31, ", "retain"),
        (HELD + ", date_to: 2025-01-30", "document_date: 2025-01-31, ", "retain"),
        (HELD + ", date_from: 2025-01-01, date_to: 2025-01-31", "document_date: 2025-01-31, ", "on-hold"),
        (HELD + ", date_from: 2025-01-01", "", "on-hold"),
        # A hold that names nothing holds nothing.
        ("effective_from: 2025-01-06", "", "retain"),
    ],
)
def test_a_hold_beats_everything(hold: str, paper: str, wanted: str) -> None:
    given = f"{{{paper}hold: [{{{hold}}}]}}"
    _, world = made("kind: retention\nabout: document\nclass: any\nkeep: document_date", given, "2025-06-15")
    holds = [
        {k: v for k, v in row.items() if k in hold or k in ("_row", "matter_number")} for row in world.rows["hold"]
    ]
    found = document([(FLOOR, verdict("retain", JULY))], replace(world, rows={**world.rows, "hold": holds}))
    assert told(found) == f"f:{wanted}"
