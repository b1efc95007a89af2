"""How what all pay together is shared: who bears how much of the fee, also of what goes back.

All amounts in centavos of BRL. No part is ever negative, nor above what it is a part of, and the
last refund empties a part to the centavo: what is left is shared each time, never a target that
was reckoned before, of which largest remainder can take a centavo back.
"""

from collections.abc import Sequence

from marketplace.core.money import split


def fee_parts(fee_cents: int, amounts: Sequence[int]) -> list[int]:
    """Share a fee over the amounts that caused it; a centavo left over goes to the earlier one.

    :raises ValueError: if there is nothing to share it over.
    """
    return split(fee_cents, amounts)


def fee_of_refund(amount_cents: int, *, left_cents: int, fee_left_cents: int) -> int:
    """Return the part of the fee in a refund, of what is left of a part and of its fee.

    :raises ValueError: for more than is left, or for nothing.
    """
    if not 0 < amount_cents <= left_cents:
        raise ValueError("a refund takes something, and no more than is left")
    fee, _net = split(amount_cents, [fee_left_cents, left_cents - fee_left_cents])
    return fee
