"""A buyer's orders: shown by their link, found again, changed, cancelled, given back."""

from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import LookupCode, Order, State
from marketplace.orders.operations import handovers, lookup, moves
from marketplace.orders.operations.checkout import Buyer
from marketplace.payments.models.payments import Method
from tests.factories.accounts import make_user
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, person_of
from tests.factories.orders import (
    choose_collection,
    make_basket,
    make_collection,
    make_delivered,
    make_order,
    place,
    reread,
    soon,
)


@pytest.fixture
def order():
    return make_here()


def make_here(**given):
    """Make an order at a fair that is still to come by the real clock."""
    product = given.pop("product", None) or make_published()
    fair = make_collection(product.enterprise, **soon())
    choice = choose_collection(fair, method=given.pop("method", Method.CASH))
    return make_order(products=[product], choice=choice, now=clock.now(), **given)


def path_of(order, rest=""):
    return f"/pedidos/{order.purchase.link_key}{rest}"


def give(order):
    now = clock.now()
    return handovers.hand_over(
        order.id, order.handover_code, paid_with=Method.CASH, by=HOUSE, now=now
    )


class TestShow:
    def test_tells_number_code_place_and_seller(self, client, order):
        order.enterprise.responsible_name = "Raimunda Souza"
        order.enterprise.responsible_cpf = "52998224725"
        page = client.get(path_of(order)).text
        assert f"{order.purchase.number} · LÚCIA" in page
        assert f"{order.handover_code[:3]} {order.handover_code[3:]}" in page
        assert "Largo de São Sebastião" in page
        assert "Raimunda Souza" in page
        assert "CPF 529.982.247-25" in page
        assert "Questions are answered within 5 days." in page

    def test_tells_the_cnpj_and_then_no_cpf(self, client):
        seller = make_enterprise(cnpj="12ABC34501DE35", responsible_cpf="52998224725")
        page = client.get(path_of(make_here(product=make_published(enterprise=seller)))).text
        assert "CNPJ 12.ABC.345/01DE-35" in page
        assert "529.982" not in page

    def test_is_kept_by_no_cache_and_no_search_engine(self, client, order):
        answer = client.get(path_of(order))
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in answer.text

    @pytest.mark.parametrize("key", ["%00", "a%00b", "%7f", "a%0a"])
    def test_is_not_opened_by_what_is_no_text(self, client, key):
        assert client.get(f"/pedidos/{key}").status_code == 404

    def test_is_not_opened_by_a_number(self, client, order):
        assert client.get(f"/pedidos/{order.purchase.number}").status_code == 404

    def test_draws_one_pix_code_for_each_enterprise_that_has_a_key(self, client):
        makers = [make_enterprise(pix_key=f"+559298888777{n}") for n in range(2)]
        goods = [make_published(enterprise=maker) for maker in makers]
        fair = make_collection(*makers, **soon())
        choice = choose_collection(fair, method=Method.OWN_PIX)
        token = make_basket(*goods, now=clock.now())
        purchase = place(token, {m.id: choice for m in makers}, now=clock.now())
        page = client.get(f"/pedidos/{purchase.link_key}").text
        assert page.count("Pay R$25.00 with Pix") == 2
        assert page.count('aria-label="Pix code"') == 2
        assert "only then it is paid" in page

    def test_asks_for_nothing_once_it_is_over(self, client, order):
        moves.refuse_order(order.id, reason="Acabou a fibra", by=HOUSE, now=clock.now())
        page = client.get(path_of(order)).text
        assert "Nothing is due" in page
        assert "Acabou a fibra" in page
        assert order.handover_code[:3] + " " + order.handover_code[3:] not in page

    @pytest.mark.parametrize(
        ("done", "now"),
        [
            ([], "The group answers"),
            ([moves.accept_order], "The group sets it apart"),
            ([moves.mark_ready], "Collect it at the fair"),
        ],
    )
    def test_says_how_far_it_is(self, client, order, done, now):
        for move in done:
            move(order.id, by=HOUSE, now=clock.now())
        page = client.get(path_of(order)).text
        assert f"<strong>{now}</strong><span" in page

    def test_says_when_it_was_received(self, client, order):
        give(order)
        assert "You received it" in client.get(path_of(order)).text

    def test_shows_less_and_why(self, client, order):
        line = order.lines[0]
        moves.mark_ready(
            order.id, separated={line.id: 1}, reason="Um quebrou", by=HOUSE, now=clock.now()
        )
        page = client.get(path_of(order)).text
        assert "ordered: 2" in page
        assert "Um quebrou" in page

    def test_of_a_delivery_says_where_to(self, client):
        order = make_delivered(now=clock.now())
        assert "Rua das Flores, 10" in client.get(path_of(order)).text


