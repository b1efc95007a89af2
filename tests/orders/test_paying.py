"""A purchase paid by Pix through the provider, from the press of the button to the money back."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import prices
from marketplace.core import clock, mail, queue
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.notifications.models import Notice
from marketplace.orders import jobs
from marketplace.orders.errors import (
    MethodNotOffered,
    MoveNotLawful,
    PriceChanged,
    QuantityWrong,
    SoldOut,
)
from marketplace.orders.models.facts import FactKind, SaleFact
from marketplace.orders.models.orders import State
from marketplace.orders.operations import (
    buyers,
    closing,
    handovers,
    moves,
    paying,
    placing,
    returns,
)
from marketplace.orders.queries import orders as order_queries
from marketplace.orders.queries import panels
from marketplace.payments import gateway, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import AmountWrong, PaymentMoved
from marketplace.payments.models.online import Attempt, AttemptState, Refund
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import attempts, refunds, releasing
from marketplace.payments.queries.ledger import balance
from tests.factories.accounts import make_user, saved_change
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import BUYER, make_order, reread, seller_of
from tests.factories.paying import (
    ask,
    attempt_of,
    make_cart,
    make_opened,
    make_paid,
    make_purchase,
)
from tests.payments.test_webhooks import Post

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
WRITTEN = replace(BUYER, email="lucia@example.org")


@pytest.fixture(autouse=True)
def pix_is_open(pix_here):
    """Every test pays 1,19 % by Pix."""


def work():
    queue.work_all(now=clock.now() + 2 * HOUR)
    db.session.expire_all()


def kinds_of_jobs():
    return set(db.session.scalars(sa.select(queue.Job.kind)))


def stock_of(product):
    stock = db.session.get_one(Stock, product.id, populate_existing=True)
    return stock.left_count, stock.held_count, stock.sold_count


def intents(bank):
    return bank.store.every("payment_intent")


def told(person_id):
    work()
    query = sa.select(Notice.kind).where(Notice.user_id == person_id).order_by(Notice.id)
    return list(db.session.scalars(query))


def every(model):
    return list(db.session.scalars(sa.select(model).order_by(model.id)))


def payment_of(order):
    return db.session.scalars(sa.select(Payment).where(Payment.payable_id == order.id)).one()


def pending(order):
    return -balance(AccountName("pending", order.enterprise_id))


def sold(order):
    """Return how many pieces stand in the facts of sale, signs and all."""
    ids = [line.id for line in order.lines]
    counted = sa.select(sa.func.coalesce(sa.func.sum(SaleFact.quantity), 0)).where(
        SaleFact.order_line_id.in_(ids), SaleFact.kind == FactKind.SALE
    )
    return db.session.scalar(counted)


def let_go(order):
    return paying.lapse_unpaid(by=HOUSE, now=order.pay_by)


def give(order, *, paid_with=Method.CASH, reason="known", **given):
    facts = {"reason": reason, "paid_with": paid_with, "by": HOUSE, "now": clock.now()}
    return handovers.hand_over_without_code(order.id, **facts | given)


def shown_to(seller, order):
    """Return the ids of an enterprise's orders, as its panel finds them by name."""
    found = panels.of_enterprise(order.enterprise_id, "encerrados", "Lúcia")
    theirs = order_queries.theirs(seller)
    ids = {order.id for order in db.session.scalars(theirs)}
    assert ids == {order.id for order in db.session.scalars(found).unique()}
    return sorted(ids)


