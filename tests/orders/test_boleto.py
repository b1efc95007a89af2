"""Paying by boleto: who pays is asked, what is ordered is held, the bank tells days later."""

from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.core import clock, mail, queue
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.notifications.models import Notice
from marketplace.orders import jobs as order_jobs
from marketplace.orders import reminding
from marketplace.orders.errors import TooSoonForBoleto
from marketplace.orders.models.orders import State
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import boletos, paying
from marketplace.payments import bank_days, boleto, jobs, sending
from marketplace.payments.errors import PaymentMoved
from marketplace.payments.models.online import (
    Attempt,
    AttemptState,
    BoletoPayer,
    ProviderCall,
    Refund,
    RefundState,
)
from marketplace.payments.models.payments import Method, Payment, PaymentState
from tests.factories.accounts import make_user, saved_change
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import make_collection, reread, soon
from tests.factories.paying import PAYER, attempt_of, make_boleto, make_boleto_cart
from tests.orders.test_paying import every, stock_of
from tests.orders.test_views_checkout import carry, opened, send
from tests.payments.conftest import bank, boleto_here, stripe_here

__all__ = ["bank", "boleto_here", "stripe_here"]
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TYPED = {**vars(PAYER), "tax_id": "529.982.247-25", "postal_code": "69000-000"}
ARRIVED = "Your payment arrived"


@pytest.fixture(autouse=True)
def boletos_are_taken(boleto_here):
    """Every test may be paid by Pix, by card or by boleto."""


def path(purchase, rest=""):
    return f"/pedidos/{purchase.link_key}/pagamento{rest}"


def shown(client, purchase, rest=""):
    answer = client.get(path(purchase, rest), follow_redirects=True)
    assert answer.status_code == 200
    return unescape(answer.text)


def placed(*products, **given):
    return make_boleto_cart(*products, **given).place()


def pay(bank, attempt, *, now=None):
    """Let the bank tell that it was paid, and the house ask."""
    bank.hand("pay", intent=attempt.intent_id)
    sending.look(attempt.id, now=now or clock.now())
    db.session.expire_all()


def let_go(purchase):
    """Let the boleto lapse there, and then the order."""
    held = reread(purchase.orders[0]).pay_by
    paying.lapse_unpaid(by=HOUSE, now=held)
    db.session.expire_all()


def payers():
    return db.session.scalar(sa.select(sa.func.count()).select_from(BoletoPayer))


def pass_due_day(bank, attempt):
    bank.wait(int((attempt.expires_at - clock.now()).total_seconds()) + 1)
    sending.look(attempt.id, now=attempt.expires_at)
    db.session.expire_all()


class TestOffered:
    @pytest.fixture
    def far(self):
        return soon(30)

    def page(self, client, price, collection):
        product = make_published(enterprise=make_enterprise(), price_cents=price)
        make_collection(product.enterprise, **collection)
        carry(client, product)
        return unescape(client.get("/finalizar").text)

    @pytest.mark.scenario(31)
    @pytest.mark.parametrize(
        ("price", "why"),
        [
            (499, "A boleto is for R$5.00 or more."),
            (5_000_000, "A boleto is for R$49,999.99 at most."),
        ],
    )
    def test_says_why_not_where_the_amount_is_out_of_bounds(self, client, far, price, why):
        page = self.page(client, price, far)
        assert 'value="boleto"' not in page
        assert why in page

    @pytest.mark.parametrize("price", [500, 4_999_999])
    def test_at_the_bounds(self, client, far, price):
        assert 'value="boleto"' in self.page(client, price, far)

    def test_says_why_not_where_nothing_can_wait(self, client):
        page = self.page(client, 2500, soon(3))
        assert 'value="boleto"' not in page
        assert "nothing here can wait so long" in page

    def test_counts_what_is_paid_at_once(self, client, far):
        goods = [make_published(price_cents=price) for price in (300, 250)]
        make_collection(*(product.enterprise for product in goods), **far)
        carry(client, *goods)
        assert 'value="boleto"' in client.get("/finalizar").text

    def test_is_refused_for_a_day_that_is_too_soon(self, client):
        product = make_published(enterprise=make_enterprise())
        near, late = (make_collection(product.enterprise, **soon(days)) for days in (3, 30))
        carry(client, product)
        assert late.id
        typed = opened(client)
        choice = {"plan": f"c{near.id}", f"window_{near.id}": str(near.windows[0].id)}
        answer = send(client, typed | choice, method="boleto")
        assert answer.status_code == 409
        assert "A boleto would come too late for the day you chose" in unescape(answer.text)
        assert stock_of(product)[1] == 0


