"""Taking in the rows of a sheet that somebody has looked at and confirmed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from marketplace.catalogue import fair_price
from marketplace.catalogue.errors import Blocked, NotSelling
from marketplace.catalogue.fair_price import LineInput, Recipe
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import price_sheets, prices, products, stock
from marketplace.catalogue.queries import sheets
from marketplace.catalogue.sheet_rows import Figures, ProductRow
from marketplace.core.database import operation
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises

MOST_ROWS = 200


class Brought(NamedTuple):
    """How many products came of a sheet."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


def bring_all(
    enterprise_id: int,
    rows: Sequence[ProductRow],
    *,
    publish: bool,
    by: Person,
    now: datetime,
) -> Brought:
    """Take in any number of rows, two hundred in each transaction.

    Taking the same rows in again changes nothing and begins no price version.

    :raises NotFound: if ``by`` may not act for the enterprise.
    """
    whole = Brought()
    for start in range(0, len(rows), MOST_ROWS):
        batch = tuple(rows[start : start + MOST_ROWS])
        part = bring_rows(enterprise_id, batch, publish=publish, by=by, now=now)
        whole = Brought(*(a + b for a, b in zip(whole, part, strict=True)))
    return whole


@operation
def bring_rows(
    enterprise_id: int,
    rows: Sequence[ProductRow],
    *,
    publish: bool,
    by: Person,
    now: datetime,
) -> Brought:
    """Create or change the product of each row; new ones go on sale if asked and allowed.

    :raises NotFound: if ``by`` may not act for the enterprise.
    """
    find_one(enterprises.theirs(by, enterprise_id))
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    for row, known, changes in sheets.planned(enterprise_id, rows):
        if known is None:
            _create(enterprise_id, row, publish=publish, by=by, now=now)
            counts["created"] += 1
        elif changes:
            _change(known.product, row, changes, by=by, now=now)
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    return Brought(**counts)


def _create(
    enterprise_id: int, row: ProductRow, *, publish: bool, by: Person, now: datetime
) -> None:
    price = row.price_cents or 0
    product = products.create_product(
        enterprise_id,
        price_cents=price,
        lines=_lines(price, row.figures),
        code=row.code,
        left=row.left or 0,
        by=by,
        now=now,
        **{"category_id": None, **row.fields},
    )
    product.photo_file = row.photo_file or ""
    if publish and price:
        _publish(product.id, by=by, now=now)


def _publish(product_id: int, *, by: Person, now: datetime) -> None:
    try:
        products.publish_product(product_id, by=by, now=now)
    except (NotSelling, Blocked):
        return  # it stays a draft until the group may sell


def _change(
    product: Product, row: ProductRow, changes: Sequence[str], *, by: Person, now: datetime
) -> None:
    products.save_product(product.id, row.fields, by=by, now=now)
    if "price" in changes or "figures" in changes:
        _reprice(product, row, changes, by=by, now=now)
    if "stock" in changes and row.left is not None:
        stock.count_stock(product.id, row.left, reason="sheet", by=by, now=now)
    if "photo_file" in changes:
        product.photo_file = row.photo_file or ""


def _reprice(
    product: Product, row: ProductRow, changes: Sequence[str], *, by: Person, now: datetime
) -> None:
    """Keep a richer composition where the sheet's three figures are still those of it."""
    price = row.price_cents or product.price_cents
    if not price:
        return
    if "figures" in changes:
        prices.set_price(product.id, price, _lines(price, row.figures), by=by, now=now)
    else:
        price_sheets.reprice(product.id, price, by=by, now=now)


def _lines(price_cents: int, figures: Figures | None) -> list[LineInput]:
    """Write three figures as lines: materials, what else is bought, and the rest as labour."""
    if figures is None or not price_cents:
        return []
    bought: dict[LineKind, Any] = {
        LineKind.MATERIAL: figures.materials_cents,
        LineKind.SPACE: figures.overhead_cents,
    }
    return fair_price.lines_for(price_cents, Recipe(bought, {}, figures.hours))
