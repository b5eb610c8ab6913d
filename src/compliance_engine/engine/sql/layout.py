"""SQL laid out for readers: a line for each column, join and case, indented by how deep it stands."""

from __future__ import annotations

import re

_PIECE = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[(),]|\s+|[^\s'"(),]+""")
_STEP = "  "
_CLAUSES = frozenset({"FROM", "LEFT", "CROSS", "JOIN", "WHERE", "GROUP", "ORDER", "QUALIFY", "UNION", "WINDOW"})
_NO_NEW_LINE = {"JOIN": frozenset({"LEFT", "CROSS", "SEMI", "ANTI", "FULL"})}


def laid_out(sql: str) -> str:
    """The same statement, with other white space outside of quotes."""
    out: list[str] = []
    queries: list[bool] = [True]
    """Of each open bracket, whether it holds a query; the statement itself does."""
    pieces = [piece for piece in _PIECE.findall(sql) if not piece.isspace()]
    blanks = _blanks(sql)
    before = ""
    for number, piece in enumerate(pieces):
        depth = sum(queries) - 1
        gap = " " if blanks[number] else ""
        if piece == "(":
            gap = f"\n{_STEP * (depth + 1)}" if before == "," and queries[-1] else gap
            query = number + 1 < len(pieces) and pieces[number + 1] in ("SELECT", "WITH")
            queries.append(query)
            out.append(gap + "(" + (f"\n{_STEP * (depth + 1)}" if query else ""))
        elif piece == ")":
            query = queries.pop()
            out.append(f"\n{_STEP * (sum(queries) - 1)})" if query else gap + ")")
        elif before == "(" and queries[-1]:
            out.append(piece)
        elif before == "," and queries[-1]:
            out.append(f"\n{_STEP * (depth + 1)}{piece}")
        elif piece in _CLAUSES and queries[-1] and before not in _NO_NEW_LINE.get(piece, ()):
            out.append(f"\n{_STEP * depth}{piece}")
        elif piece in ("WHEN", "ELSE") and queries[-1]:
            out.append(f"\n{_STEP * (depth + 2)}{piece}")
        else:
            out.append(gap + piece)
        before = piece
    return "".join(out)


def _blanks(sql: str) -> list[bool]:
    """Of each piece that is no white space, whether white space stands before it."""
    found, blank = [], False
    for piece in _PIECE.findall(sql):
        if piece.isspace():
            blank = True
        else:
            found.append(blank)
            blank = False
    return found
