"""An enterprise's account at the provider: agreed to, asked for, looked at, given up.

**Source:** https://docs.stripe.com/connect/accounts-v2; the wait of 72 hours and the notice are
those of a changed Pix key (`docs/adr/0015-who-may-open-what.md`).
"""

import logging
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import CODE, HOUSE, PASSWORD, Person, ask_proof
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.models import SETTLED, Enterprise
from marketplace.payments import account_news, connect_payloads, settings
from marketplace.payments.errors import (
    AccountStays,
    AccountThere,
    AgreementChanged,
    AgreementMissing,
    EmailMissing,
    NoAccountsHere,
)
from marketplace.payments.models.connect import (
    AccountPayout,
    AccountState,
    ConnectedAccount,
    PayoutAgreement,
)
from marketplace.payments.models.online import CallKind
from marketplace.payments.operations import calls, transfers
from marketplace.payments.provider import Account, BankPayout
from marketplace.payments.queries import connect

AGREEMENT = "2026-11"
"""The version of `templates/payments/_agreement.html`; another text is another version."""
WAIT = timedelta(hours=72)
PROOF = frozenset({PASSWORD, CODE})
log = logging.getLogger(__name__)


@operation
def accept_agreement(enterprise_id: int, version: str, *, by: Person, now: datetime) -> None:
    """Accept for an enterprise how it is paid out, once for each version of the text.

    :raises NotFound: if ``by`` does not manage it. :raises AgreementChanged: for any text but the
    one of now.
    """
    lock_one(enterprises.managed(by, enterprise_id))
    if version != AGREEMENT:
        raise AgreementChanged
    if connect.agreement(enterprise_id, version):
        return
    accepted = PayoutAgreement(
        enterprise_id=enterprise_id, version=version, accepted_at=now, accepted_by_id=by.id
    )
    db.session.add(accepted)
    db.session.flush()
    audit.record("payout_agreement_accepted", by=by, now=now, agreement_id=accepted.id)


@operation
def ask_account(enterprise_id: int, *, by: Person, now: datetime) -> int:
    """Ask for an account of an enterprise at the provider, and return the id of the call.

    Payouts go there 72 hours later at the earliest, and once the provider says that they may. All
    who manage the enterprise are told.

    :raises ProveFirst: unless ``by`` gave password and code a moment ago. :raises NotFound: if
    ``by`` does not manage it. :raises NoAccountsHere: where the house opens none, or the Division
    has not approved it. :raises AgreementMissing: before it accepted how it is paid out.
    :raises EmailMissing: without an e-mail. :raises AccountThere: if it has one.
    """
    if "house" not in by.roles:
        ask_proof(by, PROOF)
    enterprise = lock_one(enterprises.managed(by, enterprise_id))
    _refuse(enterprise)
    account = ConnectedAccount(
        reference=str(uuid.uuid4()),
        enterprise_id=enterprise_id,
        asked_at=now,
        asked_by_id=by.id,
        counts_at=now + WAIT,
    )
    db.session.add(account)
    db.session.flush()
    words = connect_payloads.account(
        account.reference, name=enterprise.name, email=enterprise.email
    )
    call_id = calls.prepare(CallKind.ACCOUNT, account.id, words, soon=True, now=now)
    audit.record("connected_account_asked", by=by, now=now, account_id=account.id)
    account_news.tell(account, "account_asked", now=now)
    return call_id


@operation
def take_answer(call_id: int, told: Account, *, now: datetime) -> None:
    """Keep which account the provider opened, once."""
    calls.finish(call_id, now=now)
    account = lock_one(
        sa.select(ConnectedAccount).where(ConnectedAccount.reference == told.reference)
    )
    if account.state is AccountState.ASKED:
        account.provider_id, account.state = told.id, AccountState.OPEN
        db.session.flush()
    apply_account(told, now=now)


@operation
def take_refusal(
    call_id: int, account_id: int, *, code: str, request_id: str, now: datetime
) -> None:
    """Note that the provider opens no account: payouts go on by hand."""
    if calls.finish(call_id, refusal=code, request_id=request_id, now=now):
        account = lock_one(sa.select(ConnectedAccount).where(ConnectedAccount.id == account_id))
        account.state = AccountState.REFUSED
        log.error("the provider opens no account", extra={"kind": code, "count": account_id})


@operation
def apply_account(told: Account, *, now: datetime) -> bool:
    """Let an account be what the provider says that it is now; return whether it is of ours.

    One that was closed there is retired: what waits to be sent to it is payable again.
    """
    if (account := _locked(told.id)) is None:
        return False
    account.looked_at = now
    if account.state is not AccountState.OPEN:
        return True
    if account.capability != told.capability:
        account.capability = told.capability
        facts = {"account_id": account.id, "capability": told.capability}
        audit.record("connected_account_changed", by=HOUSE, now=now, **facts)
    if told.is_closed:
        _retire(account, by=HOUSE, now=now)
    return True


@operation
def retire_account(enterprise_id: int, *, by: Person, now: datetime) -> None:
    """Have an enterprise paid by hand again; its account stays its own, and nothing is sent there.

    :raises NotFound: if ``by`` does not manage it. :raises AccountStays: if it has none.
    """
    lock_one(enterprises.managed(by, enterprise_id))
    found = connect.live_account(enterprise_id)
    account = _locked((found and found.provider_id) or "")
    if account is None or account.state is not AccountState.OPEN:
        raise AccountStays
    _retire(account, by=by, now=now)


@operation
def note_bank_payout(account_id: str, told: BankPayout, *, now: datetime) -> bool:
    """Keep what the provider sent from an account to its bank; return whether it is of ours.

    It moves nothing in our books: the money was the enterprise's from the transfer on.
    """
    if (account := _locked(account_id)) is None:
        return False
    known = sa.select(AccountPayout).where(AccountPayout.provider_id == told.id)
    row = db.session.scalar(known.with_for_update())
    if row is None:
        row = AccountPayout(account_id=account.id, provider_id=told.id)
    row.status, row.failure, row.told_at = told.status, told.failure, now
    row.amount_cents, row.arrives_on = told.amount_cents, told.arrives_on
    db.session.add(row)
    if told.failure:  # told once
        account_news.tell(account, "bank_payout_failed", now=now, about=told.id)
    return True


def _refuse(enterprise: Enterprise) -> None:
    """Refuse an account to an enterprise that may not, or need not, ask for one."""
    if not settings.connects() or enterprise.standing not in SETTLED:
        raise NoAccountsHere
    if connect.agreement(enterprise.id, AGREEMENT) is None:
        raise AgreementMissing
    if not enterprise.email:
        raise EmailMissing
    if connect.live_account(enterprise.id):
        raise AccountThere


def _locked(provider_id: str) -> ConnectedAccount | None:
    query = connect.known_account(provider_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _retire(account: ConnectedAccount, *, by: Person, now: datetime) -> None:
    account.state, account.retired_at = AccountState.RETIRED, now
    db.session.flush()
    transfers.give_up_retired(now=now)
    audit.record("connected_account_retired", by=by, now=now, account_id=account.id)
    account_news.tell(account, "account_retired", now=now)
