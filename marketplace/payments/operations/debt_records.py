"""Each debt in the books has its record: opened, paid off and closed by the entry that moves it."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries as enterprises
from marketplace.notifications.operations import tell
from marketplace.payments import debt_news, settings
from marketplace.payments.chart import AccountName
from marketplace.payments.models.debts import Debt, DebtWaiver
from marketplace.payments.postings import Posting

WAIVER = "debt_waiver"  # what an entry is about that forgives one debt
PAGE = "/painel/dinheiro"


def note(posting: Posting, source: tuple[str, int], entry_id: int, *, now: datetime) -> None:
    """Keep the records as an entry moves the accounts; the enterprise hears of a new debt.

    Called by what writes the entry, which holds the accounts: none moves in between.
    """
    owed = {name.owner_id or 0: cents for name, cents in posting.amounts.items() if _is_debt(name)}
    for enterprise_id, cents in sorted(owed.items()):
        if cents > 0:
            _open(posting, enterprise_id, cents, entry_id, now)
        else:
            _pay(enterprise_id, -cents, source, now)


def _is_debt(name: AccountName) -> bool:
    return name.base == "debt"


def _open(posting: Posting, enterprise_id: int, cents: int, entry_id: int, now: datetime) -> None:
    debt = Debt(
        enterprise_id=enterprise_id,
        entry_id=entry_id,
        cause=posting.kind,
        amount_cents=cents,
        left_cents=cents,
        opened_at=now,
    )
    db.session.add(debt)
    db.session.flush()
    debt.told = _tell(debt, debt_news.kind_of(debt.cause), f"debt_opened:{debt.id}", now)


def _pay(enterprise_id: int, cents: int, source: tuple[str, int], now: datetime) -> None:
    """Take off what is paid: off the one that is forgiven, else off the oldest first."""
    forgiven = sa.select(DebtWaiver.debt_id).where(DebtWaiver.id == source[1])
    first = sa.case((Debt.id == forgiven.scalar_subquery(), 0), else_=1)
    order = (first, Debt.id) if source[0] == WAIVER else (Debt.id,)
    still = sa.select(Debt).where(Debt.enterprise_id == enterprise_id, Debt.closed_at.is_(None))
    locked = still.order_by(*order).with_for_update()
    for debt in db.session.scalars(locked.execution_options(populate_existing=True)).all():
        taken = min(cents, debt.left_cents)
        debt.left_cents, cents = debt.left_cents - taken, cents - taken
        if debt.left_cents == 0:
            debt.closed_at = now
            _tell(debt, "debt_closed", f"debt_closed:{debt.id}", now)
        if cents == 0:
            return


def _tell(debt: Debt, kind: str, key: str, now: datetime) -> int:
    facts = {"amount_cents": debt.amount_cents, "percent": settings.debt_percent()}
    theirs = enterprises.user_ids_of(debt.enterprise_id)
    return tell(theirs, kind, facts, PAGE, key=key, by=HOUSE, now=now)
