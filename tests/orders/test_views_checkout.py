"""The page between basket and order: nothing typed is lost, nothing is agreed unseen."""

import re

import pytest

from marketplace.catalogue.operations import prices, products, stock
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Collection, Way
from marketplace.orders.operations import windows
from marketplace.orders.operations.offers import Wanted, change_offer
from marketplace.payments.models.payments import Method
from tests.factories.accounts import make_user
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.orders import make_basket, make_collection, make_delivery, make_point, soon

WHO = {"name": "Lúcia Andrade", "mobile": "(92) 99999-0000", "method": "cash"}


@pytest.fixture
def product():
    enterprise = make_enterprise(name="Mãos do Cuieiras")
    return make_published(enterprise=enterprise, price_cents=8600, left=5, by_delivery=True)


@pytest.fixture
def fair(product):
    return make_collection(product.enterprise, **soon())


def carry(client, *wanted, quantity=1):
    client.set_cookie("cesta", make_basket(*wanted, quantity=quantity, now=clock.now()))


def shown(page, name):
    """Return the value of a hidden box."""
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def opened(client):
    """Open the page; return what its form would send of itself."""
    page = client.get("/finalizar").text
    return {name: shown(page, name) for name in ("key", "total")}


def send(client, typed, **given):
    return client.post("/finalizar", data=WHO | typed | given)


def at_fair(fair):
    return {"plan": f"c{fair.id}", f"window_{fair.id}": str(fair.windows[0].id)}


def order():
    return db.session.query(Order).one()


class TestNew:
    def test_offers_all_at_the_fair_first(self, client, product, fair):
        other = make_published()
        both = make_collection(product.enterprise, other.enterprise, **soon(7))
        carry(client, product, other)
        page = client.get("/finalizar").text
        assert "Collect all of it at the fair" in page
        assert "All 2 stalls will be there." in page
        assert re.search(rf'checked[^>]*value="c{both.id}"', page)
        assert "Choose for each enterprise" in page

    def test_sends_back_an_empty_basket(self, client):
        assert client.get("/finalizar").location == "/cesta"

    def test_sends_back_what_is_sold_out_or_has_a_new_price(self, client, product):
        carry(client, product)
        prices.set_price(product.id, 9000, [], by=HOUSE, now=clock.now())
        assert client.get("/finalizar").location == "/cesta"

    def test_says_where_nobody_can_hand_over(self, client):
        carry(client, make_published(by_delivery=False, at_point=False))
        page = client.get("/finalizar").text
        assert "Nobody can hand this over at the moment." in page

    def test_knows_who_is_logged_in(self, client, log_in, product, fair):
        log_in(make_user(name="Bia Souza"))
        carry(client, product)
        assert 'value="Bia Souza"' in client.get("/finalizar").text

    def test_tells_the_rules_before_the_order(self, client, product, fair):
        carry(client, product)
        page = client.get("/finalizar").text
        assert "1 enterprise sells to you" in page
        assert "within 48 hours" in page
        assert "it goes on sale again" in page

    def test_tells_that_fresh_goods_are_not_given_back(self, client, fair, product):
        fresh = make_published(enterprise=product.enterprise, name="Açaí", perishable=True)
        carry(client, fresh)
        assert "Fresh: Açaí." in client.get("/finalizar").text

    def test_is_kept_by_nobody(self, client, product, fair):
        carry(client, product)
        assert client.get("/finalizar").headers["Cache-Control"] == "no-store"


