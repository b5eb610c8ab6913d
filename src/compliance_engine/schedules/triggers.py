"""The words of schedules for the day that a period is counted from, and which day of a record that is.

Reviewed one by one: a word stands here only where a record tells its day, and where several days could be meant the
later one is taken, so that nothing may go too early.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LEAP_DAY = date(2024, 2, 29)
"""The trigger day of examples: of all days the one from which months and years come out differently."""


@dataclass(frozen=True)
class Trigger:
    """A day, by the words that schedules have for it.

    anchor: the day in the language of rules. field: the field of an example that puts the anchor on a day, `lead` days
    before it. event: an empty cell means that the day has not come. example: the day of the anchor in examples.
    """

    words: tuple[str, ...]
    anchor: str
    field: str
    event: bool = True
    lead: int = 0
    example: date = LEAP_DAY


TRIGGERS = (
    Trigger(
        ("complete", "completed", "completion", "closed", "closure", "resolution", "resolved", "settled"),
        "closed_on",
        "closed_on",
    ),
    Trigger(("superseded",), "superseded_on", "superseded_on"),
    # Whichever comes first ends its use. The last day in force is a day earlier than the day on which it is no longer.
    Trigger(
        ("superseded/obsolete", "superseded or obsolete", "obsolete or superseded"),
        "earlier of (superseded_on, 1 day after last_effective_on)",
        "superseded_on",
    ),
    Trigger(
        ("obsolete", "no longer in force", "termination of deduction", "end of deduction"),
        "1 day after last_effective_on",
        "last_effective_on",
        lead=1,
    ),
    Trigger(("reference value ends", "administrative value ends"), "purpose_ended_on", "purpose_ended_on"),
    Trigger(
        (
            "employee separation",
            "separation",
            "employee separates",
            "separation of employee",
            "separation from employment",
            "termination of employment",
            "end of employment",
            "employment ends",
        ),
        "employment_spell.termination_date",
        "employment_spell.termination_date",
    ),
    # A paper about a leave does not name the leave. No return before the paper was made can be the one it waits for,
    # and of those after it the last is taken.
    Trigger(
        ("employee returns or separates",),
        "earlier of (latest(leave_case.return_to_work_on where return_to_work_on >= this.document_date), "
        "employment_spell.termination_date)",
        "employment_spell.termination_date",
    ),
    Trigger(("expiration", "expired", "expires"), "expires_on", "expires_on"),
    Trigger(("received", "receipt", "date received"), "received_date", "received_date", event=False),
    Trigger(("creation", "created", "date created"), "document_date", "document_date", event=False),
    Trigger(
        ("end of calendar year", "calendar year end"),
        "end of calendar year of document_date",
        "document_date",
        event=False,
        example=date(2023, 12, 31),
    ),
)

_BY_WORDS = {words: trigger for trigger in TRIGGERS for words in trigger.words}

_WITHOUT_DAY = {
    **dict.fromkeys(
        ("paid", "payment", "reimbursement", "final voucher pay date"), "no record tells on which day it was paid"
    ),
    **dict.fromkeys(
        ("fiscal year close", "fiscal year end", "end of fiscal year"), "it does not say when the fiscal year ends"
    ),
    "end of academic year": "it does not say when the academic year ends",
    "expiration or employee separation": "it does not say which of the two days counts where they differ",
    "employee returns or eligibility expires": "no record tells when the eligibility expired",
    "hiring decision": "a document does not name the hiring decision that it belongs to",
    "termination of outside employment": "no record tells when work elsewhere ended",
    "member joins": "no record tells when somebody joined a retirement system",
    "final disposition of the charge or action": "the end of a charge depends on days that no record has",
}


def trigger_of(words: str) -> Trigger | str:
    """The trigger that these words mean, or why there is none."""
    plain = " ".join(words.casefold().split())
    found = _BY_WORDS.get(plain)
    if found is not None:
        return found
    return _WITHOUT_DAY.get(plain, f'no day of a record is known by the words "{words}"')
