"""Saying which minimum price of the law a product is held against."""

from datetime import datetime

from marketplace.catalogue.errors import UnknownGoods
from marketplace.catalogue.models.minimums import MinimumTie
from marketplace.catalogue.queries import minimums, products
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person

NOTHING = ("", "")


@operation
def tie_minimum(
    product_id: int, goods: minimums.Goods | None, *, by: Person, now: datetime
) -> None:
    """Say what the law calls a product, and in which region; none: nothing of the law's tables.

    What was sold before keeps what was said then.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises UnknownGoods: for what the tables do not have.
    """
    product = lock_one(products.theirs(by, product_id))
    if goods and goods not in minimums.goods():
        raise UnknownGoods
    tie, said = minimums.tie_of(product.id), goods or NOTHING
    if said == ((tie.subject, tie.region) if tie else NOTHING):
        return
    if tie is None:
        tie = MinimumTie(product_id=product.id)
        db.session.add(tie)
    tie.subject, tie.region = said
    tie.said_at, tie.by_id = now, by.id
    audit.record("minimum_tied", by=by, now=now, product_id=product.id, tied=goods is not None)
