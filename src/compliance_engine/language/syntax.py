"""What the parser and the checker of expressions share, apart from the grammar."""

from __future__ import annotations

from dataclasses import dataclass

from compliance_engine.language import tree as t


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """What is wrong with an expression.

    offset, length: characters of its own text, from 0. code: the stable name of the problem.
    """

    message: str
    offset: int
    length: int
    suggestion: str | None = None
    help: str | None = None
    code: str = "bad-expression"


@dataclass(frozen=True, slots=True)
class OnDay(t.Node):
    """`assignment.flsa_status on workday`, before checking."""

    parts: tuple[str, ...]
    on: t.Expression
