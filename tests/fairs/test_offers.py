"""Pieces set apart for a fair: taken by its reservations alone, and back on sale when they end."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from marketplace.catalogue.errors import OutOfStock
from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.core import clock, invariants, queue
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.fairs.errors import NotToReserve, ReservationsAreOver
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.operations import calendar, offers
from marketplace.fairs.queries import tills
from marketplace.orders.errors import (
    AlreadyReserved,
    OverLimit,
    SoldOut,
    TotalChanged,
    WayNotOffered,
)
from marketplace.orders.models.offers import FairOffer
from marketplace.orders.models.orders import Purchase
from marketplace.orders.models.places import Collection, Way
from marketplace.orders.operations import checkout, closing
from marketplace.orders.operations.checkout import Buyer, Choice
from marketplace.orders.operations.offers import Wanted
from marketplace.orders.queries import baskets, choices
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer, person_of
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_basket, make_delivery, place
from tests.factories.tills import line, make_till, send, told_sale

CLOSED = NOW + timedelta(days=12)  # on the day of the fair, whose reservations ended before it
FIFTH, NINETEENTH = date(2026, 12, 5), date(2026, 12, 19)


@pytest.fixture
def here():
    """A producer with a place at two fairs, and ten pieces that may also be brought home."""
    user, seller = make_producer()
    zone = make_delivery(seller)
    home = Choice(Way.DELIVERY, zone_id=zone, address="Rua das Flores, 10")
    return SimpleNamespace(
        seller=seller,
        by=person_of(user),
        goods=make_published(enterprise=seller, left=10, by_delivery=True),
        fair=make_announced(seller, days=(FIFTH,)),
        later=make_announced(seller, days=(NINETEENTH,)),
        home=home,
    )


def apart(here, pieces, fair=None, **wanted):
    fair_id = (fair or here.fair).id
    wants = Wanted(pieces, **wanted)
    return offers.set_apart(fair_id, here.seller.id, here.goods.id, wants, by=here.by, now=NOW)


def at(fair):
    return choose_collection(db.session.get_one(Collection, fair.days[0].collection_id))


def reserve(here, quantity=1, *, choice=None, now=NOW, **given):
    token = make_basket(here.goods, quantity=quantity, now=now)
    chosen = {here.seller.id: choice or at(here.fair)}
    return place(token, chosen, now=now, **given).orders[0]


def counts(here):
    """Return what is left to sell, what is apart, and what orders hold."""
    row = db.session.get(Stock, here.goods.id, populate_existing=True)
    return row.left_count, row.apart_count, row.held_count


def left_of(offer):
    return db.session.get(FairOffer, offer.id, populate_existing=True).left_count


def ways(here, quantity, now=NOW):
    """Return where so many can be had: days of fairs, and home."""
    contents = baskets.contents(make_basket(here.goods, quantity=quantity, now=now), now)
    offer = choices.choices_for(contents, now).offers[0]
    return [found.collection.day for found in offer.collections], bool(offer.deliveries)


def tick(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)
    queue.handlers["orders.bring_back_offers"]()


class TestSetApart:
    def test_moves_pieces_there_and_back(self, here):
        offer = apart(here, 6)
        assert (counts(here), left_of(offer)) == ((4, 6, 0), 6)
        apart(here, 2)
        assert (counts(here), left_of(offer)) == ((8, 2, 0), 2)
        offers.bring_back(here.fair.id, here.seller.id, here.goods.id, by=here.by, now=NOW)

        assert (counts(here), left_of(offer)) == ((10, 0, 0), 0)
        moved = sa.select(StockMovement.kind, StockMovement.apart_change, StockMovement.subject)
        moved = moved.where(StockMovement.apart_change != 0).order_by(StockMovement.id)
        assert [tuple(row) for row in db.session.execute(moved)] == [
            (MovementKind.SET_APART, 6, offer.subject),
            (MovementKind.BROUGHT_BACK, -4, offer.subject),
            (MovementKind.BROUGHT_BACK, -2, offer.subject),
        ]

    def test_neither_more_than_are_left_nor_fewer_than_are_reserved(self, here):
        apart(here, 6)
        reserve(here, 2)

        with pytest.raises(OutOfStock):
            apart(here, 11)
        with pytest.raises(AlreadyReserved):
            apart(here, 1)
        apart(here, 3)
        assert counts(here) == (7, 1, 2)

    def test_is_for_those_of_an_enterprise_that_stands_there(self, here):
        other = make_producer(enterprise=make_enterprise(division=here.seller.division))[0]
        elsewhere = make_announced(make_enterprise(division=here.seller.division))
        wanted = (here.seller.id, here.goods.id, Wanted(1))

        with pytest.raises(NotFound):
            offers.set_apart(here.fair.id, *wanted, by=person_of(other), now=NOW)
        with pytest.raises(NotFound):
            offers.set_apart(elsewhere.id, *wanted, by=here.by, now=NOW)

    def test_is_over_with_the_reservations_and_not_for_what_is_made_to_order(self, here):
        made = make_published(enterprise=here.seller, to_order=True)
        ours = (here.fair.id, here.seller.id)

        with pytest.raises(NotToReserve):
            offers.set_apart(*ours, made.id, Wanted(1), by=here.by, now=NOW)
        with pytest.raises(ReservationsAreOver):
            offers.set_apart(*ours, here.goods.id, Wanted(1), by=here.by, now=CLOSED)


class TestReserving:
    def test_takes_from_what_is_apart_and_from_nothing_else(self, here):
        offer = apart(here, 6)

        reserve(here, 5)
        assert (counts(here), left_of(offer)) == ((4, 1, 5), 1)
        reserve(here, 4, choice=here.home)
        assert (counts(here), left_of(offer)) == ((0, 1, 9), 1)
        reserve(here)
        assert (counts(here), left_of(offer)) == ((0, 0, 10), 0)

    def test_is_refused_when_all_of_it_is_reserved_though_more_is_free(self, here):
        apart(here, 2)
        reserve(here, 2)

        assert ways(here, 1) == ([NINETEENTH], True)
        with pytest.raises(WayNotOffered):
            reserve(here)
        assert counts(here) == (8, 0, 2)

    def test_names_what_nobody_has_enough_of(self, here):
        apart(here, 8)
        token = make_basket(here.goods, quantity=7)
        reserve(here, 3)

        with pytest.raises(SoldOut) as refused:
            place(token, {here.seller.id: at(here.fair)})
        assert refused.value.lines[0].left == 5

    def test_offers_only_where_there_is_enough(self, here):
        apart(here, 6)

        assert ways(here, 3) == ([FIFTH, NINETEENTH], True)
        assert ways(here, 5) == ([FIFTH], False)

    def test_one_buyer_may_have_so_many_in_all(self, here):
        apart(here, 6, most_each=3)
        first = reserve(here, 2)
        again = Buyer("Lúcia", "92 99999 0000")

        with pytest.raises(OverLimit):
            reserve(here, 2, buyer=again)
        reserve(here, 3, buyer=Buyer("Rosa", "92 98888 0000"))
        closing.cancel_by_staff(first.id, reason="Engano", by=HOUSE, now=NOW)
        reserve(here, 3, buyer=again)
        assert counts(here) == (4, 0, 6)

    def test_only_at_that_fair_until_it_is_over(self, here):
        apart(here, 6, only_here=True)

        assert ways(here, 1) == ([FIFTH], False)
        with pytest.raises(WayNotOffered):
            reserve(here, choice=here.home)
        assert ways(here, 1, now=CLOSED) == ([], False)
        assert ways(here, 1, now=CLOSED + timedelta(days=1)) == ([NINETEENTH], True)


class TestLettingGo:
    def test_goes_back_to_where_it_came_from_while_it_can_be_reserved(self, here):
        offer = apart(here, 6)
        one, other = reserve(here, 2), reserve(here, 1)

        closing.cancel_by_staff(one.id, reason="Engano", by=HOUSE, now=NOW)
        assert (counts(here), left_of(offer)) == ((4, 5, 1), 5)
        closing.cancel_by_staff(other.id, reason="Chuva", by=HOUSE, now=CLOSED)
        assert (counts(here), left_of(offer)) == ((5, 5, 0), 5)


class TestClosing:
    def test_brings_back_what_nobody_reserved_once(self, here, monkeypatch):
        offer, other = apart(here, 6), apart(here, 2, here.later)
        reserve(here, 1)
        tick(monkeypatch, NOW)
        assert counts(here) == (2, 7, 1)

        for _ in range(2):
            tick(monkeypatch, CLOSED)

        assert counts(here) == (7, 2, 1)
        assert (left_of(offer), left_of(other)) == (0, 2)

    def test_brings_back_what_was_for_a_fair_that_is_called_off(self, here, monkeypatch):
        apart(here, 6)
        calendar.cancel_fair(here.fair.id, "Chuva", by=HOUSE, now=NOW)

        tick(monkeypatch, NOW)

        assert counts(here) == (10, 0, 0)


class TestTill:
    def test_sells_what_nobody_reserved_though_no_job_brought_it_back(self, here):
        apart(here, 6)
        reserve(here, 2)
        till = make_till(here.seller, fair=here.fair)

        send(till, told_sale(line(here.goods, 8)), now=CLOSED)

        assert counts(here) == (0, 0, 2)
        assert list(db.session.scalars(sa.select(Matter))) == []

    def test_beyond_its_own_is_named_and_takes_nothing_that_is_apart(self, here):
        offer = apart(here, 6)
        reserve(here, 2)
        till = make_till(here.seller, fair=here.fair)

        send(till, told_sale(line(here.goods, 7)), now=NOW)

        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.pieces) == (MatterKind.STOCK, 3)
        assert (counts(here), left_of(offer)) == ((0, 4, 2), 4)
        reserve(here, 4)
        assert counts(here) == (0, 0, 6)


class TestPriceOfItsOwn:
    def test_is_that_of_those_who_reserve_there_alone(self, here):
        usual = here.goods.price_cents
        apart(here, 6, price_cents=usual - 5_00)

        there, elsewhere = reserve(here, 2), reserve(here, choice=here.home)

        assert (there.goods_cents, there.total_cents) == (2 * (usual - 5_00), 2 * (usual - 5_00))
        assert there.lines[0].price_cents == usual - 5_00
        assert (there.lines[0].makers_cents, there.lines[0].price_version_id) == (None, None)
        assert elsewhere.goods_cents == usual
        assert invariants.broken() == {}

    def test_is_that_of_the_till_and_leaves_nothing_to_settle(self, here):
        apart(here, 2, price_cents=19_00)
        till = make_till(here.seller, fair=here.fair)
        later = make_till(here.seller, fair=here.later)

        for one, cents in ((till, 19_00), (later, here.goods.price_cents)):
            (offered,) = tills.goods_of([here.seller.id], one.fair_id)
            assert offered.price_cents == cents
            send(one, told_sale(line(here.goods, 1, cents)), now=NOW)
        assert db.session.scalars(sa.select(Matter)).all() == []

        send(till, told_sale(line(here.goods)), now=NOW)  # loaded before, at the usual price

        (matter,) = db.session.scalars(sa.select(Matter))
        assert (matter.kind, matter.sold_cents, matter.listed_cents) == (
            *(MatterKind.PRICE, here.goods.price_cents),
            19_00,
        )

    def test_stays_when_what_is_left_is_brought_back(self, here):
        offer = apart(here, 2, price_cents=19_00)
        offers.bring_back(here.fair.id, here.seller.id, here.goods.id, by=here.by, now=NOW)

        assert db.session.get(FairOffer, offer.id, populate_existing=True).price_cents == 19_00

    def test_is_not_charged_unless_it_was_told(self, here):
        apart(here, 6, price_cents=19_00)
        token = make_basket(here.goods, now=NOW)
        given = {"buyer": Buyer("Lia Sousa", "(92) 99999-0001"), "by": VISITOR, "now": NOW}
        given |= {"choices": {here.seller.id: at(here.fair)}, "checkout_key": "k"}

        with pytest.raises(TotalChanged):
            checkout.place_order(token, total_cents=here.goods.price_cents, **given)
        placed = checkout.place_order(token, total_cents=19_00, **given)

        assert db.session.get(Purchase, placed.id).orders[0].total_cents == 19_00


class TestDoors:
    def test_are_set_apart_on_a_phone_and_shown_to_everybody(self, client, log_in):
        now = clock.now()
        user, seller = make_producer()
        day = clock.today("America/Manaus") + timedelta(days=6)
        fair = make_announced(
            seller, days=(day,), now=now, reservations_close_at=now + timedelta(days=3)
        )
        other = make_announced(seller, days=(day + timedelta(days=1),), now=now)
        goods = make_published(enterprise=seller, left=3, by_delivery=True, now=now)
        page = f"/painel/feiras/{fair.id}/reservaveis"
        typed = {"pieces": "3", "most_each": "2", "only_here": "y", "price": "19,50"}
        log_in(user)

        for wrong in ("0", "x", "-1", "9" * 30):
            refused = client.post(f"{page}/{goods.id}", data=typed | {"price": wrong})
            assert refused.status_code == 422
        too_many = client.post(f"{page}/{goods.id}", data=typed | {"pieces": "4"})
        kept = client.post(f"{page}/{goods.id}", data=typed, follow_redirects=True)
        again = client.get(f"{page}/{goods.id}").text
        shown = client.get(f"/produtos/{goods.slug}").text
        everywhere = f"/feiras/{other.slug}"
        at_fair = client.get(f"/feiras/{fair.slug}").text
        client.post(f"{page}/{goods.id}/retorno")

        assert too_many.status_code == 409
        assert "3 apart" in kept.text
        assert 'value="3"' in again
        assert 'value="19,50"' in again
        for public in (shown, at_fair):
            assert "Only 3 left" in public
            assert "Only at this fair" in public
            assert "R$19.50" in public
        assert "Add to basket" in shown
        assert everywhere not in shown
        assert everywhere in client.get(f"/produtos/{goods.slug}").text
        assert db.session.get(Stock, goods.id, populate_existing=True).left_count == 3
        assert "Only at this fair" not in client.get(f"/feiras/{fair.slug}").text
