"""Enterprises with an account at the provider, against its stand-in."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from flask import current_app

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments import gateway, hearing, sending
from marketplace.payments.models.connect import ConnectedAccount, Transfer
from marketplace.payments.models.payouts import Payout
from marketplace.payments.operations import payouts, receiving
from marketplace.payments.operations.receiving import AGREEMENT, WAIT
from marketplace.payments.provider import Account
from sandbox import money
from sandbox.world import World
from tests.factories.accounts import make_user, saved_change
from tests.factories.enterprises import make_enterprise
from tests.factories.payouts import batch_of, finance, make_payable

EMAIL = "grupo@exemplo.org"
DAY = timedelta(days=1)


def some_manager() -> Person:
    """Return somebody with an account who may act for every enterprise, each time another."""
    return Person(make_user().id, roles=frozenset({"house"}))


def ask_account(enterprise: Enterprise | None = None) -> int:
    """Agree, and ask for an account of which the provider has not heard; return the call's id."""
    enterprise = enterprise or make_enterprise()
    saved_change(enterprise, email=EMAIL)
    told: Any = {"by": some_manager(), "now": clock.now()}
    receiving.accept_agreement(enterprise.id, AGREEMENT, **told)
    return receiving.ask_account(enterprise.id, **told)


def make_account(enterprise: Enterprise | None = None) -> ConnectedAccount:
    """Return an account that the provider has opened, and that may not be paid yet."""
    enterprise = enterprise or make_enterprise()
    sending.send(ask_account(enterprise), now=clock.now())
    return account_of(enterprise)


def make_known(enterprise: Enterprise, capability: str = "active") -> ConnectedAccount:
    """Return an account of which we were told, past its 72 hours; the provider knows none."""
    open_here = {"STRIPE_KEY": "sk_test_factory", "STRIPE_CONNECT": True}
    with patch.dict(current_app.config, open_here):
        call_id = ask_account(enterprise)
        account = account_of(enterprise)
        told = Account(f"acct_known_{account.id}", account.reference, capability, is_closed=False)
        receiving.take_answer(call_id, told, now=clock.now())
    account = account_of(enterprise)
    saved_change(account, counts_at=account.asked_at - WAIT)
    return account


def make_active(bank: Any, enterprise: Enterprise | None = None) -> ConnectedAccount:
    """Return an account that may be paid: the provider said so, and 72 hours are over."""
    account = make_account(enterprise)
    let(bank, account, "active")
    saved_change(account, counts_at=account.asked_at - WAIT)
    return account


def let(bank: Any, account: ConnectedAccount, state: str) -> None:
    """Let the provider come to another word about an account, and hear of it."""
    bank.hand("capability", account=account.provider_id, state=state)
    look(account)


def look(account: ConnectedAccount) -> None:
    there = gateway.current()
    assert there is not None
    hearing.look_at_account(account.provider_id or "", there, now=clock.now())
    db.session.expire_all()


def account_of(enterprise: Enterprise) -> ConnectedAccount:
    """Return the newest account of an enterprise as it is in the database now."""
    mine = sa.select(ConnectedAccount).where(ConnectedAccount.enterprise_id == enterprise.id)
    newest = mine.order_by(ConnectedAccount.id.desc()).limit(1)
    return db.session.scalars(newest.execution_options(populate_existing=True)).one()


def fill(bank: Any, cents: int, *, account: str = "") -> None:
    """Let the platform, or an account, have so much at hand at the provider."""
    with bank.store.transaction():
        money.book(World(bank.store, account), "topup", cents, {"id": "tu_1"})


def order(bank: Any, cents: int = 5_000, **columns: Any) -> Transfer:
    """Return a transfer that two people decided, of which the provider has not heard."""
    enterprise = make_payable(cents, **columns)
    make_active(bank, enterprise)
    return ordered(enterprise)


def ordered(enterprise: Enterprise) -> Transfer:
    """Prepare and approve what an enterprise has to receive."""
    division, now = enterprise.division, clock.now()
    batch_id = payouts.prepare_batch(division.id, by=finance(division), now=now)
    payouts.approve_batch(batch_id, by=finance(division), now=now)
    mine = [one for one in batch_of(batch_id).payouts if one.enterprise_id == enterprise.id]
    return transfer_of(mine[0])


def transfer_of(payout: Payout) -> Transfer:
    db.session.expire_all()
    return db.session.scalars(sa.select(Transfer).where(Transfer.payout_id == payout.id)).one()