class TestLook:
    def test_shows_what_home_delivery_asks_and_keeps_what_was_typed(self, client, product, fair):
        zone_id = make_delivery(product.enterprise)
        carry(client, product)
        typed = opened(client) | {"plan": "d", "zone": zone_id, "look": 1}
        answer = send(client, typed, name="Lú")
        assert answer.status_code == 200
        assert "Where to bring it" in answer.text
        assert 'value="Lú"' in answer.text
        assert shown(answer.text, "total") == str(8600 + 1400)
        assert db.session.query(Purchase).count() == 0

    def test_tells_the_price_of_the_fair_that_is_chosen(self, client, product):
        seller, now = product.enterprise, clock.now()
        fair = make_announced(seller, days=(soon()["day"],), now=now)
        zone_id = make_delivery(seller)
        wanted = Wanted(3, price_cents=70_00)
        change_offer(fair.id, product.id, wanted, by=HOUSE, now=now)
        day = db.session.get_one(Collection, fair.days[0].collection_id)
        carry(client, product, quantity=2)

        page = client.get("/finalizar").text
        assert shown(page, "total") == str(2 * 70_00)
        assert "R$70.00 each at this fair, elsewhere R$86.00" in page
        home = opened(client) | {"plan": "d", "zone": zone_id, "look": 1}
        assert shown(send(client, home).text, "total") == str(2 * 86_00 + 14_00)
        typed = opened(client) | at_fair(day)
        assert "The total is now" in send(client, typed, total=2 * 86_00).text
        send(client, typed)

        assert order().total_cents == 2 * 70_00

    def test_asks_apart_for_what_cannot_be_brought(self, client, product, fair):
        make_delivery(product.enterprise)
        only_there = make_published(by_delivery=False, at_point=False, name="Açaí batido")
        make_collection(only_there.enterprise, **soon())
        carry(client, product, only_there)
        answer = send(client, opened(client) | {"plan": "d", "look": 1})
        assert "Açaí batido: choose another way below." in answer.text
        assert f'name="way_{only_there.enterprise_id}"' in answer.text
        assert f'name="way_{product.enterprise_id}"' not in answer.text

    def test_offers_every_route_of_each_enterprise(self, client, product, fair):
        point = make_point(product.enterprise)
        make_delivery(product.enterprise)
        other = make_published()
        make_collection(other.enterprise, **soon())
        carry(client, product, other)
        answer = send(client, opened(client) | {"plan": "e", "look": 1})
        assert f'<option selected value="c{fair.id}">' in answer.text
        assert f'value="p{point.id}.' in answer.text
        assert '<option value="d">' in answer.text


class TestCreate:
    def test_orders_at_the_fair(self, client, product, fair):
        carry(client, product, quantity=2)
        answer = send(client, opened(client) | at_fair(fair))
        purchase = db.session.query(Purchase).one()
        assert answer.status_code == 303
        assert answer.location == f"/pedidos/{purchase.link_key}"
        assert purchase.buyer_mobile == "+5592999990000"
        assert (order().way, order().total_cents) == (Way.COLLECTION, 17200)
        assert order().window_id == fair.windows[0].id

    def test_orders_at_a_point(self, client, product):
        point = make_point(product.enterprise)
        carry(client, product)
        page = client.get("/finalizar").text
        day = re.search(r'<option selected value="(\d{4}-\d\d-\d\d)"', page)[1]
        typed = {"plan": f"p{point.id}", "day": day}
        send(client, {n: shown(page, n) for n in ("key", "total")} | typed)
        assert order().point_id == point.id
        assert order().collect_on.isoformat() == day

    def test_orders_home_once_the_total_with_delivery_was_seen(self, client, product):
        zone_id = make_delivery(product.enterprise)
        carry(client, product)
        typed = opened(client) | {"plan": "d", "zone": zone_id, "address": "Rua das Flores, 10"}
        first = send(client, typed)
        assert "The total is now R$100.00." in first.text
        assert db.session.query(Purchase).count() == 0
        send(client, typed | {"total": shown(first.text, "total")})
        assert (order().way, order().total_cents) == (Way.DELIVERY, 10000)
        assert order().address == "Rua das Flores, 10"

    def test_orders_each_part_in_its_own_way(self, client, product, fair):
        zone_id = make_delivery(product.enterprise)
        other = make_published()
        theirs = make_collection(other.enterprise, **soon())
        carry(client, product, other)
        ways = {
            f"way_{product.enterprise_id}": "d",
            f"way_{other.enterprise_id}": f"c{theirs.id}",
            f"window_{theirs.id}": theirs.windows[1].id,
        }
        typed = {"plan": "e", "zone": zone_id, "address": "Rua das Flores, 10"} | ways
        send(client, opened(client) | typed, total=8600 + 2500 + 1400)
        assert {o.way for o in db.session.query(Order)} == {Way.DELIVERY, Way.COLLECTION}

    def test_pays_in_cash_who_has_no_pix_key(self, client, product, fair):
        product.enterprise.pix_key = "+5592988887777"
        other = make_published()
        both = make_collection(product.enterprise, other.enterprise, **soon(7))
        carry(client, product, other)
        send(client, opened(client) | at_fair(both), method="own_pix")
        paid = {o.enterprise_id: o.method for o in db.session.query(Order)}
        assert paid[product.enterprise_id] is Method.OWN_PIX
        assert paid[other.enterprise_id] is Method.CASH

    def test_a_second_press_is_the_same_purchase(self, client, product, fair):
        carry(client, product)
        typed = opened(client) | at_fair(fair)
        first, second = send(client, typed), send(client, typed)
        assert first.location == second.location
        assert db.session.query(Purchase).count() == 1

    def test_an_old_form_orders_nothing_new(self, client, product, fair):
        carry(client, product)
        typed = opened(client) | at_fair(fair)
        send(client, typed)
        assert send(client, typed, key="another").location == "/cesta"

    def test_keeps_who_ordered(self, client, log_in, product, fair):
        buyer = make_user()
        carry(client, product)
        log_in(buyer)
        send(client, opened(client) | at_fair(fair))
        assert db.session.query(Purchase).one().user_id == buyer.id


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("left_out", "said"),
        [
            ("name", "Write your name."),
            ("mobile", "Write the mobile number with area code."),
            ("plan", "Choose how you want to receive it."),
        ],
    )
    def test_is_said_beside_its_field(self, client, product, fair, left_out, said):
        carry(client, product)
        answer = send(client, opened(client) | at_fair(fair), **{left_out: ""})
        assert answer.status_code == 422
        assert said in answer.text

    def test_includes_the_hour(self, client, product, fair):
        carry(client, product)
        answer = send(client, opened(client) | at_fair(fair) | {f"window_{fair.id}": ""})
        assert answer.status_code == 422
        assert "Choose at what time you will come." in answer.text
        assert 'value="Lúcia Andrade"' in answer.text

    def test_includes_zone_and_address(self, client, product):
        make_delivery(product.enterprise)
        carry(client, product)
        answer = send(client, opened(client) | {"plan": "d"})
        assert "Choose the zone where you live." in answer.text
        assert "Write the address where it shall be brought." in answer.text

    def test_a_route_that_is_none_is_asked_again(self, client, product, fair):
        other = make_published()
        make_collection(other.enterprise, **soon())
        carry(client, product, other)
        typed = {"plan": "e", f"way_{product.enterprise_id}": "c99999"}
        answer = send(client, opened(client) | typed)
        assert "Choose how you receive this part." in answer.text


