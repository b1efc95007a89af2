"""Regimes of tax: those whose ceiling the tables of laws have, and what each group said."""

import sqlalchemy as sa

from marketplace.catalogue.models.legal import LegalFigure, LegalKind
from marketplace.catalogue.models.regimes import RegimeWord
from marketplace.core.database import db


def known() -> list[str]:
    """Return the regimes whose ceiling the tables of laws have."""
    query = sa.select(LegalFigure.subject).where(LegalFigure.kind == LegalKind.TAX_CEILING)
    return list(db.session.scalars(query.distinct().order_by(LegalFigure.subject)))


def holding() -> sa.Select[RegimeWord]:
    """Select the last word of each group."""
    last = sa.select(sa.func.max(RegimeWord.id)).group_by(RegimeWord.enterprise_id)
    return sa.select(RegimeWord).where(RegimeWord.id.in_(last))


def of_enterprise(enterprise_id: int) -> RegimeWord | None:
    return db.session.scalar(holding().where(RegimeWord.enterprise_id == enterprise_id))
