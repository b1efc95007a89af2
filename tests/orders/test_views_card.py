"""Paying by card: what the buyer sees here before and after the provider's own page."""

import re

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import State
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import moves
from marketplace.orders.operations.offers import Wanted, change_offer
from marketplace.payments import sending
from marketplace.payments.models.online import AttemptState
from marketplace.payments.models.payments import Method
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.orders import make_collection, make_delivery, soon
from tests.factories.paying import make_cart
from tests.orders.test_paying import every, work
from tests.orders.test_views_checkout import carry, opened, send
from tests.orders.test_views_paying import (
    ARRIVED,
    attempt,
    attempts,
    let_go,
    path,
    shown,
    states,
)
from tests.payments.conftest import bank, card_here, stripe_here

__all__ = ["bank", "card_here", "stripe_here"]
CLOSED = "The card page is closed"
PAGES = "POST /v1/checkout/sessions"


@pytest.fixture(autouse=True)
def cards_are_taken(card_here):
    """In every test Pix and cards are paid through the sandbox."""


@pytest.fixture
def purchase():
    """Two enterprises' goods, to be paid by one card; no provider has heard of it."""
    goods = [make_published(price_cents=price) for price in (8600, 2500)]
    return make_cart(*goods, quantity=1, methods=(Method.CARD,) * 2).place()


def open_page():
    """Have the provider open its page, as the page between basket and payment does."""
    sending.open_attempt(attempt().id, now=clock.now())
    return attempt()


def pages(bank):
    return bank.store.every("checkout.session")


class TestOrdering:
    @pytest.fixture
    def basket(self, client):
        product = make_published(enterprise=make_enterprise(), price_cents=8600)
        fair = make_collection(product.enterprise, **soon())
        carry(client, product)
        return {"plan": f"c{fair.id}", f"window_{fair.id}": str(fair.windows[0].id)}

    def test_leads_to_our_page_with_a_link_and_never_away_itself(self, client, basket):
        answer = send(client, opened(client) | basket, method="card")
        assert answer.location.endswith("/pagamento")
        page = client.get(answer.location).text
        assert re.search(rf'<a [^>]*href="{attempt().page_url}"', page)
        assert "Pay by card" in page

    @pytest.mark.scenario(38)
    def test_holds_while_the_provider_does_not_answer(self, client, basket, bank):
        bank.hand("fault", route=PAGES, kind="500_before", times=9)
        answer = send(client, opened(client) | basket, method="card")
        assert "The card page is on its way" in client.get(answer.location).text
        bank.hand("calm")
        work()
        assert attempt().page_url in client.get(answer.location).text


@pytest.mark.scenario(31)
def test_says_why_a_way_of_paying_is_not_offered(client):
    product = make_published(enterprise=make_enterprise(), price_cents=40)
    make_collection(product.enterprise, **soon())
    carry(client, product)
    page = client.get("/finalizar").text
    assert 'value="card"' not in page
    assert "A card is for R$0.50 or more." in page


def at_a_fair(client, usual, here):
    """Have two ways to get something: at a fair that has its own price, and at home."""
    product = make_published(enterprise=make_enterprise(), price_cents=usual, by_delivery=True)
    now = clock.now()
    fair = make_announced(product.enterprise, days=(soon()["day"],), now=now)
    wanted = Wanted(3, price_cents=here)
    change_offer(fair.id, product.id, wanted, by=HOUSE, now=now)
    carry(client, product)
    day = db.session.get_one(Collection, fair.days[0].collection_id)
    there = {"plan": f"c{day.id}", f"window_{day.id}": str(day.windows[0].id)}
    return there, {"plan": "d", "zone": make_delivery(product.enterprise, price_cents=0)}


class TestPriceOfAFair:
    def test_decides_which_ways_of_paying_are_offered(self, client):
        there, home = at_a_fair(client, usual=40, here=600)
        typed = opened(client)

        assert 'value="card"' in send(client, typed | there, look=1).text
        at_home = send(client, typed | home, look=1, method="card").text
        assert 'value="card"' not in at_home
        assert "A card is for R$0.50 or more." in at_home
        answer = send(client, typed | there, method="card", total=600)
        assert answer.location.endswith("/pagamento")

    def test_offers_no_way_that_would_be_refused(self, client):
        there, home = at_a_fair(client, usual=600, here=40)
        typed = opened(client)

        shown = send(client, typed | there, look=1).text
        assert 'value="card"' not in shown
        assert "A card is for R$0.50 or more." in shown
        assert 'value="card"' in send(client, typed | home, look=1).text


