"""How what all pay together is shared: who bears how much of the fee, also of what goes back.

All amounts in centavos of BRL. No part is ever negative, nor above what it is a part of, and the
last refund empties a part to the centavo: what is left is shared each time, never a target that
was reckoned before, of which largest remainder can take a centavo back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.money import at_rate, split


def fee_parts(fee_cents: int, amounts: Sequence[int]) -> list[int]:
    """Share a fee over the amounts that caused it; a centavo left over goes to the earlier one.

    :raises ValueError: if there is nothing to share it over.
    """
    return split(fee_cents, amounts)


def fund_parts(rate: int, amounts: Sequence[int], fees: Sequence[int]) -> list[int]:
    """Share what a fund gets, at hundredths of a percent of all, half a centavo up.

    A centavo left over goes to the earlier one; of no share more is taken than its fee leaves.
    """
    all_of_it = at_rate(sum(amounts), rate)
    parts = zip(split(all_of_it, amounts), amounts, fees, strict=True)
    return [min(part, amount - fee) for part, amount, fee in parts]


@dataclass(frozen=True)
class Amounts:
    """An amount, or what is left of one, and what is in it of the fee and of a fund's part."""

    amount_cents: int
    fee_cents: int
    fund_cents: int = 0


def of_refund(amount_cents: int, left: Amounts) -> Amounts:
    """Return a refund with the parts of fee and fund that are in it, of what is left of each.

    :raises ValueError: for more than is left, or for nothing.
    """
    if not 0 < amount_cents <= left.amount_cents:
        raise ValueError("a refund takes something, and no more than is left")
    net = left.amount_cents - left.fee_cents - left.fund_cents
    fee, fund, _net = split(amount_cents, [left.fee_cents, left.fund_cents, net])
    return Amounts(amount_cents, fee, fund)
