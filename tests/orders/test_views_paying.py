"""Paying online: what the buyer sees at each turn, whatever the provider, its news or others do."""

from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import buyers, handovers, moves, paying
from marketplace.payments import sending
from marketplace.payments.models.online import Attempt, AttemptState
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import make_collection, make_order, soon
from tests.factories.paying import make_purchase
from tests.orders.test_views_checkout import carry, opened, send
from tests.payments.conftest import bank, pix_here, stripe_here
from tests.payments.test_webhooks import Post

__all__ = ["bank", "pix_here", "stripe_here"]
INTENTS = "POST /v1/payment_intents"
MINUTE = timedelta(minutes=1)
ON_ITS_WAY = "Your code is on its way"
LAPSED = "This code no longer holds"
ARRIVED = "Your payment arrived"
OVER = "The time to pay is over"


@pytest.fixture(autouse=True)
def pix_is_open(pix_here):
    """In every test Pix is paid through the sandbox."""


@pytest.fixture
def purchase():
    return make_awaiting(8600, 2500)


def make_awaiting(*prices):
    """Order one piece at each price, each of another enterprise; no provider has heard of it."""
    makers = [make_enterprise(name=f"Grupo {n}") for n, _ in enumerate(prices, 1)]
    goods = zip(makers, prices, strict=True)
    made = [make_published(enterprise=maker, price_cents=price) for maker, price in goods]
    return make_purchase(*made, quantity=1)


def path(purchase, rest="/pagamento"):
    return f"/pedidos/{purchase.link_key}{rest}"


def shown(client, purchase, rest="/pagamento"):
    answer = client.get(path(purchase, rest))
    assert answer.status_code == 200
    return unescape(answer.text)


def attempts():
    every = sa.select(Attempt).order_by(Attempt.id).execution_options(populate_existing=True)
    return list(db.session.scalars(every))


def attempt():
    return attempts()[-1]


def give_code(purchase):
    """Have the provider give the code, as the page between basket and payment does."""
    sending.open_attempt(attempt().id, now=clock.now())
    return attempt()


def pay(bank, purchase):
    """Pay at the bank; nobody has heard of it."""
    bank.hand("pay", intent=give_code(purchase).intent_id)


def pay_and_hear(bank, purchase):
    pay(bank, purchase)
    sending.ask_again(attempt().intent_id, now=clock.now())


def let_go(purchase):
    paying.lapse_unpaid(by=HOUSE, now=clock.now() + 61 * MINUTE)


def states(purchase):
    query = sa.select(Order.state).where(Order.purchase_id == purchase.id)
    return set(db.session.scalars(query))


def change(model, **values):
    db.session.execute(sa.update(model).values(values))
    db.session.commit()


class TestOrdering:
    @pytest.fixture
    def basket(self, client):
        product = make_published(enterprise=make_enterprise(), price_cents=8600)
        fair = make_collection(product.enterprise, **soon())
        carry(client, product)
        return {"plan": f"c{fair.id}", f"window_{fair.id}": str(fair.windows[0].id)}

    def test_says_what_pix_is_before_it_is_chosen(self, client, basket):
        page = client.get("/finalizar").text
        assert "You pay now, one code for all" in page
        assert "Confirm the order" in page
        assert "pay on receipt" not in page

    def test_changes_nothing_where_pix_is_not_open(self, app, client, basket, monkeypatch):
        monkeypatch.setitem(app.config, "STRIPE_METHODS", {})
        page = client.get("/finalizar").text
        assert 'value="pix"' not in page
        assert "Order, and pay on receipt" in page

    def test_leads_to_the_code(self, client, basket):
        answer = send(client, opened(client) | basket, method="pix")
        assert answer.location.endswith("/pagamento")
        assert attempt().state is AttemptState.OPEN
        assert attempt().code in client.get(answer.location).text

    def test_leads_to_the_order_where_it_is_paid_there(self, client, basket):
        answer = send(client, opened(client) | basket, method="cash")
        assert answer.location.startswith("/pedidos/")
        assert not answer.location.endswith("/pagamento")

    @pytest.mark.scenario(38)
    def test_holds_while_the_provider_does_not_answer(self, client, basket, bank):
        bank.hand("fault", route=INTENTS, kind="500_before", times=9)
        answer = send(client, opened(client) | basket, method="pix")
        assert ON_ITS_WAY in client.get(answer.location).text
        bank.hand("calm")
        queue.work_all(now=clock.now() + MINUTE)
        assert attempt().code in client.get(answer.location).text

    @pytest.mark.scenario(15)
    def test_a_second_press_leads_to_the_same_code(self, client, basket, bank):
        typed = opened(client) | basket
        first, second = (send(client, typed, method="pix") for _ in range(2))
        assert first.location == second.location
        assert len(attempts()) == len(bank.store.every("payment_intent")) == 1


