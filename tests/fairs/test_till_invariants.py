"""Each invariant of the tills is broken on purpose, and found."""

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import MovementKind, StockMovement
from marketplace.core import guards, invariants
from marketplace.core.database import db, operation
from marketplace.fairs import till_invariants
from marketplace.fairs.models.fairs import CashMode, Fair
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.models.returns import TillReturn, TillReturnLine
from marketplace.fairs.models.tills import Till, TillHandover, TillSale, TillVoid
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.places import Way
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.tills import (
    line,
    make_reserved,
    make_till,
    send,
    told_handover,
    told_return,
    told_sale,
    told_void,
)


@pytest.fixture
def the_books_are_right():
    """Instead of the one that asks every invariant afterwards."""


def change(model, **values):
    @operation
    def behind_everybodys_back():
        db.session.execute(sa.update(model).values(**values))

    behind_everybodys_back()


def change_guarded(model, **values):
    @operation
    def behind_everybodys_back():
        with guards.lifted(model.__tablename__):
            db.session.execute(sa.update(model).values(**values))

    behind_everybodys_back()


def remove(model, guarded=False):
    @operation
    def behind_everybodys_back():
        if guarded:
            with guards.lifted(model.__tablename__):
                db.session.execute(sa.delete(model))
        else:
            db.session.execute(sa.delete(model))

    behind_everybodys_back()


def sold(quantity=1, *, undone=False, **given):
    goods = make_published(left=2)
    till = make_till(goods.enterprise)
    price = quantity * goods.price_cents
    sale = told_sale(line(goods, quantity), **{"tenders": {"cash": price}} | given)
    send(till, sale, voids=[told_void(sale)] if undone else ())
    return till


def handed_over(**given):
    till = make_till()
    send(till, handovers=[told_handover(make_reserved(till), **given)])


def of_another_day():
    till = sold()
    another = make_announced(make_enterprise(division=till.fair.division))
    change(Till, collection_id=another.days[0].collection_id)


def brought_back(**given):
    goods = make_published(left=2)
    sale = told_sale(line(goods))
    send(
        make_till(goods.enterprise),
        sale,
        returns=[told_return(line(goods), **{"sale": sale} | given)],
    )


BROKEN = {
    "fairs.till_is_bound_to_a_day_of_its_fair": of_another_day,
    "fairs.till_in_use_fits_how_its_fair_takes_money": lambda: (
        make_till(make_enterprise()),
        change(Fair, cash_mode=CashMode.DESK),
    ),
    "fairs.each_till_sale_is_one_purchase": lambda: (
        sold(),
        change(Purchase, checkout_key="another"),
    ),
    "fairs.what_is_sold_on_the_spot_came_from_a_till": lambda: (
        sold(),
        change(TillSale, purchase_id=None),
    ),
    "fairs.till_sale_costs_what_was_told": lambda: (sold(), change(TillSale, total_cents=1)),
    "fairs.till_sale_is_of_the_day_of_its_till": lambda: (
        sold(),
        change(Order, collection_id=None),
    ),
    "fairs.till_facts_are_of_the_day_of_its_till": lambda: (
        sold(),
        change_guarded(SaleFact, fair_id=None),
    ),
    "fairs.stall_till_sells_for_its_stall": lambda: (sold(), change(Order, way=Way.DESK)),
    "fairs.what_was_undone_is_undone_in_its_orders": lambda: (
        sold(undone=True),
        remove(TillVoid, guarded=True),
    ),
    "fairs.what_was_oversold_is_named": lambda: (sold(3), remove(Matter)),
    "fairs.each_unseen_pix_is_looked_at": lambda: (
        sold(tenders={"own_pix": 2500}),
        remove(Matter),
    ),
    "fairs.each_unseen_pix_of_a_reservation_is_looked_at": lambda: (
        handed_over(tenders={"own_pix": 5000}),
        remove(Matter),
    ),
    "fairs.what_a_till_gave_was_handed_over": lambda: (
        handed_over(),
        change(Order, handed_over_at=None),
    ),
    "fairs.till_return_is_its_lines": lambda: (
        brought_back(),
        change(TillReturn, amount_cents=1),
    ),
    "fairs.what_fits_a_sale_came_back_of_it": lambda: (
        brought_back(),
        change(TillReturnLine, fitting=0),
    ),
    "fairs.what_fits_no_sale_is_named": lambda: (brought_back(sale=None), remove(Matter)),
    "fairs.each_handover_is_decided": lambda: (handed_over(), change(TillHandover, came=None)),
}


def test_there_is_a_break_for_every_invariant():
    assert BROKEN.keys() == till_invariants.named.keys()


@pytest.mark.parametrize("rule", BROKEN)
def test_is_found_when_it_is_broken(rule):
    BROKEN[rule]()

    assert rule in invariants.broken()


def test_hold_while_nobody_breaks_them():
    sold(3, tenders={"cash": 2500, "own_pix": 5000})
    sold(undone=True)

    assert {rule: ids for rule, ids in invariants.broken().items() if rule in BROKEN} == {}


def test_named_pieces_that_were_never_found_are_found():
    sold(3)
    change(Matter, pieces=2)

    assert "fairs.what_was_oversold_is_named" in invariants.broken()
    assert db.session.scalar(
        sa.select(sa.func.count(StockMovement.id)).where(StockMovement.kind == MovementKind.COUNTED)
    )


def test_an_order_undone_without_a_void_is_found():
    sold()
    change(Order, state=State.VOIDED)

    assert "fairs.what_was_undone_is_undone_in_its_orders" in invariants.broken()
    assert MatterKind.STOCK not in set(db.session.scalars(sa.select(Matter.kind)))
