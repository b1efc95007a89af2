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
from marketplace.orders.operations import closing, handovers, moves, paying
from marketplace.orders.operations.shortages import Shared, share_short
from marketplace.payments.models.online import AttemptState, Refund
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.queries import payments
from tests.factories.accounts import make_user
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer, person_of
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_order, reread, work
from tests.factories.paying import attempt_of, told_disputed, told_paid


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
        user=user,
        by=person_of(user),
        fair=fair,
        goods=baskets,
        jars=jars,
        orders=orders,
        reader=reader,
    )


def share(here, pieces, reason="Quebraram no caminho"):
    told = {"reason": reason, "by": here.by, "now": NOW}
    return share_short(here.fair.id, here.goods.id, pieces, **told)


def charged(order):
    return [line.charged for line in reread(order).lines]


def test_the_first_get_all_and_the_last_less(here):
    assert share(here, 3) == Shared(2)

    assert [charged(order) for order in here.orders] == [[2], [1], [0, 2]]
    assert [order.goods_cents for order in here.orders] == [5000, 2500, 5000]
    assert here.orders[1].lines[0].reason == "Quebraram no caminho"
    work()
    (notice,) = db.session.scalars(
        sa.select(Notice).where(Notice.user_id == here.reader.id, Notice.kind == "order_less")
    )
    assert "Quebraram" in messages.written(notice.kind, notice.facts).body
    assert share(here, 3) == Shared(0)  # nothing changes again


def test_an_order_of_which_nothing_is_left_is_refused(here):
    assert share(here, 2) == Shared(2)

    assert [reread(order).state for order in here.orders] == [
        State.PLACED,
        State.REFUSED,
        State.PLACED,
    ]


def test_one_that_was_set_apart_already_is_cancelled(here):
    for order in here.orders[:2]:
        moves.mark_ready(order.id, by=here.by, now=NOW)

    assert share(here, 1) == Shared(3)

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


class TestPaidOnline:
    @pytest.fixture(autouse=True)
    def pix_is_open(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_shortages")
        monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0)})

    @pytest.fixture
    def awaited(self, here):
        """The fourth who reserves: two of what lacks and two jars, to be paid by Pix."""
        there = choose_collection(here.orders[0].collection, method=Method.PIX)
        return make_order(products=[here.goods, here.jars], choice=there)

    def test_sets_an_order_aside_whose_money_is_disputed_and_settles_the_others(
        self, here, awaited, client, log_in, monkeypatch
    ):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        told_disputed(attempt := told_paid(awaited.purchase, now=NOW), now=NOW)
        log_in(here.user)
        typed = {"product_id": here.goods.id, "pieces": "3", "reason": "Choveu"}

        page = f"/painel/feiras/{here.fair.id}/lista/falta"
        shown = client.post(page, data=typed, follow_redirects=True).text

        assert [charged(order) for order in here.orders] == [[2], [1], [0, 2]]
        assert charged(awaited) == [2, 2]
        assert f"a bank disputes the payment: {awaited.code}" in shown
        assert "2 orders get less" in shown
        ended = {"status": "won", "returned_cents": attempt.amount_cents}
        told_disputed(attempt, now=NOW, **ended)
        assert share(here, 3) == Shared(1)
        assert (charged(awaited), reread(awaited).goods_cents) == ([0, 2], 5000)

    def test_takes_from_what_waits_for_its_payment_and_asks_for_less(self, here, awaited):
        attempt = attempt_of(awaited.purchase)

        assert share(here, 7) == Shared(1)

        assert (charged(awaited), reread(awaited).state) == ([1, 2], State.AWAITING)
        assert attempt_of(awaited.purchase).state is not AttemptState.ASKED
        due = payments.live_of("order", awaited.id)
        assert (due.state, due.amount_cents) == (PaymentState.DUE, 7500)
        paying.ask(awaited.purchase_id, by=HOUSE, now=NOW)
        again = told_paid(awaited.purchase, now=NOW)
        assert (again.id != attempt.id, again.amount_cents) == (True, 7500)
        assert (charged(awaited), reread(awaited).state) == ([1, 2], State.PLACED)

    def test_money_for_what_it_cost_before_goes_back_whole(self, here, awaited):
        share(here, 7)

        told_paid(awaited.purchase, now=NOW)

        assert reread(awaited).state is State.AWAITING
        assert db.session.scalars(sa.select(Refund.amount_cents)).all() == [10000]

    def test_ends_what_waits_where_nothing_is_left(self, here):
        there = choose_collection(here.orders[0].collection, method=Method.PIX)
        awaited = make_order(products=[here.goods], choice=there)

        assert share(here, 6) == Shared(1)

        assert reread(awaited).state is State.CANCELLED

    def test_is_told_though_all_that_was_reserved_waits_for_its_payment(
        self, here, client, log_in, monkeypatch
    ):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        more = make_published(enterprise=here.goods.enterprise, left=5)
        there = choose_collection(here.orders[0].collection, method=Method.PIX)
        awaited = make_order(products=[more], choice=there)
        for order in here.orders:
            closing.cancel_by_staff(order.id, reason="Desistiu", by=HOUSE, now=NOW)
        log_in(here.user)
        page = f"/painel/feiras/{here.fair.id}/lista"

        assert more.name in client.get(page).text
        typed = {"product_id": more.id, "pieces": "1", "reason": "Choveu"}
        client.post(f"{page}/falta", data=typed)

        assert charged(awaited) == [1]


def test_has_a_reason_and_is_for_those_of_the_group(here):
    with pytest.raises(ReasonMissing):
        share(here, 1, reason=" ")
    here.by = person_of(make_producer(enterprise=make_enterprise())[0])
    assert share(here, 0) == Shared(0)


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
