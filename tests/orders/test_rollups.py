"""The roll-ups are what the facts say, whatever is done and in whatever order."""

import logging
import random
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_migrate import downgrade, upgrade

from marketplace.core import queue
from marketplace.core.database import db, operation
from marketplace.core.errors import DomainError
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.rollups import ROLLUPS, SalesByDay, SalesByEnterprise, SaleValue
from marketplace.orders.operations import closing, facts, handovers, moves, returns, rollups
from marketplace.payments.models.payments import Method
from tests.conftest import make_house
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import make_accepted, make_order

STEPS = 300  # a campaign may take more of them
SEED = 20_261_124


@operation
def spoil(model, **values):
    db.session.execute(sa.update(model).values(**values))


@contextmanager
def written(start):
    """Note the statements that begin so."""
    found = []

    def note(_connection, _cursor, statement, *_more):
        if statement.startswith(start):
            found.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def received(order):
    return handovers.hand_over(
        order.id, order.handover_code, paid_with=Method.CASH, by=HOUSE, now=NOW
    )


def sums():
    return [
        (row.month, row.sales_cents, row.pieces, row.lines)
        for row in db.session.scalars(
            sa.select(SalesByEnterprise).order_by(SalesByEnterprise.month)
        )
    ]


class TestAdd:
    def test_counts_a_sale_in_its_month(self):
        received(make_accepted(quantity=2))

        assert sums() == [(NOW.year * 100 + NOW.month, 5000, 2, 1)]

    def test_takes_a_cancellation_off(self):
        order = make_order(products=[make_published(to_order=True)])
        moves.accept_order(order.id, by=HOUSE, now=NOW)
        moves.refuse_order(order.id, reason="x", by=HOUSE, now=NOW)

        (row,) = db.session.scalars(sa.select(SalesByDay))
        assert (row.orders_cents, row.pieces, row.lines) == (0, 0, 2)

    def test_leaves_nothing_behind_when_the_sale_fails(self):
        @operation
        def failing():
            facts.declare_total(declared(make_enterprise()), key="x", by=HOUSE, now=NOW)
            raise DomainError

        with pytest.raises(DomainError):
            failing()

        assert sums() == []

    def test_takes_each_table_once_for_all_that_an_operation_sells(self):
        first, second = declared(make_enterprise()), declared(make_enterprise())

        @operation
        def telling():
            for number, total in enumerate((first, second)):
                facts.declare_total(total, key=str(number), by=HOUSE, now=NOW)

        with written("INSERT INTO sales_by_day") as statements:
            telling()

        assert len(statements) == 1
        assert sum(lines for *_rest, lines in sums()) == 2
        assert rollups.wrong() == {}

    def test_leaves_out_what_was_undone_with_an_operation_inside(self):
        kept, undone = declared(make_enterprise()), declared(make_enterprise())

        @operation
        def tell_and_fail():
            facts.declare_total(undone, key="undone", by=HOUSE, now=NOW)
            raise DomainError

        @operation
        def telling():
            facts.declare_total(kept, key="kept", by=HOUSE, now=NOW)
            with pytest.raises(DomainError):
                tell_and_fail()

        telling()

        assert [lines for *_rest, lines in sums()] == [1]
        assert rollups.wrong() == {}

    def test_is_not_counted_anew_before_it_is_added(self):
        @operation
        def telling():
            facts.declare_total(declared(make_enterprise()), key="x", by=HOUSE, now=NOW)
            rollups.rebuild_all()

        with pytest.raises(RuntimeError, match="when it ends"):
            telling()


class TestCheck:
    def test_says_what_differs_and_mends_it(self, caplog):
        received(make_accepted())
        spoil(SalesByEnterprise, sales_cents=1)

        with caplog.at_level(logging.ERROR):
            queue.handlers["orders.check_rollups"]()

        assert [record.args for record in caplog.records] == [("sales_by_enterprise",)]
        assert sums()[0][1] > 1

    def test_says_nothing_while_all_is_right(self, caplog):
        received(make_accepted())

        queue.handlers["orders.check_rollups"]()

        assert caplog.records == []


