"""The facts of each sale: append-only, signed; every figure of the Division comes from here."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.guards import append_only
from marketplace.core.types import Cents
from marketplace.enterprises.models import Kind, Segment


class FactKind(enum.StrEnum):
    SALE = "sale"
    ORDER_TAKEN = "order_taken"  # an *encomenda*, on its day
    HANDED_OVER = "handed_over"  # what fulfils it; shown, never added again


class Channel(enum.StrEnum):
    FAIR_STALL = "fair_stall"  # own cash
    FAIR_DESK = "fair_desk"  # common desk
    ONLINE_FAIR = "online_fair"  # ordered online, collected at a fair
    ONLINE_POINT = "online_point"
    ONLINE_DELIVERY = "online_delivery"
    INSTITUTIONAL = "institutional"
    WHOLESALE = "wholesale"
    EXCHANGE = "exchange"
    RECYCLABLES = "recyclables"


class Confidence(enum.StrEnum):
    TILL = "till"
    ORDER = "order"  # a hand-over by code, or a payment
    SLIP = "slip"
    DECLARED = "declared"  # a total that somebody told
    ESTIMATED = "estimated"


AT_A_FAIR = "fair_id IS NOT NULL"


class SaleFact(Model):
    """One line of one sale, frozen; a cancellation or refund is a second row with minus signs.

    Amounts in centavos of BRL for the whole quantity; `women_permille` of the members that day.
    """

    __tablename__ = "sale_facts"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(
            "composed = false OR makers_cents + materials_cents + packing_cents"
            " + fund_cents + fees_cents = gross_cents",
            name="parts_add_up",
        ),
        sa.Index("ix_sale_facts_day", "occurred_on", "division_id"),
        sa.Index("ix_sale_facts_enterprise_day", "enterprise_id", "occurred_on"),
        sa.Index(
            *("ix_sale_facts_fair", "fair_id"),
            sqlite_where=sa.text(AT_A_FAIR),
            postgresql_where=sa.text(AT_A_FAIR),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]  # one effect once: order_line:17:handed_over
    kind: Mapped[FactKind]
    occurred_on: Mapped[date]  # local day there
    recorded_at: Mapped[datetime]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sale_facts.id"))
    division_id: Mapped[int] = mapped_column(sa.ForeignKey("divisions.id"))
    fair_id: Mapped[int | None]
    fair_name: Mapped[str] = mapped_column(default="")
    channel: Mapped[Channel]
    payment_method: Mapped[str] = mapped_column(default="")
    confidence: Mapped[Confidence]
    enterprise_id: Mapped[int] = mapped_column(sa.ForeignKey("enterprises.id"))
    enterprise_name: Mapped[str]
    enterprise_kind: Mapped[Kind]
    municipality_code: Mapped[int]
    municipality_name: Mapped[str]
    neighbourhood: Mapped[str] = mapped_column(default="")
    zone: Mapped[str]  # slug; "rural" or "outro-municipio" where there is no neighbourhood
    zone_name: Mapped[str]
    segment: Mapped[Segment]
    category: Mapped[str] = mapped_column(default="")
    category_name: Mapped[str] = mapped_column(default="")
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"))
    product_name: Mapped[str] = mapped_column(default="")
    price_version_id: Mapped[int | None]
    order_line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int]
    gross_cents: Mapped[Cents]
    composed: Mapped[bool] = mapped_column(default=False)  # the five parts are known
    makers_cents: Mapped[Cents] = mapped_column(default=0)
    materials_cents: Mapped[Cents] = mapped_column(default=0)
    packing_cents: Mapped[Cents] = mapped_column(default=0)
    fund_cents: Mapped[Cents] = mapped_column(default=0)
    fees_cents: Mapped[Cents] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)  # of work in the whole quantity
    wage_floor_cents: Mapped[Cents] = mapped_column(default=0)  # of an hour, that day
    under_floor: Mapped[bool] = mapped_column(default=False)
    women_permille: Mapped[int] = mapped_column(default=0)
    women_led: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False, index=True)


append_only("sale_facts")