class TestShow:
    def test_shows_code_sum_parts_and_time(self, client, purchase):
        code = give_code(purchase).code
        page = shown(client, purchase)
        assert "Pay R$111.00 with Pix" in page
        assert page.count(code) == 2  # to be read, and copied
        assert "Grupo 1</dt><dd>R$86.00" in page
        assert "Grupo 2</dt><dd>R$25.00" in page
        assert "You have 60 more minutes" in page
        assert 'aria-label="QR code of the Pix, R$111.00"' in page

    def test_says_that_the_code_is_being_asked_for(self, client, purchase):
        page = shown(client, purchase)
        assert ON_ITS_WAY in page
        assert "Your order is kept until" in page
        assert f'href="{path(purchase)}"' in page

    def test_offers_a_fresh_code_once_the_first_has_lapsed(self, client, purchase, bank):
        code = give_code(purchase).code
        bank.wait(3600)
        sending.ask_again(attempt().intent_id, now=clock.now())
        page = shown(client, purchase)
        assert LAPSED in page
        assert "Get a new code" in page
        assert code not in page

    def test_shows_no_code_whose_time_is_over_though_nobody_told(self, client, purchase):
        give_code(purchase)
        change(Attempt, expires_at=clock.now())
        assert LAPSED in shown(client, purchase)

    def test_says_what_to_do_where_the_provider_refuses(self, client):
        purchase = make_awaiting(8600)
        change(Attempt, state=AttemptState.REFUSED)
        page = shown(client, purchase)
        assert "The bank gave no code" in page
        assert "Try again" in page
        assert "order once more, to be paid on receipt" in page

    def test_says_who_looks_at_another_sum(self, client, purchase, app, bank):
        bank.client.v1.payment_intents.update(give_code(purchase).intent_id, {"amount": 400})
        bank.hand("pay", intent=attempt().intent_id)
        sending.ask_again(attempt().intent_id, now=clock.now())
        page = shown(client, purchase)
        assert "Another sum arrived" in page
        assert app.config["ORG_PHONE"] in page
        assert "Get a new code" not in page

    def test_says_that_it_is_paid(self, client, purchase, bank):
        pay_and_hear(bank, purchase)
        page = shown(client, purchase)
        assert ARRIVED in page
        assert "R$111.00 paid with Pix." in page
        assert "Copy Pix code" not in page

    def test_says_that_it_is_over_before_the_job_has_let_it_go(self, client, purchase):
        give_code(purchase)
        change(Attempt, expires_at=clock.now())
        change(Order, pay_by=clock.now())
        page = shown(client, purchase)
        assert OVER in page
        assert "Put it in the basket again" not in page  # it is still kept

    @pytest.mark.scenario(22)
    def test_says_that_it_is_over_and_how_to_order_again(self, client, purchase):
        give_code(purchase)
        let_go(purchase)
        page = shown(client, purchase)
        assert OVER in page
        assert "You paid nothing." in page
        assert f'action="{path(purchase, "/cesta")}"' in page

    @pytest.mark.scenario(25)
    def test_says_that_what_came_too_late_goes_back(self, client, purchase, bank):
        give_code(purchase)
        bank.wait(3600)
        let_go(purchase)
        change(Collection, cancelled_at=clock.now())
        bank.hand("pay", intent=attempt().intent_id)
        sending.ask_again(attempt().intent_id, now=clock.now())
        assert "All of it goes back to the account it came from" in shown(client, purchase)

    def test_asks_for_what_is_left_when_a_part_is_given_up(self, client, purchase):
        code = give_code(purchase).code
        buyers.cancel_order(purchase.link_key, "A", reason="", by=HOUSE, now=clock.now())
        page = shown(client, purchase)
        assert LAPSED in page
        assert code not in page
        client.post(path(purchase))
        assert "Pay R$25.00 with Pix" in shown(client, purchase)

    def test_leads_to_the_order_where_nothing_is_paid_online(self, client):
        order = make_order(now=clock.now(), choice=None)
        assert client.get(path(order.purchase)).location == path(order.purchase, "")

    def test_is_kept_by_no_cache_and_no_search_engine(self, client, purchase):
        answer = client.get(path(purchase))
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"

    @pytest.mark.scenario(7)
    def test_believes_nothing_that_the_address_adds(self, client, purchase, bank):
        theirs = make_awaiting(500)
        pay(bank, theirs)
        forged = f"?payment_intent={attempt().intent_id}&redirect_status=succeeded&session_id=cs_1"
        page = client.get(path(purchase) + forged).text
        assert ON_ITS_WAY in page
        assert attempt().code not in page
        assert states(purchase) == states(theirs) == {State.AWAITING}

    @pytest.mark.parametrize("rest", ["/pagamento", "/pagamento/consulta", "/cesta"])
    def test_is_not_there_for_who_has_no_link(self, client, purchase, rest):
        for key in ("nobodys-0", "%00", str(purchase.number), "a" * 300):
            assert client.post(f"/pedidos/{key}{rest}").status_code == 404
            assert client.get(f"/pedidos/{key}/pagamento").status_code == 404

    def test_links_to_the_invented_bank_in_the_demonstration_only(
        self, app, client, purchase, bank, monkeypatch
    ):
        there = f"{bank.url}/pix/{give_code(purchase).intent_id}"
        assert there not in shown(client, purchase)
        monkeypatch.setitem(app.config, "DEMO", True)
        assert there in shown(client, purchase)


