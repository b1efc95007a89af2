"""One fair told from end to end; what the report says is what was counted by hand.

Of 5 December, 8 h to 17 h in Manaus (UTC-4):

- weavers, stall 1: 2 baskets in cash (50,00); 1 in cash and by Pix (10,00 + 15,00); 3 undone;
  a reservation of 1 basket, paid in cash as it is handed over (25,00); a hammock ordered before
  (120,00), handed over; one reservation that nobody collected.
- farmers, stall 2: at the common desk 2 jars (36,00), together with a basket (25,00), by card
  machine; then 4 jars where 2 were counted as left (72,00), by a clock that was nine days fast.
- the third had a stall and told a total of 40,00; the fourth came and told nothing; the fifth did
  not come.
"""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.products import Product
from marketplace.catalogue.models.stock import MovementKind, StockMovement
from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.fairs import schemas
from marketplace.fairs.models.calls import Mark
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.operations import attendance, matters, remarks, sync
from marketplace.orders.models.facts import Channel
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import facts, handovers, moves
from marketplace.payments.models.ledger import EntryKind, LedgerEntry, LedgerLine
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.reports import queries
from marketplace.reports.fair_figures import figures_of
from marketplace.reports.fair_shown import own_of, together
from marketplace.reports.periods import Period
from marketplace.reports.questions import Dimension, Question
from tests.factories.accounts import make_division
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_order
from tests.factories.tills import (
    body,
    line,
    make_reserved,
    make_till,
    send,
    told_handover,
    told_sale,
    told_void,
)

DAY = date(2026, 12, 5)
OURS = ("fairs.", "orders.", "payments.", "catalogue.")
EVENING = datetime(2026, 12, 5, 23, tzinfo=UTC)


def at(hour, minute=0):
    """Return an instant of the fair's day by its own clocks."""
    return datetime(2026, 12, 5, hour + 4, minute, tzinfo=UTC)


class Told(NamedTuple):
    fair: Fair
    weavers: Enterprise
    farmers: Enterprise
    others: list[Enterprise]
    basket: Product
    jar: Product


def tell(till, *sales, voids=(), now, ahead=timedelta()):
    """Have a till tell these now, by a clock that is so much ahead."""
    sent = (now + ahead).isoformat()
    answers = list(sync.take_in(till.id, schemas.batch(body(sales, voids, sent)), now=now))
    assert {answer.result for answer in answers} == {"new"}, answers


def sale(*lines, hour, minute=0, ahead=timedelta(), **given):
    return told_sale(*lines, made_at=(at(hour, minute) + ahead).isoformat(), **given)


def reserve(product, fair, **given):
    collection = db.session.get_one(Collection, fair.days[0].collection_id)
    choice = choose_collection(collection, **given)
    order = make_order(products=[product], quantity=1, choice=choice)
    return moves.accept_order(order.id, by=HOUSE, now=NOW)


def hand_over(order, hour):
    handovers.hand_over(
        order.id, order.handover_code, paid_with=Method.CASH, by=HOUSE, now=at(hour)
    )


@pytest.fixture
def told():
    division = make_division()
    weavers, farmers, *others = (
        make_enterprise(division=division, segment=segment)
        for segment in (Segment.CRAFTS, Segment.FARMING, *[Segment.CRAFTS] * 3)
    )
    fair = make_announced(weavers, farmers, *others)
    basket = make_published(enterprise=weavers, left=20, name="Cesto")
    hammock = make_published(enterprise=weavers, to_order=True, price_cents=120_00, name="Rede")
    jar = make_published(enterprise=farmers, left=4, price_cents=18_00, name="Mel")
    brought, _left = reserve(basket, fair), reserve(basket, fair)
    ordered = reserve(hammock, fair)
    _sell(fair, weavers, basket, jar)
    hand_over(brought, 14)
    hand_over(ordered, 14)
    declared = facts.Declared(
        *(others[0].id, DAY, Segment.CRAFTS, Channel.FAIR_STALL, 40_00),
        fair_id=fair.id,
        fair_name=fair.name,
    )
    facts.declare_total(declared, key="paper-1", by=HOUSE, now=at(18))
    marks = dict.fromkeys([weavers.id, farmers.id, others[0].id, others[1].id], Mark.PRESENT)
    attendance.take_attendance(fair.id, marks | {others[2].id: Mark.ABSENT}, by=HOUSE, now=at(9))
    remarks.note_remark(fair.id, "Faltou sombra perto do coreto", by=HOUSE, now=at(12))
    return Told(fair, weavers, farmers, others, basket, jar)