class TestRefusals:
    def test_a_new_price_is_told_and_the_next_press_orders(self, client, product, fair):
        carry(client, product)
        typed = opened(client) | at_fair(fair)
        prices.set_price(product.id, 9000, [], by=HOUSE, now=clock.now())
        told = send(client, typed)
        assert told.status_code == 409
        assert "It was R$86.00, now it is R$90.00." in told.text
        send(client, typed | {"total": shown(told.text, "total")})
        assert order().total_cents == 9000

    def test_what_sold_out_is_said_beside_its_line(self, client, product, fair):
        carry(client, product, quantity=3)
        typed = opened(client) | at_fair(fair)
        stock.count_stock(product.id, 1, reason="", by=HOUSE, now=clock.now())
        answer = send(client, typed)
        assert answer.status_code == 409
        assert "There is only 1. Change the quantity to go on." in answer.text

    def test_a_full_hour_is_said_beside_it(self, client, product, fair):
        carry(client, product)
        typed = opened(client) | at_fair(fair)
        for _visit in range(2):
            windows.take(fair.windows[0].id, fair.id)
        answer = send(client, typed)
        fair.windows[0].taken = 0
        db.session.commit()
        assert answer.status_code == 422
        assert "This time is full. Please choose another." in answer.text

    def test_what_left_the_shop_sends_back_to_the_basket(self, client, product, fair):
        carry(client, product)
        typed = opened(client) | at_fair(fair)
        products.withdraw_product(product.id, by=HOUSE, now=clock.now())
        assert send(client, typed).location == "/cesta"

    def test_too_many_tries_of_one_basket(self, client, app, product, fair, monkeypatch):
        monkeypatch.setitem(app.config, "CHECKOUTS_AN_HOUR", 1)
        carry(client, product, quantity=3)
        typed = opened(client) | at_fair(fair)
        stock.count_stock(product.id, 1, reason="", by=HOUSE, now=clock.now())
        assert send(client, typed).status_code == 409
        answer = send(client, typed)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0

    def test_a_form_of_another_basket_is_refused(self, client, product, fair):
        carry(client, product)
        typed = opened(client) | at_fair(fair)
        client.csrf_token = lambda: "somebody else's"
        assert send(client, typed).status_code == 403
