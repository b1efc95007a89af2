"""Who else sells on a till: a PIN shown once, and each sale tells who sold."""

import re

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs import pins
from marketplace.fairs.models.counts import TillCount
from marketplace.fairs.models.tills import TillHandover, TillSale
from marketplace.fairs.operations.cashiers import add_cashier, end_cashier
from marketplace.fairs.queries import cashiers
from marketplace.orders.models.orders import OrderEvent
from tests.factories.accounts import make_staff, make_user
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer
from tests.factories.tills import (
    line,
    make_reserved,
    make_till,
    results,
    send,
    told_count,
    told_handover,
    told_sale,
)


@pytest.fixture
def till():
    return make_till()


@pytest.fixture
def another(till):
    return make_producer("stall_till", enterprise=till.enterprise, name="Rosa Lima")[0]


def test_each_sale_tells_who_sold(till, another):
    add_cashier(till.id, another.id, by=HOUSE, now=NOW)
    end_cashier(till.id, another.id, by=HOUSE, now=NOW)  # what is told may be of before
    goods = make_published(enterprise=till.enterprise)
    who = {"cashier": another.id}

    told = send(
        till,
        told_sale(line(goods), **who),
        handovers=[told_handover(make_reserved(till), **who)],
        counts=[told_count("opening", 5000, **who)],
    )

    assert results(told) == ["new"] * 3
    for table in (TillSale, TillHandover, TillCount):
        assert db.session.scalars(sa.select(table.cashier_id)).one() == another.id
    assert another.id in db.session.scalars(sa.select(OrderEvent.by_id)).all()


def test_a_stranger_sold_nothing_there(till):
    goods = make_published(enterprise=till.enterprise)

    (answer,) = send(till, told_sale(line(goods), cashier=make_user().id))

    assert answer.reason == "Who sold it does not sell on this till."
    with pytest.raises(NotFound):
        add_cashier(till.id, make_user().id, by=HOUSE, now=NOW)


def test_a_pin_is_shown_once_and_known_to_the_device_as_a_hash(till, another, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    client.log_in(make_staff("articulation", till.fair.division))
    address = f"/gestao/feiras/{till.fair_id}/caixas/{till.id}/operadores"

    pins_shown = [
        re.search(r"PIN is (\d{6})", client.post(address, data={"user_id": another.id}).text)[1]
        for _time in range(2)
    ]

    (known,) = cashiers.of_till(till.id)
    assert pins.hashed(pins_shown[1], known.pin_salt) == known.pin_hash
    assert pins_shown[1] not in client.get(address).text
    client.post(f"{address}/{another.id}/fim")
    assert cashiers.of_till(till.id) == []
