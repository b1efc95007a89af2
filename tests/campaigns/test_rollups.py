"""Roll-ups equal a recount whatever is done, in any order: 10,000 operations drawn by lot.

Orders are placed, paid online or in cash, set apart with less, handed over, cancelled, taken back
and refunded; pieces are set apart for fairs; tills sell, undo and hand over, many days late and
twice; a Pix is said not to have come; paper sheets are typed later and undone; totals are declared
and corrected. Days and months pass, jobs of the clock run. What the house refuses is left alone.
"""

import random
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.models.sheets import PaperSheet
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import matters, offers, sheets
from marketplace.fairs.operations.sheets import Typed
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.places import Collection, Way
from marketplace.orders.operations import closing, facts, handovers, moves, returns, rollups
from marketplace.orders.operations.checkout import Choice
from marketplace.orders.operations.offers import Wanted
from marketplace.payments.models.payments import Method
from tests.campaigns.scale import PART
from tests.conftest import opened
from tests.factories.accounts import make_division
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer, person_of
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_delivery, make_order, soon
from tests.factories.paying import make_paid
from tests.factories.tills import line, make_till, other, send, told_handover, told_sale, told_void
from tests.sandbox.conftest import KEY, bank

__all__ = ["bank"]
OPERATIONS, SEED = 300 if PART > 1 else 10_000, 20_261_127
EACH, SEASON = 100, 60  # operations between two recounts; and between two fairs
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OVER = (State.REFUSED, State.LAPSED, State.CANCELLED, State.NO_SHOW, State.WITHDRAWN)
WAYS = ("cash", "cash", "own_pix", "machine")


