"""What a till tells after midnight is of its fair's day, and changes no month that is over."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.orders import statement_words
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.places import Collection
from marketplace.orders.queries.statements import statement
from tests.factories.accounts import saved_change
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.tills import line, make_till, send, told_sale


@pytest.fixture
def till():
    return make_till()


@pytest.fixture
def group(till):
    return db.session.get_one(Enterprise, till.enterprise_id)


@pytest.fixture
def fair_day(till):
    return db.session.get_one(Collection, till.collection_id).day


def told_on_the_first(till, group, fair_day, tenders=None):
    """Have a sale of the fair's day told at 00h20 of the first day of the month after it."""
    zone = group.division.time_zone
    next_month = clock.month_after(fair_day.replace(day=1), 1)
    at: datetime = clock.day_bounds(next_month, zone)[0] + timedelta(minutes=20)
    goods = make_published(enterprise=group, left=5)
    answer = send(till, told_sale(line(goods), tenders=tenders), now=at)
    return next_month, goods.price_cents, zone, answer


@pytest.mark.parametrize("by_two", [False, True])
def test_it_is_a_later_line_that_says_of_which_day_it_is(till, group, fair_day, by_two):
    tenders = {"cash": 1000, "machine": 1500} if by_two else None
    month, cents, zone, _answer = told_on_the_first(till, group, fair_day, tenders)

    assert statement(group.id, fair_day.replace(day=1), zone).direct == []
    told = statement(group.id, month, zone)
    assert told.direct_cents == cents
    assert {row.sold_on for row in told.direct} == {fair_day}
    assert fair_day.isoformat() in [row[0] for row in statement_words.cells(told, zone)]
    assert db.session.scalars(sa.select(SaleFact.occurred_on)).one() == fair_day


def test_its_page_says_so(client, till, group, log_in):
    """Of a fair of the month before, told now."""
    collection = db.session.get_one(Collection, till.collection_id)
    month = clock.today(group.division.time_zone).replace(day=1)
    saved_change(collection, day=month - timedelta(days=1))
    send(till, told_sale(line(make_published(enterprise=group, left=5))), now=clock.now())
    log_in(make_producer(enterprise=group)[0])

    assert "sold on" in client.get("/painel/dinheiro").text
