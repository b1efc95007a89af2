"""How the books are written: one door, by which every entry comes in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import connection, db, operation, rows
from marketplace.core.rights import Person
from marketplace.core.transactions import INSERT
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import NothingToPost, WrongSide
from marketplace.payments.models.ledger import (
    EntryKind,
    LedgerAccount,
    LedgerEntry,
    LedgerLine,
    Side,
)
from marketplace.payments.operations import debt_records
from marketplace.payments.postings import Posting
from marketplace.payments.queries import ledger

NEXT_ID: dict[str, sa.Select[int]] = {
    "sqlite": sa.select(sa.func.coalesce(sa.func.max(LedgerEntry.id), 0) + 1),
    "postgresql": sa.select(sa.func.nextval("ledger_entries_id_seq")),
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
    order of their codes until the end of the transaction. Debts that it moves get their records.

    :raises NothingToPost: if it moves nothing. :raises WrongSide: if an account would stand on the
    wrong side. :raises sqlalchemy.exc.IntegrityError: if this was written already.
    """
    return enter(posting, source, reverses_id=reverses_id, by=by, now=now)


@operation(joins=True)
def enter(
    posting: Posting,
    source: tuple[str, int],
    *,
    by: Person,
    now: datetime,
    reverses_id: int | None = None,
) -> int:
    """Write one entry as ``post`` does, as a part of an operation that ends if it is refused."""
    if not posting.amounts:
        raise NothingToPost
    ids = _moved(posting.amounts)
    there = connection()
    entry_id = there.scalar(NEXT_ID[there.dialect.name]) or 0
    lines = [
        {"entry_id": entry_id, "account_id": ids[name], "amount_cents": cents}
        for name, cents in posting.amounts.items()
    ]
    there.execute(_ADD_LINES, lines)
    facts = {"kind": posting.kind, "source_type": source[0], "source_id": source[1]}
    written = {"id": entry_id, "posted_at": now, "actor_id": by.id, "reverses_id": reverses_id}
    there.execute(_CLOSE_OVER_THEM, facts | written)
    debt_records.note(posting, source, entry_id, now=now)
    audit.record("ledger_posted", by=by, now=now, entry_id=entry_id, posting=posting.kind)
    return entry_id


@operation
def reverse(entry_id: int, *, by: Person, now: datetime) -> int:
    """Take an entry back by its opposite, and return the id of that; it can be taken back once.

    :raises WrongSide: if an account has not enough left for it.
    """
    opposite = Posting(EntryKind.CORRECTION, ledger.opposite_of(entry_id))
    return post(opposite, ("ledger_entry", entry_id), by=by, now=now, reverses_id=entry_id)


class Held(NamedTuple):
    """What there is, in centavos: payable by enterprise id, in funds and owed by them by theirs."""

    payable: dict[int, int]
    funds: dict[int, int]
    fund_debts: dict[int, int]


def lock_held(enterprise_ids: Iterable[int], fund_ids: Iterable[int] = ()) -> Held:
    """Return what enterprises may be paid and funds have, locked until the operation ends.

    Their debts are locked with it, all in the order of codes, as ``post`` would.
    """
    owners, funds = set(enterprise_ids), set(fund_ids)
    names = {AccountName(base, one) for base in ("debt", "payable") for one in owners}
    names |= {AccountName(base, one) for base in ("fund", "fund_debt") for one in funds}
    codes = [name.code for name in names]
    accounts = sa.select(LedgerAccount).where(LedgerAccount.code.in_(codes))
    locked = accounts.order_by(LedgerAccount.code).with_for_update()
    found = db.session.scalars(locked.execution_options(populate_existing=True))
    there = {each.code: abs(each.balance_cents) for each in found}
    kinds = (("payable", owners), ("fund", funds), ("fund_debt", funds))
    return Held(*({one: there.get(f"{base}:{one}", 0) for one in of} for base, of in kinds))


def lock_payable(enterprise_id: int) -> int:
    """Return what may be paid out to an enterprise, in centavos, as ``lock_held``."""
    return lock_held([enterprise_id]).payable[enterprise_id]


def lock_owed(enterprise_id: int, fund_id: int) -> int:
    """Return what an enterprise owes a fund of direct sales, in centavos, as ``lock_held``."""
    names = (AccountName("fund_expected", fund_id), AccountName("fund_owed", enterprise_id))
    pair = sa.select(LedgerAccount).where(LedgerAccount.code.in_([name.code for name in names]))
    locked = pair.order_by(LedgerAccount.code).with_for_update()
    found = db.session.scalars(locked.execution_options(populate_existing=True))
    return {each.code: each.balance_cents for each in found}.get(names[1].code, 0)


def _moved(amounts: Mapping[AccountName, int]) -> dict[AccountName, int]:
    """Move the balances, account by account in the order of codes, and return the accounts' ids."""
    names = sorted(amounts, key=lambda name: name.code)
    return {name: _move(name, amounts[name]) for name in names}


def _move(name: AccountName, cents: int) -> int:
    """Move an account, which is opened if there is none; most are there."""
    moved = _moved_one(name, cents) or (_opened(name) and _moved_one(name, cents))
    if not moved:
        raise WrongSide
    return int(moved[0].id)


def _moved_one(name: AccountName, cents: int) -> Sequence[Any]:
    return rows(_MOVE[name.side], {"of": name.code, "cents": cents})


def _opened(name: AccountName) -> bool:
    """Open an account that there is not, and return whether it was so; else no number is used."""
    if rows(_KNOWN, {"of": name.code}):
        return False
    facts = {fact: getattr(name, fact) for fact in ("code", "nature", "side", "enterprise_id")}
    opening = INSERT[connection().dialect.name](LedgerAccount).values(facts | {"balance_cents": 0})
    db.session.execute(opening.on_conflict_do_nothing(index_elements=["code"]))
    return True


_ACCOUNTS, _ENTRIES, _LINES = (
    cast(sa.Table, model.__table__) for model in (LedgerAccount, LedgerEntry, LedgerLine)
)
_KNOWN = sa.select(_ACCOUNTS.c.id).where(_ACCOUNTS.c.code == sa.bindparam("of"))
_BALANCE = _ACCOUNTS.c.balance_cents + sa.bindparam("cents", type_=sa.BigInteger)
_ANY = (
    sa.update(_ACCOUNTS)
    .where(_ACCOUNTS.c.code == sa.bindparam("of"))
    .values(balance_cents=_BALANCE)
    .returning(_ACCOUNTS.c.id)
)
_MOVE = {
    Side.DEBIT: _ANY.where(_BALANCE >= 0),
    Side.CREDIT: _ANY.where(_BALANCE <= 0),
    Side.EITHER: _ANY,
}
_ADD_LINES, _CLOSE_OVER_THEM = sa.insert(_LINES), sa.insert(_ENTRIES)
