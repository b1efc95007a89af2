"""A card is taken on the provider's own page: opened, declined, paid, expired, closed by us."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock, failpoints, queue
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.payments import methods, payloads, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.models.online import Attempt, AttemptState, CallState, ProviderCall
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import attempts, payments, refunds
from marketplace.payments.provider import Broken
from marketplace.payments.queries.ledger import balance
from tests import books
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.online import GROUP, HOUR, ask, make_due
from tests.payments.test_webhooks import Post

PAGES = "POST /v1/checkout/sessions"


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture(autouse=True)
def cards_are_taken(card_here):
    """Every test pays 3,99 % and 39 centavos by card, 1,19 % by Pix."""


def make_asked(*amounts):
    return ask(make_due(*amounts, method=Method.CARD))


def make_open(*amounts):
    """Ask for these amounts by card; the provider has opened its page."""
    attempt = make_asked(*amounts)
    sending.open_attempt(attempt.id, now=clock.now())
    return again(attempt)


def work(hours=0):
    return queue.work_all(now=clock.now() + hours * HOUR)


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def only(model):
    return db.session.scalars(sa.select(model)).one()


def pay(bank, attempt):
    """Let the card be taken; nobody has heard of it."""
    bank.hand("pay-card", session=attempt.page_id)


def look(attempt):
    return sending.look(attempt.id, now=clock.now())


def pages(bank):
    return bank.store.every("checkout.session")


def change_to(method, attempt):
    """Ask for the same payments in another way, as a second tab does."""
    due = [part.payment_id for part in attempt.parts]
    for payment_id in due:
        payments.change_method(payment_id, method, by=HOUSE, now=clock.now())
    return ask(due)


class TestOffered:
    def test_only_where_it_is_said_what_it_costs(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0)})
        facts = {"amount_cents": 100, "enterprise": make_enterprise(), "now": NOW}
        assert methods.refusal(Method.CARD, **facts) == "This way of paying is not open yet."

    @pytest.mark.scenario(31)
    def test_has_a_least_amount(self):
        maker = make_enterprise()
        facts = {"enterprise": maker, "now": NOW}
        why = methods.refusal(Method.CARD, amount_cents=49, **facts)
        assert why == "A card is for R$0.50 or more."
        assert Method.CARD in methods.offered(maker, amount_cents=50, now=NOW)


class TestOpen:
    def test_opens_a_page_for_one_sum(self, bank):
        attempt = make_open(3000, 1500)
        page = pages(bank)[0]
        assert attempt.state is AttemptState.OPEN
        assert attempt.page_url == page["url"]
        assert (page["amount_total"], page["payment_method_types"]) == (4500, ["card"])
        assert page["success_url"] == "http://localhost/"
        assert [part.fee_cents for part in attempt.parts] == [146, 73]  # 3,99 % and 39 centavos

    def test_tells_the_page_nothing_about_people(self):
        words = payloads.card_page(
            "ref", group="purchase_1", amount_cents=1, title="Pedido 1", back="http://a", until=NOW
        )
        assert {"customer", "customer_email", "payment_method_types"} & set(words) == set()

    def test_is_open_as_long_as_the_provider_allows_at_least(self, bank):
        """Who asks in the last minute has half an hour there; we close it before."""
        due = make_due(500, method=Method.CARD)
        now = clock.now()
        attempt = attempts.ask(GROUP, due, until=now, by=HOUSE, now=now)
        sending.open_attempt(attempt.id, now=now)
        assert again(attempt).state is AttemptState.OPEN

    def test_forgets_what_was_said_once_it_is_answered(self):
        make_asked(500)
        assert "success_url" in only(ProviderCall).words
        sending.open_attempt(only(Attempt).id, now=clock.now())
        call = only(ProviderCall)
        assert (call.state, call.words) == (CallState.DONE, "{}")

    @pytest.mark.scenario(35)
    def test_is_looked_for_when_the_fault_would_be_told_again(self, bank):
        attempt = make_asked(500)
        bank.hand("fault", route=PAGES, kind="500_after")
        with pytest.raises(Broken):
            sending.open_attempt(attempt.id, now=clock.now())
        sending.open_attempt(attempt.id, now=clock.now())
        assert again(attempt).page_id == pages(bank)[0]["id"]
        assert len(pages(bank)) == 1

    @pytest.mark.scenario(33)
    def test_is_adopted_after_a_crash(self, bank):
        """Answered, and the house fell before it could write."""
        attempt = make_asked(500)

        def fall():
            raise KeyboardInterrupt

        with failpoints.before("payments.answered", fall), pytest.raises(KeyboardInterrupt):
            sending.open_attempt(attempt.id, now=clock.now())
        work(1)
        assert again(attempt).state is AttemptState.OPEN
        assert len(pages(bank)) == 1

    def test_is_closed_there_when_given_up_before_it_opened(self, bank):
        attempt = make_asked(500)
        attempts.give_up_for(attempt.parts[0].payment_id, now=clock.now())
        sending.open_attempt(attempt.id, now=clock.now())
        work()
        assert again(attempt).state is AttemptState.CANCELLED
        assert pages(bank)[0]["status"] == "expired"


class TestPaid:
    def test_settles_and_writes_the_books(self, bank):
        attempt = make_open(6000, 4000)
        pay(bank, attempt)
        assert look(attempt)
        work()
        found = db.session.scalars(sa.select(Payment)).all()
        assert {(p.state, p.method) for p in found} == {(PaymentState.SETTLED, Method.CARD)}
        kept = again(attempt).provider_fee_cents
        assert balance(AccountName("stripe")) == 10_000 - kept
        assert balance(AccountName("buyer_clearing")) == 0

    def test_is_not_believed_because_a_page_is_complete(self, bank):
        """What a page says of itself is no money: its intent is asked for."""
        attempt = make_open(500)
        page = pages(bank)[0] | {"status": "complete", "payment_status": "paid"}
        bank.store.put("checkout.session", page)
        look(attempt)
        assert only(Payment).state is PaymentState.DUE

    @pytest.mark.scenario(18)
    def test_pays_nothing_when_it_is_another_sum(self, bank):
        attempt = make_open(500)
        intent = bank.store.every("payment_intent")[0]
        bank.store.put("payment_intent", intent | {"amount": 400})
        pay(bank, attempt)
        look(attempt)
        work()
        assert again(attempt).state is AttemptState.ODD
        assert only(Payment).state is PaymentState.DUE
        assert balance(AccountName("unidentified")) == -400

    @pytest.mark.scenario(28)
    def test_is_paid_once_after_a_declined_card(self, bank):
        attempt = make_open(500)
        bank.hand("decline-card", session=attempt.page_id)
        look(attempt)
        sending.ask_again(bank.store.every("payment_intent")[0]["id"], now=clock.now())
        assert again(attempt).state is AttemptState.OPEN  # the page waits for another card
        pay(bank, attempt)
        look(attempt)
        assert again(attempt).state is AttemptState.PAID
        assert only(Payment).state is PaymentState.SETTLED

    def test_goes_back_to_the_card_in_part(self, bank):
        attempt = make_open(500)
        pay(bank, attempt)
        look(attempt)
        refunds.give_back(attempt.parts[0].payment_id, 200, by=HOUSE, now=clock.now())
        work()
        back = bank.store.every("refund")[0]
        assert (back["amount"], back["status"]) == (200, "succeeded")
        assert only(Payment).amount_cents == 300


class TestNotPaid:
    @pytest.mark.scenario(29)
    def test_lapses_with_its_page_when_the_bank_asks_and_nobody_answers(self, bank):
        attempt = make_open(500)
        intent = bank.store.every("payment_intent")[0]
        bank.store.put("payment_intent", intent | {"status": "requires_action"})
        look(attempt)
        assert again(attempt).state is AttemptState.OPEN
        bank.wait(3600)
        look(attempt)
        assert again(attempt).state is AttemptState.LAPSED

    @pytest.mark.scenario(23)
    def test_a_payment_wins_over_who_would_close_the_page(self, bank):
        attempt = make_open(500)
        pay(bank, attempt)
        attempts.give_up_for(attempt.parts[0].payment_id, now=clock.now())
        work()
        assert again(attempt).state is AttemptState.PAID
        assert only(Payment).state is PaymentState.SETTLED

    def test_is_closed_at_the_second_try_where_the_first_was_lost(self, bank):
        attempt = make_open(500)
        attempts.give_up_for(attempt.parts[0].payment_id, now=clock.now())
        bank.hand("fault", kind="500_before", times=3)
        work()
        bank.hand("calm")
        work(1)
        assert pages(bank)[0]["status"] == "expired"


class TestTwoTabs:
    @pytest.mark.scenario(16)
    def test_the_first_is_given_up_for_another_way(self, bank):
        first = make_open(500)
        second = change_to(Method.PIX, first)
        work(1)
        assert again(first).state is AttemptState.CANCELLED
        assert again(second).state is AttemptState.OPEN
        assert pages(bank)[0]["status"] == "expired"

    @pytest.mark.scenario(17)
    def test_the_second_payment_goes_back_whole(self, bank):
        """Both were paid before anybody could end one."""
        first = make_open(500)
        pay(bank, first)
        second = change_to(Method.PIX, first)
        sending.open_attempt(second.id, now=clock.now())
        second = again(second)
        bank.hand("pay", intent=second.intent_id)
        sending.ask_again(second.intent_id, now=clock.now())
        work()
        work()
        assert {again(first).state, again(second).state} == {AttemptState.PAID}
        assert only(Payment).state is PaymentState.SETTLED
        assert [back["amount"] for back in bank.store.every("refund")] == [500]

    def test_is_settled_in_the_way_in_which_it_came(self, bank):
        first = make_open(500)
        pay(bank, first)
        change_to(Method.PIX, first)
        look(first)
        assert (only(Payment).state, only(Payment).method) == (PaymentState.SETTLED, Method.CARD)


class TestNews:
    @pytest.fixture
    def post(self, app, bank, monkeypatch):
        found = Post(app, bank)
        monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRETS", [found.secret])
        return found

    @pytest.mark.scenario(6)
    def test_that_a_page_is_complete_brings_its_money(self, post, bank):
        attempt = make_open(500)
        pay(bank, attempt)
        assert post.bring_all("checkout.session.completed") == [200]
        work()
        assert only(Payment).state is PaymentState.SETTLED

    @pytest.mark.scenario(29)
    def test_that_a_page_expired_ends_the_attempt(self, post, bank):
        attempt = make_open(500)
        bank.wait(3600)
        assert post.bring_all("checkout.session.expired", seconds=-3600) == [200]
        work()
        assert again(attempt).state is AttemptState.LAPSED

    @pytest.mark.scenario(3)
    def test_ends_alike_in_any_order(self, post, bank):
        attempt = make_open(500)
        pay(bank, attempt)
        for event in bank.store.every("event"):  # newest first
            assert post.bring(event["id"]) == 200
            work()
        assert again(attempt).state is AttemptState.PAID