class TestCreate:
    @pytest.mark.scenario(24)
    def test_gives_a_fresh_code_on_the_same_order(self, client, purchase, bank):
        first = give_code(purchase).code
        bank.wait(1800)
        change(Attempt, state=AttemptState.LAPSED)
        assert client.post(path(purchase)).location == path(purchase)
        fresh = attempt()
        assert fresh.state is AttemptState.OPEN
        assert fresh.code != first
        assert fresh.code in shown(client, purchase)

    def test_leaves_a_code_that_holds(self, client, purchase):
        code = give_code(purchase).code
        client.post(path(purchase))
        assert len(attempts()) == 1
        assert code in shown(client, purchase)

    @pytest.mark.parametrize("over", [let_go, None])
    def test_gives_none_where_nothing_waits(self, client, purchase, over, bank):
        over(purchase) if over else pay_and_hear(bank, purchase)
        assert client.post(path(purchase)).location == path(purchase)
        assert len(attempts()) == 1
        assert (OVER if over else ARRIVED) in shown(client, purchase)

    def test_ends_in_time(self, client, purchase, monkeypatch):
        monkeypatch.setattr("marketplace.orders.views.paying.ASKS_AN_HOUR", 2)
        told = [client.post(path(purchase)).status_code for _ in range(3)]
        assert told == [303, 303, 429]

    def test_is_refused_without_a_token_of_ours(self, client, purchase):
        elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert client.post(path(purchase), headers=elsewhere).status_code == 403


class TestCreateLook:
    @pytest.mark.scenario(5)
    def test_finds_out_what_no_news_told(self, client, purchase, bank):
        pay(bank, purchase)
        assert ARRIVED not in shown(client, purchase)
        client.post(path(purchase, "/pagamento/consulta"))
        assert ARRIVED in shown(client, purchase)
        assert states(purchase) == {State.PLACED}

    def test_says_that_nothing_has_arrived(self, client, purchase):
        give_code(purchase)
        client.post(path(purchase, "/pagamento/consulta"))
        assert "The payment has not arrived yet." in shown(client, purchase)

    def test_says_that_the_bank_does_not_answer(self, client, purchase, bank):
        give_code(purchase)
        bank.hand("fault", kind="500_before", times=9)
        client.post(path(purchase, "/pagamento/consulta"))
        assert "The bank does not answer." in shown(client, purchase)
        assert states(purchase) == {State.AWAITING}

    def test_asks_for_the_code_that_is_still_missing(self, client, purchase):
        client.post(path(purchase, "/pagamento/consulta"))
        assert attempt().code in shown(client, purchase)

    def test_asks_nobody_where_nothing_is_paid_online(self, client, bank):
        bank.hand("fault", kind="500_before", times=9)
        order = make_order(now=clock.now())
        answer = client.post(path(order.purchase, "/pagamento/consulta"), follow_redirects=True)
        assert answer.status_code == 200
        assert "The bank does not answer." not in answer.text


