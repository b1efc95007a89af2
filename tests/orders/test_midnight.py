"""What is paid before midnight and heard of after it is of the day on which it was paid."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.queries.statements import statement
from marketplace.payments.models.online import Attempt
from marketplace.payments.models.payments import Payment
from marketplace.payments.operations import attempts
from marketplace.payments.provider import Intent, Movement
from tests import books
from tests.factories.paying import make_opened

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def pix_is_open(pix_here, bank):
    """Every test pays by Pix."""


@pytest.fixture
def opened():
    """Return an order that waits for its Pix, and the attempt to pay it."""
    purchase, attempt = make_opened()
    (order,) = purchase.orders
    return order, attempt


def hear(attempt, heard_at, created_at=None):
    """Hear that an attempt is paid, with the provider's own line of it if that is told."""
    line = created_at and Movement(
        id="txn_midnight",
        kind="charge",
        amount_cents=attempt.amount_cents,
        fee_cents=10,
        net_cents=attempt.amount_cents - 10,
        currency="brl",
        source_id="ch_midnight",
        created_at=created_at,
        available_on=created_at,
    )
    paid = Intent(
        id=attempt.intent_id,
        status="succeeded",
        amount_cents=attempt.amount_cents,
        received_cents=attempt.amount_cents,
        currency="brl",
        live=False,
        reference=attempt.reference,
        charge_id="ch_midnight",
        movement=line,
    )
    attempts.apply_intent(paid, now=heard_at)
    db.session.expire_all()


def after_midnight(order, attempt):
    """Return when the day is over, where the order is, on which its payment was asked for."""
    day = clock.today(order.time_zone, attempt.asked_at)
    return clock.day_bounds(day, order.time_zone)[1] + 5 * MINUTE


def days(order):
    """Return the days of the facts, and the day of the payment, there."""
    facts = db.session.scalars(sa.select(SaleFact.occurred_on).distinct()).all()
    paid_at = db.session.scalars(sa.select(Payment.settled_at)).one()
    return [*facts, clock.today(order.time_zone, paid_at)]


def test_the_sale_is_of_the_day_that_the_provider_tells(opened):
    order, attempt = opened
    paid_at, heard_at = attempt.asked_at, after_midnight(order, attempt)

    hear(attempt, heard_at, created_at=paid_at)

    day = clock.today(order.time_zone, paid_at)
    assert days(order) == [day, day]
    assert db.session.scalars(sa.select(Attempt.paid_at)).one() == paid_at
    recorded = db.session.scalars(sa.select(SaleFact.recorded_at)).first()
    assert recorded == heard_at
    assert books.faults("payments.", "orders.") == {}


def test_the_statement_tells_it_where_the_books_have_it_with_its_day(opened):
    order, attempt = opened
    heard_at = after_midnight(order, attempt)
    hear(attempt, heard_at, created_at=attempt.asked_at)

    month = clock.today(order.time_zone, heard_at).replace(day=1)
    (row,) = statement(order.enterprise_id, month, order.time_zone).rows
    assert (row.at, row.sold_on) == (heard_at, clock.today(order.time_zone, attempt.asked_at))


def test_it_is_of_the_day_on_which_it_is_heard_where_nothing_tells_another(opened):
    order, attempt = opened
    heard_at = after_midnight(order, attempt)

    hear(attempt, heard_at)

    day = clock.today(order.time_zone, heard_at)
    assert days(order) == [day, day]


@pytest.mark.parametrize("apart", [-timedelta(days=1), timedelta(days=3)])
def test_a_clock_that_is_wrong_moves_it_no_further_than_it_can_be(opened, apart):
    """Not before it was asked for, nor after it was heard."""
    order, attempt = opened
    heard_at = after_midnight(order, attempt)

    hear(attempt, heard_at, created_at=attempt.asked_at + apart)

    there = attempt.asked_at if apart < timedelta() else heard_at
    day = clock.today(order.time_zone, there)
    assert days(order) == [day, day]
