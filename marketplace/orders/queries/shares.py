"""Where the money of a basket goes, by the five groups in which prices are shown."""

from collections.abc import Iterable

from marketplace.catalogue.queries import products
from marketplace.catalogue.queries.products import Frozen
from marketplace.orders.queries.baskets import Item


def frozen_of(items: Iterable[Item]) -> dict[int, Frozen]:
    """Return the products of a basket as they are now, by id."""
    return products.frozen_each(item.product_id for item in items)


def parts_of(items: Iterable[Item], frozen: dict[int, Frozen]) -> list[int]:
    """Return the five groups of all items together, in centavos; empty unless all are known."""
    found = [(item.quantity, _groups(frozen[item.product_id])) for item in items]
    if not found or any(group is None for _quantity, groups in found for group in groups):
        return []
    return [sum(quantity * (groups[n] or 0) for quantity, groups in found) for n in range(5)]


def _groups(product: Frozen) -> tuple[int | None, ...]:
    return (
        product.makers_cents,
        product.materials_cents,
        product.packing_cents,
        product.fund_cents,
        product.fees_cents,
    )