class TestPlacing:
    def test_waits_to_be_paid_and_holds_the_goods(self):
        product = make_published(left=5)

        purchase = make_purchase(product, make_published())

        order = purchase.orders[0]
        assert {order.state for order in purchase.orders} == {State.AWAITING}
        assert order.pay_by == purchase.placed_at + paying.TERM
        assert stock_of(product) == (3, 2, 0)
        attempt = attempt_of(purchase)
        assert (attempt.amount_cents, attempt.expires_at) == (10_000, order.pay_by)
        assert every(SaleFact) == []

    @pytest.mark.scenario(15)
    def test_asks_once_when_pressed_twice(self, bank):
        cart = make_cart(make_published())
        first = cart.place(key="pressed twice")
        second = cart.place(key="pressed twice")

        assert second.id == first.id
        assert ask(first).id == attempt_of(first).id
        work()
        assert (len(every(Attempt)), len(intents(bank))) == (1, 1)

    @pytest.mark.scenario(20)
    def test_refuses_what_is_gone_before_the_provider_hears_of_it(self, bank):
        product = make_published(left=3)
        late = make_cart(product)
        make_purchase(product)

        with pytest.raises(SoldOut):
            late.place()

        work()
        assert (len(every(Attempt)), len(intents(bank))) == (1, 1)

    @pytest.mark.scenario(19)
    def test_refuses_another_price_before_the_provider_hears_of_it(self, bank):
        product = make_published(price_cents=2500)
        cart = make_cart(product)
        prices.set_price(product.id, 2700, [], by=HOUSE, now=NOW)

        with pytest.raises(PriceChanged):
            cart.place()

        work()
        assert (every(Attempt), intents(bank)) == ([], [])

    def test_asks_only_for_what_is_paid_online(self):
        products = (make_published(price_cents=700), make_published(price_cents=900))

        purchase = make_cart(*products, quantity=1, methods=(Method.PIX, Method.CASH)).place()

        assert [order.state for order in purchase.orders] == [State.AWAITING, State.PLACED]
        assert attempt_of(purchase).amount_cents == 700

    def test_tells_the_buyer_how_to_pay_and_nobody_else(self, letters):
        purchase = make_purchase(buyer=WRITTEN)
        seller = seller_of(purchase.orders[0])

        assert told(seller.id) == []
        (text,) = (letter.text for letter in mail.kept() if "Pague até" in letter.text)
        assert purchase.link_key in text

    def test_is_no_work_where_nobody_is_to_hear_of_it_yet(self):
        cash, pix = make_published(), make_published()

        make_purchase()
        assert "orders.tell_placed" not in kinds_of_jobs()

        make_cart(cash, pix, methods=(Method.CASH, Method.PIX)).place()
        assert "orders.tell_placed" in kinds_of_jobs()

    def test_is_seen_by_no_enterprise(self):
        order = make_purchase().orders[0]
        seller, enterprise_id = seller_of(order), order.enterprise_id

        assert shown_to(seller, order) == []
        assert set(panels.counts_of(enterprise_id).values()) == {0}
        assert panels.fair_days_of(enterprise_id) == []
        assert panels.to_bring(enterprise_id, order.collection_id) == []
        with pytest.raises(NotFound):
            moves.accept_order(order.id, by=seller, now=clock.now())
        buyers.cancel_order(order.purchase.link_key, "A", by=VISITOR, now=clock.now())
        assert set(panels.counts_of(enterprise_id).values()) == {0}
        assert shown_to(seller, order) == []


class TestPaid:
    @pytest.mark.scenario(6)
    def test_is_placed_by_the_news_alone(self, app, bank, monkeypatch):
        """The buyer never came back: both sides are told."""
        buyer = make_user()
        purchase, attempt = make_opened(by=Person(buyer.id))
        order = purchase.orders[0]
        seller, post = seller_of(order), Post(app, bank)
        monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRETS", [post.secret])
        bank.hand("pay", intent=attempt.intent_id)

        assert post.bring_all() == [200]

        assert told(seller.id) == ["sale_placed"]
        assert told(buyer.id) == ["order_placed_prepaid"]
        assert reread(order).state is State.PLACED
        assert shown_to(seller, order) == [order.id]

    def test_begins_the_term_to_answer(self, bank):
        purchase, attempt = make_opened()
        order = purchase.orders[0]
        late = clock.now() + HOUR

        bank.hand("pay", intent=attempt.intent_id)
        intent = gateway.current().intent(attempt.intent_id)
        attempts.apply_intent(intent, now=late)

        assert (reread(order).pay_by, order.answer_by) == (None, late + placing.ANSWER_TERM)

    def test_is_a_sale_of_that_day(self, bank):
        order = make_paid(bank)[0]

        assert sold(order) == 2
        assert {fact.payment_method for fact in every(SaleFact)} == {"pix"}
        assert payment_of(order).state is PaymentState.SETTLED

    def test_is_asked_for_no_more(self, bank):
        order = make_paid(bank)[0]

        with pytest.raises(PaymentMoved):
            ask(order.purchase)


