"""Price versions and the lines that make a price up."""

import enum
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalogue.models.hours import HourDecision
from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.types import Cents


class Group(enum.StrEnum):
    """The five parts that a buyer sees, in their fixed order."""

    MAKERS = "makers"
    MATERIALS = "materials"
    PACKING = "packing"
    FUND = "fund"
    FEES = "fees"


class LineKind(enum.StrEnum):
    """**Source:** what makes up a fair price, after Decreto 7.358/2010, art. 2, V."""

    LABOUR = "labour"
    SURPLUS = "surplus"
    MATERIAL = "material"
    LOSSES = "losses"
    ENERGY = "energy"
    TOOLS = "tools"
    SPACE = "space"
    PACKING = "packing"
    TRANSPORT = "transport"
    FUND = "fund"
    PAYMENT_FEE = "payment_fee"
    TAXES = "taxes"


GROUP_OF = {
    LineKind.LABOUR: Group.MAKERS,
    LineKind.SURPLUS: Group.MAKERS,
    LineKind.MATERIAL: Group.MATERIALS,
    LineKind.LOSSES: Group.MATERIALS,
    LineKind.ENERGY: Group.MATERIALS,
    LineKind.TOOLS: Group.MATERIALS,
    LineKind.SPACE: Group.MATERIALS,
    LineKind.PACKING: Group.PACKING,
    LineKind.TRANSPORT: Group.PACKING,
    LineKind.FUND: Group.FUND,
    LineKind.PAYMENT_FEE: Group.FEES,
    LineKind.TAXES: Group.FEES,
}


class PriceVersion(Model):
    """A price from an instant on, with its parts; never changed, only followed by another."""

    __tablename__ = "price_versions"
    __table_args__ = (sa.UniqueConstraint("product_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("products.id"), index=True)
    number: Mapped[int]  # 1, 2, 3 … within the product
    valid_from: Mapped[datetime]
    price_cents: Mapped[Cents]
    minutes: Mapped[int] = mapped_column(default=0)  # of work in one unit
    makers_cents: Mapped[Cents | None]  # the five groups; none while they do not add up
    materials_cents: Mapped[Cents | None]
    packing_cents: Mapped[Cents | None]
    fund_cents: Mapped[Cents | None]
    fees_cents: Mapped[Cents | None]
    real_hour_cents: Mapped[Cents | None]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    hour_decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("hour_decisions.id"))

    lines: Mapped[list["CompositionLine"]] = relationship(order_by="CompositionLine.position")
    hour_decision: Mapped[HourDecision | None] = relationship()  # what the assembly wanted then


class CompositionLine(Model):
    """One input as typed: how much of what, at which cost."""

    __tablename__ = "composition_lines"
    __table_args__ = (sa.CheckConstraint("total_cents >= 0", name="not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("price_versions.id"), index=True)
    position: Mapped[int]
    kind: Mapped[LineKind]
    label: Mapped[str] = mapped_column(default="")
    amount_thousandths: Mapped[int] = mapped_column(default=1000)  # 1500 = 1.5 hours, kilos …
    unit_cost_cents: Mapped[Cents]
    total_cents: Mapped[Cents]


shown("goods", PriceVersion)
