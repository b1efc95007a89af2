"""There is less of something than was reserved for a fair: earlier reservations come first."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.notifications import messages
from marketplace.notifications.models import Notice
from marketplace.orders.errors import ReasonMissing
from marketplace.orders.models.orders import State
from marketplace.orders.models.places import Collection
from marketplace.orders.operations.shortages import share_short
from tests.factories.accounts import make_user
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer, person_of
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_order, reread, work


@pytest.fixture
def here():
    """Three people who reserved two baskets each, the last one a jar too."""
    user, seller = make_producer()
    fair = make_announced(seller)
    day = db.session.get_one(Collection, fair.days[0].collection_id)
    baskets, jars = (make_published(enterprise=seller, left=20) for _each in range(2))
    reader = make_user()
    given = {"choice": choose_collection(day), "quantity": 2}
    orders = [
        make_order(products=[baskets], **given),
        make_order(products=[baskets], **given),
        make_order(products=[baskets, jars], by=Person(reader.id), **given),
    ]
    return SimpleNamespace(
        user=user, by=person_of(user), fair=fair, goods=baskets, orders=orders, reader=reader
    )


def share(here, pieces, reason="Quebraram no caminho"):
    told = {"reason": reason, "by": here.by, "now": NOW}
    return share_short(here.fair.id, here.goods.id, pieces, **told)


def charged(order):
    return [line.charged for line in reread(order).lines]


def test_the_first_get_all_and_the_last_less(here):
    assert share(here, 3) == 2

    assert [charged(order) for order in here.orders] == [[2], [1], [0, 2]]
    assert [order.goods_cents for order in here.orders] == [5000, 2500, 5000]
    assert here.orders[1].lines[0].reason == "Quebraram no caminho"
    work()
    (notice,) = db.session.scalars(
        sa.select(Notice).where(Notice.user_id == here.reader.id, Notice.kind == "order_less")
    )
    assert "Quebraram" in messages.written(notice.kind, notice.facts).body
    assert share(here, 3) == 0  # nothing changes again


def test_an_order_of_which_nothing_is_left_is_refused(here):
    assert share(here, 2) == 2

    assert [reread(order).state for order in here.orders] == [
        State.PLACED,
        State.REFUSED,
        State.PLACED,
    ]


def test_has_a_reason_and_is_for_those_of_the_group(here):
    with pytest.raises(ReasonMissing):
        share(here, 1, reason=" ")
    here.by = person_of(make_producer(enterprise=make_enterprise())[0])
    assert share(here, 0) == 0


def test_is_told_on_the_page_of_what_to_bring(here, client, log_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    log_in(here.user)
    page = f"/painel/feiras/{here.fair.id}/lista"
    typed = {"product_id": here.goods.id, "pieces": "5", "reason": "Choveu"}

    assert client.post(f"{page}/falta", data=typed | {"reason": ""}).status_code == 422
    assert client.post(f"{page}/falta", data=typed | {"pieces": "-1"}).status_code == 422
    assert client.post(f"{page}/falta", data=typed | {"product_id": "0"}).status_code == 422
    shown = client.post(f"{page}/falta", data=typed, follow_redirects=True).text

    assert "1 order gets less" in shown
    assert charged(here.orders[2]) == [1, 2]