class TestAsking:
    def test_leads_to_the_question_who_pays(self, client):
        product = make_published(enterprise=make_enterprise(), price_cents=8600)
        fair = make_collection(product.enterprise, **soon(30))
        carry(client, product)
        choice = {"plan": f"c{fair.id}", f"window_{fair.id}": str(fair.windows[0].id)}
        answer = send(client, opened(client) | choice, method="boleto")
        page = unescape(client.get(answer.location, follow_redirects=True).text)
        assert "Who pays R$86.00?" in page
        assert every(Attempt) == []

    def test_is_held_for_an_hour_until_it_is_said(self):
        purchase = placed()
        order = purchase.orders[0]
        assert order.pay_by == purchase.placed_at + paying.TERM
        with pytest.raises(PaymentMoved):
            paying.ask(purchase.id, by=VISITOR, now=clock.now())

    def test_keeps_what_was_typed_and_says_beside_it_what_is_wrong(self, client):
        purchase = placed()
        wrong = {"tax_id": "529.982.247-26", "postal_code": "690", "street": "", "state": "XX"}
        answer = client.post(path(purchase, "/boleto"), data=TYPED | wrong)
        page = unescape(answer.text)
        assert answer.status_code == 422
        for said in (
            *("This CPF is not right.", "A CEP has 8 digits", "Write street and number."),
            "Choose the state.",
        ):
            assert said in page
        for kept in ('value="529.982.247-26"', 'value="690"', 'value="Manaus"', PAYER.name):
            assert kept in page
        assert every(Attempt) == []

    @pytest.mark.parametrize("typed", ["52998224725", "12.ABC.345/01DE-35", "11.222.333/0001-81"])
    def test_takes_a_cpf_or_a_cnpj(self, client, bank, typed):
        purchase = placed()
        client.post(path(purchase, "/boleto"), data=TYPED | {"tax_id": typed})
        assert attempt_of(purchase).state is AttemptState.OPEN

    def test_gives_number_bars_due_day_and_paper(self, client, bank):
        purchase = placed(make_published(price_cents=8600))
        client.post(path(purchase, "/boleto"), data=TYPED)
        attempt, page = attempt_of(purchase), shown(client, purchase)
        due = bank_days.due_day(attempt.asked_at)
        assert (attempt.method, attempt.state) == (Method.BOLETO, AttemptState.OPEN)
        assert bank_days.last_day(attempt.expires_at) == due
        assert boleto.shown(attempt.code) in page
        assert boleto.drawn(boleto.bar_code(attempt.code))[0] in page
        assert f'href="{bank.url}/boleto/{attempt.intent_id}.pdf"' in page
        assert "Pay R$86.00 by boleto" in page
        assert "<script" not in page.partition("<main")[2].partition("</main")[0]

    @pytest.mark.parametrize("number", ["0" * 47, "12345"])
    def test_draws_no_bars_of_a_number_that_is_not_right(self, client, number):
        purchase, attempt = make_boleto()
        saved_change(attempt, code=number)
        page = shown(client, purchase)
        assert "Show the bar code" not in page
        assert "Copy the number" in page

    @pytest.mark.scenario(15)
    def test_a_second_press_leads_to_the_same(self, client, bank):
        purchase = placed()
        for _ in range(2):
            client.post(path(purchase, "/boleto"), data=TYPED)
        assert len(every(Attempt)) == len(bank.store.every("payment_intent")) == 1
        again = boletos.ask(purchase.id, PAYER, by=VISITOR, now=clock.now())
        assert again.id == attempt_of(purchase).id

    def test_holds_while_the_provider_does_not_answer(self, client, bank):
        purchase = placed()
        bank.hand("fault", route="POST /v1/payment_intents", kind="500_before", times=9)
        client.post(path(purchase, "/boleto"), data=TYPED)
        assert "Your boleto is on its way" in shown(client, purchase)
        assert payers() == 1
        bank.hand("calm")
        queue.work_all(now=clock.now() + timedelta(minutes=1))
        assert attempt_of(purchase).state is AttemptState.OPEN
        assert payers() == 0

    def test_says_what_to_look_at_where_the_provider_refuses(self, client, bank):
        purchase = placed()
        bank.hand("fault", route="POST /v1/payment_intents", kind="500_before", times=9)
        client.post(path(purchase, "/boleto"), data=TYPED)
        bank.hand("calm")
        db.session.execute(sa.update(BoletoPayer).values(tax_id=""))
        db.session.commit()
        queue.work_all(now=clock.now() + timedelta(minutes=1))
        page = shown(client, purchase)
        assert "The bank gave no boleto" in page
        assert payers() == 0
        client.post(path(purchase, "/boleto"), data=TYPED)
        assert attempt_of(purchase).state is AttemptState.OPEN

    def test_keeps_nothing_of_who_pays(self, client):
        purchase = placed()
        client.post(path(purchase, "/boleto"), data=TYPED)
        assert payers() == 0
        assert [call.words for call in every(ProviderCall)] == ["{}"]

    def test_is_refused_where_what_was_ordered_can_wait_no_more(self):
        purchase = placed()
        day = clock.today("America/Manaus") + 3 * DAY
        db.session.execute(sa.update(Collection).values(closes_at=clock.now() + DAY, day=day))
        db.session.commit()
        with pytest.raises(TooSoonForBoleto):
            boletos.ask(purchase.id, PAYER, by=VISITOR, now=clock.now())

    def test_is_not_there_for_who_has_no_link(self, client):
        assert client.get("/pedidos/nobodys-0/pagamento/boleto").status_code == 404
        assert client.post("/pedidos/nobodys-0/pagamento/boleto").status_code == 404


