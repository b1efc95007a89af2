"""Lists to pick from: categories, materials, techniques; and the legal wage by date."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core.database import Model
from marketplace.core.generations import shown
from marketplace.core.types import Cents
from marketplace.enterprises.models import Segment


class Category(Model):
    __tablename__ = "categories"
    __table_args__ = (sa.UniqueConstraint("segment", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]  # alike in two segments where people shop for it alike: bolsas
    segment: Mapped[Segment]
    name: Mapped[str]  # pt-BR
    name_es: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)
    retired_at: Mapped[datetime | None]  # kept for what was sold under it

    def named(self, language: str) -> str:
        """Return the name in a language, or in Portuguese where it has none."""
        return {"es": self.name_es, "en": self.name_en}.get(language) or self.name


class Material(Model):
    """**Source:** raw-material typologies of Portaria SCS/MDIC 29/2010; codes are ours."""

    __tablename__ = "materials"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    group: Mapped[str] = mapped_column(default="")
    papers: Mapped[str] = mapped_column(default="")  # documents a seller may need, pt-BR


class Technique(Model):
    """**Source:** craft techniques of Portaria SEMPE 1.007/2018; codes are ours."""

    __tablename__ = "techniques"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str] = mapped_column(default="")
    meaning: Mapped[str] = mapped_column(default="")


class MinimumWage(Model):
    """The national minimum wage from a day on; read by date, never "the latest".

    **Source:** each row names its act; an hour is a month ÷ 220.
    """

    __tablename__ = "minimum_wages"
    __table_args__ = (sa.CheckConstraint("hour_cents > 0", name="positive"),)

    valid_from: Mapped[date] = mapped_column(primary_key=True)
    month_cents: Mapped[Cents]
    hour_cents: Mapped[Cents]
    act: Mapped[str]
    source: Mapped[str] = mapped_column(default="")


shown("goods", Category)
shown("goods", MinimumWage)
