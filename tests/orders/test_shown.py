"""What a buyer's page reads says of a purchase what the rows of its models would."""

from datetime import timedelta

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.models.places import Way
from marketplace.orders.operations import buyers, closing, handovers, moves
from marketplace.orders.operations.choosing import Choice
from marketplace.orders.queries import orders, shown
from marketplace.payments.models.payments import Method
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import (
    choose_collection,
    make_basket,
    make_collection,
    make_delivered,
    make_order,
    make_point,
    place,
    soon,
    work,
)
from tests.factories.paying import make_opened, make_paid

DAY = timedelta(days=1)


def at_fair(**given):
    maker = make_enterprise(**given)
    choice = choose_collection(make_collection(maker, **soon()))
    return make_order(products=[make_published(enterprise=maker)], choice=choice, now=clock.now())


def any_time():
    maker = make_enterprise(cnpj="12ABC34501DE35")
    choice = choose_collection(make_collection(maker, **soon(), windows=()))
    return make_order(products=[make_published(enterprise=maker)], choice=choice, now=clock.now())


def of_two():
    makers = [make_enterprise(pix_key=f"+559298888777{n}") for n in range(2)]
    choice = choose_collection(make_collection(*makers, **soon()), method=Method.OWN_PIX)
    goods = [make_published(enterprise=makers[n % 2], perishable=n == 0) for n in range(3)]
    token = make_basket(*goods, now=clock.now())
    return place(token, {m.id: choice for m in makers}, now=clock.now()).orders[0]


def at_point():
    product = make_published(at_point=True)
    point, now = make_point(product.enterprise), clock.now()
    day = clock.today(point.time_zone, now) + 3 * DAY
    choice = Choice(Way.POINT, point_id=point.id, collect_on=day)
    return make_order(products=[product], choice=choice, now=now)


def delivered():
    order, now = make_delivered(now=clock.now()), clock.now()
    for move in (moves.accept_order, moves.mark_ready, moves.dispatch_order):
        move(order.id, by=HOUSE, now=now)
    given = {"paid_with": Method.CASH, "by": HOUSE, "now": now}
    handovers.hand_over(order.id, order.handover_code, **given)
    return order


def refused():
    order = at_fair()
    moves.refuse_order(order.id, reason="Acabou a fibra", by=HOUSE, now=clock.now())
    return order


def less():
    order = at_fair()
    separated = {order.lines[0].id: 1}
    moves.mark_ready(order.id, separated=separated, reason="Um", by=HOUSE, now=clock.now())
    return order


def not_collected():
    order = make_order()
    moves.accept_order(order.id, by=HOUSE, now=order.purchase.placed_at)
    closing.close_no_shows(by=HOUSE, now=order.due_at + DAY)
    return order


def withdrawn():
    order = delivered()
    key, given = order.purchase.link_key, {"by": VISITOR, "now": clock.now()}
    buyers.withdraw_order(key, order.letter, reason="Desbotou", **given)
    return order


@pytest.fixture
def waits_for_pix(pix_here):
    return lambda: make_opened()[0].orders[0]


@pytest.fixture
def partly_refunded(bank, pix_here):
    """Of two pieces that were paid by Pix, one was missing."""

    def make():
        (order,) = make_paid(bank, quantity=2)
        moves.mark_ready(
            order.id,
            separated={order.lines[0].id: 1},
            reason="Um",
            by=HOUSE,
            now=clock.now(),
        )
        work()
        return order

    return make


@pytest.mark.parametrize("name", ["waits_for_pix", "partly_refunded"])
def test_shows_of_what_is_paid_online_what_the_models_say(client, monkeypatch, request, name):
    test_shows_what_the_models_say(client, monkeypatch, request.getfixturevalue(name))


@pytest.mark.parametrize(
    "make",
    [at_fair, any_time, of_two, at_point, delivered, refused, less, not_collected, withdrawn],
)
def test_shows_what_the_models_say(client, monkeypatch, make):
    path = f"/pedidos/{make().purchase.link_key}"
    db.session.flush()
    page = client.get(path).text
    monkeypatch.setattr(shown, "purchase_by_key", orders.shown_by_key)
    assert page == client.get(path).text


def test_knows_no_other_key(app):
    with pytest.raises(NotFound):
        shown.purchase_by_key("made up")


def test_says_what_it_did_not_read(app):
    purchase = shown.purchase_by_key(at_fair().purchase.link_key)
    with pytest.raises(AttributeError, match="ShownOrder was not read with zone_id"):
        _ = purchase.orders[0].zone_id