class TestHeld:
    @pytest.mark.scenario(26)
    def test_is_paid_on_its_day_and_told_two_bank_days_later(self, bank):
        product = make_published(left=5)
        purchase, attempt = make_boleto(product)
        due = bank_days.last_day(attempt.expires_at)
        held = bank_days.held_until(due)
        assert reread(purchase.orders[0]).pay_by == held

        pass_due_day(bank, attempt)
        assert attempt_of(purchase).state is AttemptState.LAPSED
        assert paying.lapse_unpaid(by=HOUSE, now=held - SECOND) == []
        assert stock_of(product) == (4, 1, 0)

        pay(bank, attempt, now=held - SECOND)
        order = reread(purchase.orders[0])
        assert (order.state, order.method) == (State.PLACED, Method.BOLETO)
        payment = db.session.scalars(sa.select(Payment)).one()
        assert (payment.state, payment.method) == (PaymentState.SETTLED, Method.BOLETO)
        assert every(Refund) == []

    @pytest.mark.scenario(27)
    def test_is_told_after_it_was_let_go_and_had_all_the_same(self, bank):
        product = make_published(left=5)
        purchase, attempt = make_boleto(product)
        pass_due_day(bank, attempt)
        let_go(purchase)
        assert stock_of(product) == (5, 0, 0)

        pay(bank, attempt)

        assert reread(purchase.orders[0]).state is State.PLACED
        assert (stock_of(product), every(Refund)) == ((4, 1, 0), [])

    @pytest.mark.scenario(27)
    def test_is_told_after_it_was_sold_to_others_and_owed_back_by_hand(self, client, bank):
        product = make_published(left=1)
        purchase, attempt = make_boleto(product)
        pass_due_day(bank, attempt)
        let_go(purchase)
        placed(product)

        pay(bank, attempt)
        queue.work_all(now=clock.now())

        assert reread(purchase.orders[0]).state is State.NOT_PAID
        (refund,) = every(Refund)
        assert refund.amount_cents == purchase.orders[0].total_cents
        assert refund.state is not RefundState.DONE
        assert refund.part.attempt.method is Method.BOLETO
        assert bank.store.every("refund") == []
        assert "people of the Division see to it" in shown(client, purchase)

    def test_is_asked_about_before_it_is_let_go(self, bank):
        purchase, attempt = make_boleto()
        pass_due_day(bank, attempt)
        saved_change(reread(purchase.orders[0]), pay_by=clock.now())
        bank.hand("pay", intent=attempt.intent_id)
        order_jobs.lapse_unpaid()
        assert reread(purchase.orders[0]).state is State.PLACED

    @pytest.mark.parametrize("lapsed", [False, True])
    def test_is_asked_about_each_hour_though_no_news_comes(self, bank, lapsed):
        purchase, attempt = make_boleto()
        if lapsed:
            pass_due_day(bank, attempt)
        bank.hand("pay", intent=attempt.intent_id)
        jobs.ask_again()  # every five minutes: not about boletos
        assert reread(purchase.orders[0]).state is State.AWAITING
        jobs.ask_about_boletos()
        assert reread(purchase.orders[0]).state is State.PLACED

    def test_is_held_longer_where_the_bank_made_it_a_day_later(self, bank):
        purchase, attempt = make_boleto()
        later = attempt.expires_at + DAY
        boletos.hold(purchase.id, later)
        held = bank_days.held_until(bank_days.last_day(later))
        assert reread(purchase.orders[0]).pay_by == held
        boletos.hold(purchase.id, later - 9 * DAY)
        assert reread(purchase.orders[0]).pay_by == held