@pytest.mark.scenario(4)
def test_news_may_come_before_the_buyer(app, client, purchase, bank, monkeypatch):
    post = Post(app, bank)
    monkeypatch.setitem(app.config, "STRIPE_WEBHOOK_SECRETS", [post.secret])
    pay(bank, purchase)
    assert post.bring_all() == [200]
    queue.work_all(now=clock.now())
    assert ARRIVED in shown(client, purchase)


class TestCreateBasket:
    def test_puts_what_was_let_go_in_again(self, client, purchase):
        let_go(purchase)
        answer = client.post(path(purchase, "/cesta"))
        assert answer.location == "/cesta"
        page = client.get("/cesta").text
        names = [line.name for order in purchase.orders for line in order.lines]
        assert [name for name in names if name not in page] == []

    def test_leaves_out_what_is_not_sold_any_more(self, client, purchase):
        let_go(purchase)
        gone, sold = (order.enterprise for order in purchase.orders)
        gone.paused_from = clock.today("America/Manaus")
        db.session.commit()
        client.post(path(purchase, "/cesta"))
        page = client.get("/cesta").text
        assert sold.name in page
        assert gone.name not in page

    def test_puts_nothing_in_while_it_waits(self, client, purchase):
        assert client.post(path(purchase, "/cesta")).location == path(purchase, "")
        assert "cesta" not in {cookie.key for cookie in client._cookies.values()}


class TestOrderPage:
    def codes(self, purchase):
        return [f"{o.handover_code[:3]} {o.handover_code[3:]}" for o in purchase.orders]

    def test_says_first_what_to_do(self, client, purchase):
        page = shown(client, purchase, "")
        assert "Pay R$111.00 with Pix" in page
        assert "Your order is kept until" in page
        assert f'href="{path(purchase)}"' in page
        assert "<strong>You pay</strong><span" in page  # the step of now
        assert "Waits for payment" in page

    def test_shows_no_code_of_what_is_not_paid(self, client, purchase, bank):
        page = shown(client, purchase, "")
        assert [code for code in self.codes(purchase) if code in page] == []
        assert "for the stall's camera" not in page
        pay_and_hear(bank, purchase)
        page = shown(client, purchase, "")
        assert [code for code in self.codes(purchase) if code not in page] == []
        assert "R$111.00 paid with Pix" in page
        assert "<strong>You paid</strong>" in page

    def test_says_that_it_was_let_go_and_how_to_order_again(self, client, purchase):
        let_go(purchase)
        page = shown(client, purchase, "")
        assert "Not paid in time" in page
        assert OVER in page
        assert f'action="{path(purchase, "/cesta")}"' in page
        assert "you pay nothing" in page

    def test_says_that_money_comes_back(self, client, purchase, bank):
        pay_and_hear(bank, purchase)
        assert "this part ends and your money comes back" in shown(client, purchase, "")
        for order in purchase.orders:
            moves.refuse_order(order.id, reason="Acabou", by=HOUSE, now=clock.now())
        assert "What you paid goes back to you." in shown(client, purchase, "")

    def test_tells_all_that_was_paid_when_a_part_was_handed_over(self, client, purchase, bank):
        pay_and_hear(bank, purchase)
        first, now = purchase.orders[0], clock.now()
        moves.accept_order(first.id, by=HOUSE, now=now)
        moves.mark_ready(first.id, by=HOUSE, now=now)
        handovers.hand_over(
            first.id, first.handover_code, paid_with=first.method, by=HOUSE, now=now
        )
        assert "R$111.00 paid with Pix" in shown(client, purchase, "")

    def test_tells_who_gives_up_what_becomes_of_the_money(self, client, purchase, bank):
        rest = "/A/cancelamento"
        assert "The goods go on sale again at once. You pay nothing." in shown(
            client, purchase, rest
        )
        pay_and_hear(bank, purchase)
        assert "What was paid goes back to who paid it." in shown(client, purchase, rest)
        answer = client.post(path(purchase, rest), follow_redirects=True)
        assert "What you paid goes back to you." in answer.text
