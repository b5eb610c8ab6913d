"""The cells of a result in formats for people, and what results are put together by."""

from __future__ import annotations

from compliance_engine.language.outcomes import State
from compliance_engine.outputs.view import (
    View,
    department_shown,
    instance_shown,
    place_shown,
    subject_shown,
    visible,
)
from compliance_engine.records.types import VOCABULARY
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import DataWrong
from compliance_engine.runs.read import Reader, Result

LACKED = 3
"""Facts that are not known which are named in one line."""


def message(result: Result, run: Run) -> str:
    """State and days of a result, or what it lacks; and whether the baseline has it."""
    if result.lacks:
        more = f" and {len(result.lacks) - LACKED} more" if len(result.lacks) > LACKED else ""
        return f"{result.state}: not known: {', '.join(result.lacks[:LACKED])}{more}{known_shown(result)}"
    return f"{result.state}{arithmetic(result, run)}{known_shown(result)}"


def known_shown(result: Result) -> str:
    """The mark of a finding that the baseline has."""
    return " (in the baseline)" if result.known else ""


def who(result: Result, run: Run, view: View) -> str:
    """Subject and obligation; empty where redaction hides both."""
    subject, instance = subject_shown(result, view), instance_shown(result, run, view)
    named = bool(subject) and view.redact == "none" and result.employer != "main"
    parts = [f"{result.employer}: {subject}" if named else subject, f"[{instance}]" if instance else None]
    return visible(" ".join(part for part in parts if part))


def place(result: Result, view: View) -> str:
    """File and record; empty where redaction hides them."""
    file, record = place_shown(result, view)
    return f"{visible(file)}:{record}" if file else ""


def short(result: Result, reader: Reader) -> str:
    """The first digits of the fingerprint; empty without a key."""
    return f"f-{result.fingerprint[: reader.shown]}" if result.fingerprint is not None else ""


def wrong_shown(wrong: DataWrong, view: View) -> str:
    """What is wrong with the data, without the examples in brackets where these could tell who somebody is."""
    kind = VOCABULARY.types.get(wrong.type)
    field = kind.field(wrong.field) if kind is not None else None
    if view.redact != "none" and field is not None and field.confidentiality:
        return wrong.message.partition(" (")[0]
    return wrong.message


def heading(result: Result, run: Run, view: View) -> str | None:
    """What a result is put together with others by, in words; None where nothing was asked for."""
    match view.group_by:
        case "rule":
            return f"{result.rule}: {visible(run.rules[result.rule].title)}"
        case "subject":
            subject = subject_shown(result, view)
            named = f"{result.employer}: " if view.redact == "none" and result.employer != "main" else ""
            return f"{result.about} {visible(named + subject)}" if subject else f"{result.about} (not shown)"
        case "department":
            department = department_shown(result, view)
            named = f"{result.employer}: " if view.redact == "none" and result.employer != "main" else ""
            if department:
                return f"department {visible(named + department)}"
            return "department not known" if not result.department else "department (not shown)"
    return None


def arithmetic(result: Result, run: Run) -> str:
    """The days of a finding: where its clock began, where it ended, and how far behind that is."""
    if run.rules[result.rule].kind == "retention":
        return _retention(result)
    days = []
    if result.starts is not None and result.starts != run.info.as_of:
        days.append(f"from {result.starts}")
    if result.due is not None:
        days.append(f"due {result.due}")
        if result.done is not None:
            days.append(f"done {result.done}")
        ended = run.info.as_of if result.state is State.OVERDUE else result.done
        if ended is not None and ended > result.due:
            days.append(f"{count((ended - result.due).days, 'day')} late")
    return f": {', '.join(days)}" if days else ""


def _retention(result: Result) -> str:
    if result.state is State.DESTROYED_EARLY:
        through = f", to be kept through {result.due}" if result.due is not None else ""
        return f": destroyed on {result.done}{through}"
    return f": to be gone by {result.due}" if result.due is not None else ""


def count(number: int, noun: str) -> str:
    """A number with its noun, in the plural where there is not one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