class TestIndex:
    def test_shows_a_logged_in_buyer_what_is_theirs(self, client, log_in):
        buyer = make_user()
        mine, others = make_here(by=person_of(buyer)), make_here()
        log_in(buyer)
        page = client.get("/pedidos").text
        assert path_of(mine) in page
        assert path_of(others) not in page

    def test_asks_a_visitor_for_number_mobile_and_code(self, client):
        page = client.get("/pedidos").text
        assert 'name="code"' in page
        assert "You have not ordered" not in page


class TestSearch:
    @pytest.fixture
    def code(self, order):
        return lookup.issue_lookup_code(order.id, by=HOUSE, now=clock.now())

    def search(self, client, order, code, **given):
        typed = {"number": order.purchase.number, "mobile": "92 99999-0000", "code": code}
        return client.post("/pedidos", data=typed | given)

    def test_opens_the_order(self, client, order, code):
        assert self.search(client, order, code).location == path_of(order)

    def test_takes_the_code_in_two_halves(self, client, order, code):
        halves = f"{code[:3]} {code[3:]}"
        assert self.search(client, order, halves).location == path_of(order)

    @pytest.mark.parametrize("wrong", [{"number": 999999}, {"mobile": "92 98888-0000"}])
    def test_answers_alike_whatever_is_wrong(self, client, order, code, wrong):
        answer = self.search(client, order, code, **wrong)
        assert answer.status_code == 422
        assert "We found no order with this number, mobile and code." in answer.text

    def test_does_not_take_another_code(self, client, order, code):
        other = "000000" if code != "000000" else "000001"
        assert self.search(client, order, other).status_code == 422

    def test_says_what_cannot_be_a_code(self, client, order, code):
        assert "The code has 6 digits." in self.search(client, order, "12345").text

    def test_has_an_end(self, client, app, order, monkeypatch):
        monkeypatch.setitem(app.config, "LOOKUPS_AN_HOUR", 1)
        assert self.search(client, order, "123456").status_code == 422
        assert self.search(client, order, "123456").status_code == 429


class TestLetter:
    def ask(self, client, order, mobile="92 99999-0000"):
        typed = {"letter-number": order.purchase.number, "letter-mobile": mobile}
        return client.post("/pedidos/codigo", data=typed)

    def test_sends_a_code_where_there_is_an_address(self, client):
        order = make_here(buyer=Buyer("Lúcia", "92 99999-0000", "lucia@example.com"))
        assert self.ask(client, order).status_code == 303
        assert db.session.query(LookupCode).count() == 1

    def test_answers_the_same_where_there_is_none(self, client, order):
        assert self.ask(client, order).status_code == 303
        assert self.ask(client, order, "92 98888-7777").status_code == 303
        assert db.session.query(LookupCode).count() == 0
        assert "If this order has an e-mail address" in client.get("/pedidos").text

    def test_says_what_is_missing(self, client):
        assert client.post("/pedidos/codigo", data={}).status_code == 422


