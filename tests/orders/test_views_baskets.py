"""The basket's pages: what is put in, counted, taken out, and told."""

import re

import pytest
from sqlalchemy import event

from marketplace.catalogue.operations import prices, stock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.baskets import Basket, BasketLine
from marketplace.orders.queries import baskets
from tests.factories.catalogue import make_product, make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import make_order


def put_in(client, product, quantity=1):
    return client.post("/cesta/itens", data={"product_id": product.id, "quantity": quantity})


def lines():
    return {line.product_id: line.quantity for line in db.session.query(BasketLine)}


@pytest.fixture
def product():
    return make_published(price_cents=8600, left=5, name="Cesto de arumã")


class TestPutIn:
    def test_makes_a_basket_and_its_cookie(self, client, product):
        answer = put_in(client, product, 2)
        cookie = answer.headers["Set-Cookie"]
        assert answer.status_code == 303
        assert answer.location == f"/cesta?posto={product.id}#p{product.id}"
        assert lines() == {product.id: 2}
        assert cookie.startswith("cesta=")
        assert "Max-Age=2592000" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie

    def test_says_what_is_in_the_basket_now(self, client, product):
        page = client.get(put_in(client, product).location).text
        assert "Cesto de arumã is in your basket." in page
        assert "R$86.00" in page

    @pytest.mark.parametrize("said", ["", "?posto=2", "?posto=x", "?posto=9999999999"])
    def test_says_it_of_nothing_that_is_not_there(self, client, product, said):
        put_in(client, product)
        assert "is in your basket." not in client.get(f"/cesta{said}").text

    def test_needs_no_cookie_to_say_so(self, client, product):
        put_in(client, product)
        assert client.get_cookie("session") is None

    def test_puts_more_into_the_same_basket(self, client, product):
        put_in(client, product)
        put_in(client, make_published())
        assert db.session.query(Basket).count() == 1
        assert len(lines()) == 2

    def test_needs_no_token_for_the_page_is_the_same_for_all(self, client, product):
        put_in(client, product)
        client.csrf_token = lambda: "somebody else's"
        assert put_in(client, product).status_code == 303
        assert lines() == {product.id: 2}

    def test_refuses_a_form_of_another_site(self, client, product):
        sent = {"product_id": product.id, "quantity": 1}
        foreign = {"Origin": "https://elsewhere.example"}
        assert client.post("/cesta/itens", data=sent, headers=foreign).status_code == 403

    @pytest.mark.parametrize("quantity", ["0", "-1", "a", "", "1000", "1.5"])
    def test_refuses_what_is_no_quantity(self, client, product, quantity):
        assert put_in(client, product, quantity).status_code == 303
        assert lines() == {}
        assert "Choose a quantity from 1 to 999." in client.get("/cesta").text

    def test_refuses_what_is_not_for_sale(self, client):
        put_in(client, make_product(price_cents=100))
        assert "is no longer for sale" in client.get("/cesta").text

    def test_knows_no_product_that_is_not_there(self, client):
        answer = client.post("/cesta/itens", data={"product_id": 10**6, "quantity": 1})
        assert answer.status_code == 404

    def test_keeps_the_language(self, client, product):
        sent = {"product_id": product.id, "quantity": 1}
        assert client.post("/es/cesta/itens", data=sent).location.startswith("/es/cesta?")

    def test_goes_on_to_reserve_at_once_where_that_button_was_pressed(self, client, product):
        sent = {"product_id": product.id, "quantity": 1, "go": "1"}
        assert client.post("/cesta/itens", data=sent).location == "/finalizar"


class TestShow:
    def test_is_empty_and_sets_no_cookie(self, client):
        answer = client.get("/cesta")
        assert "Your basket is empty" in answer.text
        assert "Set-Cookie" not in answer.headers

    def test_groups_by_enterprise(self, client):
        for name in ("Mãos do Cuieiras", "Flor da Castanheira"):
            put_in(client, make_published(enterprise=make_enterprise(name=name)))
        page = client.get("/cesta").text
        assert page.index("Mãos do Cuieiras") < page.index("Flor da Castanheira")
        assert "2 products, 2 enterprises" in page

    def test_tells_a_new_price(self, client, product):
        put_in(client, product)
        prices.set_price(product.id, 9000, [], by=HOUSE, now=NOW)
        page = client.get("/cesta").text
        assert "It was R$86.00, now it is R$90.00." in page
        assert 'name="told"' in page

    def test_tells_what_sold_out_and_stops_there(self, client, product):
        put_in(client, product, 3)
        stock.count_stock(product.id, 2, reason="", by=HOUSE, now=NOW)
        page = client.get("/cesta").text
        assert "There are only 2. Change the quantity to go on." in page
        assert 'name="go" value="1" disabled' in page

    def test_says_what_goes_only_to_a_fair(self, client):
        put_in(client, make_published(at_fair=True, at_point=False, by_delivery=False))
        assert "At the fair only" in client.get("/cesta").text

    def test_counts_in_the_header(self, client, product):
        put_in(client, product, 4)
        assert '<span class="count">4' in client.get("/cesta").text

    def test_is_nobody_elses(self, client, app, product):
        put_in(client, product)
        assert "Your basket is empty" in app.test_client().get("/cesta").text