class Season:
    """The life of a Division's market: what people do there, and the clock."""

    def __init__(self, bank, chance):
        self.bank, self.chance, self.now = bank, chance, clock.now()
        self.done, self.fairs, self.tills, self.sold = Counter(), [], [], []
        self.declared, division = [], make_division()
        made = [make_producer(division=division) for _ in range(4)]
        self.people = {group.id: person_of(user) for user, group in made}
        self.groups = [group for _user, group in made]
        self.goods = [
            make_published(enterprise=group, by_delivery=True, now=self.now, **kind)
            for group in self.groups
            for kind in ({"left": 10**5}, {"left": 3}, {"to_order": True})
        ]
        self.zone_id = make_delivery(self.groups[0])
        self.acts = (*("order", "order", "pay_online", "declare", "correct", "set_apart"),)
        self.acts += (*("move", "move", "move", "move"), "take_back", "give_back", "hand_at_till")
        self.acts += (*("sell", "sell", "sell", "undo", "tell_again"), "look", "type_it", "untype")

    def act(self, number):
        """Do one thing, and let some time pass; a refusal is an answer too."""
        if number % SEASON == 0:
            self.open_fair()
        name = self.chance.choice(self.acts)
        try:
            said = getattr(self, name)()
            self.done[name if said is not None else f"{name}: nothing"] += 1
        except DomainError as refusal:
            db.session.rollback()
            self.done[f"{name}: {refusal.code}"] += 1
        self.now += self.chance.choice([timedelta(minutes=5), HOUR / 3, 2 * HOUR])
        if number % 20 == 0:
            closing.lapse_unanswered(**self.by())
            closing.close_no_shows(**self.by())

    def by(self):
        return {"by": HOUSE, "now": self.now}

    def open_fair(self):
        """Announce a fair in some days, with a till at each stall and one at the common desk."""
        day = soon(self.chance.choice([2, 4, 9]))["day"]
        fair = make_announced(*self.groups, now=self.now, days=(day,))
        self.fairs.append(fair.id)
        stalls = [make_till(group, fair=fair, now=self.now) for group in self.groups]
        desk = make_till(self.groups[0], fair=fair, desk=True, now=self.now)
        self.tills += [till.id for till in (*stalls, desk)]

    def order(self):
        product, ways = self.chance.choice(self.goods), [self.home]
        ways += [self.at_fair] * 2 if self.fairs else []
        choice = self.chance.choice(ways)()
        quantity = self.chance.randint(1, 3)
        return make_order(products=[product], quantity=quantity, choice=choice, now=self.now)

    def home(self):
        return Choice(Way.DELIVERY, zone_id=self.zone_id, address="Rua das Flores, 10")

    def at_fair(self):
        fair = db.session.get_one(Fair, self.fairs[-1])
        return choose_collection(db.session.get_one(Collection, fair.days[0].collection_id))

    def pay_online(self):
        pieces = self.chance.randint(1, 3)
        return make_paid(self.bank, self.chance.choice(self.goods), quantity=pieces)

    def move(self):
        """Take one of the latest orders on, in whichever direction, lawful or not."""
        if order := self.some_order(Order.state.not_in((*OVER, State.HANDED_OVER))):
            return self.chance.choice(self.moves(order))()
        return None

    def moves(self, order):
        usual, words = self.by(), {"reason": "Acabou"}
        cash = {"paid_with": Method.CASH}
        pieces = {line.id: max(line.ordered - 1, 0) for line in order.lines}
        code = order.handover_code
        return [
            lambda: moves.accept_order(order.id, **usual),
            lambda: moves.mark_ready(order.id, **usual),
            lambda: moves.mark_ready(order.id, separated=pieces, **words, **usual),
            lambda: handovers.hand_over(order.id, code, **cash, **usual),
            lambda: handovers.hand_over(
                order.id, code, quantities=pieces, **words, **cash, **usual
            ),
            lambda: moves.refuse_order(order.id, **words, **usual),
            lambda: closing.cancel_by_staff(order.id, **words, **usual),
        ]

    def take_back(self):
        ordered = Order.way.in_((Way.COLLECTION, Way.DELIVERY))
        if order := self.some_order(Order.state == State.HANDED_OVER, ordered):
            return returns.accept_return(order.id, reason="Veio outro", **self.by())
        return None

    def give_back(self):
        if order := self.some_order(Order.state == State.WITHDRAWN):
            return returns.confirm_refund(order.id, **self.by())
        return None

    def some_order(self, *where):
        """Return one of the latest orders like that."""
        latest = sa.select(Order).where(*where).order_by(Order.id.desc()).limit(30)
        found = db.session.scalars(latest).all()
        return self.chance.choice(found) if found else None

    def set_apart(self):
        product, by = self.chance.choice(self.goods), self.by()
        by["by"] = self.people[product.enterprise_id]
        wanted = Wanted(self.chance.randint(0, 9))
        return offers.set_apart(self.fairs[-1], product.enterprise_id, product.id, wanted, **by)

    def sell(self):
        """Have any till tell a sale, of today or of a fair that is long over."""
        till = self.some_till()
        goods = [one for one in self.goods if till.enterprise_id in (None, one.enterprise_id)]
        sold = [
            line(one, self.chance.randint(1, 4), self.chance.choice([1900, 2500, 2500]))
            for one in self.chance.choices(goods, k=self.chance.randint(1, 3))
        ]
        if self.chance.random() < 0.2:
            sold.append(other(goods[0].enterprise, self.chance.randint(1, 50_000)))
        total = sum(one["quantity"] * one["price_cents"] for one in sold)
        sale = told_sale(*sold, tenders={self.chance.choice(WAYS): total})
        self.sold.append((till.id, sale))
        return self.told(till, sale)

    def tell_again(self):
        if not self.sold:
            return None
        till_id, sale = self.chance.choice(self.sold)
        return self.told(db.session.get_one(Till, till_id), sale)

    def undo(self):
        if not self.sold:
            return None
        till_id, sale = self.chance.choice(self.sold[-50:])
        return self.told(db.session.get_one(Till, till_id), voids=[told_void(sale)])

    def hand_at_till(self):
        """Have a till of its seller tell that a reservation was handed over, open or not."""
        till = self.some_till()
        here = Order.collection_id == till.collection_id, Order.way == Way.COLLECTION
        if till.enterprise_id:
            here += (Order.enterprise_id == till.enterprise_id,)
        order = self.some_order(*here)
        return self.told(till, handovers=[told_handover(order)]) if order else None

    def some_till(self):
        return db.session.get_one(Till, self.chance.choice(self.tills[-80:]))

    def told(self, till, *sales, **later):
        """Return what the house answered, unless it refused all of it."""
        answers = send(till, *sales, now=self.now, **later)
        return [one for one in answers if one.result != "refused"] or None

    def look(self):
        """Say of a Pix that a till told whether it came."""
        waiting = sa.select(Matter).where(Matter.settled_at.is_(None))
        waiting = waiting.where(Matter.kind == MatterKind.PIX).order_by(Matter.id).limit(30)
        found = db.session.scalars(waiting).all()
        if not found:
            return None
        matter = self.chance.choice(found)
        by = self.by() | {"by": self.people[matter.enterprise_id]}
        return matters.confirm_pix(matter.id, arrived=self.chance.random() < 0.5, **by)

    def type_it(self):
        """Type a sheet of any fair so far, whenever that was."""
        fair = db.session.get_one(Fair, self.chance.choice(self.fairs))
        cents = [self.chance.choice([0, self.chance.randint(1, 90_000)]) for _ in range(3)]
        typed = Typed(*cents, in_hand=self.chance.random() < 0.5)
        group, key = self.chance.choice(self.groups), f"sheet {self.done.total()}"
        return sheets.type_sheet(fair.id, fair.days[0].id, group.id, typed, key=key, **self.by())

    def untype(self):
        typed = db.session.scalars(sa.select(PaperSheet.id).order_by(PaperSheet.id)).all()
        return sheets.undo_sheet(self.chance.choice(typed), "Erro", **self.by()) if typed else None

    def declare(self):
        """Write down a total of some day of two years."""
        key, chance = f"total {self.done.total()}", self.chance
        told = facts.Declared(
            chance.choice(self.groups).id,
            day=self.now.date() - chance.randrange(700) * DAY,
            segment=chance.choice(list(Segment)),
            channel=chance.choice(list(Channel)),
            gross_cents=chance.randrange(1, 100_000),
            quantity=chance.randrange(5),
            kind=chance.choice(list(FactKind)),
            fair_id=chance.choice([None, *self.fairs]),
            confidence=chance.choice(list(Confidence)),
        )
        facts.declare_total(told, key=key, **self.by())
        self.declared.append(key)
        return told

    def correct(self):
        if not self.declared:
            return None
        key = self.chance.choice(self.declared)
        facts.take_back_declared(key, **self.by())
        return key


