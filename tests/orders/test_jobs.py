from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, queue
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders import jobs
from marketplace.orders.models.baskets import Basket
from marketplace.orders.models.orders import State
from marketplace.orders.operations import moves
from tests.factories.accounts import saved_change
from tests.factories.catalogue import make_published
from tests.factories.orders import make_basket, make_delivered, reread
from tests.factories.paying import make_opened, make_purchase

HOUR = timedelta(hours=1)


def test_what_was_not_answered_lapses():
    late, early = (make_delivered(now=clock.now() - n * HOUR) for n in (48, 47))

    jobs.lapse()

    assert (reread(late).state, reread(early).state) == (State.LAPSED, State.PLACED)


def test_what_was_not_collected_ends():
    order = make_delivered(now=clock.now() - HOUR)
    moves.accept_order(order.id, by=HOUSE, now=clock.now())
    saved_change(order, due_at=clock.now())

    jobs.close_no_shows()

    assert reread(order).state is State.NO_SHOW


@pytest.mark.usefixtures("pix_here")
def test_what_was_not_paid_ends():
    order = make_purchase().orders[0]
    saved_change(order, pay_by=clock.now())

    jobs.lapse_unpaid()

    assert reread(order).state is State.NOT_PAID


def test_what_was_paid_in_the_last_minute_is_asked_for_first(bank, pix_here):
    purchase, attempt = make_opened()
    bank.hand("pay", intent=attempt.intent_id)  # no news of it came
    saved_change(purchase.orders[0], pay_by=clock.now())

    jobs.lapse_unpaid()

    assert reread(purchase.orders[0]).state is State.PLACED


def test_old_baskets_go():
    make_basket(make_published(), now=clock.now() - timedelta(days=30))
    kept = make_basket(make_published(), now=clock.now())

    jobs.clear_baskets()

    assert kept
    assert db.session.scalar(sa.select(sa.func.count(Basket.id))) == 1


def test_they_run_by_themselves():
    kinds = {"orders.lapse", "orders.lapse_unpaid", "orders.close_no_shows", "orders.clear_baskets"}

    assert kinds <= queue.periods.keys()
