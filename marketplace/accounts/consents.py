"""What a person allowed, each yes and each no a row of its own: the ledger of consent.

Purposes are few: what is needed to hand over an order, to vet a group or to keep a login safe is
not asked here, for nobody could refuse it. The last row of a person and purpose holds; whoever
would use the data asks it in the query that reads them, so a no is obeyed by the next request.

**Source:** LGPD (Lei 13.709/2018), art. 7, I; art. 8, §2 (proof), §4 (purpose), §5 (withdrawal).
"""

import enum
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.core import guards
from marketplace.core.database import Model, db
from marketplace.core.generations import shown

TEXT_VERSION = "2026-11-26"
"""When the texts of `ASKED` were last changed."""
MOST_SHOWN = 100


class Purpose(enum.StrEnum):
    NEWS_BY_WHATSAPP = "news_by_whatsapp"
    NUMBER_ON_PAGE = "number_on_page"


class Door(enum.StrEnum):
    """How it was said."""

    SIGN_UP = "sign_up"
    DESK = "desk"  # to staff or a facilitator, who noted it
    GROUP = "group"  # where a group says how it is reached
    ACCOUNT = "account"


class Asked(NamedTuple):
    """What the person reads before the answer; ``path`` is its name in addresses."""

    path: str
    name: Any
    text: Any


ASKED = {
    Purpose.NEWS_BY_WHATSAPP: Asked(
        "avisos-por-whatsapp",
        _("News by WhatsApp"),
        _("The Division and who helps me may send me my news by WhatsApp, at my mobile number."),
    ),
    Purpose.NUMBER_ON_PAGE: Asked(
        "numero-na-pagina",
        _("My number on the page of my group"),
        _("Everybody may see my mobile number on the page of my group, and write to me there."),
    ),
}
BY_PATH = {asked.path: purpose for purpose, asked in ASKED.items()}


class Consent(Model):
    """One answer: who, to which text, yes or no, when and how."""

    __tablename__ = "consents"
    __table_args__ = (sa.Index("ix_consents_user_id_purpose", "user_id", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    purpose: Mapped[Purpose]
    given: Mapped[bool]
    text_version: Mapped[str]
    text_hash: Mapped[str]  # SHA-256, hex, of the text as it was read
    language: Mapped[str]  # in which it was read
    door: Mapped[Door]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))  # who noted it; none: they
    decided_at: Mapped[datetime]


guards.append_only("consents")
shown("makers", Consent)


class Reading(NamedTuple):
    """The text that was on the page, by what proves it later."""

    version: str
    text_hash: str
    language: str


def read_in(language: str, purpose: Purpose) -> Reading:
    """Return what is to be kept of the text that a reader of this language has before them."""
    text = str(ASKED[purpose].text)
    return Reading(TEXT_VERSION, hashlib.sha256(text.encode()).hexdigest(), language)


def agreed(user_id: Any, purpose: Purpose) -> sa.ScalarSelect[bool]:
    """Return what a person, given by id or column, said last; nothing if never asked."""
    said = sa.select(Consent.given).where(Consent.user_id == user_id, Consent.purpose == purpose)
    return said.order_by(Consent.id.desc()).limit(1).scalar_subquery()


def holds(user_id: int, purpose: Purpose) -> bool:
    return db.session.scalar(sa.select(agreed(user_id, purpose))) is True


def of(user_id: int) -> Sequence[Consent]:
    """Return all that a person answered, the last first."""
    said = sa.select(Consent).where(Consent.user_id == user_id)
    return db.session.scalars(said.order_by(Consent.id.desc()).limit(MOST_SHOWN)).all()
