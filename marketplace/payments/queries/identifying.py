"""Questions asked of money of which nobody here knew whose it is; nothing here writes."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.core.database import rows
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import Enterprise, Standing
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.reconciling import Identification, ProviderMovement

TAKES_IN = (EntryKind.MONEY_UNIDENTIFIED, EntryKind.CASH_DEPOSITED)
"""What may bring money of nobody known: the provider, or a box that held more than was told."""

_taken_back = aliased(LedgerEntry)
_cents = (
    sa.select(-LedgerLine.amount_cents)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .where(LedgerLine.entry_id == LedgerEntry.id, LedgerAccount.code == "unidentified")
    .scalar_subquery()
)


def waiting() -> sa.Select[Any]:
    """Select the entries of unidentified money, with the provider's line and centavos of each.

    The oldest first; without what was taken back since, because it turned out to be of ours.
    """
    back = sa.select(_taken_back.id).where(_taken_back.reverses_id == LedgerEntry.id)
    said = sa.select(Identification.id).where(Identification.entry_id == LedgerEntry.id)
    return (
        sa.select(LedgerEntry, ProviderMovement, _cents.label("cents"))
        .outerjoin(ProviderMovement, ProviderMovement.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.kind.in_(TAKES_IN),
            _cents.is_not(None),
            sa.not_(back.exists()),
            sa.not_(said.exists()),
        )
        .order_by(LedgerEntry.posted_at, LedgerEntry.id)
    )


def said() -> sa.Select[Any, Any, Any]:
    """Select what was said of such money, with who and of which enterprise; the newest first."""
    return (
        sa.select(Identification, User.name, Enterprise.name)
        .outerjoin(User, User.id == Identification.decided_by_id)
        .outerjoin(Enterprise, Enterprise.id == Identification.enterprise_id)
        .order_by(Identification.decided_at.desc(), Identification.id.desc())
    )


def was_said(movement_id: str) -> bool:
    """Whether a person said whose the money of one of the provider's lines is."""
    return bool(rows(_SAID, {"of": movement_id}))


def possible_owners(person: Person) -> sa.Select[Enterprise]:
    """Select the enterprises whose a person may say that money is: never one they belong to."""
    approved = Enterprise.standing.in_((Standing.APPROVED, Standing.SUSPENDED))
    seen = enterprises.visible_to(person).where(approved)
    if "house" not in person.roles:
        seen = seen.where(Enterprise.id.not_in(enterprises.belonged_to(person)))
    return seen.order_by(Enterprise.name, Enterprise.id)


_SAID = (
    sa.select(Identification.id)
    .join(ProviderMovement, ProviderMovement.entry_id == Identification.entry_id)
    .where(ProviderMovement.movement_id == sa.bindparam("of"))
)