class TestUpdate:
    def test_takes_one_more_or_one_less(self, client, product):
        put_in(client, product, 2)
        client.post("/cesta", data={"more": product.id, f"quantity-{product.id}": 2})
        assert lines() == {product.id: 3}
        client.post("/cesta", data={"less": product.id, f"quantity-{product.id}": 3})
        assert lines() == {product.id: 2}

    def test_does_not_go_beyond_what_there_is(self, client, product):
        put_in(client, product, 5)
        client.post("/cesta", data={"more": product.id, f"quantity-{product.id}": 5})
        assert lines() == {product.id: 5}

    def test_takes_the_last_one_out(self, client, product):
        put_in(client, product)
        answer = client.post("/cesta", data={"less": product.id, f"quantity-{product.id}": 1})
        assert lines() == {}
        assert answer.location == f"/cesta?tirado={product.id}-1"

    def test_takes_out_and_offers_it_back(self, client, product):
        put_in(client, product, 3)
        answer = client.post("/cesta", data={"take_out": product.id})
        page = client.get(answer.location).text
        assert lines() == {}
        assert "Cesto de arumã is no longer in the basket." in page
        assert 'name="quantity" value="3"' in page

    def test_keeps_what_was_typed_in_every_box(self, client, product):
        other = make_published(left=9)
        put_in(client, product)
        put_in(client, other)
        typed = {f"quantity-{product.id}": 4, f"quantity-{other.id}": 7, "go": 1}
        answer = client.post("/cesta", data=typed)
        assert lines() == {product.id: 4, other.id: 7}
        assert answer.location == "/finalizar"

    @pytest.mark.parametrize("typed", ["a", "-1", "1000", ""])
    def test_says_which_box_holds_no_quantity(self, client, product, typed):
        put_in(client, product)
        answer = client.post("/cesta", data={f"quantity-{product.id}": typed})
        assert answer.status_code == 422
        assert "Write a quantity from 1 to 999." in answer.text
        box = re.search(rf'name="quantity-{product.id}"[^>]* value="([^"]*)"', answer.text)
        assert box[1] == typed
        assert lines() == {product.id: 1}

    def test_takes_note_that_new_prices_were_told(self, client, product):
        put_in(client, product)
        prices.set_price(product.id, 9000, [], by=HOUSE, now=NOW)
        client.post("/cesta", data={"go": 1, "told": 1})
        assert db.session.query(BasketLine).one().price_cents == 9000

    def test_does_not_take_for_told_what_was_not(self, client, product):
        put_in(client, product)
        prices.set_price(product.id, 9000, [], by=HOUSE, now=NOW)
        client.post("/cesta", data={"go": 1})
        assert db.session.query(BasketLine).one().price_cents == 8600

    def test_leaves_a_visitor_without_basket_where_they_are(self, client):
        assert client.post("/cesta", data={"more": 1}).location == "/cesta"


class TestTakenOut:
    @pytest.mark.parametrize("asked", ["1", "1-0", "a-b", "1-1000", "99999-1", "-"])
    def test_offers_nothing_back_that_is_not_there(self, client, asked):
        assert "no longer in the basket" not in client.get(f"/cesta?tirado={asked}").text

    def test_tells_no_name_of_what_is_not_on_sale(self, client):
        draft = make_product(name="Segredo")
        assert "Segredo" not in client.get(f"/cesta?tirado={draft.id}-1").text


class TestCount:
    @pytest.fixture
    def asked(self, app):
        """Return what was asked of the database."""
        statements = []

        def note(_connection, _cursor, statement, *_more):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        yield statements
        event.remove(db.engine, "before_cursor_execute", note)

    def test_costs_nothing_without_a_basket(self, app, asked):
        with app.test_request_context("/"):
            assert app.jinja_env.globals["basket_count"]() == 0
        assert asked == []

    def test_is_one_question_with_a_basket(self, app, client, product, asked):
        put_in(client, product, 4)
        asked.clear()
        cookie = f"cesta={client.get_cookie('cesta').value}"
        with app.test_request_context("/", headers={"Cookie": cookie}):
            assert app.jinja_env.globals["basket_count"]() == 4
        assert sum(statement.startswith("SELECT") for statement in asked) == 1

    def test_is_empty_again_after_ordering(self, client, product):
        put_in(client, product)
        make_order()
        token = client.get_cookie("cesta").value
        assert baskets.pieces(token) == 1
