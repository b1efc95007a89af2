"""Whether two registrations may be of the same group: name and place, or phone, or CNPJ.

**Source:** DOMAIN.md §5, registration: a duplicate check by name, place and phone.
"""

from difflib import SequenceMatcher

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise, Standing

ALIKE = 0.85
FILLING = {"grupo", "associacao", "cooperativa", "rede", "coletivo", "de", "do", "da", "dos", "das"}


def look_alikes(enterprise: Enterprise) -> list[Enterprise]:
    """Return the registrations, sent once, that may be of the same group; the oldest first."""
    others = sa.select(Enterprise).where(
        Enterprise.id != enterprise.id,
        Enterprise.standing != Standing.DRAFT,
        sa.or_(
            Enterprise.municipality_code == enterprise.municipality_code,
            sa.and_(Enterprise.mobile != "", Enterprise.mobile == enterprise.mobile),
        ),
    )
    found = db.session.scalars(others.order_by(Enterprise.id))
    return [
        other for other in found if same_phone(enterprise, other) or same_name(enterprise, other)
    ]


def same_phone(one: Enterprise, other: Enterprise) -> bool:
    return bool(one.mobile) and one.mobile == other.mobile


def same_name(one: Enterprise, other: Enterprise) -> bool:
    """Whether the names say the same, but for common words and a letter or two."""
    return bool(core_of(one.folded)) and closeness(one.folded, other.folded) >= ALIKE


def closeness(one: str, other: str) -> float:
    """Return how much two folded names share, from 0 to 1, leaving common words out."""
    return SequenceMatcher(None, core_of(one), core_of(other)).ratio()


def core_of(folded: str) -> str:
    return " ".join(word for word in folded.split() if word not in FILLING)
