"""Questions asked of sheets of paper; nothing here writes."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.rights import Person
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.sheets import PaperSheet
from marketplace.fairs.queries import calendar


def visible_to(person: Person) -> sa.Select[PaperSheet]:
    fairs = calendar.visible_to(person).with_only_columns(Fair.id)
    return sa.select(PaperSheet).where(PaperSheet.fair_id.in_(fairs))


def of_fair(fair_id: int) -> sa.Select[PaperSheet]:
    """Select the sheets typed for a fair, the latest first, with whose they are."""
    query = sa.select(PaperSheet).where(PaperSheet.fair_id == fair_id)
    shown = (joinedload(PaperSheet.enterprise), joinedload(PaperSheet.collection))
    return query.order_by(PaperSheet.id.desc()).options(*shown)
