"""Sums of the facts of sale, kept in the transaction that adds to these: what pages read.

Derived and nothing else: each can be counted anew from the facts, which an invariant does. No
foreign keys, for the facts have them.
"""

from datetime import date
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.types import Cents
from marketplace.enterprises.models import Kind, Segment
from marketplace.orders.models.facts import Channel


class Sums:
    """Signed sums over some facts, in centavos of BRL; ``last_id`` is the latest of these facts.

    Pieces, the makers' part, what is composed and how surely it is known (``by_…``) are of sales
    and orders taken, as published.
    """

    sales_cents: Mapped[Cents]
    orders_cents: Mapped[Cents]
    handed_cents: Mapped[Cents]
    pieces: Mapped[int]
    lines: Mapped[int]
    makers_cents: Mapped[Cents]
    composed_cents: Mapped[Cents]
    by_till_cents: Mapped[Cents]
    by_order_cents: Mapped[Cents]
    by_slip_cents: Mapped[Cents]
    by_declared_cents: Mapped[Cents]
    by_estimated_cents: Mapped[Cents]
    last_id: Mapped[int]


class SalesByEnterprise(Sums, Model):
    """Who sold what, by month."""

    __tablename__ = "sales_by_enterprise"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 202611
    division_id: Mapped[int] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(primary_key=True)
    segment: Mapped[Segment] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    enterprise_kind: Mapped[Kind] = mapped_column(primary_key=True)
    municipality_code: Mapped[int] = mapped_column(primary_key=True)
    neighbourhood: Mapped[str] = mapped_column(primary_key=True)
    zone: Mapped[str] = mapped_column(primary_key=True)


class SalesByChannel(Sums, Model):
    """Where and how it was sold, by month."""

    __tablename__ = "sales_by_channel"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division_id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    fair_id: Mapped[int] = mapped_column(primary_key=True)  # 0: at none
    segment: Mapped[Segment] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)


class SalesByDay(Sums, Model):
    """What was sold, by local day: the parts of months at the ends of a period."""

    __tablename__ = "sales_by_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    division_id: Mapped[int] = mapped_column(primary_key=True)
    segment: Mapped[Segment] = mapped_column(primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)


class SalesBySeller(Sums, Model):
    """Who sold how, by month, with what indicators add up besides.

    ``timed_cents`` is the gross of what has an open price and hours, ``earned_cents`` the makers'
    part of it, ``minutes`` its work; ``women_milli`` the makers' part in centavos by the
    thousandths of women; ``at_fairs_cents`` what was sold or ordered for a fair; as published.
    """

    __tablename__ = "sales_by_seller"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    division_id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    segment: Mapped[Segment] = mapped_column(primary_key=True)
    enterprise_kind: Mapped[Kind] = mapped_column(primary_key=True)
    zone: Mapped[str] = mapped_column(primary_key=True)
    women_led: Mapped[bool] = mapped_column(primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(primary_key=True)
    timed_cents: Mapped[Cents]
    earned_cents: Mapped[Cents]
    minutes: Mapped[Cents]
    timed_pieces: Mapped[Cents]
    under_floor_pieces: Mapped[Cents]
    women_milli: Mapped[Cents]
    fund_cents: Mapped[Cents]
    at_fairs_cents: Mapped[Cents]


class SaleValue(Model):
    """A value that a column of the facts holds, and the latest fact that holds it."""

    __tablename__ = "sale_values"

    division_id: Mapped[int] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)  # a column of the facts
    value: Mapped[str] = mapped_column(primary_key=True)
    last_id: Mapped[int]


CUBES: tuple[type[SalesByEnterprise | SalesByChannel | SalesByDay | SalesBySeller], ...] = (
    SalesByChannel,
    SalesByEnterprise,
    SalesBySeller,
    SalesByDay,
)
"""From the one with the fewest rows to be read to the one with the most."""

ROLLUPS: tuple[Any, ...] = (*(cube.__table__ for cube in CUBES), SaleValue.__table__)
