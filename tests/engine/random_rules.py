"""Random rules, written as text: every form of a clock and of a condition, in every place where it may stand."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import yaml

from compliance_engine.language.rule import RuleSet
from compliance_engine.language.ruleset import load_rules
from compliance_engine.problems import Level
from compliance_engine.records.types import VOCABULARY

VALUES = """\
values:
  us.hours: {title: Hours, type: number, cells: [{to: 2023-12-31, is: 10, cite: a}, {from: 2024-01-01, is: 24, cite: a}]}
  us.gap: {title: A gap, type: number, cells: [{to: 2023-06-30, is: 3, cite: a, gap_after: no law}, {from: 2024-06-01, is: 5, cite: a}]}
  us.coming: {title: Announced later, type: date, cells: [{to: 2024-03-31, is: 2024-09-01, cite: a}, {from: 2024-04-01, is: null, cite: a}]}
  us.states: {title: States, type: list, cells: [{is: [us.ca, us.ny], cite: a}]}
  us.kind: {title: Kind, type: text, by: [place], cells: {us.ca: [{is: exempt, cite: a}], otherwise: [{is: nonexempt, cite: a}]}}
  us.pay:
    title: When pay is due
    type: clock
    about: employment_spell
    by: [place]
    cells:
      us.ca: [{is: same day as termination_date, cite: a}]
      us.ny: [{to: 2024-06-30, is: 6 days after termination_date, cite: a}, {from: 2024-07-01, is: next payday after termination_date, cite: a}]
  us.wage:
    title: Highest of the places
    type: number
    by: [place]
    between_places: highest
    cells: {us: [{is: 7, cite: a}], us.ca: [{is: 16, cite: a}], us.ny: [{is: 15, cite: a}]}
