"""Sales under a minimum price of the law, for which a group may claim the difference at Conab."""

from datetime import date, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.legal import LegalFigure, LegalKind
from marketplace.catalogue.models.minimums import MinimumTie
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.queries import legal, minimums
from marketplace.catalogue.queries.legal import Told, Trust
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import FactKind, SaleFact
from marketplace.orders.models.orders import OrderLine

KILO = 1_000  # grams
SPAN = timedelta(days=365)
SOLD = (FactKind.SALE, FactKind.HANDED_OVER)
Row = Any  # of `_SOLD`, its columns by name


class Claim(NamedTuple):
    """A line sold under the minimum price of its day; amounts are centavos, of one unit or all."""

    line: Row
    figure: LegalFigure
    grams: int  # of one unit

    @property
    def minimum_cents(self) -> int:
        """Return the minimum price of one unit, rounded down."""
        return self.figure.amount_cents * self.grams // KILO

    @property
    def difference_cents(self) -> int:
        """Return what all of it lacks, rounded down: nobody is promised a centavo too much."""
        lacking = self.figure.amount_cents * self.grams - self.line.price_cents * KILO
        return int(lacking * self.line.quantity // KILO)


def of_enterprise(enterprise_id: int, today: date) -> list[Claim]:
    """Return a group's lines of the last year that were sold under it, the latest first.

    **Source:** PGPM-Bio: each figure names its act; only what somebody read there is used.
    """
    return _claims(_SOLD.where(Product.enterprise_id == enterprise_id), today)


def for_staff(person: Person, today: date) -> list[Claim]:
    """Return those of all enterprises of a person's Divisions."""
    shown = enterprises.visible_to(person).with_only_columns(Enterprise.id)
    return _claims(_SOLD.where(Product.enterprise_id.in_(shown)), today)


def _claims(sold: sa.Select[*tuple[Any, ...]], today: date) -> list[Claim]:
    rows = db.session.execute(sold.having(today - SPAN < _DAY)).all()
    used = [each for each in legal.told(LegalKind.MINIMUM_PRICE) if each.trust is Trust.CHECKED]
    found = []
    for row in rows:
        grams = minimums.grams_of(row.unit, row.unit_grams)
        for figure in (each.figure for each in used if grams and _is_of(each, row)):
            claim = Claim(row, figure, grams or 0)
            if claim.difference_cents > 0:
                found.append(claim)
    return found


def _is_of(told: Told, row: Row) -> bool:
    figure = told.figure
    holds = figure.valid_from <= row.day and (figure.valid_to is None or row.day <= figure.valid_to)
    return holds and (figure.subject, figure.region) == (row.subject, row.region)


_GRAMS = sa.func.coalesce(OrderLine.unit_grams, Product.unit_grams)
_SUBJECT = sa.func.coalesce(OrderLine.law_subject, MinimumTie.subject)
_REGION = sa.func.coalesce(OrderLine.law_region, MinimumTie.region)
"""As it was when it was sold; where nobody had said it by then, as it is said now."""
_DAY, _PIECES = sa.func.min(SaleFact.occurred_on), sa.func.sum(SaleFact.quantity)
_SOLD = (
    sa.select(
        OrderLine.id,
        OrderLine.name,
        OrderLine.unit,
        OrderLine.price_cents,
        _GRAMS.label("unit_grams"),
        _SUBJECT.label("subject"),
        _REGION.label("region"),
        Enterprise.name.label("enterprise"),
        Enterprise.code.label("enterprise_code"),
        _DAY.label("day"),
        sa.cast(_PIECES, sa.BigInteger).label("quantity"),
    )
    .join(Product, Product.id == OrderLine.product_id)
    .join(MinimumTie, MinimumTie.product_id == Product.id)
    .join(Enterprise, Enterprise.id == Product.enterprise_id)
    .join(SaleFact, SaleFact.order_line_id == OrderLine.id)
    .where(SaleFact.kind.in_(SOLD))
    .group_by(OrderLine.id, Product.id, MinimumTie.product_id, Enterprise.id)
    .having(_PIECES > 0)
    .order_by(_DAY.desc(), OrderLine.id.desc())
)