class TestPastItsDay:
    def test_says_to_wait_and_gives_a_new_one_on_the_same_order(self, client, bank):
        purchase, first = make_boleto()
        saved_change(first, expires_at=clock.now())
        page = shown(client, purchase)
        assert "The boleto is past its day" in page
        assert "do not pay again" in page
        assert f'href="{path(purchase, "/boleto")}"' in page
        client.post(path(purchase, "/boleto"), data=TYPED)
        second = attempt_of(purchase)
        assert (second.state, second.id) == (AttemptState.OPEN, first.id + 1)
        assert [each["status"] for each in bank.store.every("payment_intent")] == [
            "requires_action"
        ] * 2  # the first may have been paid in time
        assert boleto.shown(second.code) in shown(client, purchase)

    def test_gives_none_that_would_hold_the_goods_for_ever(self, client):
        purchase, attempt = make_boleto()
        saved_change(attempt, expires_at=clock.now())
        saved_change(purchase, placed_at=clock.now() - 14 * DAY)
        page = shown(client, purchase)
        assert "Get a new boleto" not in page
        assert "I prefer to pay with Pix" in page

    @pytest.mark.scenario(17)
    def test_is_owed_back_by_hand_where_a_pix_was_paid_meanwhile(self, client, bank):
        purchase, first = make_boleto()
        pass_due_day(bank, first)
        client.post(path(purchase), data={"method": "pix"})
        pay(bank, attempt_of(purchase))
        pay(bank, first)
        queue.work_all(now=clock.now())

        assert reread(purchase.orders[0]).state is State.PLACED
        (refund,) = every(Refund)
        assert refund.part.attempt_id == first.id
        assert refund.amount_cents == first.amount_cents
        assert bank.store.every("refund") == []


