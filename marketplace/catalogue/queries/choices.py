"""What the listing's filters offer: only what something on sale has."""

from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Municipality
from marketplace.catalogue.models.products import Product, ProductMaterial
from marketplace.catalogue.queries.cards import Columns, on_sale
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise


class Choice(NamedTuple):
    """Something that filters may ask for: its value in the address, its name, how many have it."""

    value: str
    name: str
    number: int


def materials(*, day: date, most: int = 40) -> list[Choice]:
    """Return the materials of what is on sale, the most used first."""
    number = sa.func.count()
    label = sa.func.min(ProductMaterial.label)
    query = (
        sa.select(ProductMaterial.folded, label, number)
        .join(Product, Product.id == ProductMaterial.product_id)
        .where(*on_sale())
        .group_by(ProductMaterial.folded)
    )
    return _choices(query.order_by(number.desc(), ProductMaterial.folded).limit(most), day)


def techniques(*, day: date, most: int = 40) -> list[Choice]:
    """Return the techniques of what is on sale, the most used first."""
    number = sa.func.count()
    query = (
        sa.select(Product.technique_folded, sa.func.min(Product.technique), number)
        .where(Product.technique_folded != "", *on_sale())
        .group_by(Product.technique_folded)
    )
    return _choices(query.order_by(number.desc(), Product.technique_folded).limit(most), day)


def municipalities(*, day: date) -> list[Choice]:
    """Return where what is on sale comes from, the place with most of it first."""
    number = sa.func.count()
    code = Enterprise.municipality_code
    place = sa.func.min(Municipality.name)
    query = (
        sa.select(code, place, number)
        .select_from(Product)
        .join(Enterprise, Enterprise.id == Product.enterprise_id)
        .join(Municipality, Municipality.code == code)
        .where(*on_sale())
        .group_by(code)
    )
    return _choices(query.order_by(number.desc(), code), day)


def _choices(query: Columns, day: date) -> list[Choice]:
    rows = db.session.execute(query, {"day": day})
    return [Choice(str(value), name, number) for value, name, number in rows]