class TestNotPaid:
    @pytest.mark.scenario(22)
    @pytest.mark.scenario(24)
    def test_lets_the_goods_go_once(self, bank):
        product, buyer = make_published(left=5), make_user()
        purchase, _attempt = make_opened(product, by=Person(buyer.id))
        order = purchase.orders[0]
        seller = seller_of(order)
        assert paying.lapse_unpaid(by=HOUSE, now=order.pay_by - SECOND) == []

        assert (let_go(order), let_go(order)) == ([order.id], [])

        assert reread(order).state is State.NOT_PAID
        assert stock_of(product) == (5, 0, 0)
        assert payment_of(order).state is PaymentState.CANCELLED
        assert told(buyer.id) == ["order_not_paid"]
        assert (told(seller.id), shown_to(seller, order)) == ([], [])
        assert attempt_of(purchase).state is AttemptState.CANCELLED
        assert [intent["status"] for intent in intents(bank)] == ["canceled"]

    @pytest.mark.scenario(24)
    def test_is_asked_for_anew_while_the_goods_are_held(self, bank):
        purchase, first = make_opened()
        bank.wait(3600)  # the code is over; by our clock the hold is not
        sending.ask_again(first.intent_id, now=clock.now())
        assert attempt_of(purchase).state is AttemptState.LAPSED

        second = ask(purchase)

        assert second.id != first.id
        assert second.expires_at == purchase.orders[0].pay_by
        assert ask(purchase).id == second.id

    def test_is_asked_for_no_more_from_its_term_on(self):
        purchase = make_purchase()
        term = purchase.orders[0].pay_by

        with pytest.raises(PaymentMoved):
            paying.ask(purchase.id, by=VISITOR, now=term)

    def test_is_given_up_by_its_buyer(self, bank):
        purchase, _attempt = make_opened()
        order = purchase.orders[0]
        seller = seller_of(order)

        buyers.cancel_order(purchase.link_key, "A", by=VISITOR, now=clock.now())

        assert told(seller.id) == []
        assert reread(order).state is State.CANCELLED
        assert [intent["status"] for intent in intents(bank)] == ["canceled"]

    def test_leaves_the_other_parts_to_be_paid(self):
        purchase, first = make_opened(make_published(), make_published(price_cents=900))
        buyers.cancel_order(purchase.link_key, "A", by=VISITOR, now=clock.now())

        second = ask(purchase)

        assert first.id != second.id
        assert second.amount_cents == 1800

    def test_ends_where_its_enterprise_may_no_longer_sell(self):
        order = make_purchase().orders[0]

        ended = closing.refuse_waiting(order.enterprise_id, reason="no", by=HOUSE, now=clock.now())

        assert ended == [order.id]
        assert reread(order).state is State.CANCELLED

    def test_lets_go_all_the_same_what_the_provider_cannot_be_asked_about(self, bank):
        purchase, _attempt = make_opened()
        order = purchase.orders[0]
        saved_change(order, pay_by=clock.now())
        bank.hand("fault", kind="500_before", times=9)

        jobs.lapse_unpaid()

        assert reread(order).state is State.NOT_PAID