class TestCancellation:
    def test_is_asked_for_first(self, client, order):
        page = client.get(path_of(order, "/A/cancelamento")).text
        assert f"Give up order {order.code}?" in page
        assert reread(order).state is State.PLACED

    def test_ends_that_part(self, client, order):
        answer = client.post(path_of(order, "/A/cancelamento"), data={"reason": "Viajei"})
        assert answer.location == path_of(order)
        assert reread(order).state is State.CANCELLED
        assert reread(order).events[-1].reason == "Viajei"

    def test_is_refused_once_it_was_received(self, client, order):
        give(order)
        for ask in (client.get, client.post):
            assert ask(path_of(order, "/A/cancelamento")).location == path_of(order)
        assert "It is too late to change this order here." in client.get(path_of(order)).text

    def test_knows_no_other_letter(self, client, order):
        assert client.post(path_of(order, "/B/cancelamento")).status_code == 404


class TestWithdrawal:
    @pytest.fixture
    def delivered(self):
        order = make_delivered(now=clock.now())
        for move in (moves.accept_order, moves.mark_ready, moves.dispatch_order):
            move(order.id, by=HOUSE, now=clock.now())
        return give(order)

    def test_is_offered_for_what_came_home(self, client, delivered):
        assert "Give it back" in client.get(path_of(delivered)).text
        assert "within 7 days" in client.get(path_of(delivered)).text
        assert "The law gives you 7 days" in client.get(path_of(delivered, "/A/desistencia")).text

    def test_gives_it_back(self, client, delivered):
        client.post(path_of(delivered, "/A/desistencia"))
        assert reread(delivered).state is State.WITHDRAWN

    def test_is_not_given_for_what_was_seen_at_a_stall(self, client, order):
        give(order)
        assert client.get(path_of(order, "/A/desistencia")).location == path_of(order)
        assert client.post(path_of(order, "/A/desistencia")).location == path_of(order)
        assert reread(order).state is State.HANDED_OVER

    def test_ends_after_seven_days(self, client, delivered):
        delivered.handed_over_at = clock.now() - timedelta(days=9)
        db.session.commit()
        assert client.get(path_of(delivered, "/A/desistencia")).location == path_of(delivered)


class TestWindow:
    def path(self, order):
        return path_of(order, f"/horario/{order.collection_id}")

    def test_offers_the_hours_with_room(self, client, order):
        page = client.get(self.path(order)).text
        assert "12:00 to 17:00: room for 2 more" in page

    def test_moves_all_parts_there(self, client, order):
        other = order.collection.windows[1]
        client.post(self.path(order), data={"window": other.id})
        assert reread(order).window_id == other.id

    def test_says_that_it_is_full(self, client, order):
        other = order.collection.windows[1]
        for _visit in range(2):
            make_order(
                products=[make_published(enterprise=order.enterprise)],
                choice=choose_collection(order.collection, window_id=other.id),
                now=clock.now(),
            )
        answer = client.post(self.path(order), data={"window": other.id})
        assert answer.status_code == 409
        assert "This time is full." in answer.text

    @pytest.mark.parametrize("typed", [{}, {"window": "a"}, {"window": 10**30}])
    def test_asks_again(self, client, order, typed):
        assert client.post(self.path(order), data=typed).status_code == 422

    def test_is_not_there_for_what_has_ended(self, client, order):
        moves.refuse_order(order.id, reason="Acabou", by=HOUSE, now=clock.now())
        assert client.get(self.path(order)).status_code == 404

    def test_is_closed_with_the_reservations(self, client, order):
        order.collection.closes_at = clock.now()
        db.session.commit()
        assert client.get(self.path(order)).location == path_of(order)
        sent = {"window": order.collection.windows[1].id}
        assert client.post(self.path(order), data=sent).location == path_of(order)


def test_each_part_has_a_page_of_its_own_state(client):
    goods = [make_published(), make_published()]
    fair = make_collection(*(p.enterprise for p in goods), **soon())
    token = make_basket(*goods, now=clock.now())
    choices = {p.enterprise_id: choose_collection(fair) for p in goods}
    purchase = place(token, choices, now=clock.now())
    first = purchase.orders[0]
    moves.accept_order(first.id, by=HOUSE, now=clock.now())
    page = client.get(f"/pedidos/{purchase.link_key}").text
    assert "1 of 2" in page
    assert "Accepted" in page
    assert "Waits for an answer" in page
    assert "stalls 1, 2" in page
    assert db.session.query(Order).count() == 2
