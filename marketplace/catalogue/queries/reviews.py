"""Prices whose hour fell under the wage's since they were made, in few statements."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.accounts.models import Municipality
from marketplace.catalogue.fair_price import LineInput, recipe_of
from marketplace.catalogue.models.lists import MinimumWage
from marketplace.catalogue.models.prices import CompositionLine, LineKind, PriceVersion
from marketplace.catalogue.models.products import Product, Showing
from marketplace.catalogue.price_review import Material, Review, Terms, material_key, review
from marketplace.catalogue.price_sheet import PriceSheet
from marketplace.catalogue.queries import price_sheets
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.funds import Fund, FundRate
from marketplace.payments.queries import fees

Row = Any  # of `_PRICED`, its columns by name


class Reviewed(NamedTuple):
    """A product, and what became of its price."""

    product: Row
    review: Review


def of_enterprise(enterprise_id: int, now: datetime) -> list[Reviewed]:
    """Return a group's products on sale whose hour fell under the floor, least first."""
    return _reviewed(_PRICED.where(Product.enterprise_id == enterprise_id), now)


def for_staff(person: Person, now: datetime) -> list[Reviewed]:
    """Return those of all enterprises of a person's Divisions, least first."""
    shown = enterprises.visible_to(person).with_only_columns(Enterprise.id)
    return _reviewed(_PRICED.where(Product.enterprise_id.in_(shown)), now)


def of_product(product: Product, now: datetime) -> Review | None:
    """Return what became of the price of one product, with what its group's materials cost now."""
    found = of_enterprise(product.enterprise_id, now)
    return next((each.review for each in found if each.product.id == product.id), None)


def _reviewed(priced: sa.Select[*tuple[Any, ...]], now: datetime) -> list[Reviewed]:
    rows = db.session.execute(priced.order_by(PriceVersion.valid_from, PriceVersion.id)).all()
    ids = [row.version_id for row in rows]
    sheets, lines = price_sheets.sheets_of(ids), _lines_of(ids)
    costs, terms = _costs(rows, sheets), _Terms()
    found = []
    for row in (row for row in rows if row.showing is Showing.PUBLISHED):
        of = row.price_cents, row.real_hour_cents
        made_of = sheets.get(row.version_id) or recipe_of(
            row.price_cents, lines.get(row.version_id, [])
        )
        before, after = terms.at(row, row.valid_from), terms.at(row, now)
        known = costs.get(row.enterprise_id, {})
        if became := review(*of, made_of, known, before=before, after=after):
            found.append(Reviewed(row, became))
    return sorted(found, key=lambda each: (each.review.hour_after, each.product.id))


def _costs(rows: Iterable[Row], sheets: dict[int, PriceSheet]) -> dict[int, dict[Material, int]]:
    """Return what each group's materials cost in its latest sheet; rows come the oldest first."""
    costs: dict[int, dict[Material, int]] = {}
    for row in rows:
        sheet = sheets.get(row.version_id)
        for line in sheet.lines if sheet else ():
            if line.kind is LineKind.MATERIAL:
                costs.setdefault(row.enterprise_id, {})[material_key(line)] = line.unit_cost_cents
    return costs


def _lines_of(version_ids: Sequence[int]) -> dict[int, list[LineInput]]:
    query = sa.select(CompositionLine).where(CompositionLine.version_id.in_(version_ids))
    found: dict[int, list[LineInput]] = {}
    for line in db.session.scalars(query.order_by(CompositionLine.position)):
        cost, total = line.unit_cost_cents, line.total_cents
        one = LineInput(line.kind, cost, line.amount_thousandths, line.label, total)
        found.setdefault(line.version_id, []).append(one)
    return found


class _Terms:
    """The wage's hour, each fund's rate and the fee at any moment, from three statements."""

    def __init__(self) -> None:
        latest = sa.select(MinimumWage.valid_from, MinimumWage.hour_cents)
        self.wages = db.session.execute(latest.order_by(MinimumWage.valid_from.desc())).all()
        rates = sa.select(Fund.division_id, FundRate.valid_from, FundRate.rate).join(
            Fund, Fund.id == FundRate.fund_id
        )
        newest = rates.order_by(FundRate.valid_from.desc(), FundRate.id.desc())
        self.rates: dict[int, list[tuple[datetime, int]]] = {}
        for division_id, since, rate in db.session.execute(newest):
            self.rates.setdefault(division_id, []).append((since, rate))
        self.fees = fees.noted()

    def at(self, row: Row, moment: datetime) -> Terms:
        day = clock.today(row.time_zone, moment)
        rates = self.rates.get(row.division_id, [])
        rate = next((rate for since, rate in rates if since <= moment), 0)
        return Terms(self._floor(day), rate, fees.dearest_at(self.fees, moment))

    def _floor(self, day: date) -> int:
        return next((cents for since, cents in self.wages if since <= day), 0)


_PRICED = (
    sa.select(
        Product.id,
        Product.code,
        Product.name,
        Product.showing,
        Product.enterprise_id,
        Product.price_cents,
        Product.unit,
        Product.unit_grams,
        PriceVersion.id.label("version_id"),
        PriceVersion.valid_from,
        PriceVersion.real_hour_cents,
        Enterprise.name.label("enterprise"),
        Enterprise.code.label("enterprise_code"),
        Enterprise.division_id,
        Municipality.time_zone,
    )
    .join(PriceVersion, PriceVersion.id == Product.version_id)
    .join(Enterprise, Enterprise.id == Product.enterprise_id)
    .join(Municipality, Municipality.code == Enterprise.municipality_code)
    .where(PriceVersion.real_hour_cents.is_not(None))
)
