from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from marketplace.core import clock, health, queue
from marketplace.core.database import db
from marketplace.core.queue import Job
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs
from marketplace.payments.models.events import EventState, ProviderEvent
from marketplace.payments.models.online import Attempt, AttemptState
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.operations import events, refunds
from marketplace.payments.provider import VERSION, News
from marketplace.payments.queries.ledger import entries_about
from sandbox import deliveries
from tests.factories.clock import NOW
from tests.factories.online import make_open

PATH, HOUR = "/avisos/stripe", timedelta(hours=1)
FOLLOWED = ["payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"]
SUCCEEDED = "payment_intent.succeeded"


class Post:
    """Letters of the sandbox, as it would send them, put through the house's door."""

    def __init__(self, app, bank):
        self.door, self.bank = FlaskClient(app), bank
        address = f"http://127.0.0.1:1{PATH}"
        wanted = {"url": address, "enabled_events": ["*"]}
        made = bank.client.v1.webhook_endpoints.create(wanted)
        self.endpoint, self.secret = made.id, made.secret

    def events(self, kind=SUCCEEDED):
        found = [event for event in self.bank.store.every("event") if event["type"] == kind]
        return [event["id"] for event in reversed(found)]

    def bring(self, event_id, **twist):
        _url, body, headers = deliveries.letter(self.bank.store, event_id, self.endpoint, twist)
        return self.door.post(PATH, data=body, headers=headers).status_code

    def bring_all(self, kind=SUCCEEDED, **twist):
        return [self.bring(event_id, **twist) for event_id in self.events(kind)]


@pytest.fixture
def post(app, bank, pix_here, monkeypatch):
    found = Post(app, bank)
    monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRETS", [found.secret])
    return found


def only(model):
    return db.session.scalars(sa.select(model).execution_options(populate_existing=True)).one()


def work():
    return queue.work_all(now=clock.now())


@pytest.fixture
def paid(post, bank):
    attempt = make_open(500)
    bank.hand("pay", intent=attempt.intent_id)
    return attempt


