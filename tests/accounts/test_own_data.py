"""Somebody sees what is kept about them, and takes a copy along; nobody else's."""

import json

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock, disclosure, privacy
from marketplace.core.rights import Person
from marketplace.orders.operations.checkout import Buyer
from tests.factories.accounts import PASSWORD_HASH, make_staff, make_user
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_facilitation, make_member, make_producer
from tests.factories.orders import choose_collection, make_collection, make_order, soon


def order_of(buyer, **given):
    product = make_published()
    choice = choose_collection(make_collection(product.enterprise, **soon()))
    return make_order(products=[product], buyer=buyer, choice=choice, now=clock.now(), **given)


def copied(client, path="/conta/meus-dados/copia"):
    answer = client.post(path)
    assert answer.status_code == 200
    return answer, json.loads(answer.data)


class TestPage:
    def test_shows_the_data_with_purpose_and_ground(self, client, log_in):
        user = make_user(name="Iara Tupinambá", email="iara@example.org")
        order_of(Buyer("Iara Tupinambá", "(92) 98888-1234"), by=Person(user.id))
        log_in(user)

        page = client.get("/conta/meus-dados").text
        for told in ("Iara Tupinambá", "iara@example.org", "98888-1234", "LGPD art. 7, V"):
            assert told in page
        assert "Your account, to sign in" in page

    def test_shows_only_what_is_surely_theirs(self, client, log_in):
        """Who knows my number has not proven to be me."""
        user = make_user(name="Iara Tupinambá", mobile="+5592988881234")
        order = order_of(Buyer("Iara Tupinambá", "(92) 98888-1234"))
        other = order_of(Buyer("Outra Pessoa", "(92) 97777-1234"), by=Person(make_user().id))
        log_in(user)

        page = client.get("/conta/meus-dados").text
        assert str(order.purchase.number) not in page
        assert str(other.purchase.number) not in page
        assert order.purchase_id in privacy.subject("person", user.id).of("purchase")

    def test_counts_what_is_only_in_the_copy(self, client, log_in, monkeypatch):
        monkeypatch.setattr(disclosure, "MOST", 1)
        user, enterprise = make_producer("manager")
        make_facilitation(user, enterprise)
        make_facilitation(user, make_producer("manager")[1])
        log_in(user)

        assert "1 more is in the copy." in client.get("/conta/meus-dados").text


class TestCopy:
    def test_holds_every_row_and_no_secret(self, client, log_in):
        user = make_user(name="Iara Tupinambá", password_hash=PASSWORD_HASH)
        make_member(make_producer()[1], name="Iara T.", user=user)
        log_in(user)

        answer, told = copied(client)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["Cache-Control"] == "no-store"
        by_table = {each["table"]: each for each in told["kept"]}
        assert by_table["users"]["rows"][0]["name"] == "Iara Tupinambá"
        assert by_table["members"]["rows"][0]["name"] == "Iara T."
        for secret in ("password_hash", "token_hash", PASSWORD_HASH):
            assert secret not in answer.text

    def test_is_given_five_times_a_day(self, client, log_in):
        log_in(make_staff(Role.HEAD))
        codes = [client.post("/conta/meus-dados/copia").status_code for _try in range(6)]
        assert codes == [200] * 5 + [429]


class TestOfAPurchase:
    def test_is_what_its_link_opens_and_no_more(self, client):
        buyer = Buyer("Iara Tupinambá", "(92) 98888-1234", email="iara@example.org")
        order, same_number = order_of(buyer), order_of(buyer)
        path = f"/pedidos/{order.purchase.link_key}/dados"

        page = client.get(path).text
        assert "iara@example.org" in page
        answer, told = copied(client, f"{path}/copia")
        numbers = {
            row["number"] for each in told["kept"] for row in each["rows"] if "number" in row
        }
        assert numbers == {order.purchase.number} != {same_number.purchase.number}
        for secret in (order.purchase.link_key, order.handover_code):
            assert secret not in answer.text

    @pytest.mark.parametrize("path", ["", "/copia"])
    def test_is_not_there_for_another_link(self, client, path):
        ask = client.post if path else client.get
        assert ask(f"/pedidos/nobody-has-this-link/dados{path}").status_code == 404


def test_every_shown_column_has_a_word_for_readers():
    shown = {name for holding in privacy.register.holdings for name in holding.shows}
    assert shown <= set(disclosure.WORDS)