class TestCommand:
    def test_counts_all_of_them_anew_and_tells_what_it_mended(self, app):
        received(make_accepted())
        spoil(SaleValue, last_id=0)

        told = app.test_cli_runner().invoke(args=["rebuild-rollups"]).output.splitlines()

        assert [line.split(":")[0].split()[1] for line in told] == [t.name for t in ROLLUPS]
        assert "mended" in told[-1]
        assert "mended" not in told[0]
        assert rollups.wrong() == {}


def test_an_update_fills_them_from_the_facts_that_are_there(databases, tmp_path):
    with databases.empty("filled") as url:
        house = make_house(url, tmp_path)
        with house.app_context():
            upgrade()
            received(make_accepted())
            downgrade(revision="-1")
            upgrade()
            assert db.session.scalar(sa.select(sa.func.count()).select_from(SalesByDay)) == 1
            assert rollups.wrong() == {}
            db.session.remove()
            db.engine.dispose()


def declared(enterprise, chance=None, **given):
    """Return a total that somebody told, of some day of a year."""
    chance = chance or random.Random(SEED)  # noqa: S311 - the same on every run
    usual = {
        "day": (NOW - timedelta(days=chance.randrange(400))).date(),
        "segment": chance.choice(list(Segment)),
        "channel": chance.choice(list(Channel)),
        "gross_cents": chance.randrange(1, 100_000),
        "quantity": chance.randrange(5),
        "kind": chance.choice(list(FactKind)),
        "fair_id": chance.choice([None, 1, 2]),
        "confidence": chance.choice(list(Confidence)),
    }
    return facts.Declared(enterprise.id, **usual | given)


class Market:
    """Somebody who does what comes to mind with orders and totals."""

    def __init__(self, seed):
        self.chance, self.done = random.Random(seed), 0  # noqa: S311 - the seed is in the test's name
        makers = [make_enterprise() for _ in range(3)]
        self.makers = makers
        self.goods = [
            make_published(enterprise=maker, to_order=to_order)
            for maker in makers
            for to_order in (False, True)
        ]

    def act(self):
        """Do one thing; what the house refuses is left alone."""
        self.done += 1
        try:
            self.chance.choice([self.order, self.move, self.move, self.move, self.declare])()
        except DomainError:
            db.session.rollback()

    def order(self):
        make_order(products=[self.chance.choice(self.goods)], quantity=self.chance.randint(1, 3))

    def declare(self):
        told = declared(self.chance.choice(self.makers), self.chance)
        facts.declare_total(told, key=str(self.done), by=HOUSE, now=NOW)

    def move(self):
        ended = (State.REFUSED, State.LAPSED, State.CANCELLED, State.NO_SHOW, State.WITHDRAWN)
        going = sa.select(Order.id, Order.handover_code).where(Order.state.not_in(ended))
        if found := db.session.execute(going.order_by(Order.id)).all():
            order_id, code = self.chance.choice(found)
            self.chance.choice(self.moves(order_id, code))()

    def moves(self, order_id, code):
        usual = {"by": HOUSE, "now": NOW}
        return [
            lambda: moves.accept_order(order_id, **usual),
            lambda: moves.mark_ready(order_id, **usual),
            lambda: handovers.hand_over(order_id, code, paid_with=Method.CASH, **usual),
            lambda: closing.cancel_by_staff(order_id, reason="x", **usual),
            lambda: returns.accept_return(order_id, reason="x", **usual),
        ]


@pytest.mark.parametrize("seed", [SEED])
def test_random_operations_leave_them_as_a_recount_says(seed):
    market = Market(seed)
    for _ in range(STEPS):
        market.act()

    assert db.session.scalar(sa.select(sa.func.count(SaleFact.id))) > STEPS / 4
    assert rollups.wrong() == {}
