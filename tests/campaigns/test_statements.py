"""Two years of the demonstration, and what is bought there online: statements, books and orders.

A statement is made by one query; here every line of the books and every order is added up
by itself, for each enterprise and month.
"""

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from demo import history, loading
from marketplace.core import clock, reference
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.orders import PAYABLE, Order, OrderLine
from marketplace.orders.models.places import Collection, CollectionSeller, Way, Window
from marketplace.orders.models.returned import ReturnedPieces
from marketplace.orders.models.tenders import TENDER, Tender
from marketplace.orders.operations import moves, paying
from marketplace.orders.operations.checkout import Choice
from marketplace.orders.queries import statements
from marketplace.payments import sending
from marketplace.payments.models.ledger import LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.online import Attempt
from marketplace.payments.models.payments import Method, Payment, PaymentState
from tests.campaigns.scale import POSTGRESQL_IF_BRIEF, scaled
from tests.payments.conftest import bank, pix_here, stripe_here

NOW = datetime(2026, 11, 22, 14, tzinfo=UTC)
__all__ = ["bank", "pix_here", "stripe_here"]
DIRECT_SALES, ONLINE = 500, 10
HELD = ("pending", "payable", "payout_flight", "debt")


@POSTGRESQL_IF_BRIEF
@pytest.mark.usefixtures("pix_here", "rolled_back")
def test_statements_are_what_books_and_orders_say(bank):
    reference.load_all(NOW)
    loading.load(NOW, say=lambda _line: None, purchases=scaled(history.PURCHASES))
    buy_online(bank)
    zones = {each.id: each.division.time_zone for each in db.session.scalars(sa.select(Enterprise))}
    held, received = by_the_books(zones)
    sold = by_the_orders(zones)
    seen = Counter()

    for enterprise_id, zone in zones.items():
        so_far = 0
        for month in statements.months_of(enterprise_id, zone, NOW)[::-1]:
            told, key = statements.statement(enterprise_id, month, zone), (enterprise_id, month)
            assert told.opening_cents == so_far
            so_far += held.pop(key, 0)
            assert told.closing_cents == so_far == told.opening_cents + net_of(told)
            assert told.direct_cents == received.pop(key, 0)
            assert sums_of(told) == sold.pop(key, {}), key
            seen["direct"] += len(told.direct)
            seen["online"] += len(told.rows)
            seen["fees"] += told.taken_off_cents

    assert (held, received, sold) == ({}, {}, {})  # of no month without a statement
    assert seen["direct"] > scaled(DIRECT_SALES)
    assert seen["online"] > ONLINE
    assert seen["fees"] > 0


def buy_online(bank):
    """Have baskets of a coming fair paid by Pix, and all of the first refused afterwards."""
    there = sa.select(CollectionSeller.collection_id).distinct()
    coming = sa.select(Collection.id).where(Collection.opens_at > NOW, Collection.id.in_(there))
    collection_id = db.session.scalars(coming.order_by(Collection.opens_at, Collection.id)).first()
    of_it = CollectionSeller.collection_id == collection_id
    sellers = db.session.scalars(sa.select(CollectionSeller.enterprise_id).where(of_it)).all()
    window_id = db.session.scalar(
        sa.select(sa.func.min(Window.id)).where(Window.collection_id == collection_id)
    )
    place = {"collection_id": collection_id, "window_id": window_id}
    by_pix, chance = Choice(Way.COLLECTION, Method.PIX, **place), random.Random(NOW.day)  # noqa: S311
    for turn in range(ONLINE):
        basket = history.chosen_goods(history.in_stock(history.goods_of(sellers)), chance)
        choices = {item.enterprise_id: by_pix for item, _pieces in basket}
        purchase = history.order(basket, choices, turn, f"online:{turn}", now=NOW)
        attempt = paying.ask(purchase.id, by=VISITOR, now=NOW)
        sending.open_attempt(attempt.id, now=NOW)
        intent_id = db.session.get_one(Attempt, attempt.id, populate_existing=True).intent_id
        bank.hand("pay", intent=intent_id)
        sending.ask_again(intent_id, now=NOW)
        if turn == 0:
            for order_id in [order.id for order in purchase.orders]:
                moves.refuse_order(order_id, reason="rain", by=HOUSE, now=NOW)


def net_of(told):
    return sum(row.net_cents for row in told.rows)


def sums_of(told):
    """Return what buyers paid for each order, by what people call it, unless nothing is left.

    Of what went back to a buyer, the fee is the house's loss, and takes nothing of the enterprise.
    """
    paid, left = Counter(), Counter()
    for row in (*told.direct, *told.rows):
        paid[row.code] += row.gross_cents
        left[row.code] += row.net_cents
    return {code: cents for code, cents in paid.items() if left[code]}


def by_the_books(zones):
    """Return by how much more was held, and what was received straight, by enterprise and month."""
    held, received = Counter(), Counter()
    columns = (LedgerAccount.code, LedgerEntry.posted_at, LedgerLine.amount_cents)
    lines = (
        sa.select(*columns)
        .select_from(LedgerLine)
        .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    )
    for code, at, cents in db.session.execute(lines):
        base, _colon, owner = code.partition(":")
        if base in HELD:
            held[key_of(int(owner), at, zones)] -= cents
        elif base == "direct_received":
            received[key_of(int(owner), at, zones)] += cents
    return dict(held), dict(received)


def by_the_orders(zones):
    """Return what buyers paid for each enterprise in each month, and did not get back, by order.

    What a till sold is paid in parts, of which a Pix counts once it was seen, less what came back.
    What a common desk took is not theirs before it is shared out, and what the demonstration's took
    waits for that.
    """
    sold = defaultdict(dict)
    paid = sa.select(Order, Payment).join(
        Payment, sa.and_(Payment.payable_type == PAYABLE, Payment.payable_id == Order.id)
    )
    theirs = (Payment.state == PaymentState.SETTLED, Payment.at_desk.is_(False))
    for order, payment in db.session.execute(paid.where(*theirs)):
        assert order.total_cents == sum(line.total_cents for line in order.lines)
        month = key_of(order.enterprise_id, payment.settled_at, zones)
        sold[month][order.code] = order.total_cents
    told = (
        sa.select(Order, Payment)
        .join(Tender, Tender.order_id == Order.id)
        .join(Payment, sa.and_(Payment.payable_type == TENDER, Payment.payable_id == Tender.id))
    )
    for order, payment in db.session.execute(told.where(*theirs)):
        of_month = sold[key_of(order.enterprise_id, payment.settled_at, zones)]
        of_month[order.code] = of_month.get(order.code, 0) + payment.amount_cents
    gone = (
        sa.select(Order, ReturnedPieces)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(ReturnedPieces, ReturnedPieces.order_line_id == OrderLine.id)
    )
    for order, back in db.session.execute(gone.where(ReturnedPieces.direct_cents > 0)):
        of_month = sold[key_of(order.enterprise_id, back.returned_at, zones)]
        of_month[order.code] = of_month.get(order.code, 0) - back.direct_cents
    return {key: {code: n for code, n in each.items() if n} for key, each in sold.items()}


def key_of(enterprise_id, at, zones):
    return enterprise_id, clock.today(zones[enterprise_id], at).replace(day=1)