class TestAnotherWay:
    @pytest.mark.scenario(16)
    def test_ends_the_boleto_before_the_pix_opens(self, client, bank):
        purchase, _attempt = make_boleto()
        held = reread(purchase.orders[0]).pay_by
        assert "I prefer to pay with Pix" in shown(client, purchase)
        client.post(path(purchase), data={"method": "pix"})
        first, second = every(Attempt)
        assert (first.state, second.state) == (AttemptState.CANCELLED, AttemptState.OPEN)
        assert first.page_url == ""
        assert reread(purchase.orders[0]).pay_by == held  # it is not held for less
        assert second.expires_at <= clock.now() + paying.TERM
        statuses = [each["status"] for each in bank.store.every("payment_intent")]
        assert sorted(statuses) == ["canceled", "requires_action"]

    @pytest.mark.scenario(16)
    def test_asks_who_pays_before_the_pix_is_given_up(self, client, bank):
        purchase, _attempt = make_boleto()
        client.post(path(purchase), data={"method": "pix"})
        code = attempt_of(purchase).code
        assert "Who pays" in shown(client, purchase, "/boleto")
        assert code in shown(client, purchase)
        client.post(path(purchase, "/boleto"), data=TYPED)
        assert attempt_of(purchase).method is Method.BOLETO
        assert {order.method for order in purchase.orders} == {Method.BOLETO}

    def test_is_there_before_who_pays_was_said(self, client):
        purchase = placed()
        assert "I prefer to pay with Pix" in shown(client, purchase)
        client.post(path(purchase), data={"method": "pix"})
        assert attempt_of(purchase).code in shown(client, purchase)

    def test_is_all_there_is_where_a_boleto_comes_too_late(self, client):
        purchase = placed()
        day = clock.today("America/Manaus") + 3 * DAY
        db.session.execute(sa.update(Collection).values(closes_at=clock.now() + DAY, day=day))
        db.session.commit()
        page = shown(client, purchase)
        assert "A boleto would come too late" in page
        assert "I prefer to pay with Pix" in page
        assert client.get(path(purchase, "/boleto")).location == path(purchase)


@pytest.mark.scenario(5)
def test_is_paid_and_leads_to_no_paper_any_more(client, bank):
    purchase, attempt = make_boleto()
    bank.hand("pay", intent=attempt.intent_id)
    client.post(path(purchase, "/consulta"))
    page = shown(client, purchase)
    assert ARRIVED in page
    assert "paid by boleto" in page
    assert attempt_of(purchase).page_url == ""
    assert "paid by boleto" in unescape(client.get(f"/pedidos/{purchase.link_key}").text)


class TestReminding:
    def kinds(self):
        return list(db.session.scalars(sa.select(Notice.kind).order_by(Notice.id)))

    def test_is_told_once_on_the_morning_of_its_day(self, letters):
        buyer = make_user()
        cart = make_boleto_cart()
        purchase = cart.place(by=Person(buyer.id))
        boletos.ask(purchase.id, PAYER, by=VISITOR, now=clock.now())
        sending.open_attempt(attempt_of(purchase).id, now=clock.now())
        attempt = attempt_of(purchase)
        due = bank_days.last_day(attempt.expires_at)
        at = reminding.moment(Method.BOLETO, attempt.expires_at, clock.now())
        assert clock.today(bank_days.ZONE, at) == due
        queue.work_all(now=at - SECOND)
        assert "order_pay_boleto" not in self.kinds()
        queue.work_all(now=at)
        reminding.remind(attempt.id, now=at)
        assert self.kinds().count("order_pay_boleto") == 1

    def test_goes_to_the_address_given_where_there_is_no_account(self, letters):
        purchase, attempt = make_boleto()
        saved_change(purchase, buyer_email="lucia@example.org")
        for _ in range(2):
            reminding.remind(attempt.id, now=clock.now())
        queue.work_all(now=clock.now())
        told = [letter for letter in mail.kept() if "boleto" in letter.subject.lower()]
        assert len(told) == 1
        assert purchase.link_key in told[0].text

    @pytest.mark.parametrize("state", [AttemptState.PAID, AttemptState.CANCELLED])
    def test_is_not_told_of_what_is_paid_or_given_up(self, letters, state):
        purchase, attempt = make_boleto()
        saved_change(purchase, buyer_email="lucia@example.org")
        saved_change(attempt, state=state)
        reminding.remind(attempt.id, now=clock.now())
        queue.work_all(now=clock.now())
        assert not [letter for letter in mail.kept() if "boleto" in letter.subject.lower()]
        saved_change(attempt, state=AttemptState.OPEN)

    def test_of_a_pix_comes_twenty_minutes_before_it_lapses(self):
        now = clock.now()
        until = now + timedelta(minutes=60)
        assert reminding.moment(Method.PIX, until, now) == until - timedelta(minutes=20)
        assert reminding.moment(Method.PIX, now + timedelta(minutes=30), now) is None
        assert reminding.moment(Method.CARD, until, now) is None
