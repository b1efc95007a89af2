"""There is less of something than was reserved for a fair: earlier reservations come first."""

import re
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.notifications import messages
from marketplace.notifications.models import Notice
from marketplace.orders.errors import ReasonMissing
from marketplace.orders.models.orders import State
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import closing, handovers, moves
from marketplace.orders.operations.shortages import share_short
from marketplace.payments.errors import PaymentDisputed
from marketplace.payments.models.payments import Method
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


def test_one_that_was_set_apart_already_is_cancelled(here):
    for order in here.orders[:2]:
        moves.mark_ready(order.id, by=here.by, now=NOW)

    assert share(here, 1) == 3

    assert [reread(order).state for order in here.orders[:2]] == [State.READY, State.CANCELLED]
    assert reread(here.orders[0]).lines[0].separated == 1


def there(here):
    """Return what is left of the goods, and what is held of them."""
    db.session.expire_all()
    stock = db.session.get_one(Stock, here.goods.id)
    return stock.left_count, stock.held_count


def test_what_is_missing_never_goes_back_on_sale(here):
    left, _held = there(here)
    share(here, 2)  # of six
    assert there(here) == (left, 4)  # the last one's wait for the rest of its order

    last = here.orders[2]
    given = {"reason": "Vizinha", "paid_with": Method.CASH, "by": here.by, "now": NOW}
    handovers.hand_over_without_code(last.id, **given)
    closing.cancel_by_staff(here.orders[0].id, reason="Desistiu", by=HOUSE, now=NOW)

    assert there(here) == (left + 2, 0)  # what was there and is not wanted any more
    counted = sa.select(StockMovement).where(StockMovement.reason == "Quebraram no caminho")
    gone = [(one.kind, one.held_change) for one in db.session.scalars(counted)]
    assert gone == [(MovementKind.COUNTED, -2)] * 2


def test_what_is_found_again_can_be_given_or_sold(here):
    left, _held = there(here)
    share(here, 5)
    last = here.orders[2]
    moves.mark_ready(last.id, separated={last.lines[0].id: 2}, reason="Achei", by=here.by, now=NOW)

    closing.cancel_by_staff(last.id, reason="Desistiu", by=HOUSE, now=NOW)

    assert there(here) == (left + 2, 4)


def test_it_is_ready_leaves_what_a_shortage_made_of_it(here, client, log_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    share(here, 5)
    last = here.orders[2]
    log_in(here.user)

    page = client.get(f"/painel/pedidos/{last.id}").text
    moves.mark_ready(last.id, by=here.by, now=NOW)

    assert charged(last) == [1, 2]
    (field,) = re.findall(rf'<input[^>]*name="quantity-{last.lines[0].id}"[^>]*>', page)
    assert 'value="1"' in field


def test_says_where_money_cannot_go_back(here, client, log_in, monkeypatch):
    def disputed(*_args, **_told):
        raise PaymentDisputed

    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr("marketplace.orders.operations.shortages.share_short", disputed)
    log_in(here.user)
    typed = {"product_id": here.goods.id, "pieces": "5", "reason": "Choveu"}

    shown = client.post(f"/painel/feiras/{here.fair.id}/lista/falta", data=typed)

    assert shown.status_code == 409
    assert "disputes this payment" in shown.text
    assert "Choveu" in shown.text


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