class TestDoor:
    @pytest.mark.scenario(6)
    def test_keeps_an_event_and_applies_it_by_a_job(self, post, paid):
        """Nobody came back to any page."""
        assert post.bring_all() == [200]
        assert only(Payment).state is PaymentState.DUE

        work()

        assert only(Payment).state is PaymentState.SETTLED
        assert only(ProviderEvent).state is EventState.APPLIED

    @pytest.mark.scenario(1)
    def test_takes_five_copies_as_one(self, post, paid):
        for _ in range(5):
            assert post.bring_all() == [200]
            work()

        assert only(ProviderEvent).copies == 5
        kinds = [entry.kind.value for entry in entries_about("attempt", paid.id)]
        assert kinds == ["payment_succeeded", "fee_shared", "provider_settled"]

    @pytest.mark.scenario(3)
    def test_ends_alike_in_any_order(self, post, paid, bank):
        for event in bank.store.every("event"):  # newest first
            assert post.bring(event["id"]) == 200
            work()

        assert only(Attempt).state is AttemptState.PAID

    @pytest.mark.scenario(24)
    def test_hears_that_a_code_lapsed(self, post, bank):
        make_open(500)
        bank.wait(3600)

        assert post.bring_all("payment_intent.payment_failed", seconds=-3600) == [200]
        work()

        assert only(Attempt).state is AttemptState.LAPSED

    def test_hears_that_a_refund_came_back(self, post, paid, bank):
        post.bring_all()
        work()
        payment_id = paid.parts[0].payment_id
        refunds.give_back(payment_id, 500, by=HOUSE, now=clock.now())
        work()
        bank.hand("fail-refund", refund=bank.store.every("refund")[0]["id"])

        post.bring_all("refund.failed")
        work()

        assert only(Payment).state is PaymentState.REFUND_DUE

    @pytest.mark.scenario(11, 12, 13)
    @pytest.mark.parametrize(
        ("twist", "why"),
        [
            ({"fields": {"livemode": True}}, "live"),
            ({"fields": {"api_version": "2020-08-27"}}, "version"),
            ({"fields": {"account": "acct_1"}}, "account"),
        ],
        ids=["live", "version", "account"],
    )
    def test_puts_aside_what_is_not_for_us(self, post, paid, twist, why):
        assert post.bring_all(**twist) == [200]
        work()

        assert (only(ProviderEvent).state, only(ProviderEvent).why) == (
            EventState.QUARANTINED,
            why,
        )
        assert only(Payment).state is PaymentState.DUE

    @pytest.mark.scenario(13)
    def test_keeps_what_it_does_not_follow(self, post, paid):
        assert post.bring_all("charge.succeeded") == [200]

        assert only(ProviderEvent).state is EventState.IGNORED

    def test_asks_anew_and_believes_no_body(self, post, bank):
        """An event says that it is paid; the provider, asked, says that it is not."""
        attempt = make_open(500)
        told = post.events("payment_intent.requires_action")[0]

        assert post.bring(told, fields={"type": SUCCEEDED}) == 200
        work()

        assert only(Attempt).state is AttemptState.OPEN
        assert only(Attempt).id == attempt.id

    @pytest.mark.scenario(8, 9)
    @pytest.mark.parametrize(
        "twist",
        [{"secret": "whsec_forged"}, {"seconds": -400}, {"seconds": 400}],
        ids=["forged", "old", "future"],
    )
    def test_refuses_what_is_not_signed_as_it_must_be(self, post, paid, twist):
        assert post.bring_all(**twist) == [400]

        assert db.session.scalar(sa.select(sa.func.count(ProviderEvent.id))) == 0

    @pytest.mark.scenario(14)
    @pytest.mark.parametrize("body", ["", "{", "[]", "1", '{"id": 1}', '{"a":' * 5000, "\xff"])
    def test_refuses_what_cannot_be_read_though_it_is_signed(self, post, body):
        raw, stamp = body.encode("latin-1"), str(int(clock.now().timestamp()))
        signed = deliveries.signature(post.secret, int(stamp), raw)
        headers = {"Stripe-Signature": f"t={stamp},v1={signed}"}

        assert post.door.post(PATH, data=raw, headers=headers).status_code == 400

    @pytest.mark.scenario(14)
    def test_refuses_more_than_a_letter_holds(self, post):
        assert post.door.post(PATH, data=b"x" * (256 * 1024 + 1)).status_code == 413

    @pytest.mark.scenario(60)
    def test_asks_for_patience_while_our_clock_is_wrong(self, post, paid, monkeypatch):
        monkeypatch.setattr(health, "clock", lambda _now: False)

        assert post.bring_all(seconds=-400) == [503]

    def test_is_not_there_where_nothing_is_paid_online(self, app, client):
        assert client.post(PATH, data="{}").status_code == 404

    def test_writes_little_and_asks_nobody(self, post, paid):
        post.bring_all()

        event, job = (
            only(ProviderEvent),
            db.session.scalars(sa.select(Job).where(Job.kind == events.APPLY_JOB)).one(),
        )
        assert (event.object_id, job.key) == (paid.intent_id, event.event_id)


class TestBackfill:
    @pytest.mark.scenario(9)
    def test_finds_what_was_never_delivered(self, post, paid):
        """Refused as too old, found by the list."""
        assert post.bring_all(seconds=-400) == [400]

        jobs.list_news()
        work()

        assert only(Payment).state is PaymentState.SETTLED

    def test_leaves_what_was_delivered(self, post, paid):
        post.bring_all()
        work()
        jobs.list_news()
        jobs.list_news()

        found = db.session.scalars(sa.select(ProviderEvent)).all()
        assert {event.copies for event in found} == {1}
        assert len(found) == len({event.event_id for event in found}) > 1

    def test_asks_nobody_where_nothing_is_paid_online(self, app):
        jobs.list_news()
        jobs.ask_again()


class TestKeep:
    def test_says_whether_it_is_new(self, pix_here):
        news = News("evt_1", SUCCEEDED, "pi_1", NOW, live=False, version=VERSION)

        assert [events.keep(news, now=NOW) for _ in range(2)] == [True, False]

    def test_takes_connected_accounts_where_they_may_come(self, pix_here):
        at = datetime(2026, 11, 1, tzinfo=UTC)
        news = News("evt_1", "payout.paid", "po_1", at, False, VERSION, account="acct_1")

        events.keep(news, door=events.ACCOUNTS, now=NOW)

        assert only(ProviderEvent).state is EventState.WAITING
