"""What an enterprise with a place at a fair sets apart for those who reserve there."""

from datetime import datetime

from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.queries import products
from marketplace.core.database import operation
from marketplace.core.finding import find_one
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.fairs.errors import NotToReserve, ReservationsAreOver
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.queries import offers as queries
from marketplace.orders.models.offers import FairOffer
from marketplace.orders.operations import offers
from marketplace.orders.operations.offers import Wanted


@operation
def set_apart(
    fair_id: int, enterprise_id: int, product_id: int, wanted: Wanted, *, by: Person, now: datetime
) -> FairOffer:
    """Have so many pieces of a product apart for a fair; fewer than before go back on sale.

    :raises NotFound: unless ``by`` acts for the enterprise, and it stands at that announced fair.
    :raises NotToReserve: for what is made to order, or not handed over at fairs.
    :raises ReservationsAreOver: once nobody can reserve there any more.
    :raises AlreadyReserved, OutOfStock: for too few, or too many.
    """
    fair, product = _theirs(fair_id, enterprise_id, product_id, by)
    if product.supply is not Supply.STOCK or not product.at_fair:
        raise NotToReserve(name=product.name)
    if not queries.takes_reservations(fair, now):
        raise ReservationsAreOver(fair=fair.name)
    return offers.change_offer(fair_id, product_id, wanted, by=by, now=now)


@operation
def bring_back(
    fair_id: int, enterprise_id: int, product_id: int, *, by: Person, now: datetime
) -> FairOffer:
    """Put what nobody reserved of a product on sale again, at any time.

    :raises NotFound: unless ``by`` acts for the enterprise, and it stands at that announced fair.
    """
    _theirs(fair_id, enterprise_id, product_id, by)
    return offers.empty_offer(fair_id, product_id, by=by, now=now)


def _theirs(fair_id: int, enterprise_id: int, product_id: int, by: Person) -> tuple[Fair, Product]:
    enterprise = find_one(enterprises.theirs(by, enterprise_id))
    fair = find_one(queries.with_a_place(fair_id, enterprise.id))
    ours = products.theirs(by, product_id).where(Product.enterprise_id == enterprise.id)
    return fair, find_one(ours)
