"""Giving a product its price by a sheet, and another price to what is already reckoned."""

from datetime import datetime

from marketplace.catalogue import fair_price
from marketplace.catalogue.errors import NotOfTheGroup
from marketplace.catalogue.models.price_sheets import KeptSheet, SheetLine
from marketplace.catalogue.models.prices import LineKind, PriceVersion
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import prices
from marketplace.catalogue.price_sheet import Input, PriceSheet
from marketplace.catalogue.queries import price_sheets as queries
from marketplace.catalogue.queries import products
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person


@operation
def write_sheet(
    product_id: int, price_cents: int, sheet: PriceSheet, *, by: Person, now: datetime
) -> PriceVersion:
    """Begin a price version with the sheet that it was reckoned by.

    The same sheet at the same price stays the version it is. The price is centavos of one piece.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises BadPrice: unless the price is from one centavo to a million reais.
    :raises NotOfTheGroup: if somebody who worked is not a member of the group.
    """
    product = lock_one(products.theirs(by, product_id))
    _check_workers(product, sheet)
    if _is_present(product, price_cents, sheet):
        return db.session.get_one(PriceVersion, product.version_id)
    composition = sheet.composition(price_cents)
    version = prices.begin_version(product_id, price_cents, composition, by=by, now=now)
    db.session.add(_kept(version.id, sheet))
    db.session.flush()
    db.session.add_all(_line(version.id, place, line) for place, line in enumerate(sheet.lines))
    return version


@operation
def reprice(product_id: int, price_cents: int, *, by: Person, now: datetime) -> PriceVersion:
    """Sell at another price what costs as much as before: sheet or composition go along.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises BadPrice: unless the price is from one centavo to a million reais.
    """
    product = lock_one(products.theirs(by, product_id))
    if sheet := queries.sheet_of(product.version_id):
        return write_sheet(product_id, price_cents, sheet, by=by, now=now)
    kept = products.lines_of(product.version_id)
    recipe = fair_price.recipe_of(product.price_cents, kept)
    lines = fair_price.lines_for(price_cents, recipe) if kept else []
    return prices.set_price(product_id, price_cents, lines, by=by, now=now)


def _check_workers(product: Product, sheet: PriceSheet) -> None:
    named = {line.member_id for line in sheet.lines if line.member_id}
    known = queries.workers_of(product.enterprise_id, besides=product.id)
    if named - {member_id for member_id, _ in known}:
        raise NotOfTheGroup


def _is_present(product: Product, price_cents: int, sheet: PriceSheet) -> bool:
    return product.price_cents == price_cents and queries.sheet_of(product.version_id) == sheet


def _kept(version_id: int, sheet: PriceSheet) -> KeptSheet:
    return KeptSheet(
        version_id=version_id,
        pieces=sheet.pieces,
        hour_cents=sheet.hour_cents,
        surplus_permille=sheet.surplus_permille,
        fund_permille=sheet.shares.get(LineKind.FUND, 0),
        payment_fee_permille=sheet.shares.get(LineKind.PAYMENT_FEE, 0),
        taxes_permille=sheet.shares.get(LineKind.TAXES, 0),
    )


def _line(version_id: int, place: int, line: Input) -> SheetLine:
    return SheetLine(
        version_id=version_id,
        position=place,
        kind=line.kind,
        label=line.label,
        amount_thousandths=line.amount,
        measure=line.measure,
        unit_cost_cents=line.unit_cost_cents,
        loss_permille=line.loss_permille,
        solidarity=line.solidarity,
        supplier_id=line.supplier_id,
        member_id=line.member_id,
    )
