"""An order in which names that use each other can be worked out, and the circles that have none."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def in_order(needs: Mapping[str, Collection[str]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Put each name behind those it needs.

    Args:
        needs: name to the names that it uses; others than the keys do not count.

    Returns:
        The names in order, those of circles included, and each circle once, from its first name back to itself.
    """
    order: list[str] = []
    circles: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in needs:
        way: list[str] = []
        open_: list[tuple[str, list[str]]] = []
        if start not in done:
            open_.append((start, _next(needs, start)))
            way.append(start)
        while open_:
            name, left = open_[-1]
            if not left:
                open_.pop()
                way.pop()
                if name not in done:
                    done.add(name)
                    order.append(name)
                continue
            other = left.pop()
            if other in way:
                circles.append((*way[way.index(other) :], other))
            elif other not in done:
                open_.append((other, _next(needs, other)))
                way.append(other)
    return order, circles


def _next(needs: Mapping[str, Collection[str]], name: str) -> list[str]:
    return sorted((other for other in needs[name] if other in needs), reverse=True)
