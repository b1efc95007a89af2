"""2,000 tries of rivals, over HTTP, at two web processes: all that can be had is had, once.

Each round is fought in a shop of its own, so that its books can be read to the last piece.
"""

import random
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import Order, OrderEvent, Purchase, State
from marketplace.orders.models.places import Window
from marketplace.orders.operations import closing, moves
from tests.campaigns import servers, shops
from tests.campaigns.conftest import together
from tests.campaigns.scale import scaled
from tests.campaigns.servers import Browser
from tests.factories.accounts import saved_change

RIVALS = 16
ROUNDS = {"pieces": 75, "window": 15, "fingers": 15, "stall": 10, "buyer": 10}
SEED = 20_261_124


def test_the_campaign_is_as_large_as_it_says():
    assert sum(ROUNDS.values()) * RIVALS == 2000  # in the whole one


@pytest.fixture
def chance():
    """The same numbers on every run."""
    return random.Random(SEED)  # noqa: S311 - of a test


def rivals(place, web, shop, quantities):
    """Return browsers whose baskets were filled by HTTP, a server each."""
    browsers = [Browser(place) for _ in quantities]
    acts = [
        lambda b=browser, n=n, q=quantity: shops.put_in(b, web[n % len(web)], shop, q)
        for n, (browser, quantity) in enumerate(zip(browsers, quantities, strict=True))
    ]
    assert {answer.status for answer in together(acts)} == {303}
    return browsers


def ordering(web, shop, browsers, quantities, window=0):
    """Return what each presses: the button of the checkout, at one or the other server."""
    acts = []
    for n, (browser, quantity) in enumerate(zip(browsers, quantities, strict=True)):
        form = shops.order_form(shop, token=browser.token(), window=window)
        form["total"] = shop.price_cents * quantity
        acts.append(lambda b=browser, s=web[n % 2], f=form: shops.order(b, s, f))
    return acts


def counts(shop):
    """Return what is left, held and sold in a shop."""
    db.session.remove()
    stock = db.session.get_one(Stock, shop.product_id)
    return stock.left_count, stock.held_count, stock.sold_count


def number_of(model, *where):
    return db.session.scalar(sa.select(sa.func.count(model.id)).where(*where))


class TestScarceStock:
    def test_is_sold_to_the_last_piece_and_no_further(self, books, web, chance):
        """Each takes one piece, so a refusal is right only when nothing is left."""
        for _round in range(scaled(ROUNDS["pieces"])):
            pieces, ones = chance.choice([1, 1, 2, 3, 5, 8, 13]), [1] * RIVALS
            shop = shops.open_shop(pieces)
            browsers = rivals(books, web, shop, ones)
            answers = together(ordering(web, shop, browsers, ones))
            assert Counter(a.status for a in answers) == {303: pieces, 409: RIVALS - pieces}
            assert len({a.location for a in answers if a.status == 303}) == pieces
            assert counts(shop) == (0, pieces, 0)
            assert number_of(Order, Order.enterprise_id == shop.enterprise_id) == pieces

    def test_of_a_window_every_place_is_given_once(self, books, web, chance):
        for _round in range(scaled(ROUNDS["window"])):
            places, ones = chance.randint(1, 6), [1] * RIVALS
            shop = shops.open_shop(100, capacity=places)
            browsers = rivals(books, web, shop, ones)
            answers = Counter(a.status for a in together(ordering(web, shop, browsers, ones)))
            assert answers[303] == places
            assert set(answers) <= {303, 409, 422}  # 422: the page saw already that it is full
            assert counts(shop) == (100 - places, places, 0)
            assert db.session.get_one(Window, shop.window_ids[0]).taken == places


class TestManyFingers:
    def test_on_one_button_are_one_purchase_and_one_answer(self, books, web):
        for _round in range(scaled(ROUNDS["fingers"])):
            shop = shops.open_shop(100)
            [browser] = rivals(books, web, shop, [1])
            form = shops.order_form(shop, token=browser.token())
            acts = [
                lambda s=web[n % 2], b=browser, f=form: shops.order(b, s, f) for n in range(RIVALS)
            ]
            answers = together(acts)
            assert {a.status for a in answers} == {303}
            assert len({a.location for a in answers}) == 1
            assert counts(shop) == (99, 1, 0)
            assert number_of(Order, Order.enterprise_id == shop.enterprise_id) == 1


