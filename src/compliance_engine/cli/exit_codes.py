"""Exit codes: one meaning each, the same in every verb, never altered by a flag."""

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the caller of any verb may conclude from its exit status."""

    OK = 0
    """Did its job completely; nothing to report at the threshold."""
    FOUND = 1
    """Did its job completely and found what it looks for: violations, rule problems, failing tests, differences."""
    INVALID = 2
    """Could not start properly; a person must edit something, and a retry does not help."""
    INCOMPLETE = 3
    """Ran, but the answer cannot be relied on as complete; a retry or a repair of the data may help."""
    INTERNAL = 4
    """A defect in this program; never to be mistaken for a finding."""
    INTERRUPTED = 130
    """Stopped by the user's interrupt, as shells count it: 128 + the signal's number."""
    CLOSED_PIPE = 141
    """Nobody reads the output any more, as shells count it."""


@dataclass(frozen=True)
class Summary:
    """What a verb did, in the counts that decide its exit code.

    Counts are what remains after the threshold, the baseline and the waivers; with no threshold, nothing is found.
    """

    defects: int = 0
    """Failures of the program itself."""
    invalid: int = 0
    """Errors in usage, configuration, rules or policies that kept the verb from starting."""
    rules: int | None = None
    """Rules selected; None where the verb selects none."""
    found: int = 0
    """Things the verb looks for, at or above the threshold."""
    unknown: int = 0
    """Results that could not be decided."""
    failed: int = 0
    """Results that a rule failed on."""
    unknown_fails: bool = True
    """Whether unknown and failed results make the answer incomplete."""
    unread: int = 0
    """Inputs, or parts of inputs, that are missing or could not be read."""
    evaluated: int | None = None
    """Results computed; None where the verb evaluates nothing."""
    allow_empty: bool = False
    """Consent to nothing selected and nothing evaluated."""


def exit_code(summary: Summary) -> ExitCode:
    """The code of the gravest thing that happened: a defect, then invalid input, then findings before gaps.

    Findings come before gaps so that one unknown cannot hide a violation from a merge gate.
    """
    if summary.defects:
        return ExitCode.INTERNAL
    if summary.invalid or (summary.rules == 0 and not summary.allow_empty):
        return ExitCode.INVALID
    if summary.found:
        return ExitCode.FOUND
    undecided = summary.unknown_fails and (summary.unknown or summary.failed)
    if undecided or summary.unread or (summary.evaluated == 0 and not summary.allow_empty):
        return ExitCode.INCOMPLETE
    return ExitCode.OK
