"""The word that was probably meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher

_CLOSE_ENOUGH = 0.7
"""Share of letters two words must have in common, in order; below it suggestions confuse more than they help."""
_LONGEST = 100
"""Longer words are not typing errors of names, and comparing them costs time."""


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like the word, or None if none is close; capitals, hyphens and blanks hardly count.

    The answer does not depend on the order of the candidates.
    """
    if len(word) > _LONGEST:
        return None
    wanted = _folded(word)
    scored = [(SequenceMatcher(None, wanted, _folded(name), autojunk=False).ratio(), name) for name in set(candidates)]
    close = [(-score, name) for score, name in scored if score >= _CLOSE_ENOUGH and name != word]
    return min(close)[1] if close else None


def _folded(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
