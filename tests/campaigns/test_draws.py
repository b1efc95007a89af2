"""A thousand years of fairs: nobody who always applies is left out longer than their turn.

A turn is, within a segment, its eligible enterprises by the places of its quota, rounded up. Two in
three always apply, the others when they please; six fairs a year. Told: the longest wait, and the
Gini of places among those who always apply (0: all had as many).
"""

import random
from collections import Counter, defaultdict
from math import ceil

import pytest

from marketplace.fairs.draw import Applicant, Outcome, draw

ELIGIBLE = {
    "artesanato": 30,
    "extrativismo": 9,
    "reciclagem": 4,
    "mandioca": 7,
    "agricultura_familiar": 14,
}
QUOTAS = {
    "artesanato": 6,
    "extrativismo": 3,
    "reciclagem": 2,
    "mandioca": 2,
    "agricultura_familiar": 4,
}
SEED, YEARS, FAIRS, PLACES, NOW_AND_THEN = 20_261_127, 1_000, 6, 20, 0.6


def gini(values):
    """Return 0 where all have as much, towards 1 where one has all."""
    ranked, total = sorted(values), sum(values)
    weighted = sum(rank * value for rank, value in enumerate(ranked, 1))
    return (2 * weighted / total - (len(ranked) + 1)) / len(ranked)


@pytest.mark.only("sqlite")  # it asks no database
def test_leaves_nobody_out_longer_than_their_turn(record_property):
    chance = random.Random(SEED)  # noqa: S311 - a world to try
    names = [(segment, n) for segment, many in ELIGIBLE.items() for n in range(many)]
    segment_of = {number: segment for number, (segment, _) in enumerate(names, 1)}
    faithful = {number for number, (_, n) in enumerate(names, 1) if n % 3}
    credit, places, longest = Counter(), Counter(), defaultdict(int)
    for edition in range(YEARS * FAIRS):
        there = [n for n in segment_of if n in faithful or chance.random() < NOW_AND_THEN]
        line = [Applicant(n, segment_of[n], credit[n]) for n in there]
        for lot in draw(line, PLACES, QUOTAS, f"{SEED}-{edition}"):
            who = lot.applicant.number
            credit[who] = credit[who] + 1 if lot.outcome is Outcome.WAITING else 0
            places[who] += lot.outcome is not Outcome.WAITING
            longest[segment_of[who], who in faithful] = max(
                longest[segment_of[who], who in faithful], credit[who]
            )
    turn = {segment: ceil(many / QUOTAS[segment]) for segment, many in ELIGIBLE.items()}
    waits = {segment: longest[segment, True] for segment in ELIGIBLE}
    spread = {
        segment: round(gini([places[n] for n in faithful if segment_of[n] == segment]), 4)
        for segment in ELIGIBLE
    }
    record_property(
        "told",
        f"draws: {YEARS * FAIRS} fairs, seed {SEED}; longest wait {waits}, turn {turn}; Gini of"
        f" places {gini([places[n] for n in faithful]):.4f}, by segment {spread}",
    )

    assert all(waits[segment] <= turn[segment] for segment in ELIGIBLE), (waits, turn)
    assert max(spread.values()) < 0.01
