"""How the books are written: one door, by which every entry comes in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.core.transactions import INSERT
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import NothingToPost, WrongSide
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.postings import Posting
from marketplace.payments.queries import ledger

NEXT_ID: dict[str, sa.ColumnElement[int]] = {
    "sqlite": sa.select(sa.func.coalesce(sa.func.max(LedgerEntry.id), 0) + 1).scalar_subquery(),
    "postgresql": sa.func.nextval("ledger_entries_id_seq"),
}


@operation
def post(
    posting: Posting,
    source: tuple[str, int],
    *,
    by: Person,
    now: datetime,
    reverses_id: int | None = None,
) -> int:
    """Write one entry about a source, ``("payment", 17)``, and return its id.

    Each kind of entry is written once about each source. The accounts it touches are locked in the
    order of their codes until the end of the transaction.

    :raises NothingToPost: if it moves nothing. :raises WrongSide: if an account would stand on the
    wrong side. :raises sqlalchemy.exc.IntegrityError: if this was written already.
    """
    if not posting.amounts:
        raise NothingToPost
    ids = _moved(posting.amounts)
    entry_id = db.session.scalar(sa.select(NEXT_ID[_dialect()])) or 0
    lines = [
        {"entry_id": entry_id, "account_id": ids[name], "amount_cents": cents}
        for name, cents in posting.amounts.items()
    ]
    db.session.execute(sa.insert(LedgerLine), lines)
    facts = {"kind": posting.kind, "source_type": source[0], "source_id": source[1]}
    written = {"id": entry_id, "posted_at": now, "actor_id": by.id, "reverses_id": reverses_id}
    db.session.execute(sa.insert(LedgerEntry).values(facts | written))
    audit.record("ledger_posted", by=by, now=now, entry_id=entry_id, posting=posting.kind)
    return entry_id


@operation
def reverse(entry_id: int, *, by: Person, now: datetime) -> int:
    """Take an entry back by its opposite, and return the id of that; it can be taken back once.

    :raises WrongSide: if an account has not enough left for it.
    """
    opposite = Posting(EntryKind.CORRECTION, ledger.opposite_of(entry_id))
    return post(opposite, ("ledger_entry", entry_id), by=by, now=now, reverses_id=entry_id)


def lock_payable(enterprise_id: int) -> int:
    """Return what may be paid out to an enterprise, in centavos, locked until the operation ends.

    Its debt is locked first, as ``post`` would.
    """
    codes = [AccountName(base, enterprise_id).code for base in ("debt", "payable")]
    accounts = sa.select(LedgerAccount).where(LedgerAccount.code.in_(codes))
    locked = accounts.order_by(LedgerAccount.code).with_for_update()
    found = db.session.scalars(locked.execution_options(populate_existing=True))
    return -sum(each.balance_cents for each in found if each.code == codes[1])


def _moved(amounts: Mapping[AccountName, int]) -> dict[AccountName, int]:
    """Move the balances, account by account in the order of codes, and return the accounts' ids."""
    names = sorted(amounts, key=lambda name: name.code)
    _open(names)
    return {name: _move(name, amounts[name]) for name in names}


def _open(names: Sequence[AccountName]) -> None:
    """Open the accounts there are not; no number is used up for those there are."""
    known = sa.select(LedgerAccount.code).where(LedgerAccount.code.in_([n.code for n in names]))
    there = set(db.session.scalars(known))
    facts = ("code", "nature", "side", "enterprise_id")
    rows = [
        {fact: getattr(name, fact) for fact in facts} | {"balance_cents": 0}
        for name in names
        if name.code not in there
    ]
    if rows:
        opening = INSERT[_dialect()](LedgerAccount).values(rows)
        db.session.execute(opening.on_conflict_do_nothing(index_elements=["code"]))


def _move(name: AccountName, cents: int) -> int:
    balance = LedgerAccount.balance_cents + cents
    fits = {"debit": balance >= 0, "credit": balance <= 0, "either": sa.true()}[name.side]
    moved = (
        sa.update(LedgerAccount)
        .where(LedgerAccount.code == name.code, fits)
        .values(balance_cents=balance)
        .returning(LedgerAccount.id)
    )
    if (account_id := db.session.scalar(moved)) is None:
        raise WrongSide
    return account_id


def _dialect() -> str:
    return db.session.connection().dialect.name
