"""The results that are listed one by one, each with the way to it where the run has kept that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shlex import quote

from compliance_engine.language.outcomes import Outcome
from compliance_engine.outputs.html.drawing import Timeline, timeline
from compliance_engine.outputs.html.words import OUTCOMES, STATES, state_shown, when
from compliance_engine.outputs.view import View, instance_shown, place_shown, subject_shown
from compliance_engine.runs.derivation import HIDDEN, Derivation
from compliance_engine.runs.folder import Run
from compliance_engine.runs.model import RuleCard
from compliance_engine.runs.read import Reader, Result, derivations

MOST = 500
"""Results of each kind that are listed unless told otherwise."""
LISTED = (Outcome.VIOLATION, Outcome.ERROR, Outcome.UNKNOWN, Outcome.PENDING, Outcome.WAIVED)
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact with its place."""

    text: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something worked out, and the closed days that were passed over."""

    text: str
    value: str
    closed: str


@dataclass(frozen=True, slots=True)
class Why:
    """The way to a result, as far as the reader may see it."""

    facts: tuple[Fact, ...]
    keys: tuple[tuple[str, str, tuple[Step, ...]], ...]
    missing: tuple[tuple[str, str], ...]
    because: str | None
    beside: tuple[tuple[str, str], ...]
    agrees: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A result on the page, and its number there."""

    number: int
    anchor: str
    rule: str
    card: RuleCard
    outcome: Outcome
    state: str
    subject: str
    instance: str
    place: str
    when: str
    due: date | None
    lacks: tuple[str, ...]
    fingerprint: str
    command: str
    drawn: Timeline | None
    why: Why | None
    person: str

    @property
    def kind(self) -> str:
        """The outcome in the words of the page."""
        return OUTCOMES[self.outcome]


def kept_reasons(reader: Reader, keys: Collection[Key]) -> dict[Key, Derivation]:
    """The derivations of the results that are listed."""
    return {one.result: one for one in derivations(reader.run) if one.result in keys}


def anchor(number: int) -> str:
    """Where on the page the result with a number in the list stands."""
    return f"result-{number}"


def key_of(result: Result) -> Key:
    """What a result is found by in the other files of a run."""
    return (result.rule, result.employer, result.subject, result.instance)


def chosen(reader: Reader, view: View) -> list[Result]:
    """The results that are listed: the worst of each kind."""
    most = MOST if view.max_findings is None else view.max_findings
    found: list[Result] = []
    for outcome in LISTED:
        found += reader.results([outcome], by="due" if outcome is Outcome.PENDING else "worst", limit=most)
    return found


def choices(run: Run, results: Iterable[Result]) -> dict[str, list[str]]:
    """What a list can be narrowed to."""
    cards = [run.rules[rule] for rule in {result.rule for result in results}]
    found = {
        "topic": {card.topic for card in cards},
        "jurisdiction": {card.jurisdiction for card in cards},
        "owner": {card.owner for card in cards if card.owner},
    }
    return {name: sorted(values) for name, values in found.items()}


def listed(
    reader: Reader, view: View, results: list[Result], reasons: Mapping[Key, Derivation], people: Mapping[Key, str]
) -> Iterator[Listed]:
    """Results as the page shows them. people: the anchors of their pages."""
    for number, result in enumerate(results, start=1):
        card = reader.run.rules[result.rule]
        why = reasons.get(key_of(result))
        file, record = place_shown(result, view)
        subject = subject_shown(result, view) or ""
        if subject and view.redact == "none" and result.employer != "main":
            subject = f"{result.employer}: {subject}"
        as_of = reader.run.info.as_of
        # What is judged as things stand has the day of asking for its trigger, which tells nothing.
        starts = None if result.starts == as_of and result.due is None else result.starts
        closed = (
            tuple(d for key in why.keys if key.key == "due" for x in key.lines for d in x.closed_days) if why else ()
        )
        how = when(result.state, result.due, result.done, as_of)
        yield Listed(
            number=number,
            anchor=anchor(number),
            rule=result.rule,
            card=card,
            outcome=result.outcome,
            state=state_shown(result.state, how),
            subject=subject,
            instance=instance_shown(result, reader.run, view) or "",
            place=f"{Path(file).name}, row {record}" if file is not None else "",
            when=how,
            due=result.due,
            lacks=result.lacks,
            fingerprint="" if result.fingerprint is None else f"f-{result.fingerprint[: reader.shown]}",
            command=_command(result, reader, view),
            drawn=timeline(as_of, starts, result.due, result.done, closed),
            why=None if why is None else _why(why, view),
            person=people.get(key_of(result), ""),
        )


def _command(result: Result, reader: Reader, view: View) -> str:
    """How the result is explained at the command line; without a fingerprint its subject must be named."""
    if result.fingerprint is not None:
        return f"compliance explain f-{result.fingerprint[: reader.shown]}"
    subject = quote(result.subject) if view.redact == "none" else "SUBJECT"
    return f"compliance explain --rule {result.rule} --record {subject}"


def _why(found: Derivation, view: View) -> Why:
    hidden = view.redact != "none"
    facts = []
    for fact in found.facts:
        shown = fact.file is not None and view.redact != "all"
        place = f"{Path(fact.file or '').name}, row {fact.record}" if shown else ""
        facts.append(Fact(fact.text, HIDDEN if hidden and fact.private else fact.value, place))
    keys = tuple(
        (
            key.key,
            key.text,
            tuple(
                Step(
                    line.text,
                    HIDDEN if hidden and line.private else line.value,
                    "" if hidden and line.private else _closed(line.closed_days),
                )
                for line in key.lines
            ),
        )
        for key in found.keys
    )
    return Why(
        facts=tuple(facts),
        keys=keys,
        missing=tuple((lack.fact, lack.why) for lack in found.missing),
        because=found.because,
        beside=tuple((other.rule, STATES.get(other.state, other.state.value)) for other in found.beside),
        agrees=found.agrees,
    )


_NAMED = 12


def _closed(days: tuple[object, ...]) -> str:
    """The closed days that were passed over, by name up to a dozen."""
    named = [f"{day:%a} {day}" for day in days[:_NAMED]]
    more = f" and {len(days) - _NAMED} more" if len(days) > _NAMED else ""
    return ", ".join(named) + more
