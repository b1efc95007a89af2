"""A buyer without an account erases a purchase by its link and a code that only they have."""

import pytest
import sqlalchemy as sa

from marketplace.core import clock, erasures, mail
from marketplace.core.database import db
from marketplace.core.erasures import MustWait
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.orders.errors import LookupFailed, OfAnAccount
from marketplace.orders.operations import handovers, lookup
from marketplace.orders.operations.checkout import Buyer
from marketplace.orders.operations.erasing import erase_purchase
from marketplace.payments.models.payments import Method
from tests.factories.accounts import make_user
from tests.factories.orders import make_delivered, reread, work

BUYER = Buyer("Iara Tupinambá", "(92) 98888-1234", email="iara@example.org")


def brought(**given):
    """Return an order that was delivered at home."""
    now = clock.now()
    order = make_delivered(buyer=BUYER, now=now, **given)
    return handovers.hand_over(
        order.id, order.handover_code, paid_with=Method.CASH, by=HOUSE, now=now
    )


def erase(order, code):
    return erase_purchase(order.purchase.link_key, code, by=VISITOR, now=clock.now())


def wrong(order):
    return f"{(int(order.handover_code) + 1) % 10**6:06d}"


class TestErasePurchase:
    def test_leaves_goods_and_sums_without_a_buyer(self):
        order = brought()
        total = order.total_cents
        erase(order, order.handover_code)

        left = reread(order)
        assert (left.purchase.buyer_name, left.purchase.buyer_mobile) == ("—", "")
        assert (left.purchase.buyer_email, left.address) == ("", "")
        assert left.total_cents == total

    def test_takes_a_code_sent_by_mail(self):
        order, now = brought(), clock.now()
        code = lookup.issue_lookup_code(order.id, by=HOUSE, now=now)
        erase(order, code)
        assert reread(order).purchase.buyer_name == "—"

    def test_refuses_another_code(self):
        order = brought()
        with pytest.raises(LookupFailed):
            erase(order, wrong(order))
        assert reread(order).purchase.buyer_name == BUYER.name

    def test_waits_until_it_is_finished(self):
        order = make_delivered(buyer=BUYER, now=clock.now())
        with pytest.raises(MustWait) as refused:
            erase(order, order.handover_code)
        assert order.code in str(refused.value.reasons)

    def test_leaves_an_accounts_purchase_to_the_account(self):
        order = brought(by=Person(make_user().id))
        with pytest.raises(OfAnAccount):
            erase(order, order.handover_code)


class TestPages:
    def test_lead_from_the_purchase_to_its_end(self, client):
        order = brought()
        link = f"/pedidos/{order.purchase.link_key}"
        assert f"{link}/dados" in client.get(link).text
        assert f"{link}/apagamento" in client.get(f"{link}/dados").text
        answer = client.post(f"{link}/apagamento", data={"code": order.handover_code})
        assert answer.status_code == 303
        assert "counted without your name" in client.get(answer.location).text
        assert client.get(link).status_code == 200
        assert BUYER.name not in client.get(link).text

    def test_let_nobody_try_every_code(self, client):
        order = brought()
        path = f"/pedidos/{order.purchase.link_key}/apagamento"
        tries = [client.post(path, data={"code": wrong(order)}).status_code for _ in range(6)]
        assert tries == [LookupFailed.status] * 5 + [429]

    def test_send_a_code_by_mail(self, client):
        order = brought()
        client.post(f"/pedidos/{order.purchase.link_key}/apagamento/codigo")
        work()
        assert any(letter.to == BUYER.email for letter in mail.kept())


class TestFinish:
    def test_clears_what_was_written_just_before(self):
        """Somebody was still pressing a button while it was being erased."""
        order = brought()
        erase(order, order.handover_code)
        late = {"address": "Rua das Flores, 10"}
        db.session.execute(sa.update(type(order)).where(type(order).id == order.id).values(late))
        db.session.commit()

        work()
        assert reread(order).address == ""
        (kept,) = db.session.scalars(sa.select(erasures.Erasure))
        assert kept.finished_at
