"""Giving a product its price."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.catalogue import fair_price
from marketplace.catalogue.errors import BadPrice
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.prices import CompositionLine, PriceVersion
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.queries import hours
from marketplace.catalogue.queries import products as queries
from marketplace.catalogue.signals import product_changed
from marketplace.core import audit, clock
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person

MOST_CENTS = 100_000_000


@operation
def set_price(
    product_id: int,
    price_cents: int,
    lines: Sequence[LineInput] = (),
    *,
    by: Person,
    now: datetime,
) -> PriceVersion:
    """Begin a new price version; the same price with the same lines stays the version it is.

    Prices are centavos of one unit. The five groups are kept only while they add up to the price.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises BadPrice: unless it is from one centavo to a million reais.
    """
    product = lock_one(queries.theirs(by, product_id))
    present = db.session.get(PriceVersion, product.version_id or 0)
    if present and present.price_cents == price_cents and _same(present, lines):
        return present
    return begin_version(product_id, price_cents, lines, by=by, now=now)


@operation
def begin_version(
    product_id: int,
    price_cents: int,
    lines: Sequence[LineInput],
    *,
    by: Person,
    now: datetime,
) -> PriceVersion:
    """Begin a new price version, whatever the one before it is.

    :raises NotFound: if the product is not among those ``by`` may act for.
    :raises BadPrice: unless it is from one centavo to a million reais.
    """
    if not 0 < price_cents <= MOST_CENTS:
        raise BadPrice
    product = lock_one(queries.theirs(by, product_id))
    version = _version(product, price_cents, lines, by=by, now=now)
    db.session.add(version)
    db.session.flush()
    _show(product, version, now=now)
    facts = {"product_id": product.id, "version_id": version.id, "price_cents": price_cents}
    audit.record("price_set", by=by, now=now, **facts)
    product_changed.send(product_id=product.id, by=by, now=now)
    return version


def _same(version: PriceVersion, lines: Sequence[LineInput]) -> bool:
    def key(line: LineInput) -> tuple[object, ...]:
        return (line.kind, line.unit_cost_cents, line.amount_thousandths, line.label, line.total)

    return [key(line) for line in queries.lines_of(version.id)] == [key(line) for line in lines]


def _version(
    product: Product, price_cents: int, lines: Sequence[LineInput], *, by: Person, now: datetime
) -> PriceVersion:
    last = sa.select(sa.func.max(PriceVersion.number)).where(PriceVersion.product_id == product.id)
    groups = fair_price.shown_groups(price_cents, lines)
    shown = groups.parts if groups else (None,) * 5
    today = clock.today(product.enterprise.municipality.time_zone, now)
    wanted = hours.holding(product.enterprise_id, today)
    names = ("makers_cents", "materials_cents", "packing_cents", "fund_cents", "fees_cents")
    return PriceVersion(
        product_id=product.id,
        number=(db.session.scalar(last) or 0) + 1,
        valid_from=now,
        price_cents=price_cents,
        minutes=fair_price.minutes_of(lines),
        real_hour_cents=fair_price.real_hour(price_cents, lines),
        made_by_id=by.id,
        hour_decision_id=wanted.id if wanted else None,
        lines=[_line(place, line) for place, line in enumerate(lines)],
        **dict(zip(names, shown, strict=True)),
    )


def _line(place: int, line: LineInput) -> CompositionLine:
    return CompositionLine(
        position=place,
        kind=line.kind,
        label=line.label,
        amount_thousandths=line.amount_thousandths,
        unit_cost_cents=line.unit_cost_cents,
        total_cents=line.total,
    )


def _show(product: Product, version: PriceVersion, *, now: datetime) -> None:
    product.version_id = version.id
    product.price_cents = version.price_cents
    product.maker_cents = version.makers_cents
    product.materials_cents = version.materials_cents
    product.packing_cents = version.packing_cents
    product.fund_cents = version.fund_cents
    product.fees_cents = version.fees_cents
    product.real_hour_cents = version.real_hour_cents
    part = version.makers_cents
    product.makers_permille = None if part is None else part * 1000 // version.price_cents
    product.changed_at = now
    product.shown_version += 1
