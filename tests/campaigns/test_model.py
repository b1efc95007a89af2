"""Months of a market's life by chance, beside a model that fits on a page.

Goods come in, baskets fill, orders are placed, answered, set apart, handed over, cancelled, given
back, or nobody comes: 200 lives of 50 steps. After each step every rule of the books holds, and
stock, states and windows are those of the model, which also says beforehand whether a step is
refused. Each life begins from the same rows and is undone afterwards.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import prices, products, stock
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Way, Window
from marketplace.orders.operations import baskets, buyers, closing, handovers, moves, returns
from marketplace.orders.operations.checkout import Choice
from marketplace.orders.operations.collections import WindowPlan
from marketplace.payments.models.payments import Method
from tests import books
from tests.campaigns.scale import POSTGRESQL_IF_BRIEF, scaled
from tests.campaigns.undoing import count_on, undone
from tests.factories import catalogue
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer
from tests.factories.orders import at, choose_collection, make_collection, make_delivery, place

LIVES, STEPS = 200, 50
LEAST = 60  # lives, in which each thing that may be done to an order is done some eight times
PIECES, ROOM = 6, 3  # of each product, in the window
WITHDRAWAL = timedelta(days=7)
HERE = timedelta(hours=-4)  # Manaus, all year
GOODS = st.integers(0, 2)
OPEN = {"placed", "accepted", "ready", "dispatched"}
FAILED = {"refused", "cancelled", "lapsed"}


class Shops(NamedTuple):
    """Two enterprises with three products, at one fair and delivering to one zone; by ids."""

    goods: list[int]
    sellers: list[int]  # of each product
    fair: Choice
    home: Choice
    closes_at: datetime
    due_at: datetime


@dataclass
class Known:
    """What the model knows of an order."""

    id: int
    purchase: int
    code: str
    key: str
    letter: str
    home: bool
    answer_by: datetime
    lines: dict[int, list[int]]  # by id: product, ordered, charged, handed over
    state: str = "placed"
    tries: int = 0
    handed_at: datetime = NOW
    refunded: bool = False


@dataclass
class Market:
    """The model: counts and states, and what is lawful."""

    shops: Shops
    now: datetime = NOW
    left: Counter[int] = field(default_factory=Counter)
    held: Counter[int] = field(default_factory=Counter)
    sold: Counter[int] = field(default_factory=Counter)
    basket: Counter[int] = field(default_factory=Counter)
    told: dict[int, int] = field(default_factory=dict)  # the price when it was put in
    price: dict[int, int] = field(default_factory=dict)
    shown: set[int] = field(default_factory=set)
    orders: list[Known] = field(default_factory=list)

    def taken(self) -> int:
        return len({o.purchase for o in self.orders if not o.home and o.state not in FAILED})

    def refusal(self, *, home: bool) -> str:
        """Return why the basket cannot be ordered now; nothing if it can."""
        at_fair = self.now < self.shops.closes_at and self.taken() < ROOM
        reasons = {
            "basket_empty": not self.basket,
            "not_for_sale": not set(self.basket) <= self.shown,
            "price_changed": any(self.told[p] != self.price[p] for p in self.basket),
            "way_not_offered": not (home or at_fair),
            "sold_out": any(n > self.left[p] for p, n in self.basket.items()),
        }
        return next((code for code, holds in reasons.items() if holds), "")

    def end(self, order: Known, state: str) -> None:
        for product, ordered, _charged, _given in order.lines.values():
            self.held[product] -= ordered
            self.left[product] += ordered
        order.state = state

    def give(self, order: Known) -> None:
        for line in order.lines.values():
            product, ordered, charged, _given = line
            line[3] = charged
            self.held[product] -= ordered
            self.left[product] += ordered - charged
            self.sold[product] += charged
        order.state, order.handed_at = "handed_over", self.now


class Verb(NamedTuple):
    """What may be done to an order: when it is lawful, how it is done, what comes of it."""

    lawful: Callable[[Market, Known], bool]
    act: Callable[[Market, Known], Any]
    effect: Callable[[Market, Known], Any]


def by(market: Market) -> dict[str, Any]:
    return {"by": HOUSE, "now": market.now}


def in_time(market: Market, order: Known) -> bool:
    """Whether its buyer may still cancel it."""
    before = order.home or market.now < market.shops.closes_at
    return order.state == "placed" or (order.state in {"accepted", "ready"} and before)


def less_one(order: Known) -> dict[int, int] | None:
    """Return one piece less of the first line, if something is left then."""
    (first, _line), *_others = order.lines.items()
    if sum(line[1] for line in order.lines.values()) == 1:
        return None
    return {key: line[1] - (key == first) for key, line in order.lines.items()}


def set_apart(order: Known, pieces: dict[int, int] | None) -> None:
    for key, line in order.lines.items():
        line[2] = pieces[key] if pieces else line[1]
    order.state = "ready"


def withdrawable(market: Market, order: Known) -> bool:
    """Whether it came home, and the seventh day after that is not over where the market is."""
    last = (order.handed_at + HERE + WITHDRAWAL).date()
    return order.state == "handed_over" and order.home and (market.now + HERE).date() <= last


def refund(market: Market, order: Known) -> None:
    order.refunded = True
    for product, _ordered, _charged, given in order.lines.values():
        market.left[product] += given
        market.sold[product] -= given


def given(order: Known) -> dict[int, int]:
    return {key: line[3] for key, line in order.lines.items()}


def to(state: str) -> Callable[[Market, Known], None]:
    return lambda _market, order: setattr(order, "state", state)


WHY = {"reason": "Acabou"}
CASH = {"paid_with": Method.CASH}
VERBS = {
    "accept": Verb(
        lambda m, o: o.state == "placed" and m.now < o.answer_by,
        lambda m, o: moves.accept_order(o.id, **by(m)),
        to("accepted"),
    ),
    "refuse": Verb(
        lambda m, o: o.state in {"placed", "accepted"},
        lambda m, o: moves.refuse_order(o.id, **WHY, **by(m)),
        lambda m, o: m.end(o, "refused"),
    ),
    "ready": Verb(
        lambda m, o: o.state in {"placed", "accepted"},
        lambda m, o: moves.mark_ready(o.id, **by(m)),
        lambda m, o: set_apart(o, None),
    ),
    "ready with less": Verb(
        lambda m, o: o.state in {"placed", "accepted"},
        lambda m, o: moves.mark_ready(o.id, separated=less_one(o), **WHY, **by(m)),
        lambda m, o: set_apart(o, less_one(o)),
    ),
    "dispatch": Verb(
        lambda m, o: o.state in {"accepted", "ready"} and o.home,
        lambda m, o: moves.dispatch_order(o.id, **by(m)),
        to("dispatched"),
    ),
    "hand over": Verb(
        lambda m, o: o.state in OPEN and o.tries < handovers.MOST_TRIES,
        lambda m, o: handovers.hand_over(o.id, o.code, **CASH, **by(m)),
        lambda m, o: m.give(o),
    ),
    "hand over without code": Verb(
        lambda m, o: o.state in OPEN,
        lambda m, o: handovers.hand_over_without_code(o.id, **WHY, **CASH, **by(m)),
        lambda m, o: m.give(o),
    ),
    "cancel": Verb(
        in_time,
        lambda m, o: buyers.cancel_order(o.key, o.letter, by=VISITOR, now=m.now),
        lambda m, o: m.end(o, "cancelled"),
    ),
    "cancel by staff": Verb(
        lambda m, o: o.state in OPEN,
        lambda m, o: closing.cancel_by_staff(o.id, **WHY, **by(m)),
        lambda m, o: m.end(o, "cancelled"),
    ),
    "withdraw": Verb(
        withdrawable,
        lambda m, o: buyers.withdraw_order(o.key, o.letter, by=VISITOR, now=m.now),
        to("withdrawn"),
    ),
    "take back": Verb(
        lambda m, o: o.state == "handed_over",
        lambda m, o: returns.accept_return(o.id, **WHY, **by(m)),
        to("withdrawn"),
    ),
    "refund": Verb(
        lambda m, o: o.state == "withdrawn" and not o.refunded,
        lambda m, o: returns.confirm_refund(o.id, resalable=given(o), **by(m)),
        refund,
    ),
}


class Life(RuleBasedStateMachine):
    """One life of the market: what people do, and the clock."""

    shops: Shops
    steps: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.undone = ExitStack()
        self.undone.enter_context(undone(db.engines[None]))
        self.market = Market(self.shops)
        for product in self.shops.goods:
            self.market.left[product] = PIECES
            self.market.price[product] = 2500
            self.market.shown.add(product)
        self.token: str | None = None
        self.presses = self.carried = 0
        self.last: tuple[int, Any] = (0, None)

    def teardown(self) -> None:
        self.undone.close()
        count_on(db.engines[None])

    def attempt(self, name: str, act: Callable[[], Any], *, lawful: bool | str = True) -> Any:
        """Do something and see that it is refused exactly when the model says so."""
        expected = {True: "done", False: "refused"}.get(lawful, lawful)  # type: ignore[call-overload]
        try:
            result, ended = act(), "done"
        except DomainError as refusal:
            result, ended = None, refusal.code if isinstance(lawful, str) else "refused"
        assert ended == expected, name
        self.steps[f"{name}: {ended}"] += 1
        return result

    @rule(
        verb=st.sampled_from(["receive", "count", "price", "show"]), good=GOODS, n=st.integers(0, 7)
    )
    def keep_shop(self, verb: str, good: int, n: int) -> None:
        acts = {
            "receive": lambda: self.receive(good, n % 4 + 1),
            "count": lambda: self.count(good, n),
            "price": lambda: self.price(good, 1900 if n % 2 else 2500),
            "show": lambda: self.show(good, there=n > 2),
        }
        acts[verb]()

    def receive(self, good: int, pieces: int) -> None:
        product = self.shops.goods[good]
        self.attempt("receive", lambda: stock.receive(product, pieces, **by(self.market)))
        self.market.left[product] += pieces

    def count(self, good: int, pieces: int) -> None:
        product = self.shops.goods[good]
        self.attempt("count", lambda: stock.count_stock(product, pieces, **by(self.market)))
        self.market.left[product] = pieces

    def price(self, good: int, cents: int) -> None:
        product = self.shops.goods[good]
        self.attempt("price", lambda: prices.set_price(product, cents, **by(self.market)))
        self.market.price[product] = cents

    def show(self, good: int, *, there: bool) -> None:
        product = self.shops.goods[good]
        shown = product in self.market.shown
        act = products.publish_product if there else products.withdraw_product
        if there != shown:
            self.attempt("show", lambda: act(product, **by(self.market)))
            (self.market.shown.add if there else self.market.shown.remove)(product)

    @rule(
        verb=st.sampled_from(["put in", "take out", "read", "order"]),
        good=GOODS,
        n=st.integers(1, 3),
    )
    def fill_basket(self, verb: str, good: int, n: int) -> None:
        acts = {
            "put in": lambda: self.put_in(good, n),
            "take out": lambda: self.take_out(good),
            "read": self.read_prices,
            "order": lambda: self.order(home=n > 1),
        }
        if self.token or verb == "put in":
            acts[verb]()

    def put_in(self, good: int, pieces: int) -> None:
        product, market = self.shops.goods[good], self.market
        lawful = product in market.shown
        told = {"by": VISITOR, "now": market.now}
        put = self.attempt(
            "put in", lambda: baskets.put_in(self.token, product, pieces, **told), lawful=lawful
        )
        if lawful:
            self.token = put.token
            market.told.setdefault(product, market.price[product])
            market.basket[product] += pieces

    def take_out(self, good: int) -> None:
        product, told = self.shops.goods[good], {"by": VISITOR, "now": self.market.now}
        self.attempt("take out", lambda: baskets.take_out(self.token, product, **told))
        self.market.basket.pop(product, None)
        self.market.told.pop(product, None)

    def read_prices(self) -> None:
        told = {"by": VISITOR, "now": self.market.now}
        self.attempt("read prices", lambda: baskets.accept_prices(self.token, **told))
        self.market.told = {product: self.market.price[product] for product in self.market.basket}

    @rule(good=GOODS, pieces=st.integers(1, 3), reads=st.sampled_from([True, True, False]))
    def buy(self, good: int, pieces: int, *, reads: bool) -> None:
        """Walk from the product's page to the button."""
        self.put_in(good, pieces)
        if reads and self.token:
            self.read_prices()
        if self.token:
            self.order(home=pieces != 2)

    def order(self, *, home: bool) -> None:
        market = self.market
        choice = self.shops.home if home else self.shops.fair
        choices = dict.fromkeys(self.shops.sellers, choice)
        self.presses += 1
        key = f"press {self.presses}"

        def press() -> Any:
            return place(self.token, choices, key=key, now=market.now)

        refusal = market.refusal(home=home)
        purchase = self.attempt("order", press, lawful=refusal or True)
        if not refusal:
            self.last = (purchase.id, press)
            self.note(purchase, home=home)

    def note(self, purchase: Any, *, home: bool) -> None:
        market = self.market
        for order in purchase.orders:
            lines = {
                line.id: [line.product_id, line.ordered, line.ordered, 0] for line in order.lines
            }
            known = Known(
                order.id,
                purchase.id,
                order.handover_code,
                purchase.link_key,
                order.letter,
                home,
                order.answer_by,
                lines,
            )
            market.orders.append(known)
        for product, pieces in market.basket.items():
            market.left[product] -= pieces
            market.held[product] += pieces
        market.basket.clear()
        market.told.clear()

    @precondition(lambda self: self.last[0])
    @rule()
    def press_again(self) -> None:
        first, press = self.last
        assert self.attempt("press again", press).id == first

    @precondition(lambda self: self.market.orders)
    @rule(verb=st.sampled_from(sorted(VERBS)), number=st.integers(0, 50))
    def treat(self, verb: str, number: int) -> None:
        """Do something to one of the latest orders, whether it is lawful or not."""
        latest = self.market.orders[-6:]
        self.do_to(latest[number % len(latest)], verb)

    @precondition(lambda self: self.market.orders)
    @rule(number=st.integers(0, 50), choice=st.integers(0, 11))
    def carry_on(self, number: int, choice: int) -> None:
        """Take an order one lawful step on: by chance alone few would come to their last one.

        Which of them turns with each step: a chooser that likes small numbers tries every one.
        """
        self.carried += 1
        order = self.market.orders[number % len(self.market.orders)]
        lawful = [verb for verb in sorted(VERBS) if VERBS[verb].lawful(self.market, order)]
        if lawful:
            self.do_to(order, lawful[(choice + self.carried) % len(lawful)])

    carry_further = carry_on  # orders are what most happens to

    def do_to(self, order: Known, verb: str) -> None:
        market, (lawful, act, effect) = self.market, VERBS[verb]
        may = lawful(market, order)
        self.attempt(verb, lambda: act(market, order), lawful=may)
        if may:
            effect(market, order)

    @precondition(lambda self: self.market.orders)
    @rule(number=st.integers(0, 50))
    def guess(self, number: int) -> None:
        """Tell a wrong code: it is counted, and after five only people help."""
        order = self.market.orders[number % len(self.market.orders)]
        wrong = f"{(int(order.code) + 1) % 10**6:06}"
        act = lambda: handovers.hand_over(order.id, wrong, **CASH, **by(self.market))  # noqa: E731
        self.attempt("guess", act, lawful=False)
        order.tries += order.state in OPEN and order.tries < handovers.MOST_TRIES

    @rule(hours=st.sampled_from([1, 6, 26, 130]))
    def wait(self, hours: int) -> None:
        """Let time pass, and let the clock's own jobs see it."""
        market = self.market
        market.now += timedelta(hours=hours)
        lapsed = closing.lapse_unanswered(**by(market))
        missed = closing.close_no_shows(**by(market))
        due = [o for o in market.orders if o.state == "placed" and o.answer_by <= market.now]
        late = market.now >= self.shops.due_at
        left = [
            o for o in market.orders if late and o.state in {"accepted", "ready"} and not o.home
        ]
        assert (set(lapsed), set(missed)) == ({o.id for o in due}, {o.id for o in left})
        for state, orders in (("lapsed", due), ("no_show", left)):
            for order in orders:
                market.end(order, state)
                self.steps[f"wait: {state}"] += 1

    @invariant()
    def the_books_hold(self) -> None:
        assert books.broken(db.engines[None]) == set()

    @invariant()
    def the_books_are_those_of_the_model(self) -> None:
        market = self.market
        rows = sa.select(Stock.product_id, Stock.left_count, Stock.held_count, Stock.sold_count)
        found = {product: tuple(counts) for product, *counts in db.session.execute(rows)}
        goods = self.shops.goods
        assert found == {p: (market.left[p], market.held[p], market.sold[p]) for p in goods}
        states = dict(db.session.execute(sa.select(Order.id, Order.state)).all())
        assert states == {order.id: order.state for order in market.orders}
        assert db.session.scalar(sa.select(sa.func.sum(Window.taken))) == market.taken()
        db.session.rollback()


def open_shops() -> Shops:
    (_ana, first), (_bia, second) = make_producer(), make_producer()
    goods = [
        catalogue.make_published(enterprise=seller, by_delivery=True, left=PIECES)
        for seller in (first, first, second)
    ]
    fair = make_collection(first, second, windows=(WindowPlan(at(8), at(17), ROOM),))
    zone_id = make_delivery(first)
    home = Choice(Way.DELIVERY, zone_id=zone_id, address="Rua das Flores, 10")
    return Shops(
        [product.id for product in goods],
        [first.id, second.id],
        choose_collection(fair),
        home,
        fair.closes_at,
        fair.due_at,
    )


@POSTGRESQL_IF_BRIEF
def test_a_life_of_the_market_never_leaves_the_model(record_property):
    Life.shops, Life.steps = open_shops(), Counter()
    chosen = settings(
        max_examples=max(LEAST, scaled(LIVES)),
        stateful_step_count=STEPS,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=chosen)
    done = {step.partition(":")[0] for step in Life.steps if step.endswith("done")}
    assert set(VERBS) <= done, sorted(set(VERBS) - done)
    record_property("told", f"model: {sum(Life.steps.values())} steps, each followed by the books")
