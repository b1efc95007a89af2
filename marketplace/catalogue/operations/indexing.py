"""What a search finds of a product."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.catalogue.models.products import Product, Showing
from marketplace.core import search
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one

KIND = "product"


@operation
def reindex(product_id: int) -> None:
    """Make a product found by its present texts while it is on sale, and not otherwise.

    Beside its own texts it is found by its maker, materials, technique and category.
    """
    whole = (
        joinedload(Product.category),
        joinedload(Product.enterprise),
        selectinload(Product.materials),
    )
    product = find_one(sa.select(Product).where(Product.id == product_id).options(*whole))
    if product.showing is not Showing.PUBLISHED:
        search.remove(KIND, product_id)
        return
    extra = [product.enterprise.name, product.technique, *(m.label for m in product.materials)]
    extra += [product.category.name] if product.category else []
    body = f"{product.description}\n{product.story}"
    search.index(KIND, product_id, title=product.name, body=body, extra="\n".join(extra))


@operation
def reindex_enterprise(enterprise_id: int) -> int:
    """Do so for all of an enterprise's products on sale, and return how many they are."""
    ids = sa.select(Product.id).where(
        Product.enterprise_id == enterprise_id, Product.showing == Showing.PUBLISHED
    )
    on_sale = list(db.session.scalars(ids.order_by(Product.id)))
    for product_id in on_sale:
        reindex(product_id)
    return len(on_sale)
