"""A fair is called off, as for rain: what was reserved goes to the next one of its series."""

from datetime import date
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.fairs.operations.calendar import cancel_fair
from marketplace.fairs.queries import series
from marketplace.notifications.models import Notice
from marketplace.orders.errors import WindowFull
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import State
from marketplace.orders.models.places import Collection, Window
from marketplace.orders.operations import carrying, handovers, moves, rollups, windows
from marketplace.orders.operations.checkout import Buyer
from marketplace.payments.models.payments import Method
from tests import books
from tests.factories.accounts import make_staff, make_user
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced, make_series
from tests.factories.orders import choose_collection, make_order, reread, work
from tests.factories.paying import told_paid

BY = {"by": HOUSE, "now": NOW}
FIFTH, NINETEENTH = date(2026, 12, 5), date(2026, 12, 19)


@pytest.fixture
def here():
    """Two groups at a fair, of which one is at the next edition of its series too."""
    stays = make_enterprise()
    goes = make_enterprise(division=stays.division)
    made = make_series(stays.division)
    wet = make_announced(stays, goes, days=(FIFTH,), series_id=made.id)
    coming = make_announced(stays, days=(NINETEENTH,), series_id=made.id)
    return SimpleNamespace(stays=stays, goes=goes, wet=wet, coming=coming)


def collection_of(fair):
    return db.session.get_one(Collection, fair.days[0].collection_id)


def reserve(group, fair, **given):
    goods = make_published(enterprise=group, left=9)
    return make_order(products=[goods], choice=choose_collection(collection_of(fair)), **given)


def test_what_can_be_had_there_moves_and_the_rest_is_cancelled(here):
    user = make_user()
    ours = reserve(here.stays, here.wet, by=Person(user.id))
    theirs = reserve(here.goes, here.wet)
    moves.accept_order(ours.id, **BY)

    cancel_fair(here.wet.id, "Chuva forte", to_next=True, **BY)
    work()

    there = collection_of(here.coming)
    moved = reread(ours)
    assert (moved.state, moved.collection_id) == (State.ACCEPTED, there.id)
    assert (moved.window_id, moved.due_at) == (there.windows[0].id, there.due_at)
    assert (moved.events[-1].kind, moved.events[-1].reason) == ("day_changed", "Chuva forte")
    assert reread(theirs).state is State.CANCELLED
    told = list(db.session.scalars(sa.select(Notice.kind).where(Notice.user_id == user.id)))
    assert told == ["order_accepted", "order_changed"]
    taken = sa.select(Window.collection_id, sa.func.sum(Window.taken)).group_by(
        Window.collection_id
    )
    assert dict(db.session.execute(taken).all()) == {here.wet.days[0].collection_id: 0, there.id: 1}


def at_fairs(kind="sale"):
    """Return what each fair has of pieces and centavos of a kind, by id."""
    sums = (sa.func.sum(SaleFact.quantity), sa.func.sum(SaleFact.gross_cents))
    query = sa.select(SaleFact.fair_id, *sums).where(SaleFact.kind == kind)
    return {row[0]: tuple(row[1:]) for row in db.session.execute(query.group_by(SaleFact.fair_id))}


def test_what_was_paid_counts_at_the_fair_where_it_is_had(here, app, monkeypatch):
    monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_called_off")
    monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0)})
    goods = make_published(enterprise=here.stays, left=9)
    made = make_published(enterprise=here.stays, to_order=True, lead_days=2)
    choice = choose_collection(collection_of(here.wet), method=Method.PIX)
    order = make_order(products=[goods, made], choice=choice)
    told_paid(order.purchase, now=NOW)
    moves.accept_order(order.id, **BY)
    assert (at_fairs(), at_fairs("order_taken")) == ({here.wet.id: (2, 5000)},) * 2

    cancel_fair(here.wet.id, "Chuva forte", to_next=True, **BY)
    work()

    there = {here.wet.id: (0, 0), here.coming.id: (2, 5000)}
    assert (at_fairs(), at_fairs("order_taken")) == (there, there)
    assert {one.fair_name for one in db.session.scalars(_facts_of(here.coming))} == {
        collection_of(here.coming).title
    }
    assert books.faults("orders.") == {}
    assert rollups.wrong() == {}

    line = reread(order).lines[0]
    handovers.hand_over_without_code(
        order.id,
        quantities={line.id: 1, order.lines[1].id: 1},
        reason="Só uma",
        paid_with=Method.PIX,
        **BY,
    )
    assert at_fairs() == {here.wet.id: (0, 0), here.coming.id: (1, 2500)}
    assert at_fairs("order_taken") == at_fairs()
    assert books.faults("orders.") == {}


def _facts_of(fair):
    return sa.select(SaleFact).where(SaleFact.fair_id == fair.id)


def test_nothing_moves_where_there_is_no_room_or_nobody_asked(here):
    full, alone = reserve(here.stays, here.wet), reserve(here.stays, here.coming)
    db.session.execute(
        sa.update(Window)
        .where(Window.collection_id == alone.collection_id)
        .values(capacity=sa.case((Window.taken > 0, Window.taken), else_=0))
    )
    db.session.commit()

    cancel_fair(here.wet.id, "Chuva", to_next=True, **BY)
    work()

    assert reread(full).state is State.CANCELLED
    assert reread(alone).state is State.PLACED

    cancel_fair(here.coming.id, "Chuva", **BY)
    work()

    assert reread(alone).state is State.CANCELLED


def test_where_another_was_faster_the_next_window_is_taken(here, monkeypatch):
    order, taken = reserve(here.stays, here.wet), []
    first, second = sorted(collection_of(here.coming).windows, key=lambda one: one.starts_at)[:2]

    def rival(window_id, collection_id):
        if window_id == first.id:
            raise WindowFull
        taken.append(window_id)
        real(window_id, collection_id)

    real = windows.take
    monkeypatch.setattr(windows, "take", rival)
    cancel_fair(here.wet.id, "Chuva", to_next=True, **BY)
    work()

    assert reread(order).window_id == second.id
    assert taken == [second.id]


def test_the_purchase_is_locked_before_its_window_is_looked_for(here, monkeypatch):
    order, asked = reserve(here.stays, here.wet), []
    there = collection_of(here.coming).id
    real = carrying._window
    monkeypatch.setattr(carrying, "_window", lambda *given: asked.append("window") or real(*given))

    def note(run):
        if run.is_select and run.statement._for_update_arg is not None:
            asked.append(run.statement.column_descriptions[0]["entity"].__name__)

    sa.event.listen(db.session, "do_orm_execute", note)
    carrying.carry_over(*(order.purchase_id, order.collection_id, there), reason="Chuva", **BY)
    sa.event.remove(db.session, "do_orm_execute", note)

    assert asked[:4] == ["Collection", "Order", "Purchase", "window"]


def test_the_next_one_is_announced_later_and_of_the_series(here):
    make_announced(here.stays, days=(date(2026, 12, 12),))

    assert series.next_edition(here.wet, NOW).id == here.coming.id
    assert series.next_edition(here.coming, NOW) is None


def test_is_asked_on_the_page_and_done(here, client, log_in, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    order = reserve(here.stays, here.wet, buyer=Buyer("Lia Sousa", "(92) 99999-0001"))
    log_in(make_staff("articulation", here.stays.division))
    page = f"/gestao/feiras/{here.wet.id}/cancelamento"

    assert here.coming.name in client.get(page).text
    client.post(page, data={"reason": "Chuva forte", "to_next": "y"})
    work()

    assert reread(order).collection_id == here.coming.days[0].collection_id
