"""A till's queue, saved as a file on the device and brought to the house by staff."""

import json
from io import BytesIO

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.fairs.models.tills import TillSale
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.tills import body, line, make_till, send, told_count, told_sale


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def till(client):
    made = make_till()
    client.log_in(make_staff("articulation", made.fair.division))
    return made


def bring(client, till, content):
    told = {"queue": (BytesIO(content), "caixa.json")}
    return client.post(f"/gestao/feiras/{till.fair_id}/caixas/arquivo", data=told)


def queue(till_id, *sales, **later):
    return json.dumps({"tills": [{"till": till_id} | json.loads(body(sales, **later))]}).encode()


def count():
    return db.session.scalar(sa.select(sa.func.count(TillSale.id)))


def test_is_taken_in_by_the_same_rules_with_a_result_for_each(client, till):
    goods = make_published(enterprise=till.enterprise)
    sent, new, bad = (told_sale(line(goods)) for _ in range(3))
    send(till, sent)

    kept = [sent, new, bad | {"total_cents": 1}]
    page = bring(client, till, queue(till.id, *kept, counts=[told_count("opening", 5000)]))

    told = page.text.partition('id="resultado"')[2]
    assert page.status_code == 200
    words = ("was here already", "not kept", "Sale of R$", "Cash noted", "do not add up")
    assert [word for word in words if word not in told] == []
    assert told.count("badge--ok") == 2  # the sale and the float
    assert count() == 2


def test_is_of_a_till_of_that_fair(client, till):
    other = make_till()
    goods = make_published(enterprise=other.enterprise)

    for owner in (other.id, None):
        page = bring(client, till, queue(owner, told_sale(line(goods))))
        assert (page.status_code, "no till of this fair" in page.text) == (422, True)
    assert count() == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"tills": [1]}', b'{"tills": [{}]}'])
def test_is_refused_when_it_is_none(client, till, content):
    assert bring(client, till, content).status_code == 422
