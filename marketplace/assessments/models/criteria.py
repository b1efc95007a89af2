"""The principles by which groups are assessed, as sets of criteria with a version and a day."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.core import guards
from marketplace.core.database import Model


class CriteriaSet(Model):
    """One version of the criteria, in force from a day on; never changed: the next is another."""

    __tablename__ = "criteria_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(unique=True)
    in_force_on: Mapped[date] = mapped_column(index=True)
    loaded_at: Mapped[datetime]

    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="set", order_by="Criterion.position"
    )


class Criterion(Model):
    """A principle, asked in plain words; with where it was read and how sure that is."""

    __tablename__ = "criteria"
    __table_args__ = (sa.UniqueConstraint("set_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria_sets.id"))
    position: Mapped[int]  # from 1
    code: Mapped[str]  # the same from version to version: scjs-p1
    source: Mapped[str]  # SCJS or WFTO
    texts: Mapped[dict[str, Any]]  # by language: title, question, proof
    origin: Mapped[str]
    confidence: Mapped[str]

    set: Mapped[CriteriaSet] = relationship(back_populates="criteria")


for each in ("criteria_sets", "criteria"):
    guards.append_only(each)
