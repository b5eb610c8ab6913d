"""`compliance test` as text: failures with their place, what examples reach, what they would not notice, all counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from compliance_engine.engine.coverage import Coverage
from compliance_engine.engine.testing import Failure, Mutation, Tested


def write(tested: Tested, minimum: float | None, out: TextIO) -> None:
    """Write everything, the counts in the last line."""
    parts = [
        *(_failure(failure) for failure in tested.failures),
        *(["\n".join(_coverage(tested.coverage))] if tested.coverage else []),
        *(["\n".join(_mutation(tested.mutation))] if tested.mutation is not None else []),
    ]
    lines = [part for part in parts if part]
    lines += [f"{', '.join(tested.not_run)}: of a kind that is not run yet"] if tested.not_run else []
    lines += [f"{', '.join(tested.bare)}: without an example"] if tested.bare else []
    out.write("\n\n".join([*lines, counts(tested, minimum)]) + "\n")


def percent(tested: Tested) -> float:
    """What share of the items is reached, in percent; all of nothing is reached."""
    reached, items = tested.reached
    return 100 * reached / items if items else 100.0


def is_under(tested: Tested, minimum: float | None) -> bool:
    """Whether the coverage is less than what is asked for."""
    return minimum is not None and percent(tested) < minimum


def _failure(failure: Failure) -> str:
    rule, example = failure.result.rule, failure.result.example
    place = f"{example.position.file}:{example.position.line}"
    kind = "engine disagreement" if failure.disagreement else "failed"
    return "\n  ".join([f"{kind}: {rule.id}: {example.title}", f"--> {place}", *failure.differences])


def _coverage(listed: tuple[Coverage, ...]) -> Iterator[str]:
    width = max(len(covered.id) for covered in listed)
    for covered in listed:
        yield f"{covered.id:{width}}  {'  '.join(_groups(covered))}".rstrip()
        for item in covered.items:
            if not item.reached:
                yield f"  ✗ {item.group}: {item.missing}"


def _groups(covered: Coverage) -> Iterator[str]:
    for group in dict.fromkeys(item.group for item in covered.items):
        items = [item.reached for item in covered.items if item.group == group]
        if len(items) == 1:
            yield f"{group} {'✓' if items[0] else '✗'}"
        else:
            yield f"{group} {sum(items)}/{len(items)}"


def _mutation(mutation: Mutation) -> Iterator[str]:
    for mutant in mutation.survivors:
        yield f"survives: {mutant.id}: {mutant.text}\n  --> {mutant.position.file}:{mutant.position.line}"
    for id_, text in mutation.outdated:
        yield f"no longer survives, take it off the list: {id_}: {text}"


def counts(tested: Tested, minimum: float | None) -> str:
    """The last line: how many rules and examples there were, how many failed, what else was asked for."""
    failed = len(tested.failures)
    rules, tests = len(tested.rules), tested.examples
    parts = [
        f"{rules:,} rule{'' if rules == 1 else 's'}",
        f"{tests:,} test{'' if tests == 1 else 's'}",
        f"{tests - failed:,} passed",
    ]
    parts += [f"{failed:,} failed"] if failed else []
    if tested.coverage is not None:
        reached, items = tested.reached
        told = f"coverage {reached:,}/{items:,} = {percent(tested):.1f} %"
        if minimum is not None:
            told += f", minimum {minimum:g} % -> {'failed' if is_under(tested, minimum) else 'passed'}"
        parts.append(told)
    if tested.mutation is not None:
        mutation = tested.mutation
        told = f"{mutation.mutants:,} mutants, {len(mutation.survivors):,} survive"
        parts.append(told + (f" ({mutation.accepted:,} more are accepted)" if mutation.accepted else ""))
    return " · ".join(parts)