def accepted_order(books, web, pieces):
    """Return a shop that has just sold all it had to somebody, who has not come yet."""
    shop = shops.open_shop(pieces)
    [browser] = rivals(books, web, shop, [pieces])
    [answer] = together(ordering(web, shop, [browser], [pieces]))
    key = answer.location.removeprefix("/pedidos/")
    found = sa.select(Order).join(Purchase).where(Purchase.link_key == key)
    order = db.session.scalars(found).one()
    moves.accept_order(order.id, by=HOUSE, now=clock.now())
    return shop, order, browser, key


class TestOneOrder:
    def test_is_handed_over_once_or_nobody_came(self, books, web, chance):
        """Half press the button at the stall, half are the clock."""
        for _round in range(scaled(ROUNDS["stall"])):
            shop, order, _buyer, _key = accepted_order(books, web, 3)
            saved_change(order, due_at=clock.now() - timedelta(minutes=1))
            order_id, path = order.id, f"/painel/pedidos/{order.id}/entrega"
            seller = books.log_in(shop.user_id)
            form = {"csrf_token": seller.token(), "code": order.handover_code, "paid_with": "cash"}

            def press(n, seller=seller, path=path, form=form):
                return seller.post(web[n % 2], path, form).status

            acts = [lambda n=n, p=press: p(n) for n in range(RIVALS // 2)]
            acts += [lambda: close(books)] * (RIVALS // 2)
            chance.shuffle(acts)
            answers = Counter(together(acts))
            db.session.remove()
            state = db.session.get_one(Order, order_id).state
            assert state in (State.HANDED_OVER, State.NO_SHOW)
            given = state is State.HANDED_OVER
            assert answers[303] == int(given)
            assert answers["closed"] == int(not given)
            assert set(answers) <= {303, 409, "closed", "too late"}
            assert counts(shop) == ((0, 0, 3) if given else (3, 0, 0))

    def test_is_given_up_once_however_it_is_prepared_meanwhile(self, books, web, chance):
        for _round in range(scaled(ROUNDS["buyer"])):
            shop, order, buyer, key = accepted_order(books, web, 3)
            order_id, seller = order.id, books.log_in(shop.user_id)
            pressed = {
                "cancel": (buyer, f"/pedidos/{key}/A/cancelamento"),
                "ready": (seller, f"/painel/pedidos/{order_id}/pronto"),
            }
            tokens = {name: browser.token() for name, (browser, _path) in pressed.items()}

            def press(n, name, pressed=pressed, tokens=tokens):
                browser, path = pressed[name]
                return browser.post(web[n % 2], path, {"csrf_token": tokens[name]}).status

            acts = [
                lambda n=n, name=name, p=press: p(n, name)
                for n, name in enumerate(["cancel", "ready"] * (RIVALS // 2))
            ]
            chance.shuffle(acts)
            assert set(together(acts)) <= {303, 409}
            db.session.remove()
            assert db.session.get_one(Order, order_id).state is State.CANCELLED
            told = sa.select(OrderEvent.kind).where(OrderEvent.order_id == order_id)
            kinds = Counter(db.session.scalars(told))
            assert kinds["cancelled"] == 1
            assert kinds["ready"] <= 1
            assert counts(shop) == (3, 0, 0)


def close(place):
    """Close what nobody collected, as the queue does; say whether this was who closed it."""
    with place.app.app_context():
        closed = closing.close_no_shows(by=HOUSE, now=clock.now())
        db.session.remove()
    return "closed" if closed else "too late"


class TestWithoutLocks:
    """The control: the same rounds find the fault, once the locks are gone."""

    @pytest.fixture
    def loose(self, databases, tmp_path):
        program = "tests.campaigns.unguarded"
        with (
            databases.empty("loose") as url,
            servers.installed(url, tmp_path, program) as place,
            servers.served(place) as web,
        ):
            yield place, web

    def test_more_is_sold_than_there_was(self, loose):
        place, web = loose
        ones = [1] * RIVALS
        for _round in range(10):
            shop = shops.open_shop(3)
            browsers = rivals(place, web, shop, ones)
            together(ordering(web, shop, browsers, ones))
            if counts(shop)[0] < 0:
                break
        assert number_of(Order, Order.enterprise_id == shop.enterprise_id) > 3
        assert "catalogue.stock_is_not_negative" in invariants.broken()
