"""Visits to a group: who went, what ties them to it, and what they saw by each criterion."""

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.assessments.models.assessments import Assessment
from marketplace.assessments.models.criteria import Criterion
from marketplace.core import guards
from marketplace.core.database import Model
from marketplace.enterprises.models import Enterprise


class VisitKind(enum.StrEnum):
    PEER = "peer"  # members of other enterprises went
    STAFF = "staff"  # the Division's


class Seen(enum.StrEnum):
    """What was seen there of one criterion."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_SEEN = "not_seen"  # there was no way to see it that day


class Tie(enum.StrEnum):
    """What a visitor declares to have to do with the group."""

    NONE = "none"
    FAMILY = "family"
    COMPETITOR = "competitor"
    OTHER = "other"


class Visit(Model):
    """That people went to see a group, by the criteria of its assessment; never changed."""

    __tablename__ = "assessment_visits"
    __table_args__ = (sa.Index("ix_assessment_visits_key", "assessment_id", "key", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(sa.ForeignKey("assessments.id"), index=True)
    kind: Mapped[VisitKind]
    visited_on: Mapped[date]
    present: Mapped[str]  # who of the group was there
    corrects_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("assessment_visits.id"), unique=True
    )
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    noted_at: Mapped[datetime]
    key: Mapped[str | None]  # of the form: a second press is the same visit

    assessment: Mapped[Assessment] = relationship()
    by: Mapped[User | None] = relationship()
    visitors: Mapped[list["Visitor"]] = relationship(order_by="Visitor.id")
    findings: Mapped[list["Finding"]] = relationship(order_by="Finding.id")
    photos: Mapped[list["VisitPhoto"]] = relationship(order_by="VisitPhoto.id")


class Visitor(Model):
    """Somebody who went, for which enterprise, and what they declare."""

    __tablename__ = "assessment_visitors"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_visits.id"), index=True)
    name: Mapped[str]
    enterprise_id: Mapped[int | None] = mapped_column(sa.ForeignKey("enterprises.id"))
    tie: Mapped[Tie]

    enterprise: Mapped[Enterprise | None] = relationship()


class Finding(Model):
    """What was seen of one criterion."""

    __tablename__ = "assessment_findings"
    __table_args__ = (sa.UniqueConstraint("visit_id", "criterion_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_visits.id"))
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criteria.id"))
    seen: Mapped[Seen]
    note: Mapped[str] = mapped_column(default="")

    criterion: Mapped[Criterion] = relationship()


class VisitPhoto(Model):
    """A photo of a visit, one of `core.papers`: people may be on it, so it is not public."""

    __tablename__ = "assessment_photos"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("assessment_visits.id"), index=True)
    file: Mapped[str]

    visit: Mapped[Visit] = relationship(overlaps="photos")


for each in (
    "assessment_visits",
    "assessment_visitors",
    "assessment_findings",
    "assessment_photos",
):
    guards.append_only(each)
