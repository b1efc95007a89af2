"""Noting that money of a common desk is at the bank: one person says so, another has seen it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.fairs.errors import (
    AnotherConfirmsBanking,
    BankingMoved,
    BankingWaits,
    MoreThanPaid,
    NothingToBank,
    ProofMissing,
)
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.splits import BankingKind, DeskBanking
from marketplace.fairs.queries import splits
from marketplace.payments.operations import desk

PROOF_LENGTH = 80


@operation
def note_banking(
    fair_id: int, kind: BankingKind, *, counted_cents: int, proof: str, by: Person, now: datetime
) -> int:
    """Note that the box went to the bank, or that the card machine's money came; return its id.

    ``counted_cents`` is what the bank got, in centavos. Nothing moves before another confirms it.

    :raises NotFound: unless ``by`` sees to that desk. :raises BankingWaits: while one waits.
    :raises NothingToBank: if the books know of nothing. :raises ProofMissing: without its number.
    :raises MoreThanPaid: if the card machine's company would have paid more than was sold.
    """
    lock_one(splits.fairs_seen_by(by).where(Fair.id == fair_id))
    if db.session.scalar(splits.open_banking(fair_id, kind)):
        raise BankingWaits
    if not (kept := clean(proof)[:PROOF_LENGTH]):
        raise ProofMissing
    told = expected(fair_id, kind)
    if told <= 0:
        raise NothingToBank
    if kind is BankingKind.MACHINE and counted_cents > told:
        raise MoreThanPaid
    banking = DeskBanking(
        fair_id=fair_id,
        kind=kind,
        told_cents=told,
        counted_cents=counted_cents,
        proof=kept,
        noted_at=now,
        noted_by_id=by.id,
    )
    db.session.add(banking)
    db.session.flush()
    audit.record("desk_banking_noted", by=by, now=now, banking_id=banking.id)
    return banking.id


@operation
def confirm_banking(banking_id: int, *, by: Person, now: datetime) -> None:
    """Enter in the books what another noted (P22 with P6, or P23), having seen it at the bank.

    :raises NotFound: unless ``by`` sees to that desk. :raises AnotherConfirmsBanking: to who noted
    it. :raises BankingMoved: unless it waits, with the books as they were then.
    """
    banking = _waiting(banking_id, by)
    if banking.noted_by_id == by.id:
        raise AnotherConfirmsBanking
    if expected(banking.fair_id, banking.kind) != banking.told_cents:
        raise BankingMoved
    banking.confirmed_at, banking.confirmed_by_id = now, by.id
    counted: Any = {"counted_cents": banking.counted_cents, "by": by, "now": now}
    if banking.kind is BankingKind.CASH:
        desk.enter_deposit(banking.id, banking.fair_id, **counted)
    else:
        shares = splits.waiting_machine(banking.fair_id)
        entered = [desk.Share(s.id, s.enterprise_id, 0, s.machine_cents) for s in shares]
        desk.enter_machine(banking.id, entered, **counted)
        for share in shares:
            share.banking_id = banking.id
    audit.record("desk_banking_confirmed", by=by, now=now, banking_id=banking.id)


@operation
def drop_banking(banking_id: int, *, by: Person, now: datetime) -> None:
    """Let go what was noted wrongly, and nobody confirmed.

    :raises NotFound: unless ``by`` sees to that desk. :raises BankingMoved: unless it waits.
    """
    banking = _waiting(banking_id, by)
    banking.dropped_at, banking.dropped_by_id = now, by.id
    audit.record("desk_banking_dropped", by=by, now=now, banking_id=banking.id)


def expected(fair_id: int, kind: BankingKind) -> int:
    """Return what should come to the bank by the books, in centavos."""
    if kind is BankingKind.CASH:
        return desk.in_box(fair_id)
    return sum(share.machine_cents for share in splits.waiting_machine(fair_id))


def _waiting(banking_id: int, by: Person) -> DeskBanking:
    seen = find_one(splits.bankings_seen_by(by).where(DeskBanking.id == banking_id))
    lock_one(sa.select(Fair).where(Fair.id == seen.fair_id))
    banking = lock_one(sa.select(DeskBanking).where(DeskBanking.id == banking_id))
    if banking.confirmed_at is not None or banking.dropped_at is not None:
        raise BankingMoved
    return banking
