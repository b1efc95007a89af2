"""Products of the forest, what the law calls each, and how many grams one of it weighs."""

from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.models.legal import LegalFigure, LegalKind
from marketplace.catalogue.models.minimums import MinimumTie
from marketplace.catalogue.models.products import Product, Unit
from marketplace.core.database import db
from marketplace.enterprises.models import Segment

Goods = tuple[str, str]  # what the law calls it, and where
GRAMS = {Unit.KILO: 1_000, Unit.GRAM: 1, Unit.TONNE: 1_000_000}
MOST = 200


def goods() -> list[Goods]:
    """Return what the law has minimum prices of, each with its region."""
    query = sa.select(LegalFigure.subject, LegalFigure.region).distinct()
    query = query.where(LegalFigure.kind == LegalKind.MINIMUM_PRICE)
    found = db.session.execute(query.order_by(LegalFigure.subject, LegalFigure.region))
    return [(row.subject, row.region) for row in found]


def tied(enterprise_id: int) -> list[Any]:
    """Return a group's products of the forest as rows: what each is, none where nobody said."""
    query = (
        sa.select(Product.id, Product.name, Product.code, MinimumTie.subject, MinimumTie.region)
        .join(MinimumTie, MinimumTie.product_id == Product.id, isouter=True)
        .where(Product.enterprise_id == enterprise_id, Product.segment == Segment.FOREST)
        .order_by(Product.folded, Product.id)
    )
    return list(db.session.execute(query.limit(MOST)))


def tie_of(product_id: int) -> MinimumTie | None:
    return db.session.get(MinimumTie, product_id)


def grams_of(unit: str, unit_grams: int | None) -> int | None:
    """Return what one of a unit weighs; none where nobody said."""
    return GRAMS.get(Unit(unit), unit_grams)
