"""What a group sold against the ceiling of its regime of tax, from the roll-ups."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.legal import LegalFigure, LegalKind
from marketplace.catalogue.models.regimes import RegimeWord
from marketplace.catalogue.queries import legal, regimes
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.rollups import SalesByEnterprise

STEPS = (100, 80)  # percent of the ceiling
MONTHS = 12


class Stand(NamedTuple):
    """Where a group stands: centavos sold, and the ceiling in force that somebody checked."""

    enterprise_id: int
    enterprise_code: str
    enterprise: str
    regime: str
    year_cents: int  # since 1 January
    months_cents: int  # this month and the eleven before it
    figure: LegalFigure | None

    @property
    def percent(self) -> int:
        """Return the greater of the two sums in percent of the ceiling, rounded down."""
        most = max(self.year_cents, self.months_cents, 0)
        return most * 100 // self.figure.amount_cents if self.figure else 0

    @property
    def step(self) -> int:
        """Return which of `STEPS` is reached; 0 for none."""
        return next((step for step in STEPS if self.percent >= step), 0)


def of_enterprise(enterprise: Enterprise, today: date) -> Stand | None:
    """Return where a group stands; none where it names no regime of the tables."""
    found = _stands(sa.select(Enterprise.id).where(Enterprise.id == enterprise.id), today)
    return next(iter(found), None)


def for_staff(person: Person, today: date) -> list[Stand]:
    """Return those of a person's Divisions that name a regime, the nearest to its ceiling first."""
    return _stands(enterprises.visible_to(person).with_only_columns(Enterprise.id), today)


def near(person: Person, today: date) -> list[Stand]:
    """Return those of a person's Divisions that reached a step, or whose ceiling nobody checked."""
    return [each for each in for_staff(person, today) if each.step or not each.figure]


def of_division(division_id: int, today: date) -> list[Stand]:
    return _stands(sa.select(Enterprise.id).where(Enterprise.division_id == division_id), today)


def _stands(ids: sa.Select[int], today: date) -> list[Stand]:
    """Four statements for any number of groups.

    **Source:** the act of each figure: Lei Complementar 123/2006, art. 18-A, counts the year.
    """
    words = regimes.holding().where(RegimeWord.enterprise_id.in_(ids), RegimeWord.regime != "")
    named = words.join(Enterprise, Enterprise.id == RegimeWord.enterprise_id).with_only_columns(
        RegimeWord.enterprise_id, Enterprise.code, Enterprise.name, RegimeWord.regime
    )
    rows = db.session.execute(named).all()
    used = legal.used(LegalKind.TAX_CEILING, today) if rows else []
    figures = {each.figure.subject: each.figure for each in used}
    sold = _sold([row.enterprise_id for row in rows], today)
    found = [
        Stand(*row, *sold.get(row.enterprise_id, (0, 0)), figures.get(row.regime)) for row in rows
    ]
    return sorted(found, key=lambda each: (-each.percent, each.enterprise_id))


def _sold(ids: Iterable[int], today: date) -> dict[int, tuple[int, int]]:
    """Return by group what was sold since 1 January, and in twelve months: both until today."""
    of, this_year, last = SalesByEnterprise, today.year * 100, today.year * 100 + today.month
    first = last - 100 + 1 if today.month < MONTHS else this_year + 1
    cents = of.sales_cents + of.handed_cents
    sums = (sa.func.sum(sa.case((of.month > this_year, cents), else_=0)), sa.func.sum(cents))
    query = (
        sa.select(of.enterprise_id, *(sa.cast(each, sa.BigInteger) for each in sums))
        .where(of.month.between(first, last), of.enterprise_id.in_(list(ids)))
        .group_by(of.enterprise_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.session.execute(query)}
