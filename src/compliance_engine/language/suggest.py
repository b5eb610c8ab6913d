"""The word that was probably meant."""

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

_CLOSE_ENOUGH = 0.7
"""Share of letters two words must have in common, in order; below it suggestions confuse more than they help."""
_LONGEST = 100
"""Longer words are not typing errors of names, and comparing them costs time."""
_FEW = 25
"""Names that can be read through to find the right one."""


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like the word, or None if none is close; capitals, hyphens and blanks hardly count.

    If none is like it, the only one of which it is a part: `class` of `class_code`. The answer does not depend on the
    order of the candidates.
    """
    if len(word) > _LONGEST:
        return None
    wanted = _folded(word)
    scored = [(SequenceMatcher(None, wanted, _folded(name), autojunk=False).ratio(), name) for name in set(candidates)]
    close = [(-score, name) for score, name in scored if score >= _CLOSE_ENOUGH and name != word]
    if close:
        return min(close)[1]
    whole = [name for _, name in scored if name != word and wanted in _folded(name).split("_")]
    return whole[0] if len(whole) == 1 else None


def one_of(word: str, names: Collection[str], what: str) -> tuple[str | None, str | None]:
    """The name that was probably meant or, where none is like the word, help that lists them if they are few."""
    guess = did_you_mean(word, names)
    return guess, None if guess or len(names) > _FEW else f"{what}: {', '.join(names)}"


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
