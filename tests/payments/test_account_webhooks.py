"""The doors for news of connected accounts: the one that names an object, and the thin one."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.notifications.models import Notice
from marketplace.payments import gateway
from marketplace.payments.models.connect import AccountPayout, AccountState, Reversal
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.models.ledger import LedgerEntry
from marketplace.payments.operations import calls
from sandbox import deliveries
from tests import books
from tests.factories.connect import (
    account_of,
    fill,
    make_account,
    make_active,
    order,
)
from tests.factories.enterprises import make_enterprise, make_producer

DOORS = {"connected": "/avisos/stripe/contas", "thin": "/avisos/stripe/resumos"}
SETTINGS = {"connected": "STRIPE_ACCOUNTS_SECRETS", "thin": "STRIPE_THIN_SECRETS"}
OURS = "http://127.0.0.1:1"


class Post:
    """Letters of the sandbox for both doors, signed with the secret of each."""

    def __init__(self, app, bank):
        self.door, self.bank, self.secrets = FlaskClient(app), bank, {}
        there = gateway.current()
        for name, listen in (
            ("connected", there.listen_to_accounts),
            ("thin", there.listen_thinly),
        ):
            self.secrets[name] = listen(OURS + DOORS[name])
        self.endpoints = {
            "connected": bank.store.every("webhook_endpoint")[0]["id"],
            "thin": bank.store.every("v2.core.event_destination")[0]["id"],
        }

    def bring(self, name, event_id, *, to=None, **twist):
        endpoint = self.endpoints[name]
        _url, body, headers = deliveries.letter(self.bank.store, event_id, endpoint, twist)
        return self.door.post(DOORS[to or name], data=body, headers=headers).status_code

    def thin(self, kind, **twist):
        found = [e for e in self.bank.store.every(deliveries.THIN) if e["type"].endswith(kind)]
        return self.bring("thin", found[0]["id"], **twist)

    def connected(self, account, kind, **twist):
        found = [e for e in self.bank.store.every("event", account) if e["type"] == kind]
        return self.bring("connected", found[0]["id"], **twist)


@pytest.fixture
def post(app, bank, connect_here, rolled_back, monkeypatch):
    monkeypatch.setattr(calls, "REST", timedelta(0))
    found = Post(app, bank)
    for name, setting in SETTINGS.items():
        monkeypatch.setitem(app.config, setting, [found.secrets[name]])
    yield found
    assert books.faults("payments.") == {}


def only(model):
    return db.session.scalars(sa.select(model).execution_options(populate_existing=True)).one()


def work():
    queue.work_all(now=clock.now())


CAPABILITY, CLOSED = "capability_status_updated", "account.closed"


class TestThin:
    def test_has_the_account_looked_at(self, post, bank):
        account = make_account()
        bank.hand("capability", account=account.provider_id, state="active")

        assert post.thin(CAPABILITY) == 200
        assert account_of(account.enterprise).capability == "restricted"  # a job asks
        work()

        assert account_of(account.enterprise).capability == "active"
        assert only(ProviderEvent).state is EventState.APPLIED

    @pytest.mark.scenario(46)
    def test_sends_what_waited_for_it(self, post, bank):
        fill(bank, 9_000)
        transfer = order(bank)
        bank.hand("capability", account=transfer.account.provider_id, state="restricted")
        post.thin(CAPABILITY)
        work()
        assert bank.store.every("transfer") == []

        bank.hand("capability", account=transfer.account.provider_id, state="active")
        post.thin(CAPABILITY)
        work()

        assert len(bank.store.every("transfer")) == 1

    @pytest.mark.scenario(55)
    def test_tells_that_an_account_was_closed(self, post, bank):
        account = make_active(bank)
        bank.client.v2.core.accounts.close(account.provider_id)

        assert post.thin(CLOSED) == 200
        work()

        assert account_of(account.enterprise).state is AccountState.RETIRED

    @pytest.mark.scenario(12)
    def test_asks_for_no_account_that_is_not_ours(self, post, bank):
        theirs = bank.client.v1.accounts.create({"country": "BR"}).id
        bank.hand("capability", account=theirs, state="active")
        bank.hand("fault", route="GET /v2/core/accounts/<a>", kind="429", times=9)

        assert post.thin(CAPABILITY) == 200
        work()

        assert only(ProviderEvent).state is EventState.IGNORED

    @pytest.mark.scenario(11, 12)
    @pytest.mark.parametrize(
        ("twist", "why"),
        [({"livemode": True}, "live"), ({"context": "acct_1"}, "account")],
        ids=["live", "account"],
    )
    def test_puts_aside_what_is_not_for_us(self, post, bank, twist, why):
        account = make_account()
        bank.hand("capability", account=account.provider_id, state="active")

        assert post.thin(CAPABILITY, fields=twist) == 200
        work()

        assert (only(ProviderEvent).state, only(ProviderEvent).why) == (
            EventState.QUARANTINED,
            why,
        )
        assert account_of(account.enterprise).capability == "restricted"

    @pytest.mark.scenario(8)
    def test_takes_nothing_that_another_door_would(self, post, bank):
        account = make_account()
        bank.hand("capability", account=account.provider_id, state="active")
        (event,) = bank.store.every(deliveries.THIN)

        assert post.bring("thin", event["id"], to="connected") == 400
        assert post.bring("thin", event["id"], secret="whsec_wrong") == 400  # noqa: S106 - none
        assert db.session.scalars(sa.select(ProviderEvent)).all() == []

    @pytest.mark.parametrize("told", [{"object": "v2.core.event"}, [], {"id": "evt_1"}])
    def test_takes_nothing_that_it_cannot_read(self, post, told):
        body = json.dumps(told).encode()
        at = int(clock.now().timestamp())
        signed = deliveries.signature(post.secrets["thin"], at, body)
        header = {"Stripe-Signature": f"t={at},v1={signed}"}

        answer = post.door.post(DOORS["thin"], data=body, headers=header)

        assert answer.status_code == 400


class TestConnected:
    def paid_out(self, bank):
        """Return what went from an account to its bank, and its account."""
        _user, group = make_producer("manager", enterprise=make_enterprise())
        account = make_active(bank, group)
        world_of = {"stripe_account": account.provider_id}
        fill(bank, 5_000, account=account.provider_id)
        made = bank.client.v1.payouts.create({"amount": 5_000, "currency": "brl"}, world_of)
        return made.id, account

    @pytest.mark.scenario(52)
    def test_shows_the_group_that_its_bank_refused(self, post, bank):
        payout_id, account = self.paid_out(bank)
        entries = len(db.session.scalars(sa.select(LedgerEntry.id)).all())
        bank.hand("fail-payout", account=account.provider_id, payout=payout_id)

        assert post.connected(account.provider_id, "payout.failed") == 200
        work()

        told = only(AccountPayout)
        assert (told.status, told.failure, told.amount_cents) == (
            "failed",
            "account_closed",
            5_000,
        )
        assert len(db.session.scalars(sa.select(LedgerEntry.id)).all()) == entries
        assert "bank_payout_failed" in db.session.scalars(sa.select(Notice.kind)).all()

    @pytest.mark.scenario(1, 3)
    def test_is_what_it_is_now_in_any_order(self, post, bank):
        payout_id, account = self.paid_out(bank)
        bank.hand("fail-payout", account=account.provider_id, payout=payout_id)
        for kind in ("payout.failed", "payout.created", "payout.failed"):
            post.connected(account.provider_id, kind)
            work()

        assert only(AccountPayout).status == "failed"

    @pytest.mark.scenario(12)
    def test_asks_for_nothing_of_an_account_that_is_not_ours(self, post, bank):
        payout_id, account = self.paid_out(bank)
        del payout_id
        foreign = {"fields": {"account": "acct_foreign"}}

        assert post.connected(account.provider_id, "payout.created", **foreign) == 200
        work()

        assert only(ProviderEvent).state is EventState.IGNORED
        assert db.session.scalars(sa.select(AccountPayout)).all() == []

    @pytest.mark.scenario(11, 12, 13)
    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"livemode": True}, "live"),
            ({"api_version": "2020-08-27"}, "version"),
            ({"account": None}, "account"),
        ],
        ids=["live", "version", "account"],
    )
    def test_puts_aside_what_is_not_for_us(self, post, bank, fields, why):
        _payout_id, account = self.paid_out(bank)

        assert post.connected(account.provider_id, "payout.created", fields=fields) == 200
        work()

        assert only(ProviderEvent).why == why
        assert db.session.scalars(sa.select(AccountPayout)).all() == []


class TestListen:
    def test_asks_once(self, post, bank):
        there = gateway.current()
        assert there.listen_to_accounts(OURS + DOORS["connected"]) is None
        assert there.listen_thinly(OURS + DOORS["thin"]) is None

    def test_is_asked_for_by_a_command(self, app, bank, connect_here, monkeypatch):
        monkeypatch.setitem(app.config, "BASE_URL", OURS)
        said = app.test_cli_runner().invoke(args=["provider", "listen"]).output

        assert [line.partition("=")[0] for line in said.splitlines()] == [
            "STRIPE_WEBHOOK_SECRETS",
            *SETTINGS.values(),
        ]


def test_news_of_a_transfer_adopts_what_was_taken_back(post, bank, app, monkeypatch):
    """Made on the provider's own pages, told by the platform's own door."""
    fill(bank, 9_000)
    transfer = order(bank)
    work()
    transfer_id = bank.store.every("transfer")[0]["id"]
    bank.client.v1.transfers.reversals.create(transfer_id, {"amount": 700})
    wanted = {"url": f"{OURS}/avisos/stripe", "enabled_events": ["*"]}
    made = bank.client.v1.webhook_endpoints.create(wanted)
    monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRETS", [made.secret])
    event = next(e for e in bank.store.every("event") if e["type"] == "transfer.reversed")
    _url, body, headers = deliveries.letter(bank.store, event["id"], made.id, {})

    assert post.door.post("/avisos/stripe", data=body, headers=headers).status_code == 200
    work()

    assert only(Reversal).amount_cents == 700
    assert transfer.enterprise_id
