import pytest

from marketplace.core import clock, queue
from marketplace.core.rights import HOUSE
from marketplace.payments import sending
from marketplace.payments.operations import events, refunds
from marketplace.payments.provider import FOLLOWED, VERSION, News
from tests.factories.clock import NOW
from tests.factories.online import make_attempt, make_open


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["provider", *words])


class TestListen:
    def test_asks_for_what_is_followed_in_our_version(
        self, app, bank, stripe_here, run, monkeypatch
    ):
        monkeypatch.setitem(app.config, "BASE_URL", "http://127.0.0.1:1/")

        assert run("listen").output.startswith("STRIPE_WEBHOOK_SECRETS=whsec_")

        (made,) = bank.store.every("webhook_endpoint")
        assert made["url"] == "http://127.0.0.1:1/avisos/stripe"
        assert (made["api_version"], made["enabled_events"]) == (VERSION, [*FOLLOWED])

    def test_asks_once(self, app, bank, stripe_here, run, monkeypatch):
        monkeypatch.setitem(app.config, "BASE_URL", "http://127.0.0.1:1")
        run("listen")

        assert "already" in run("listen").output
        assert len(bank.store.every("webhook_endpoint")) == 1

    def test_needs_a_key(self, run):
        assert "STRIPE_KEY is not set" in run("listen").output


class TestAttention:
    def test_is_nothing_most_days(self, run):
        done = run("attention")

        assert (done.output, done.exit_code) == ("nothing\n", 0)

    def test_names_what_waits_for_a_person(self, bank, pix_here, run):
        events.keep(News("evt_1", "a", "pi_1", NOW, live=True, version=VERSION), now=NOW)
        too_little = make_attempt(20, group=("test", 2))
        sending.open_attempt(too_little.id, now=clock.now())
        attempt = make_open(500)
        bank.client.v1.payment_intents.update(attempt.intent_id, {"amount": 400})
        bank.hand("pay", intent=attempt.intent_id)
        sending.ask_again(attempt.intent_id, now=clock.now())

        done = run("attention")

        assert done.exit_code == 1
        assert [line.partition(":")[2].strip() for line in done.output.splitlines()] == [
            "live",
            attempt.intent_id,
            "amount_too_small",
        ]

    def test_names_a_refund_that_did_not_arrive(self, bank, pix_here, stripe_here, run):
        attempt = make_open(500)
        bank.hand("pay", intent=attempt.intent_id)
        sending.ask_again(attempt.intent_id, now=clock.now())
        bank.wait(91 * 24 * 3600)
        refunds.give_back(attempt.parts[0].payment_id, 500, by=HOUSE, now=clock.now())
        queue.work_all(now=clock.now())

        assert "refund by hand" in run("attention").output
