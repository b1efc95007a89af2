"""A buyer says where the money goes that the provider cannot give back, and hears of it."""

from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.core import clock, mail, privacy
from marketplace.core.database import db
from marketplace.core.identifiers import pix_key
from marketplace.core.rights import VISITOR, Person
from marketplace.enterprises.models import Enterprise
from marketplace.notifications.models import Notice
from marketplace.orders.errors import NothingToGiveBack
from marketplace.orders.operations import refund_keys
from marketplace.orders.operations.checkout import Buyer
from marketplace.orders.retention import forget_buyers
from marketplace.payments.operations import by_hand
from tests.factories.accounts import make_user
from tests.factories.by_hand import make_owed_order, newest, reread, send
from tests.factories.catalogue import make_published
from tests.factories.orders import make_order, work
from tests.factories.payouts import finance

LUCIA = Buyer("Lúcia Andrade", "92 99999 0000", "lucia@example.org", "en")
KEY = "lucia@example.org"


@pytest.fixture
def order():
    return make_owed_order(make_published(price_cents=5_000), buyer=LUCIA)


def page(client, order):
    return unescape(client.get(f"/pedidos/{order.purchase.link_key}").text).replace("\xa0", "")


def path(order):
    return f"/pedidos/{order.purchase.link_key}/{order.letter}/devolucao"


def give(client, order, **sent):
    told = {"key": KEY, "holder": "Lúcia Andrade"} | sent
    return client.post(path(order), data=told, follow_redirects=True)


def settled(refund):
    """Have it paid by one of finance and confirmed by another."""
    one, other = (finance(owner_of(refund).division) for _ in range(2))
    send(refund, one)
    by_hand.confirm_sent(refund.id, by=other, now=clock.now())


def owner_of(refund):
    return db.session.get_one(Enterprise, refund.payment.enterprise_id)


class TestPage:
    def test_asks_for_a_key(self, client, order):
        shown = page(client, order)

        assert "R$50.00 goes back to you by Pix" in shown
        assert f'href="{path(order)}"' in shown

    def test_says_that_it_is_on_its_way_and_when_it_was_given(self, client, order):
        assert "Your Pix key" not in page(client, order)
        assert "It is noted" in give(client, order).text
        assert "R$50.00 is on its way back" in page(client, order)

        settled(newest())

        shown = page(client, order)
        assert "R$50.00 given back" in shown
        assert "Proof: E0001" in shown
        assert path(order) not in shown

    def test_takes_the_key_by_the_link(self, client, order):
        assert "R$50.00" in client.get(path(order)).text.replace("\xa0", "")
        give(client, order)

        assert (newest().pix_key, newest().pix_holder) == (KEY, "Lúcia Andrade")

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"key": "12345"}, "This is not a Pix key"),
            ({"key": ""}, "Write the Pix key"),
            ({"holder": ""}, "Write the name"),
        ],
    )
    def test_says_what_is_wrong_with_it(self, client, order, sent, said):
        answer = give(client, order, **sent)

        assert answer.status_code == 422
        assert said in answer.text
        assert newest().pix_key == ""

    def test_is_closed_where_nothing_waits(self, client):
        placed = make_order()

        answer = client.get(path(placed), follow_redirects=True)
        assert "Nothing of this order waits for a Pix key" in answer.text
        told = {"holder": "Lia", "by": VISITOR, "now": clock.now()}
        with pytest.raises(NothingToGiveBack):
            refund_keys.name_key(placed.purchase.link_key, "A", pix_key(KEY), **told)

    def test_needs_the_link(self, client, order):
        assert client.get(f"/pedidos/{'x' * 22}/A/devolucao").status_code == 404


class TestNews:
    def test_asks_tells_of_the_key_and_of_the_money(self, client, letters):
        bia = make_user()
        order = make_owed_order(make_published(price_cents=5_000), by=Person(bia.id))
        give(client, order)
        work()
        settled(newest())
        work()

        query = sa.select(Notice).where(Notice.user_id == bia.id).order_by(Notice.id)
        told = db.session.scalars(query).all()
        kinds = [notice.kind for notice in told if "refund" in notice.kind]
        assert kinds == ["order_refund_key_given", "order_refund_confirmed_by_hand"]
        assert told[-1].facts["proof"] == "E0001"

    def test_goes_by_mail_to_who_has_no_account(self, letters):
        order = make_owed_order(make_published(price_cents=5_000), buyer=LUCIA)
        work()

        assert f"Order {order.code}: to which Pix key does your money go?" in {
            letter.subject for letter in mail.kept()
        }


class TestPrivacy:
    def test_the_key_is_shown_to_who_has_the_link(self, client, order):
        give(client, order)

        data = client.get(f"/pedidos/{order.purchase.link_key}/dados").text
        assert KEY in data

    def test_nobody_is_erased_while_money_waits(self, client, order):
        theirs = privacy.subject("purchase", order.purchase_id)

        assert any(order.code in said for said in privacy.waiting(theirs, clock.now()))

    def test_the_key_goes_with_its_buyer(self, client, order):
        give(client, order)

        forget_buyers([order.purchase_id], clock.now())

        assert (reread(newest()).pix_key, newest().pix_holder) == ("", "")
