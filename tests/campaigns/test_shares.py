"""A hundred thousand payments shared at random and given back bit by bit: not a centavo astray."""

import random
from dataclasses import astuple
from fractions import Fraction

import pytest

from marketplace.payments.shares import Amounts, fee_parts, fund_parts, of_refund

RUNS, SEED = 100_000, 20261126
pytestmark = pytest.mark.only("sqlite")  # figures alone: no database is asked


def test_parts_are_the_whole_and_refunds_empty_them(record_property):
    record_property("seed", SEED)
    chance, refunds = random.Random(SEED), 0  # noqa: S311 - lots to draw, no secret
    for run in range(RUNS):
        amounts = [_amount(chance) for _ in range(chance.randint(1, 12))]
        whole = sum(amounts)
        fee = chance.randint(0, chance.choice([whole, whole // 20, min(whole, 3)]))
        fees, rate = fee_parts(fee, amounts), chance.choice([0, 1, 150, 2_000])
        funds = fund_parts(rate, amounts, fees)

        assert sum(fees) == fee, (run, amounts, fee)
        for amount, part, fund in zip(amounts, fees, funds, strict=True):
            assert 0 <= part <= amount, (run, amounts, fee)
            assert abs(part - Fraction(fee * amount, whole)) < 1, (run, amounts, fee)
            assert 0 <= fund <= amount - part, (run, amounts, fee, rate)
            refunds += _give_back_all(chance, Amounts(amount, part, fund))
    assert refunds > RUNS


def _give_back_all(chance: random.Random, left: Amounts) -> int:
    """Give a part back in refunds of any size; return how many those were."""
    refunds = 0
    while whole := left.amount_cents:
        amount = chance.choice([whole, chance.randint(1, whole), 1 if whole < 20 else whole // 2])
        gone = of_refund(amount, left)
        assert gone.amount_cents == amount
        assert 0 <= gone.fee_cents <= min(left.fee_cents, amount)
        assert 0 <= gone.fund_cents <= min(left.fund_cents, amount - gone.fee_cents)
        left = Amounts(*(a - b for a, b in zip(astuple(left), astuple(gone), strict=True)))
        assert 0 <= left.fee_cents + left.fund_cents <= left.amount_cents
        refunds += 1
    assert left == Amounts(0, 0, 0)
    return refunds


def _amount(chance: random.Random) -> int:
    """Return centavos, of all sizes alike."""
    return chance.randint(1, 10 ** chance.randint(1, 7))
