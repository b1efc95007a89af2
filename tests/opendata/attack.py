"""What somebody with time and a pencil finds out from public sums: bounds by linear programming."""

from collections.abc import Sequence
from typing import NamedTuple

SMALL = 1e-7


class Sums(NamedTuple):
    """Sums that are public: which unknowns each adds up, and to what."""

    rows: list[list[float]]
    totals: list[float]


def most(goal: Sequence[float], known: Sums, start: Sequence[float]) -> float:
    """Return the most that a sum of unknowns, none below nothing, can be; ``start`` is one answer.

    A revised simplex would be quicker; this one writes every number down, by Bland's rule. The
    unknowns are moved from a true answer, so there is no first phase: moves m with A m = 0 and
    start + m >= 0 are m = up - down, down at most start.
    """
    free = _kernel(known.rows, len(goal))
    # maximise goal.(start + N t), N t >= -start, t any: t = u - v.
    width = len(free)
    columns = [[vector[i] for vector in free] for i in range(len(goal))]
    table = [[-c for c in row] + list(row) + [s] for row, s in zip(columns, start, strict=True)]
    gain = [sum(g * vector[i] for i, g in enumerate(goal)) for vector in free]
    found = _climb(table, gain + [-g for g in gain], 2 * width)
    return sum(g * s for g, s in zip(goal, start, strict=True)) + found


def _kernel(rows: list[list[float]], width: int) -> list[list[float]]:
    """Return vectors whose sums with all rows are nothing, by elimination."""
    left, pivots = [list(row) for row in rows], []
    for column in range(width):
        at = len(pivots)
        best = max(range(at, len(left)), key=lambda r: abs(left[r][column]), default=None)
        if best is None or abs(left[best][column]) < SMALL:
            continue
        left[at], left[best] = left[best], left[at]
        left[at] = [value / left[at][column] for value in left[at]]
        for other in range(len(left)):
            if other != at and abs(left[other][column]) > SMALL:
                by = left[other][column]
                left[other] = [a - by * b for a, b in zip(left[other], left[at], strict=True)]
        pivots.append(column)
    vectors = []
    for column in set(range(width)) - set(pivots):
        vector = [0.0] * width
        vector[column] = 1.0
        for at, pivot in enumerate(pivots):
            vector[pivot] = -left[at][column]
        vectors.append(vector)
    return vectors


def _climb(table: list[list[float]], gain: list[float], width: int) -> float:
    """Maximise gain.t with table t <= last column, t >= 0; slack is what each row starts with."""
    tableau = [
        row[:width] + [float(i == j) for j in range(len(table))] + [row[width]]
        for i, row in enumerate(table)
    ]
    basis = list(range(width, width + len(table)))
    goal = gain + [0.0] * (len(table) + 1)
    for _turn in range(5000):
        entering = next((j for j, g in enumerate(goal[:-1]) if g > SMALL), None)
        if entering is None:
            return -goal[-1]
        ratios = [
            (row[-1] / row[entering], basis[i], i)
            for i, row in enumerate(tableau)
            if row[entering] > SMALL
        ]
        if not ratios:
            return float("inf")
        leaving = min(ratios)[2]
        by = tableau[leaving][entering]
        pivot = tableau[leaving] = [value / by for value in tableau[leaving]]
        for i, row in enumerate(tableau):
            if i != leaving and row[entering]:
                f = row[entering]
                tableau[i] = [a - f * b for a, b in zip(row, pivot, strict=True)]
        f = goal[entering]
        goal = [a - f * b for a, b in zip(goal, pivot, strict=True)]
        basis[leaving] = entering
    raise AssertionError("it never ended")
