"""Who has an account at the provider, and what goes there and back; nothing here writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.payments.models.connect import (
    LIVE,
    WAITING,
    AccountPayout,
    AccountState,
    ConnectedAccount,
    PayoutAgreement,
    Reversal,
    ReversalState,
    Transfer,
    TransferState,
)
from marketplace.payments.models.online import CallKind, CallState, ProviderCall

UNDER_WAY = (TransferState.DUE, *WAITING)
FAILED = ("failed", "canceled")
SHOWN = 5
LATE = timedelta(hours=1)  # for the queue to have sent it

_taken = (
    sa.select(sa.func.coalesce(sa.func.sum(Reversal.amount_cents), 0))
    .where(Reversal.transfer_id == Transfer.id, Reversal.state != ReversalState.FAILED)
    .correlate(Transfer)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Ways:
    """Of some enterprises: the accounts that may be paid, and whose transfer is under way."""

    accounts: dict[int, ConnectedAccount]
    under_way: frozenset[int]


def ways(enterprise_ids: Iterable[int], now: datetime) -> Ways:
    """Return which of these are paid by a transfer at a moment; two questions."""
    ids = list(enterprise_ids)
    live = sa.select(ConnectedAccount).where(
        ConnectedAccount.enterprise_id.in_(ids), ConnectedAccount.state == AccountState.OPEN
    )
    accounts = {one.enterprise_id: one for one in db.session.scalars(live) if one.can_be_paid(now)}
    return Ways(accounts, frozenset(db.session.scalars(_under_way(ids))))


def live_account(enterprise_id: int) -> ConnectedAccount | None:
    """Return the account that an enterprise has, or asked for."""
    mine = (ConnectedAccount.enterprise_id == enterprise_id, ConnectedAccount.state.in_(LIVE))
    return db.session.scalar(sa.select(ConnectedAccount).where(*mine))


def last_account(enterprise_id: int) -> ConnectedAccount | None:
    """Return the newest account of an enterprise, whatever became of it."""
    mine = sa.select(ConnectedAccount).where(ConnectedAccount.enterprise_id == enterprise_id)
    return db.session.scalar(mine.order_by(ConnectedAccount.id.desc()).limit(1))


def known_account(provider_id: str) -> sa.Select[ConnectedAccount]:
    return sa.select(ConnectedAccount).where(ConnectedAccount.provider_id == provider_id)


def to_look_at(then: datetime, most: int) -> Sequence[str]:
    """Return the open accounts that the provider was not asked of since, as it calls them."""
    asked = sa.select(ConnectedAccount.provider_id).where(
        ConnectedAccount.state == AccountState.OPEN,
        sa.or_(ConnectedAccount.looked_at.is_(None), ConnectedAccount.looked_at < then),
    )
    found = db.session.scalars(asked.order_by(ConnectedAccount.looked_at).limit(most))
    return [provider_id for provider_id in found if provider_id]


def agreement(enterprise_id: int, version: str) -> PayoutAgreement | None:
    """Return who accepted a text for an enterprise, and when."""
    mine = (PayoutAgreement.enterprise_id == enterprise_id, PayoutAgreement.version == version)
    return db.session.scalar(sa.select(PayoutAgreement).where(*mine))


def bank_payouts(account_id: int) -> Sequence[AccountPayout]:
    """Return what went from an account to its bank, the newest first."""
    mine = sa.select(AccountPayout).where(AccountPayout.account_id == account_id)
    return db.session.scalars(mine.order_by(AccountPayout.id.desc()).limit(SHOWN)).all()


def is_under_way(enterprise_id: int) -> bool:
    """Whether a transfer to an enterprise was ordered, and is neither sent nor taken back."""
    return bool(db.session.scalar(sa.select(_under_way([enterprise_id]).exists())))


def transfer_of(payout_id: int) -> Transfer | None:
    return db.session.scalar(sa.select(Transfer).where(Transfer.payout_id == payout_id))


def transfers_of(payout_ids: Iterable[int]) -> dict[int, Transfer]:
    """Return the transfers of these payouts, by the payout's id."""
    found = sa.select(Transfer).where(Transfer.payout_id.in_(list(payout_ids)))
    return {transfer.payout_id: transfer for transfer in db.session.scalars(found)}


def calls_to_try(now: datetime, *, account_id: int | None = None) -> Sequence[int]:
    """Return the calls of transfers that may be tried again; of held ones, those that may go."""
    held = (Transfer.state != TransferState.HELD) | (ConnectedAccount.capability == "active")
    late = (Transfer.state != TransferState.DUE) | (Transfer.asked_at < now - LATE)
    query = (
        sa.select(ProviderCall.id)
        .join(Transfer, Transfer.id == ProviderCall.subject_id)
        .join(ConnectedAccount, ConnectedAccount.id == Transfer.account_id)
        .where(
            ProviderCall.kind == CallKind.TRANSFER,
            ProviderCall.state == CallState.WAITING,
            Transfer.state.in_(UNDER_WAY),
            held,
            late,
        )
        .order_by(ProviderCall.id)
    )
    if account_id is not None:
        query = query.where(Transfer.account_id == account_id)
    return db.session.scalars(query).all()


def reversible(enterprise_id: int) -> list[tuple[Transfer, int]]:
    """Return what was sent to an enterprise, the newest first, with what was not taken back."""
    mine = (Transfer.enterprise_id == enterprise_id, Transfer.state == TransferState.SENT)
    left = (Transfer.amount_cents - _taken).label("left")
    found = sa.select(Transfer, left).where(*mine, Transfer.amount_cents > _taken)
    rows = db.session.execute(found.order_by(Transfer.id.desc()))
    return [(transfer, int(cents)) for transfer, cents in rows]


def _under_way(ids: Sequence[int]) -> sa.Select[int]:
    mine = (Transfer.enterprise_id.in_(ids), Transfer.state.in_(UNDER_WAY))
    return sa.select(Transfer.enterprise_id).where(*mine)