def _sell(fair, weavers, basket, jar):
    stall = make_till(weavers, fair=fair)
    paid = {"cash": 50_00, "own_pix": 25_00}
    undone = sale(line(basket, 3), hour=10, minute=40, tenders=paid, sequence=3)
    tell(
        stall,
        sale(line(basket, 2), hour=10, minute=5, sequence=1),
        sale(line(basket), hour=10, tenders={"cash": 10_00, "own_pix": 15_00}, sequence=2),
        undone,
        voids=[told_void(undone, sequence=4)],
        now=at(17),
    )
    desk = make_till(weavers, fair=fair, desk=True)
    both = (line(jar, 2), line(basket))
    tell(desk, sale(*both, hour=11, tenders={"machine": 61_00}, sequence=1), now=at(11, 1))
    fast = timedelta(days=9, hours=3)
    tell(
        desk,
        sale(line(jar, 4), hour=15, ahead=fast, sequence=4),
        now=at(16, 30),
        ahead=fast,
    )


def test_a_fair_is_reported_as_it_was_counted_by_hand(told):
    figures = figures_of(told.fair, EVENING)
    _check_totals(figures)
    _check_parts(figures)
    _check_who_and_when(told, figures)
    _check_what_is_open(told, figures)
    _check_that_all_meets(told, figures)
    _check_own_and_together(told)


def _check_totals(figures):
    total = figures.total
    assert total.spot_cents == 50_00 + 25_00 + 61_00 + 72_00 + 40_00
    assert (total.reserved_cents, total.orders_cents) == (25_00, 120_00)
    assert (total.handed_cents, total.told_cents) == (120_00, 40_00)
    assert total.total_cents == 248_00 + 25_00 + 120_00
    assert total.pieces == 2 + 1 + 3 + 4 + 1 + 1
    assert figures.sales == 4  # the desk's first is of two groups, and one sale


def _check_parts(figures):
    assert [(one.value, sums.total_cents) for one, sums in figures.segments] == [
        ("artesanato", 245_00 + 40_00),
        ("agricultura_familiar", 108_00),
    ]
    assert figures.methods == [  # what was mixed is taken apart
        ("cash", 50_00 + 10_00 + 72_00 + 25_00),
        ("machine", 61_00),
        ("", 40_00),
        ("own_pix", 15_00),
    ]


def _check_who_and_when(told, figures):
    rows = [(s.stall, s.sales, s.sums.total_cents, s.has_told) for s in figures.sellers]
    assert rows == [
        ("1", 3, 50_00 + 25_00 + 25_00 + 25_00 + 120_00, True),
        ("2", 2, 36_00 + 72_00, True),
        ("3", 0, 40_00, True),
        ("4", 0, 0, False),
        ("5", 0, 0, False),
    ]
    assert [(h.hour, h.sales, h.cents, h.handed) for h in figures.hours] == [
        (10, 2, 75_00, 0),
        (11, 1, 61_00, 0),
        (12, 0, 0, 0),
        (13, 0, 0, 0),
        (14, 0, 0, 2),
        (15, 1, 72_00, 0),  # by a clock that is nine days wrong
    ]
    assert figures.unhoured_cents == 40_00