class TestMoneyBack:
    @pytest.mark.scenario(40)
    def test_of_a_refused_part_is_its_share_alone(self, bank):
        first, second = make_paid(bank, make_published(), make_published(price_cents=900))
        kept = pending(second)

        moves.refuse_order(first.id, reason="rain", by=HOUSE, now=clock.now())
        work()

        (refund,) = every(Refund)
        assert refund.amount_cents == first.total_cents
        assert (pending(first), pending(second)) == (0, kept)
        assert payment_of(first).state is PaymentState.REFUNDED
        assert (reread(second).state, payment_of(second).amount_cents) == (State.PLACED, 1800)
        assert (sold(first), sold(second)) == (0, 2)

    @pytest.mark.scenario(40)
    def test_of_fewer_pieces_is_theirs_alone(self, bank):
        """Fewer are set apart, and still fewer handed over."""
        first, second = make_paid(
            bank, make_published(), make_published(price_cents=900), quantity=3
        )
        kept, (line,) = pending(second), first.lines
        given = {"reason": "rain", "by": HOUSE, "now": clock.now()}

        moves.mark_ready(first.id, separated={line.id: 2}, **given)
        assert (sold(first), payment_of(first).amount_cents) == (2, 5000)
        give(first, quantities={line.id: 1}, reason="rain")
        work()

        assert [refund.amount_cents for refund in every(Refund)] == [2500, 2500]
        assert (reread(first).total_cents, payment_of(first).amount_cents) == (2500, 2500)
        assert (sold(first), pending(second)) == (1, kept)
        assert payment_of(first).state is PaymentState.SETTLED

    @pytest.mark.scenario(42)
    def test_is_never_more_than_was_paid(self, bank):
        """Nor is anything handed over that was given back."""
        order = make_paid(bank, quantity=3)[0]
        (line,) = order.lines
        given = {"reason": "rain", "by": HOUSE, "now": clock.now()}
        moves.mark_ready(order.id, separated={line.id: 1}, **given)

        with pytest.raises(QuantityWrong):
            give(order, quantities={line.id: 2}, reason="they came back")
        with pytest.raises(AmountWrong):
            refunds.give_back(payment_of(order).id, 2501, by=HOUSE, now=clock.now())

        assert [refund.amount_cents for refund in every(Refund)] == [5000]

    def test_is_sent_when_nobody_collects(self, bank):
        order = make_paid(bank)[0]
        moves.accept_order(order.id, by=HOUSE, now=clock.now())

        closing.close_no_shows(by=HOUSE, now=order.due_at)
        work()

        assert [refund.amount_cents for refund in every(Refund)] == [5000]
        assert (reread(order).state, sold(order)) == (State.NO_SHOW, 0)

    def test_goes_by_itself_when_the_goods_are_given_back(self, bank):
        product = make_published(left=5)
        order = make_paid(bank, product)[0]
        seller = seller_of(order)
        give(order)

        buyers.withdraw_order(order.purchase.link_key, "A", by=VISITOR, now=clock.now())
        work()

        assert payment_of(order).state is PaymentState.REFUNDED
        assert (every(Refund)[0].amount_cents, sold(order)) == (5000, 0)
        assert "sale_withdrawn_prepaid" in told(seller.id)
        goods = {"resalable": {reread(order).lines[0].id: 2}, "by": seller, "now": clock.now()}
        returns.confirm_refund(order.id, **goods)
        assert stock_of(product)[0] == 5
        with pytest.raises(MoveNotLawful):
            returns.confirm_refund(order.id, **goods)


class TestHandingOver:
    def test_needs_no_money_any_more(self, bank):
        order = make_paid(bank, make_published(to_order=True, lead_days=1))[0]

        give(order, paid_with=Method.CASH)

        payment = payment_of(reread(order))
        assert (payment.method, payment.state) == (Method.PIX, PaymentState.SETTLED)
        kinds = [(fact.kind, fact.payment_method) for fact in every(SaleFact)]
        assert kinds == [(FactKind.ORDER_TAKEN, "pix"), (FactKind.HANDED_OVER, "pix")]

    def test_begins_the_time_until_the_share_is_released(self, bank):
        order = make_paid(bank)[0]
        payable = AccountName("payable", order.enterprise_id)

        give(order)
        handed_over = reread(order).handed_over_at
        payment = payment_of(order)

        assert payment.fulfilled_at == handed_over
        before = handed_over + 7 * DAY - SECOND
        assert releasing.release(payment.id, by=HOUSE, now=before) == 0
        left = order.total_cents - attempt_of(order.purchase).parts[0].fee_cents
        assert releasing.release(payment.id, by=HOUSE, now=before + SECOND) == left
        assert balance(payable) == -left

    def test_does_not_release_what_was_given_back_meanwhile(self, bank):
        order = make_paid(bank)[0]
        give(order)
        now = clock.now()
        returns.accept_return(order.id, reason="Veio torto", by=seller_of(order), now=now)

        assert releasing.release(payment_of(order).id, by=HOUSE, now=now + 8 * DAY) == 0

    def test_is_of_no_order_that_waits_to_be_paid(self):
        order = make_purchase().orders[0]

        with pytest.raises(MoveNotLawful):
            give(order)

    def test_takes_no_money_that_nobody_saw(self):
        """What is paid online comes by the provider's word alone."""
        order = make_order()

        with pytest.raises(MethodNotOffered):
            give(order, paid_with=Method.PIX)
