"""A hundred thousand payments shared at random and given back bit by bit: not a centavo astray."""

import random
from fractions import Fraction

import pytest

from marketplace.payments.shares import fee_of_refund, fee_parts

RUNS, SEED = 100_000, 20261126
pytestmark = pytest.mark.only("sqlite")  # figures alone: no database is asked


def test_parts_are_the_whole_and_refunds_empty_them(record_property):
    record_property("seed", SEED)
    chance, refunds = random.Random(SEED), 0  # noqa: S311 - lots to draw, no secret
    for run in range(RUNS):
        amounts = [_amount(chance) for _ in range(chance.randint(1, 12))]
        whole = sum(amounts)
        fee = chance.randint(0, chance.choice([whole, whole // 20, min(whole, 3)]))
        fees = fee_parts(fee, amounts)

        assert sum(fees) == fee, (run, amounts, fee)
        for amount, part in zip(amounts, fees, strict=True):
            assert 0 <= part <= amount, (run, amounts, fee)
            assert abs(part - Fraction(fee * amount, whole)) < 1, (run, amounts, fee)
            refunds += _give_back_all(chance, amount, part)
    assert refunds > RUNS


def _give_back_all(chance: random.Random, left: int, fee_left: int) -> int:
    """Give a part back in refunds of any size; return how many those were."""
    refunds = 0
    while left:
        amount = chance.choice([left, chance.randint(1, left), 1 if left < 20 else left // 2])
        fee = fee_of_refund(amount, left_cents=left, fee_left_cents=fee_left)
        assert 0 <= fee <= min(fee_left, amount)
        left, fee_left, refunds = left - amount, fee_left - fee, refunds + 1
        assert 0 <= fee_left <= left
    assert fee_left == 0
    return refunds


def _amount(chance: random.Random) -> int:
    """Return centavos, of all sizes alike."""
    return chance.randint(1, 10 ** chance.randint(1, 7))
