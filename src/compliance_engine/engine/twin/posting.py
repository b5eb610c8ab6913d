"""`kind: posting`: the poster hangs, in a revision that counts and in every language that is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from compliance_engine.engine.twin.at import At
from compliance_engine.engine.twin.conditions import compare
from compliance_engine.engine.twin.coverage import Need, Span, covered
from compliance_engine.engine.twin.languages import asked, changes
from compliance_engine.engine.twin.relations import absence, astray, several, supplied
from compliance_engine.engine.twin.rows import Causes
from compliance_engine.engine.twin.values import Truth, Unknown, Value, all_of, any_of, merged, negation, unknown
from compliance_engine.engine.twin.verdict import Verdict, cannot_tell
from compliance_engine.engine.twin.world import Row, cell, field_of
from compliance_engine.language import rule as r
from compliance_engine.language.outcomes import State

DISPLAY = "posting_display"
WORST = (State.BREACH, State.MISSING, State.UNKNOWN)
"""Of several languages the worst answer counts."""


@dataclass(frozen=True, slots=True)
class Display:
    """A display: its days; whether it is the poster, on a wall that counts, in a revision that counts; languages."""

    first: Value
    last: Value
    named: Truth
    hung: Truth
    right: Truth
    languages: Value


def posting(body: r.Posting, at: At) -> Verdict:
    """Judge the displays of a poster at a place."""
    rows = several(at.world, DISPLAY)
    if isinstance(rows, Unknown):
        return cannot_tell(rows)
    displays = [_display(body, row, at) for row in rows]
    lost = [row for row in astray(at.world, DISPLAY) if _display(body, row, at).hung is not False]
    missing = merged(absence(at.world, DISPLAY, at.trigger, lost)).causes
    if body.during is None:
        return _today(displays, asked(body.languages, at.world.as_of, at), missing, at)
    verdicts = _all_along(displays, body.languages, body.during, missing, at)
    return min(verdicts, key=lambda verdict: WORST.index(verdict.state) if verdict.state in WORST else len(WORST))


def _display(body: r.Posting, row: Row, at: At) -> Display:
    read = {name: _field(name, row, at) for name in ("posting_id", "medium", "revision_date", "languages")}
    hung = [compare("=", read["posting_id"], body.post, at)]
    if body.electronic != "also" and hung[0] is not False:
        on_paper = compare("<>", read["medium"], "electronic", at)
        hung.append(on_paper if body.electronic == "no" else any_of([on_paper, _all_remote(at)]))
    printed = [_counts(body, n, read["revision_date"], at) for n in range(len(body.revisions))]
    right = any_of(printed) if printed else True
    first, last = _field("displayed_from", row, at), _field("displayed_to", row, at)
    return Display(first, last, hung[0], all_of(hung), right, read["languages"])


def _field(name: str, row: Row, at: At) -> Value:
    return cell(at.world, DISPLAY, field_of(at.world, DISPLAY, name), row)


def _counts(body: r.Posting, n: int, printed: Value, at: At) -> Truth:
    """Whether a display is in the n-th revision while that counts: until the day by which the next one must hang."""
    revision = body.revisions[n].revision
    same = compare("=", printed, revision, at)
    if n + 1 == len(body.revisions):
        return same
    following, as_of = body.revisions[n + 1], at.world.as_of
    if following.replace_by is not None:
        return all_of([same, as_of <= following.replace_by])
    return all_of([same, following.first is None or as_of < following.first])


def _all_remote(at: At) -> Truth:
    """Whether nobody of the employer works at a place with a wall."""
    world = at.world
    column = field_of(world, "worksite", "worksite_type")
    kinds = [cell(world, "worksite", column, row) for row in world.rows.get("worksite", ())]
    sites = [compare("=", kind, "remote_home", at) for kind in kinds]
    missing = supplied(world, "worksite") or (None if sites else unknown("worksite", "no row"))
    return all_of(sites) if missing is None else missing


def _in(display: Display, code: str | None) -> Truth:
    """Whether a display is in a language; None asks for none."""
    if code is None:
        return True
    if isinstance(display.languages, Unknown):
        return display.languages
    return isinstance(display.languages, tuple) and code in display.languages


# ---- today -----------------------------------------------------------------------------------------------------------


def _today(displays: list[Display], needed: dict[str | None, Truth], missing: Causes, at: At) -> Verdict:
    up = [all_of([display.hung, _hangs(display, at)]) for display in displays]
    shown = [
        any_of([negation(need), *(all_of([now, d.right, _in(d, code)]) for now, d in zip(up, displays, strict=True))])
        for code, need in needed.items()
    ]
    good = all_of(shown)
    if isinstance(good, Unknown):
        return cannot_tell(good)
    if good:
        return Verdict(State.COMPLIANT)
    # Whatever it hangs on, the wrong one is up: not missing.
    something = any_of([all_of([_hangs(d, at), d.named if isinstance(d.hung, Unknown) else d.hung]) for d in displays])
    if something is True:
        return Verdict(State.BREACH)
    # Nothing that counts hangs, for certain; whether the wrong one does is of no matter.
    return cannot_tell(missing) if missing else Verdict(State.MISSING)


def _hangs(display: Display, at: At) -> Truth:
    as_of = at.world.as_of
    return all_of([compare("<=", display.first, as_of, at), compare(">=", display.last, as_of, at)])


# ---- during a window -------------------------------------------------------------------------------------------------


def _all_along(
    displays: list[Display], languages: Sequence[r.Language], during: r.Window, missing: Causes, at: At
) -> Iterator[Verdict]:
    """One verdict for each language that is asked for on some day."""
    days = changes(languages, at)
    by_day = {day: asked(languages, day, at) for day in (date.min, at.world.as_of, *days)}
    for code in dict.fromkeys(code for needs in by_day.values() for code in needs):
        spans = []
        for display in displays:
            counts = all_of([display.hung, display.right, _in(display, code)])
            if counts is not False:
                spans.append(Span(display.first, display.last, merged(counts).causes))
        need = Need(frozenset(days), lambda day, code=code: asked(languages, day, at).get(code, False))  # type: ignore[misc]
        yield covered(spans, during, missing, at, need=need)
