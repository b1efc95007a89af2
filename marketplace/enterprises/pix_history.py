"""What was decided about an enterprise's Pix key; nothing here writes."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise, PixDecision


def pix_decisions_of(enterprise_id: int) -> list[PixDecision]:
    """Return what was asked and cancelled about the Pix key, the latest first."""
    query = sa.select(PixDecision).where(PixDecision.enterprise_id == enterprise_id)
    by = joinedload(PixDecision.by)
    return list(db.session.scalars(query.options(by).order_by(PixDecision.id.desc()).limit(50)))


def had_pix(enterprise: Enterprise) -> bool:
    """Tell whether another key would be a change: there is one, or one was asked for before."""
    return bool(enterprise.pix_key or pix_decisions_of(enterprise.id))
