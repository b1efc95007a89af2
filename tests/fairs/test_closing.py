"""Reservations end at the announced minute; each group gets one list, however late that is."""

from dataclasses import replace
from datetime import date, time, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.core import clock, queue
from marketplace.core.clock import instant_of
from marketplace.core.database import db
from marketplace.core.job_rows import Job
from marketplace.core.mail import Fate
from marketplace.core.rights import HOUSE
from marketplace.enterprises import queries as enterprises
from marketplace.fairs import list_news
from marketplace.fairs.errors import ReservationsAreClosed
from marketplace.fairs.models.lists import ClosingList
from marketplace.fairs.operations import calendar
from marketplace.fairs.operations.exhibitors import place_exhibitor
from marketplace.fairs.plans import DayPlan
from marketplace.fairs.queries import closing as queries
from marketplace.notifications.models import Notice
from marketplace.orders.errors import WayNotOffered
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Collection
from marketplace.orders.models.rollups import SalesByEnterprise
from marketplace.orders.operations import handovers
from marketplace.payments import sending
from marketplace.payments.models.payments import Method
from marketplace.reports import queries as reports
from marketplace.reports.periods import Period
from marketplace.reports.questions import Dimension, Question
from tests.factories.accounts import make_staff, saved_change
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_plan
from tests.factories.orders import choose_collection, make_basket, place
from tests.factories.paying import attempt_of, pay
from tests.factories.tills import line, make_till, send, told_sale
from tests.orders.conftest import letters
from tests.payments.conftest import bank, pix_here, stripe_here

__all__ = ["bank", "letters", "pix_here", "stripe_here"]
ZONE = "America/Manaus"
LAST_DAY, FIRST = date(2026, 8, 31), date(2026, 9, 1)
CLOSES = instant_of(LAST_DAY, time(23, 59), ZONE)
BEFORE, NOON = CLOSES - timedelta(seconds=1), instant_of(FIRST, time(12), ZONE)
BIMESTER, NEXT = Period(date(2026, 7, 1), LAST_DAY), Period(FIRST, date(2026, 10, 31))
OPENED = CLOSES - timedelta(days=20)


def order(fair, product, method=Method.CASH, now=BEFORE, quantity=1):
    collection = db.session.get_one(Collection, fair.days[0].collection_id)
    window = collection.windows[-1].id
    choice = choose_collection(collection, window_id=window, method=method)
    token = make_basket(product, quantity=quantity, now=now)
    return place(token, {product.enterprise_id: choice}, now=now).orders[0]


def tick(monkeypatch, now):
    """Let the scheduler run at an instant."""
    monkeypatch.setattr(clock, "now", lambda: now)
    queue.handlers["fairs.close_reservations"]()


@pytest.fixture
def night(pix_here):
    """A fair that ends, as do its reservations, a minute before August does; what is sold there."""
    weavers = make_producer()[1]
    bakers = make_producer(enterprise=make_enterprise(division=weavers.division))[1]
    days = (DayPlan(LAST_DAY, time(17), time(23, 59)),)
    plan = replace(make_plan(weavers.division, reservations_close_at=CLOSES), days=days)
    fair = calendar.plan_fair(weavers.division_id, plan, by=HOUSE, now=OPENED)
    for stall, seller in enumerate((weavers, bakers), 1):
        user = db.session.get_one(User, enterprises.user_ids_of(seller.id)[0])
        saved_change(user, email=f"{stall}@example.org")
        place_exhibitor(fair.id, seller.id, str(stall), by=HOUSE, now=OPENED)
    calendar.announce_fair(fair.id, by=HOUSE, now=OPENED)
    return SimpleNamespace(
        fair=fair,
        weavers=weavers,
        bakers=bakers,
        net=make_published(enterprise=weavers, price_cents=100_00, left=9),
        bread=make_published(enterprise=bakers, price_cents=7_00, left=9),
    )


def lists():
    query = sa.select(ClosingList).order_by(ClosingList.enterprise_id)
    return {one.enterprise_id: one for one in db.session.scalars(query)}


def told(enterprise):
    query = sa.select(Notice).where(Notice.key.startswith("fair_list:"))
    return [n for n in db.session.scalars(query) if n.facts["enterprise"] == enterprise.name]


def volume(period, by=Dimension.MONTH):
    return reports.volume(Question(period, by)).total.total_cents