class TestShow:
    def test_shows_sum_parts_time_and_the_way_back(self, client, purchase, bank):
        open_page()
        page = shown(client, purchase)
        assert "Pay R$111.00 by card" in page
        assert "You have 60 more minutes" in page
        assert "comes back to the card" in page
        assert pages(bank)[0]["success_url"] == f"http://localhost{path(purchase)}/volta"
        assert pages(bank)[0]["_items"][0]["description"] == f"Order {purchase.number}"

    def test_says_that_it_is_paid(self, client, purchase, bank):
        bank.hand("pay-card", session=open_page().page_id)
        sending.look(attempt().id, now=clock.now())
        assert "R$111.00 paid by card." in shown(client, purchase)
        assert "R$111.00 paid by card" in shown(client, purchase, "")
        assert states(purchase) == {State.PLACED}
        assert {fact.payment_method for fact in every(SaleFact)} == {"card"}

    @pytest.mark.scenario(22)
    @pytest.mark.scenario(29)
    def test_offers_to_open_it_again_once_the_page_is_closed(self, client, purchase, bank):
        first = open_page().page_url
        bank.client.v1.checkout.sessions.expire(attempt().page_id)
        sending.look(attempt().id, now=clock.now())
        assert CLOSED in shown(client, purchase)
        assert client.post(path(purchase)).location == path(purchase)
        assert attempt().page_url != first
        assert attempt().page_url in shown(client, purchase)

    def test_closes_the_page_when_the_order_is_let_go(self, client, purchase, bank):
        open_page()
        let_go(purchase)
        work()
        assert pages(bank)[0]["status"] == "expired"
        assert attempt().page_url not in shown(client, purchase)


class TestBack:
    @pytest.mark.scenario(5)
    def test_asks_the_provider_and_shows_that_it_is_paid(self, client, purchase, bank):
        bank.hand("pay-card", session=open_page().page_id)
        answer = client.get(path(purchase, "/pagamento/volta"))
        assert answer.location == path(purchase)
        assert ARRIVED in shown(client, purchase)

    @pytest.mark.scenario(7)
    def test_proves_nothing(self, client, purchase, bank):
        open_page()
        client.get(path(purchase, "/pagamento/volta") + "?session_id=cs_of_another&paid=1")
        assert ARRIVED not in shown(client, purchase)
        assert states(purchase) == {State.AWAITING}

    def test_shows_what_is_known_while_the_provider_does_not_answer(self, client, purchase, bank):
        open_page()
        bank.hand("fault", kind="500_before", times=9)
        answer = client.get(path(purchase, "/pagamento/volta"))
        assert answer.location == path(purchase)
        assert attempt().page_url in shown(client, purchase)

    def test_is_not_there_for_who_has_no_link(self, client):
        assert client.get("/pedidos/nobodys-0/pagamento/volta").status_code == 404


class TestAnotherWay:
    @pytest.mark.scenario(16)
    def test_closes_the_first_before_the_second_opens(self, client, purchase, bank):
        open_page()
        assert "I prefer to pay with Pix" in shown(client, purchase)
        client.post(path(purchase), data={"method": "pix"})
        first, second = attempts()
        assert (first.state, second.state) == (AttemptState.CANCELLED, AttemptState.OPEN)
        assert pages(bank)[0]["status"] == "expired"
        assert second.code in shown(client, purchase)
        news = bank.news()
        assert news.index("checkout.session.expired") < news.index("payment_intent.requires_action")
        assert {order.method for order in purchase.orders} == {Method.PIX}

    @pytest.mark.scenario(23)
    def test_finds_that_the_card_was_faster(self, client, purchase, bank):
        bank.hand("pay-card", session=open_page().page_id)
        client.post(path(purchase), data={"method": "pix"})
        assert ARRIVED in shown(client, purchase)
        first, second = attempts()
        assert (first.state, second.state) == (AttemptState.PAID, AttemptState.CANCELLED)
        assert len(bank.store.every("payment_intent")) == 1  # no Pix was ever asked for
        assert {order.method for order in purchase.orders} == {Method.CARD}

    def test_opens_nothing_new_while_the_first_cannot_be_closed(self, client, purchase, bank):
        open_page()
        bank.hand("fault", kind="500_before", times=9)
        client.post(path(purchase), data={"method": "pix"})
        bank.hand("calm")
        assert attempt().state is AttemptState.ASKED
        work()
        assert attempt().state is AttemptState.OPEN
        assert pages(bank)[0]["status"] == "expired"

    @pytest.mark.parametrize("method", ["cash", "boleto", "own_pix"])
    def test_refuses_what_is_not_paid_online_here(self, client, purchase, method):
        open_page()
        answer = client.post(path(purchase), data={"method": method}, follow_redirects=True)
        assert "does not take this way of paying" in answer.text
        assert len(attempts()) == 1

    def test_changes_nothing_when_the_same_is_chosen(self, client, purchase):
        page = open_page().page_url
        client.post(path(purchase), data={"method": "card"})
        assert attempt().page_url == page


def test_goes_back_to_the_card_when_who_sells_refuses(client, purchase, bank):
    bank.hand("pay-card", session=open_page().page_id)
    sending.look(attempt().id, now=clock.now())
    moves.refuse_order(purchase.orders[1].id, reason="Acabou", by=HOUSE, now=clock.now())
    work()
    back = bank.store.every("refund")[0]
    assert (back["amount"], back["status"]) == (2500, "succeeded")
