"""Figures of laws, each with what is known of it; only what somebody checked is used."""

import enum
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa

from marketplace.catalogue.models.legal import LegalCheck, LegalFigure, LegalKind
from marketplace.core.database import db


class Trust(enum.StrEnum):
    CHECKED = "checked"  # somebody read it in the act
    REFUTED = "refuted"  # the act says otherwise
    DISPUTED = "disputed"  # sources say different things of one time
    UNCHECKED = "unchecked"


class Told(NamedTuple):
    """A figure, how far it is to be trusted, and who read the act last."""

    figure: LegalFigure
    trust: Trust
    check: LegalCheck | None


def figure(figure_id: int) -> sa.Select[LegalFigure]:
    return sa.select(LegalFigure).where(LegalFigure.id == figure_id)


def told(kind: LegalKind, *, day: date | None = None) -> list[Told]:
    """Return the figures of a kind, the latest first; ``day``: only those that hold on it."""
    query = sa.select(LegalFigure).where(LegalFigure.kind == kind)
    latest = (LegalFigure.valid_from.desc(), LegalFigure.subject, LegalFigure.id)
    options = sa.orm.selectinload(LegalFigure.checks).joinedload(LegalCheck.by)
    found = db.session.scalars(query.order_by(*latest).options(options)).all()
    judged = [Told(each, _trust(each, found), _last(each)) for each in found]
    return [each for each in judged if day is None or _holds_on(each.figure, day)]


def used(kind: LegalKind, day: date) -> list[Told]:
    """Return what may be relied on, on a day: what somebody read in the act."""
    return [each for each in told(kind, day=day) if each.trust is Trust.CHECKED]


def _last(figure: LegalFigure) -> LegalCheck | None:
    return figure.checks[-1] if figure.checks else None


def _trust(figure: LegalFigure, others: Iterable[LegalFigure]) -> Trust:
    if check := _last(figure):
        return Trust.CHECKED if check.holds else Trust.REFUTED
    differing = any(_disagree(figure, other) for other in others)
    return Trust.DISPUTED if figure.doubted or differing else Trust.UNCHECKED


def _disagree(one: LegalFigure, other: LegalFigure) -> bool:
    """Whether another figure of the same thing and beginning says another amount.

    Regions that differ are two things, unless one source names none.
    """
    same = one.subject == other.subject and one.valid_from == other.valid_from
    region = one.region == other.region or NOT_STATED in (one.region, other.region)
    refuted = (check := _last(other)) is not None and not check.holds
    return same and region and not refuted and one.amount_cents != other.amount_cents


def _holds_on(figure: LegalFigure, day: date) -> bool:
    return figure.valid_from <= day and (figure.valid_to is None or day <= figure.valid_to)


NOT_STATED = "not stated"
"""The region of a source that tells none."""