"""
DATES = (
    "start_date", "hire_date", "termination_date", "resignation_notice_on", "expected_end", "previous_spell_ended_on",
    "i9.section2_signed_on", "i9.renewal_filed_on", "employee.date_of_birth", "worksite.opened_on", "assignment.valid_from",
    "employer.everify_since", "2024-02-29",
)  # fmt: skip
"""Facts, events and occasions of the subject, of related records, of where somebody works; a day as written."""
NUMBERS = ("expected_business_days", "7", "value(us.hours)", "value(us.gap)", "assignment.standard_hours_per_week")
PERIODS = (
    "calendar year",
    "calendar quarter",
    "calendar month",
    "calendar week",
    "workweek",
    "pay period",
    "plan year",
    "year from July 1",
    "year from March 31",
)
MONTHS = ("January", "February", "June", "December")
DAYS = ("Monday", "Wednesday", "Friday", "Sunday")
CALENDARS = ("", "us-federal ", "state ", "plant ")


class Text:
    """Writes random expressions about an employment spell."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, *texts: str) -> str:
        return self.random.choice(texts)

    def number(self, depth: int) -> str:
        chance = self.random.random()
        if depth == 0 or chance < 0.4:
            return self.one(*NUMBERS, "choice(days)", "value(us.wage, places)")
        where = self.where(depth - 1)
        return self.one(
            f"count(training{where})",
            f"sum(training.minutes_spent{where})",
            f"min(training.score{where})",
            f"max(training.score{where})",
            f"age on {self.anchor(depth - 1)}",
            "age",
            f"most count(training{self.where(depth - 1)}) within {self.one('1', '30', '90')} days around {self.anchor(0)}",
            f"most sum(training.minutes_spent{self.where(depth - 1)}) within {self.one('2', '45')} days around {self.anchor(0)}",
            f"({self.number(depth - 1)} {self.one('+', '-', '*')} {self.number(depth - 1)})",
            f"({self.leaf()} - {self.leaf()})",
            f"headcount('{self.one('all workers anywhere', 'in state', 'full time')}') on {self.anchor(0)}",
            f"(value(us.hours) on {self.anchor(0)})",
        )

    def leaf(self) -> str:
        return self.one(*DATES)

    def anchor(self, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.6:
            return self.leaf()
        return f"({self.date(depth - 1)})"

    def amount(self, depth: int) -> str:
        few = str(self.random.choice([0, 1, 2, 3, 5, 10, 30, 45]))
        return few if depth == 0 or self.random.random() < 0.8 else f"({self.number(depth - 1)})"

    def date(self, depth: int) -> str:
        """A clock, or a day that is read."""
        if depth == 0:
            return self.leaf()
        x = self.anchor(depth)
        calendar = self.one(*CALENDARS)
        way, n = self.one("after", "before"), self.amount(depth)
        month, day, where = self.one(*MONTHS), self.one(*DAYS), self.where(depth - 1)
        more = ", ".join(self.date(depth - 1) for _ in range(self.random.choice([2, 2, 3])))
        return self.one(
            f"{n} {self.one('days', 'weeks', 'months', 'years')} {way} {x}",
            f"{n} {self.one('months', 'years')} {way} {x}",
            f"{n} {calendar}business days {way} {x}",
            f"same day as {x}",
            f"{self.one('start', 'end')} of {self.one(*PERIODS)} of {x}",
            f"end of the {self.one('first', '7th', '12th')} {self.one('month', 'year')} after {x}",
            f"next {month} {self.one('1', '28', '29') if month == 'February' else self.one('1', '30')} after {x}",
            f"{month} {self.one('1', '29') if month == 'February' else self.one('15', '30')} of {x}",
            f"next {day} after {x}",
            f"{self.one('first', 'second', 'fourth', 'fifth', 'last')} {day} of {month} of {x}",
            f"{self.one('first', '15th', '23rd')} {calendar}business day of month of {x}",
            f"{self.one('third', '22nd')} {calendar}business day of the month after {x}",
            f"next {self.one('calendar month', 'calendar year', 'pay period', 'workweek')} start on or after {x}",
            f"next payday after {x}",
            f"payday of {x}",
            f"later of ({more})",
            f"earlier of ({more})",
            f"later of ({more})",
            f"({self.date(depth - 1)}) rolled to {self.one('next', 'previous')} {calendar}business day",
            f"({self.date(depth - 1)}) rounding {self.one('up', 'down')}",
            f"({self.date(depth - 1)}) counting the first day",
            f"latest(training.completed_on{where})",
            f"earliest(i9_document.expires_on{self.where_paper()})",
            f"day sum(training.minutes_spent{where}) reaches {self.one('60', '90', '150')}",
            "value(us.pay, work_state)",
            "value(us.coming)",
        )

    def instant(self) -> str:
        hours = f"{self.one('24', '72', '8')} hours {self.one('after', 'before')} resigned_at"
        return self.one("resigned_at", hours, "latest(event.happened_at where kind = 'a')")

    def where(self, depth: int) -> str:
        if self.random.random() < 0.3:
            return ""
        return " where " + self.one(
            "topic = 'harassment'",
            "interactive = yes and minutes_spent >= 30",
            f"completed_on >= this.{self.one('start_date', 'hire_date')}",
            f"topic in ('harassment', 'discrimination') or completed_on > {self.random.choice([1, 3])} months after this.start_date",
            "not passed",
            "completed_on has happened",
            "expires_on > completed_on",
        )

    def where_paper(self) -> str:
        return self.one("", " where is_receipt = no", " where document_list in ('a', 'c')")

    def condition(self, depth: int) -> str:
        if depth > 0 and self.random.random() < 0.45:
            parts = [self.condition(depth - 1) for _ in range(self.random.choice([2, 2, 3]))]
            joined = f" {self.one('and', 'or')} ".join(f"({part})" for part in parts)
            return self.one(joined, f"not ({parts[0]})")
        op = self.one("=", "<>", "<", "<=", ">", ">=")
        date = f"({self.date(depth)})"
        return self.one(
            f"{self.leaf()} {op} {date}",
            f"{self.leaf()} {op} {date}",
            f"{self.number(depth)} {op} {self.number(0)}",
            f"{self.number(depth)} between {self.number(0)} and {self.number(0)}",
            f"{self.leaf()} between {date} and {self.leaf()}",
            f"worker_type {self.one('=', '<>')} 'employee'",
            f"termination_type {self.one('in', 'not in')} ('involuntary', 'layoff')",
            f"work_state {self.one('in', 'not in')} value(us.states)",
            f"{self.leaf()} is {self.one('known', 'missing')}",
            f"worker_type is {self.one('known', 'missing')}",
            f"{self.leaf()} has {self.one('', 'not ')}happened",
            "covered_by_form",
            f"assignment.is_supervisor on {self.leaf()} = {self.one('yes', 'no')}",
            f"{self.instant()} {op} {self.leaf()}",
            f"{self.instant()} {op} {self.instant()}",
            "resigned_at has happened",
            f"assignment.job_title matches '{self.one('[A-Z]+-[0-9]+', 'a')}'",
            f"places contains '{self.one('us.ca', 'us.ny')}'",
            "home_state = 'us.ca'",
            "assignment.flsa_status = value(us.kind, work_state)",
            f"exists(training{self.where(0)})",
            f"count(training{self.where(0)}) >= 2",
            f"headcount('all workers anywhere') on starts {op} 1",
            "count(employment_spell where start_date < this.start_date) >= 1",
        )

    def due(self, depth: int) -> object:
        """A clock, or branches of clocks, some of which count hours."""
        if self.random.random() < 0.8:
            return self.instant() if self.random.random() < 0.1 else self.date(depth)
        first = {"when": self.condition(1), "is": self.date(depth - 1)}
        second = {"when": self.condition(1), "is": self.instant() if self.random.random() < 0.2 else self.date(0)}
        return self.random.choice(
            [[first, {"is": self.date(1)}], [first, second], [first, second, {"is": self.date(1)}]]
        )

    def done(self) -> str:
        return self.one(
            "i9.section2_signed_on",
            "final_pay_on",
            "training.completed_on where topic = 'harassment'",
            f"day sum(training.minutes_spent{self.where(0)}) reaches {self.one('60', '120')}",
            "event.happened_at where kind = 'a'",
            f"event.happened_at where happened_at >= this.{self.one('start_date', 'hire_date')}",
            "resigned_at",
        )


def rule(random: Random) -> dict[str, object]:
    """One rule of a random kind."""
    text, chance = Text(random), random.random()
    found: dict[str, object] = {"title": "Random", "cite": "none", "about": "employment_spell", "fix": "none"}
    if random.random() < 0.25:
        found["when"] = text.condition(1)
    if random.random() < 0.2:
        found["unless"] = [{"when": text.condition(1), "title": "exception", "cite": "none"}]
    if random.random() < 0.2:
        found["in_force"] = {"from": "2024-03-01", "judged_on": text.one("starts", "as_of")}
    if chance < 0.35:
        return {**found, "kind": "check", text.one("must", "must_not"): text.condition(2)}
    starts = text.one("start_date", "hire_date", "termination_date", "resignation_notice_on", text.date(1))
    if chance < 0.8:
        found |= {"kind": "deadline", "starts": starts, "due": text.due(2), "done": text.done()}
        found |= {"opens": text.date(1)} if random.random() < 0.25 else {}
        found |= {"lapses": text.date(0)} if random.random() < 0.25 else {}
        if random.random() < 0.1:
            found |= {"starts": ["start_date", "event.happened_on where kind = 'a'"], "due": "10 days after starts"}
        if random.random() < 0.1:
            found["each"] = "training where is_mandatory = yes"
            found["due"] = f"{text.amount(0)} days after training.assigned_on"
            found["done"] = "training.completed_on"
        return {**found, "if_missed": text.one("violation", "right")}
    if chance < 0.9:
        done = text.one("training.completed_on where topic = 'harassment'", "training.completed_on where passed = yes")
        repeat = text.one(
            "every 6 months from completion", "every 6 months from due", "calendar year", "calendar quarter",
            "year from July 1", "same day as done.expires_on",
        )  # fmt: skip
        due = (
            f"{text.amount(0)} days after starts"
            if "calendar" not in repeat and "year from" not in repeat
            else "turn.end"
        )
        return {**found, "kind": "recurring", "starts": "start_date", "due": due, "done": done, "repeat": repeat}
    if chance < 0.95:
        gap = text.one(
            "at most 40 days",
            "between 20 and 200 days",
            "at least 1 in each calendar quarter",
            "at least 2 in each year from July 1",
        )
        over = f"training.completed_on{text.where(0)}"
        found |= {"between": {"from": text.leaf(), "to": text.leaf()}} if random.random() < 0.5 else {}
        return {**found, "kind": "cadence", "gap": gap, "over": over}
    valid = {"valid": {"from": "shown_on", "to": "expires_on"}}
    found |= {"during": {"from": text.leaf(), "to": text.leaf()}, **valid} if random.random() < 0.5 else {}
    found |= {"by": text.date(1)} if random.random() < 0.5 else {}
    return {**found, "kind": "required", "require": text.one("i9_document", "i9_document where is_receipt = no")}


OTHERS = """
  us.kept-a:
    {kind: retention, title: A, cite: a, about: document, class: any, keep: 3 years after document_date, fix: a}
  us.kept-b:
    kind: retention
    title: B
    cite: a
    about: document
    class: any
    starts: as_of
    keep: later of (1 month after document_date, 2 years after end of calendar year of expires_on)
    fix: a
  us.gone: {kind: retention, title: C, cite: a, about: document, class: any, destroy: 13 months after document_date, fix: a}
  us.early: {kind: check, title: D, cite: a, about: work_day, must: "first_in_time >= 07:00 and last_out_time < 22:15", fix: a}
  us.poster: {kind: posting, title: E, cite: a, about: worksite, post: a, languages: [en], fix: a}
  us.poster-window:
    kind: posting
    title: E
    cite: a
    about: worksite
    post: a
    languages: [en, {spoken_by: 30}, {spoken_by: 10, offered: [es]}]
    during: {from: 40 days before as_of, to: 2025-03-01}
    fix: a
  us.plan: {kind: deadline, title: F, cite: a, about: plan_year, due: end of the 7th month after ends_on, done: extension_filed_on, fix: a}
  us.plan-edge:
    kind: check
    title: G
    cite: a
    about: benefit_enrollment
    must: end of plan year of coverage_start > 2024-12-30
    fix: a
  us.named: {kind: check, title: H, cite: a, about: employment_spell, must: not fact(us.long), fix: a}
  us.presumed:
    kind: check
    title: I
    cite: a
    about: employment_spell
    presume: {covered_by_form: no}
    let: {late: start_date > hire_date}
    must: covered_by_form or late
    fix: a
facts:
  us.long: {title: Long, cite: a, about: employment_spell, is: start_date < 2 years before hire_date or service_months('7-year break') on starts >= 12}
"""


def random_rules(seed: int, number: int) -> RuleSet:
    """So many random rules, and a few for the forms that have a place of their own."""
    random = Random(seed)
    return ruleset_of({f"us.r{n:03}": rule(random) for n in range(number)}, OTHERS)


def ruleset_of(rules: dict[str, dict[str, object]], others: str = "") -> RuleSet:
    """Rules with these keys, and others that are written."""
    head = "law: Random\njurisdiction: us\nauthority: none\nchecked: {on: 2026-01-01, by: text}\n"
    head += "policy_calendars: {plant: Days on which the plant works.}\n"
    written = yaml.safe_dump({"rules": rules}, width=1000, sort_keys=False)
    written = re.sub(r"'(\d{4}-\d{2}-\d{2})'", r"\1", written)
    with TemporaryDirectory() as folder:
        Path(folder, "random.yaml").write_text(head + VALUES + written + others.lstrip("\n"), "utf-8")
        found, problems = load_rules([Path(folder)], VOCABULARY)
    errors = [problem for problem in problems if problem.level is Level.ERROR]
    if errors:
        raise AssertionError(errors[:5])
    return found
