"""How much of what one enterprise sold could as well be another's, with the same sums in public.

A table of lines (segments) and columns (zones) whose sums are public can be changed along closed
ways: more in one cell, as much less in its line, more in that column, and so on. How much more one
enterprise may have so is a largest flow, in centavos.

**Source:** D. Gusfield, "A graph theoretic approach to statistical data security", 1988.
"""

from collections import deque
from collections.abc import Iterable, Mapping

Cell = tuple[str, str]
"""A line and a column."""


def largest(free: Mapping[Cell, int], lines: Iterable[str], column: str, *, enough: int) -> int:
    """Return how much may move into the cells of these lines in one column, at most ``enough``.

    ``free`` is what may leave each cell; something may enter where something may leave.
    """
    left = {(("line", line), ("column", there)): cents for (line, there), cents in free.items()}
    left |= {(there, here): enough for (here, there), cents in left.items() if cents}
    near: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for here, there in left:
        near.setdefault(here, set()).add(there)
    sources, sink, moved = [("line", line) for line in lines], ("column", column), 0
    while moved < enough and (way := _way(left, near, sources, sink)):
        step = min(enough - moved, *(left[arc] for arc in way))
        for here, there in way:
            left[here, there] -= step
            left[there, here] = left.get((there, here), 0) + step
            near.setdefault(there, set()).add(here)
        moved += step
    return moved


Node = tuple[str, str]


def _way(
    left: Mapping[tuple[Node, Node], int],
    near: Mapping[Node, set[Node]],
    sources: Iterable[Node],
    sink: Node,
) -> list[tuple[Node, Node]]:
    """Return a shortest way on which something can still move, or none."""
    came: dict[Node, Node | None] = dict.fromkeys(sources)
    queue = deque(came)
    while queue:
        here = queue.popleft()
        for there in sorted(near.get(here, ())):
            if there not in came and left[here, there] > 0:
                came[there] = here
                queue.append(there)
    way, there = [], sink
    while (before := came.get(there)) is not None:
        way.append((before, there))
        there = before
    return way if sink in came else []
