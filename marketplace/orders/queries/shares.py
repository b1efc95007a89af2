"""Where the money of a basket goes, by the five groups in which prices are shown."""

from collections.abc import Sequence

from marketplace.orders.queries.baskets import Item


def parts_of(items: Sequence[Item]) -> list[int]:
    """Return the five groups of all items together, in centavos; empty unless all are known."""
    if not items or any(group is None for item in items for group in item.groups):
        return []
    return [sum(item.quantity * (item.groups[n] or 0) for item in items) for n in range(5)]