def _check_what_is_open(told, figures):
    kept, places = figures.reservations, figures.places
    assert (kept.handed, kept.open, kept.missed, kept.kept) == (2, 1, 0, 3)
    assert (places.offered, places.given, places.used, places.absent) == (5, 5, 4, 1)
    assert figures.coverage == (3, 4, [told.others[1].name])  # one did not come
    open_ = {(d.kind, d.enterprise_id, d.number, d.pieces, d.cents) for d in figures.doubts}
    assert open_ == {
        (MatterKind.PIX, told.weavers.id, 1, 0, 15_00),
        (MatterKind.STOCK, told.farmers.id, 1, 2, 0),
    }
    assert figures.missing == 2  # of the desk: it numbered 1, then 4
    assert figures.money == (10_00 + 50_00 + 61_00 + 72_00, 15_00, 0)
    unseen = sa.select(Matter).where(Matter.kind == MatterKind.PIX, Matter.settled_at.is_(None))
    pix = db.session.scalars(unseen).one()
    matters.confirm_pix(pix.id, arrived=False, by=HOUSE, now=EVENING)
    later = figures_of(told.fair, EVENING)
    assert later.money == (figures.money.seen, 0, 15_00)
    assert [doubt.kind for doubt in later.doubts] == [MatterKind.STOCK]


def test_what_hand_overs_leave_open_is_told_too():
    group = make_enterprise()
    till = make_till(group)
    send(till, handovers=[told_handover(make_reserved(till), tenders={})])

    figures = figures_of(till.fair, EVENING)

    assert [(doubt.kind, doubt.number) for doubt in figures.doubts] == [(MatterKind.UNPAID, 1)]
    assert [seller.doubts for seller in figures.sellers] == [1]


def _check_that_all_meets(told, figures):
    """Nothing is told that the facts, the ledger and the movements do not hold."""
    total = figures.total
    taken = figures.money.seen + total.reserved_cents + total.handed_cents
    assert _booked() + _at_desk() == taken
    assert _at_desk() > 0
    assert _moved(told.basket) == -(2 + 1 + 1 + 1)
    assert _moved(told.jar) == -6
    days = Period(date(2026, 11, 1), date(2026, 12, 31))
    asked = Question(days, Dimension.FAIR, filters={Dimension.FAIR: told.fair.id})
    published = queries.volume(asked).total
    assert (published.total_cents, published.pieces) == (total.total_cents, total.pieces)
    assert sum(cents for _method, cents in figures.methods) == total.sales_cents
    assert sum(sums.total_cents for _one, sums in figures.segments) == total.total_cents
    assert sum(seller.sums.total_cents for seller in figures.sellers) == total.total_cents
    assert not [rule for rule in invariants.broken() if rule.startswith(OURS)]


def _check_own_and_together(told):
    own = own_of(told.fair.id, told.farmers.id)
    assert (own.goods, own.total.total_cents) == ([("Mel", 6, 108_00)], 108_00)
    assert own.methods == [("cash", 72_00), ("machine", 36_00)]
    all_ = together(told.fair.id)
    assert (all_.total_cents, all_.sellers, all_.remarks) == (393_00, 3, 1)
    assert all_.shares == []  # each segment is of too few: only the total is told


def _at_desk():
    """Return what the common desk took, in centavos: in the books once it is shared out."""
    kept = (Payment.at_desk, Payment.state == PaymentState.SETTLED)
    return int(db.session.scalar(sa.select(sa.func.sum(Payment.amount_cents)).where(*kept)))


def _booked():
    """Return what the ledger holds as paid straight to the groups."""
    kinds = (EntryKind.DIRECT_SALE, EntryKind.DIRECT_SALE_RETURNED)
    sides = (
        sa.select(sa.func.sum(LedgerLine.amount_cents))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.kind.in_(kinds))
        .group_by(LedgerLine.account_id)
    )
    return sum(cents for cents in db.session.scalars(sides) if cents > 0)


def _moved(product):
    """Return the change that sales and what undid them made to what is left and held."""
    change = StockMovement.left_change + StockMovement.held_change
    kinds = (MovementKind.SOLD, MovementKind.RETURNED)
    query = sa.select(sa.func.sum(change)).where(StockMovement.product_id == product.id)
    return db.session.scalar(query.where(StockMovement.kind.in_(kinds)))
