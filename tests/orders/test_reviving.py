"""A reservation that nobody collected in time is taken up again, while its day and goods last."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.errors import OutOfStock
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import stock
from marketplace.core import clock, mail
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR, Person
from marketplace.enterprises.models import Standing
from marketplace.notifications.models import Notice
from marketplace.orders.errors import NotRevived
from marketplace.orders.models.orders import State
from marketplace.orders.operations import closing, collections, handovers, reviving
from marketplace.orders.operations.checkout import Buyer
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.queries import payments
from tests import books
from tests.factories.accounts import make_staff, make_user
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.orders import make_accepted, reread, seller_of, work


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("orders.", "payments.", "catalogue.") == {}


LUCIA = Buyer("Lúcia Andrade", "92 99999 0000", "lucia@example.org", "en")


def missed(left=5, **given):
    """Return a reservation of two that was let go when nobody came."""
    order = make_accepted(products=[make_published(left=left)], **given)
    closing.close_no_shows(by=HOUSE, now=order.due_at)
    return reread(order)


def late(order):
    return order.collection.due_at + timedelta(minutes=1)


def stock_of(order):
    row = db.session.get_one(Stock, order.lines[0].product_id, populate_existing=True)
    return row.left_count, row.held_count, row.sold_count


def payment_of(order):
    return payments.live_of("order", order.id)


def revive(order, **given):
    return reviving.revive_order(order.id, **{"by": HOUSE, "now": late(order)} | given)


class TestReviveOrder:
    def test_holds_the_goods_and_asks_for_the_payment_again(self):
        order = missed()
        assert (order.state, stock_of(order), payment_of(order)) == (State.NO_SHOW, (5, 0, 0), None)

        revive(order)

        assert (reread(order).state, stock_of(order)) == (State.ACCEPTED, (3, 2, 0))
        paid = payment_of(order)
        assert (paid.state, paid.amount_cents) == (PaymentState.DUE, order.total_cents)
        assert [event.kind for event in order.events][-2:] == ["revived", "accepted"]

    def test_is_handed_over_and_paid_once(self):
        order = missed()
        revive(order)

        paid = {"paid_with": Method.CASH, "by": HOUSE, "now": late(order)}
        handovers.hand_over(order.id, order.handover_code, **paid)

        assert (reread(order).state, stock_of(order)) == (State.HANDED_OVER, (3, 0, 2))
        assert payment_of(order).state is PaymentState.SETTLED

    def test_lasts_until_the_end_of_its_day_and_ends_then_again(self):
        order = missed()
        revive(order)

        midnight = reread(order).due_at
        assert midnight == clock.instant_of(
            order.collection.day + timedelta(days=1), clock.time(), order.time_zone
        )
        closing.close_no_shows(by=HOUSE, now=midnight - timedelta(seconds=1))
        assert reread(order).state is State.ACCEPTED
        closing.close_no_shows(by=HOUSE, now=midnight)
        assert (reread(order).state, stock_of(order)) == (State.NO_SHOW, (5, 0, 0))
        with pytest.raises(NotRevived):
            revive(order, now=midnight)

    def test_needs_all_of_it_on_sale(self):
        order = missed(left=2)
        product_id = order.lines[0].product_id
        stock.count_stock(product_id, 1, reason="Vendida", by=HOUSE, now=late(order))

        with pytest.raises(OutOfStock):
            revive(order)
        assert (reread(order).state, stock_of(order)) == (State.NO_SHOW, (1, 0, 0))

    def test_is_not_for_what_ended_otherwise(self):
        order = make_accepted()
        with pytest.raises(NotRevived):
            revive(order)
        closing.cancel_by_staff(order.id, reason="Engano", by=HOUSE, now=order.purchase.placed_at)
        with pytest.raises(NotRevived):
            revive(order)

    def test_is_not_where_the_fair_was_called_off_or_the_group_stopped(self):
        called_off, stopped = missed(), missed()
        by = {"reason": "Chuva", "by": HOUSE, "now": late(called_off)}
        collections.cancel_collection(called_off.collection_id, **by)
        stopped.enterprise.standing = Standing.SUSPENDED
        db.session.commit()

        for order in (called_off, stopped):
            with pytest.raises(NotRevived):
                revive(order)

        stopped.enterprise.standing = Standing.APPROVED
        db.session.commit()
        assert revive(stopped).state is State.ACCEPTED

    def test_is_not_for_what_was_missing_of_it(self):
        order = missed()
        order.lines[0].missing = 1
        db.session.commit()
        with pytest.raises(NotRevived):
            revive(order)

        order.lines[0].missing = 0
        db.session.commit()
        assert revive(order).state is State.ACCEPTED

    def test_is_for_its_group_and_its_staff(self):
        order = missed()
        stranger, _group = make_producer()

        with pytest.raises(NotFound):
            revive(order, by=type(HOUSE)(stranger.id, frozenset({"member"})))
        assert revive(order, by=seller_of(order)).state is State.ACCEPTED

    def test_tells_both_sides(self, monkeypatch):
        order = missed()
        monkeypatch.setattr(clock, "now", lambda: late(order))
        seller = seller_of(order)
        work()
        reviving.revive_own(order.purchase.link_key, "A", by=VISITOR, now=late(order))
        work()

        told = db.session.scalars(sa.select(Notice.kind).where(Notice.user_id == seller.id))
        assert "sale_revived" in list(told)

    def test_and_missed_again_tells_both_sides_again_once_for_each(self, letters, monkeypatch):
        buyer = make_user()
        order = missed(buyer=LUCIA, by=Person(buyer.id))
        seller = seller_of(order)
        revive(order)
        midnight = reread(order).due_at
        closing.close_no_shows(by=HOUSE, now=midnight)
        for _run in range(2):
            monkeypatch.setattr(clock, "now", lambda: midnight)
            work()

        told = sa.select(Notice.user_id, Notice.kind)
        kinds = [tuple(row) for row in db.session.execute(told)]
        assert kinds.count((buyer.id, "order_no_show")) == 2
        assert kinds.count((seller.id, "sale_no_show")) == 2
        assert kinds.count((buyer.id, "order_revived")) == 1
        subjects = [letter.subject for letter in mail.kept()]
        assert subjects.count(f"Order {order.code} was not collected") == 2


class TestPages:
    def test_a_buyer_asks_for_it_again(self, client, monkeypatch):
        order = missed()
        monkeypatch.setattr(clock, "now", lambda: late(order))
        page = f"/pedidos/{order.purchase.link_key}"
        assert "keep it again" in client.get(page).text

        client.post(f"{page}/A/retomada")

        assert reread(order).state is State.ACCEPTED
        assert "keep it again" not in client.get(page).text
        client.post(f"{page}/A/retomada")
        assert "cannot be taken up again" in client.get(page).text

    def test_the_group_and_the_division_set_it_apart_again(self, client, log_in, monkeypatch):
        order, other = missed(), missed()
        monkeypatch.setattr(clock, "now", lambda: late(order))
        mara, _group = make_producer(enterprise=order.enterprise)
        for who, path, of in (
            (mara, "/painel/pedidos", order),
            (make_staff("articulation", other.division), "/gestao/pedidos", other),
        ):
            log_in(who)
            assert "Set it apart once more" in client.get(f"{path}/{of.id}").text
            client.post(f"{path}/{of.id}/retomada")
            assert reread(of).state is State.ACCEPTED
            assert "Set it apart once more" not in client.get(f"{path}/{of.id}").text