@pytest.fixture
def house(databases, blank, tmp_path, bank):
    """Commit for real: in one long transaction the same sums grow slower with each sale."""
    pix = {"STRIPE_KEY": KEY, "STRIPE_API": bank.url, "STRIPE_METHODS": {"pix": (119, 0)}}
    with opened(databases, blank, tmp_path, **pix) as house:
        yield house


@pytest.mark.usefixtures("house")
def test_they_equal_a_recount(bank, monkeypatch, record_property):
    season = Season(bank, random.Random(SEED))  # noqa: S311 - of a test
    monkeypatch.setattr(clock, "now", lambda: season.now)
    for number in range(OPERATIONS):
        season.act(number)
        if (number + 1) % EACH == 0:
            assert rollups.wrong() == {}, (SEED, number, season.done)
            db.session.expire_all()

    assert rollups.wrong() == {}, (SEED, season.done)
    assert set(season.acts) <= set(season.done), sorted(set(season.acts) - set(season.done))
    written = db.session.scalar(sa.select(sa.func.count(SaleFact.id)))
    refused = sum(n for name, n in season.done.items() if ": " in name)
    record_property(
        "told",
        f"roll-ups: seed {SEED}, {OPERATIONS} operations, {refused} of them refused or of nothing,"
        f" {written} facts, equal to a recount after each {EACH}",
    )