class TestLastMinuteOfTheBimester:
    """Scenario of the issue: 23:59 on 31 August there, and no scheduler until noon."""

    def test_no_order_after_it_one_list_each_and_sales_where_they_belong(
        self, night, bank, letters, monkeypatch
    ):
        monkeypatch.setattr(clock, "now", lambda: BEFORE)
        fair, net, bread = night.fair, night.net, night.bread
        late = make_basket(net, now=CLOSES)
        collection = db.session.get_one(Collection, fair.days[0].collection_id)
        chosen = choose_collection(collection, window_id=collection.windows[-1].id)
        till = make_till(night.weavers, fair=fair, now=OPENED)

        kept = order(fair, net, quantity=2)
        paid = order(fair, net, Method.PIX)
        sending.open_attempt(attempt_of(paid.purchase).id, now=BEFORE)
        pay(bank, attempt_of(paid.purchase))
        waiting = order(fair, net, Method.PIX)
        handed = order(fair, bread)
        handovers.hand_over(
            handed.id, handed.handover_code, paid_with=Method.CASH, by=HOUSE, now=BEFORE
        )
        for moment in (CLOSES, CLOSES + timedelta(seconds=30), NOON):
            with pytest.raises(WayNotOffered):
                place(late, {net.enterprise_id: chosen}, now=moment)
        for _ in range(2):
            tick(monkeypatch, NOON)
        tick(monkeypatch, NOON + timedelta(minutes=5))
        send(till, told_sale(line(net, 3)), now=NOON)

        ours = lists()[night.weavers.id]
        assert (ours.orders, ours.pieces, ours.total_cents, ours.unpaid) == (2, 3, 300_00, 1)
        assert lists()[night.bakers.id].orders == 0
        assert [len(told(each)) for each in (night.weavers, night.bakers)] == [1, 1]
        assert told(night.weavers)[0].facts["goods"] == f"3 × {net.name}"  # noqa: RUF001
        assert db.session.scalar(sa.select(sa.func.count(Purchase.id))) == 5
        assert {waiting.id, kept.id} < {o.id for o in db.session.scalars(sa.select(Order))}
        sold = 100_00 + 7_00 + 300_00
        days = sa.select(SaleFact.occurred_on).distinct()
        assert list(db.session.scalars(days)) == [LAST_DAY]
        months = sa.select(SalesByEnterprise.month).distinct()
        assert list(db.session.scalars(months)) == [202608]
        for by in Dimension:
            assert (volume(BIMESTER, by), volume(NEXT, by)) == (sold, 0)

    def test_an_order_asked_for_in_time_that_comes_after_the_lists_is_refused(
        self, night, monkeypatch
    ):
        tick(monkeypatch, CLOSES)

        with pytest.raises(WayNotOffered):
            order(night.fair, night.net, now=BEFORE)

    def test_is_not_closed_before_the_minute(self, night, monkeypatch):
        tick(monkeypatch, BEFORE)

        assert lists() == {}
        assert order(night.fair, night.net).id


class TestLists:
    def test_say_how_they_arrived(self, night, letters, monkeypatch):
        tick(monkeypatch, CLOSES)
        found = list(lists().values())
        user = told(night.bakers)[0].user_id
        failed = sa.update(Job).where(Job.key == f"notice:{user}:{found[1].key}")
        queue.work_all(now=clock.now())
        db.session.execute(failed.values(done_at=None, error="SMTPServerDisconnected"))

        sendings = queries.sendings(found)

        assert [sendings[one.id].letters for one in found] == [{Fate.SENT: 1}, {Fate.FAILED: 1}]
        assert [(s.told, s.read) for s in sendings.values()] == [(1, 0), (1, 0)]

    def test_are_passed_on_as_a_text_without_a_name(self, night):
        kept = order(night.fair, night.net, quantity=2)
        orders = queries.orders(night.fair.id, [night.weavers.id])[night.weavers.id]
        goods = queries.pieces(night.fair.id)[night.weavers.id]

        text = list_news.text_of(night.fair, night.weavers.name, goods, orders)

        assert f"{kept.code}: 2 × {night.net.name} · R$" in text  # noqa: RUF001
        assert kept.purchase.buyer_name.split()[0] not in text

    def test_closed_stays_closed(self, night, monkeypatch):
        tick(monkeypatch, CLOSES)
        later = replace(
            make_plan(night.weavers.division, reservations_close_at=CLOSES - timedelta(hours=1)),
            days=(DayPlan(LAST_DAY, time(17), time(23, 59)),),
        )

        with pytest.raises(ReservationsAreClosed):
            calendar.change_fair(night.fair.id, later, by=HOUSE, now=NOON)


class TestDoors:
    def test_a_group_reads_its_sheet_and_staff_notes_what_it_passed_on(
        self, night, client, log_in, monkeypatch
    ):
        kept = order(night.fair, night.net, quantity=2)
        tick(monkeypatch, CLOSES)
        monkeypatch.undo()
        user = db.session.get_one(User, enterprises.user_ids_of(night.weavers.id)[0])
        staff = make_staff("articulation", night.weavers.division)
        sheet, desk = (f"/{n}/feiras/{night.fair.id}" for n in ("painel", "gestao"))

        log_in(user)
        page = client.get(f"{sheet}/lista").text
        log_in(staff)
        before = client.get(f"{desk}/listas").text
        passed = client.post(f"{desk}/listas/{night.weavers.id}/repasse", follow_redirects=True)

        assert f"{kept.code} · Lúcia Andrade" in page
        assert before.count("I passed it on") == 2
        assert "Lúcia" not in before
        assert passed.text.count("I passed it on") == 1
