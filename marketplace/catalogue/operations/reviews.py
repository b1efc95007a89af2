"""Taking up what is proposed for a price whose hour fell under the floor."""

from datetime import datetime

from marketplace.catalogue import fair_price
from marketplace.catalogue.models.prices import PriceVersion
from marketplace.catalogue.operations import price_sheets, prices
from marketplace.catalogue.queries import products, reviews
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person


@operation
def take_up(product_id: int, price_cents: int, *, by: Person, now: datetime) -> PriceVersion:
    """Sell at another price, in centavos of one unit, with what materials and the fund take now.

    Where nothing is to be mended by then, the price stays the version it is.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises BadPrice: unless the price is from one centavo to a million reais.
    """
    product = lock_one(products.theirs(by, product_id))
    if (found := reviews.of_product(product, now)) is None:
        return db.session.get_one(PriceVersion, product.version_id)
    if found.sheet:
        return price_sheets.write_sheet(product_id, price_cents, found.sheet, by=by, now=now)
    lines = fair_price.lines_for(price_cents, found.recipe)
    return prices.set_price(product_id, price_cents, lines, by=by, now=now)
