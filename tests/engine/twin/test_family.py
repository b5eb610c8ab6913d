"""Several rules that are one duty, and the one verdict of a document."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.engine.twin.support import made

from compliance_engine.clocks import Bounds, Day
from compliance_engine.engine.twin import Verdict, judge
from compliance_engine.engine.twin.family import document, govern
from compliance_engine.engine.twin.world import Row
from compliance_engine.language.outcomes import State
from compliance_engine.language.rule import Family, Retention, Rule
from compliance_engine.language.tree import Absent

MAY, JUNE, JULY = date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)
OPEN, UNKNOWN = Absent.OPEN, Absent.UNKNOWN


def rule(id_: str, wins: str | None = None, replaces: tuple[str, ...] = (), *, ceiling: bool = False) -> Rule:
    base, _ = made("kind: retention\nabout: document\nclass: any\nkeep: document_date")
    assert isinstance(base.body, Retention)
    body = replace(base.body, keep=None, destroy=base.body.keep) if ceiling else base.body
    family = Family("pay", wins) if wins else None  # type: ignore[arg-type]
    return replace(base, id=id_, family=family, replaces=replaces, body=body)


def verdict(state: str, due: Day | None = None) -> Verdict:
    stake = due if isinstance(due, date) else date.max if due is Absent.OPEN else None
    return Verdict(State(state), due=None if due is None else Bounds.of(due), stake=stake)


def asks(state: str, amount: str | None = None) -> Verdict:
    return Verdict(State(state), stake=None if amount is None else Decimal(amount))


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
        # One that is unknown may be the stricter one: what its date could change is not told.
        ("earliest", verdict("unknown"), verdict("met", JULY), "a:unknown b:superseded"),
        ("earliest", verdict("unknown"), verdict("overdue", JULY), "a:unknown b:overdue"),
        ("earliest", verdict("unknown"), verdict("due", JULY), "a:unknown b:due"),
        ("earliest", verdict("unknown", JUNE), verdict("met", JULY), "a:unknown b:superseded"),
        ("latest", verdict("unknown"), verdict("overdue", JUNE), "a:unknown b:superseded"),
        ("latest", verdict("unknown"), verdict("disposable", JUNE), "a:unknown b:superseded"),
        ("latest", verdict("unknown"), verdict("retain", JULY), "a:unknown b:retain"),
        ("latest", verdict("unknown"), verdict("met", JULY), "a:unknown b:met"),
        # One that is unknown, but not for its date, which is not the strictest: another governs in any case.
        ("earliest", verdict("unknown", JULY), verdict("met", JUNE), "a:superseded b:met"),
        ("earliest", verdict("unknown", JUNE), verdict("met", JUNE), "a:superseded b:met"),
        ("latest", verdict("unknown", JUNE), verdict("overdue", JULY), "a:superseded b:overdue"),
        ("earliest", verdict("unknown", OPEN), verdict("met", JUNE), "a:superseded b:met"),
        ("earliest", verdict("unknown", JULY), verdict("unknown", JUNE), "a:unknown b:unknown"),
        # Amounts.
        ("highest", asks("compliant", "7.25"), asks("breach", "16"), "a:superseded b:breach"),
        ("highest", asks("breach", "7.25"), asks("breach", "16"), "a:superseded b:breach"),
        ("highest", asks("compliant", "16"), asks("compliant", "7.25"), "a:compliant b:superseded"),
        ("highest", asks("compliant", "16"), asks("compliant", "16"), "a:compliant b:superseded"),
        ("highest", asks("compliant", "7.25"), asks("conditions", "16"), "a:compliant b:conditions"),
        ("lowest", asks("compliant", "48"), asks("breach", "40"), "a:superseded b:breach"),
        ("highest", asks("compliant", "7.25"), asks("unknown"), "a:superseded b:unknown"),
        ("highest", asks("breach", "7.25"), asks("unknown"), "a:breach b:unknown"),
        ("highest", asks("compliant", "7.25"), asks("unknown", "16"), "a:superseded b:unknown"),
        ("highest", asks("compliant", "16"), asks("unknown", "7.25"), "a:compliant b:superseded"),
        ("lowest", asks("compliant", "40"), asks("unknown", "48"), "a:compliant b:superseded"),
        ("all", asks("compliant", "7.25"), asks("breach", "16"), "a:compliant b:breach"),
    ],
)
def test_the_strictest_member_governs(wins: str | None, one: Verdict, other: Verdict, wanted: str) -> None:
    assert told(govern([(rule("b", wins), other), (rule("a", wins), one)])) == wanted


def of_family(body: str, wins: str, given: str = "{}") -> Verdict:
    found, world = made(f"{body}\nabout: employment_spell\nfamily: {{name: pay, wins: {wins}}}", given)
    return judge(found, world)[0]


DUE = "kind: deadline\nstarts: start_date\ndone: hire_date\n"


@pytest.mark.parametrize(
    ("verdict", "stake"),
    [
        (of_family(DUE + "due: 3 days after start_date", "earliest", "{start_date: 2025-06-02}"), date(2025, 6, 5)),
        (of_family(DUE + "due: 3 days after start_date", "earliest"), None),
        # A moment competes with its day, what is still to come comes after every day.
        (of_family(DUE + "due: 24 hours after resigned_at", "earliest", "{resigned_at: 2025-06-02T10:00:00Z}"), date(2025, 6, 3)),
        (of_family(DUE + "due: termination_date", "latest"), date.max),
        # Whether or not the duty is there.
        (of_family(DUE + "when: expected_business_days < 3\ndue: hire_date", "earliest", "{hire_date: 2025-06-02}"), date(2025, 6, 2)),
        (of_family("kind: check\nmust: expected_business_days >= 40", "highest"), Decimal(40)),
        (of_family("kind: check\nmust: 7 <= expected_business_days", "lowest"), None),
        (of_family("kind: check\nmust: expected_business_days >= 40", "all"), None),
    ],
)  # fmt: skip
def test_what_a_member_competes_with(verdict: Verdict, stake: date | Decimal | None) -> None:
    assert verdict.stake == stake


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
        # A floor that cannot be told keeps nothing open once it would be over in any case.
        ([(FLOOR, verdict("disposable", MAY)), (FLOOR_2, verdict("unknown", JUNE))], "f:disposable g:superseded"),
        ([(FLOOR, verdict("disposable", MAY)), (FLOOR_2, verdict("unknown", JULY))], "f:superseded g:unknown"),
        ([(FLOOR, verdict("unknown", MAY)), (CEILING, verdict("over-retained", JUNE))], "f:superseded z:over-retained"),
        ([(FLOOR, verdict("unknown", JULY)), (CEILING, verdict("over-retained", JUNE))], "f:unknown z:superseded"),
        ([(FLOOR, verdict("unknown", MAY)), (FLOOR_2, verdict("unknown", JUNE))], "f:unknown g:unknown"),
        (
            [(FLOOR, verdict("unknown", Absent.NONE)), (FLOOR_2, verdict("disposable", JUNE))],
            "f:superseded g:disposable",
        ),
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
        # Days are a scope, too.
        ("effective_from: 2025-01-06, date_from: 2025-01-01", "document_date: 2025-01-31, ", "on-hold"),
        ("effective_from: 2025-01-06, date_to: 2025-01-30", "document_date: 2025-01-31, ", "retain"),
        # A hold that names nothing holds nothing for certain.
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


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([(FLOOR, verdict("disposable", JUNE))], "f:unknown"),
        ([(CEILING, verdict("over-retained", JUNE))], "z:unknown"),
        ([(FLOOR, verdict("retain", JULY))], "f:retain"),
    ],
)
def test_nothing_may_go_while_a_hold_that_nobody_can_place_may_mean_it(
    found: list[tuple[Rule, Verdict]], wanted: str
) -> None:
    _, world = made("kind: retention\nabout: document\nclass: any\nkeep: document_date", "{}", "2025-06-15")
    hold: Row = {"_row": 1, "_open": ("employee_number",), "_lost": False, "effective_from": date(2025, 1, 6)}
    told_of = document(found, replace(world, unplaced={"hold": [hold]}))
    assert told(told_of) == wanted
    if wanted.endswith("unknown"):
        assert [str(cause.what) for _, verdict in told_of for cause in verdict.causes] == ["hold"]


def test_nothing_is_said_together_of_a_document_that_may_be_gone() -> None:
    given = "{destroyed_on: unreadable, hold: [{" + HELD + "}]}"
    _, world = made("kind: retention\nabout: document\nclass: any\nkeep: document_date", given, "2025-06-15")
    assert told(document([(FLOOR, verdict("retain", JULY))], world)) == "f:retain"


# ---- what a member competes with -------------------------------------------------------------------------------------

PAID = "kind: check\nabout: employment_spell\nmust: {}"


@pytest.mark.parametrize(
    ("keys", "wins", "wanted"),
    [
        (PAID.format("expected_business_days >= 15"), "highest", Decimal(15)),
        (PAID.format("expected_business_days >= choice(pay.least)"), "highest", None),
        (PAID.format("expected_business_days is known"), "highest", None),
        (PAID.format("expected_business_days >= 15"), "latest", None),
        (PAID.format("expected_business_days >= 15"), "all", None),
        ("kind: deadline\nabout: employment_spell\ndue: 3 days after start_date\ndone: hire_date", "earliest", JUNE),
        ("kind: deadline\nabout: employment_spell\ndue: 3 hours after resigned_at\ndone: hire_date", "earliest", JULY),
        (
            "kind: deadline\nabout: employment_spell\ndue: same day as termination_date\ndone: hire_date",
            "earliest",
            date.max,
        ),
        (
            "kind: deadline\nabout: employment_spell\ndue: same day as supervisor_since\ndone: hire_date",
            "earliest",
            date.min,
        ),
        ("kind: deadline\nabout: employment_spell\ndue: same day as hire_date\ndone: hire_date", "earliest", None),
    ],
)
def test_a_member_competes_with_its_day_or_its_amount(keys: str, wins: str, wanted: object) -> None:
    base, world = made(keys, "{start_date: 2025-05-29, resigned_at: '2025-07-01T12:00-05:00'}")
    (found,) = judge(replace(base, family=Family("pay", wins)), world)  # type: ignore[arg-type]
    assert found.stake == wanted


def test_a_floor_competes_with_the_day_until_which_it_keeps() -> None:
    keys = "kind: retention\nabout: document\nclass: any\nkeep: 3 days after document_date"
    base, world = made(keys, "{document_date: 2025-05-29}")
    (found,) = judge(replace(base, family=Family("papers", "latest")), world)
    assert found.stake == JUNE
