from datetime import timedelta

import pytest

from marketplace.catalogue.models.stock import Stock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.orders.errors import (
    AnswerTooLate,
    MoveNotLawful,
    NothingLeft,
    QuantityWrong,
    ReasonMissing,
    WayNotOffered,
)
from marketplace.orders.models.orders import State
from marketplace.orders.models.states import FAILED, MOVES, OPEN
from marketplace.orders.operations import closing, handovers, moves, paying, returns, spot
from marketplace.payments.models.payments import Method
from marketplace.payments.queries import payments
from tests.factories.accounts import saved_change
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import (
    make_accepted,
    make_delivered,
    make_order,
    reread,
    seller_of,
)
from tests.factories.paying import make_purchase

SECOND = timedelta(seconds=1)


def stock_of(order):
    stock = db.session.get_one(Stock, order.lines[0].product_id)
    return stock.left_count, stock.held_count, stock.sold_count


class TestTheTableOfMoves:
    def test_knows_every_state(self):
        assert MOVES.keys() == set(State)

    def test_lets_nothing_leave_a_final_state_but_a_return_late_money_and_late_buyers(self):
        final = {state for state in State if not MOVES[state]}

        assert final == FAILED - {State.NOT_PAID} | {State.WITHDRAWN, State.VOIDED}
        assert MOVES[State.HANDED_OVER] == {State.WITHDRAWN, State.VOIDED}
        assert MOVES[State.NOT_PAID] == {State.AWAITING}
        assert MOVES[State.NO_SHOW] == {State.ACCEPTED}
        assert OPEN.isdisjoint(final | {State.NOT_PAID, State.NO_SHOW})


class TestAcceptOrder:
    def test_promises_and_keeps_the_stock(self):
        order = make_order(products=[make_published(left=5)], quantity=2)

        moves.accept_order(order.id, by=seller_of(order), now=NOW)

        assert order.state is State.ACCEPTED
        assert stock_of(order) == (3, 2, 0)

    def test_notes_who_did_it_in_which_role(self):
        order = make_order()
        seller = seller_of(order)

        moves.accept_order(order.id, by=seller, now=NOW)

        event = reread(order).events[-1]
        assert (event.kind, event.by_id, event.acted_as) == ("accepted", seller.id, "member")

    def test_is_for_those_who_act_for_the_enterprise(self):
        order, other = make_order(), make_order()

        with pytest.raises(NotFound):
            moves.accept_order(order.id, by=seller_of(other), now=NOW)

    @pytest.mark.parametrize(("late", "allowed"), [(-SECOND, True), (timedelta(0), False)])
    def test_is_too_late_from_the_term_on(self, late, allowed):
        order = make_order()
        now = order.answer_by + late

        if allowed:
            assert moves.accept_order(order.id, by=HOUSE, now=now).state is State.ACCEPTED
        else:
            with pytest.raises(AnswerTooLate):
                moves.accept_order(order.id, by=HOUSE, now=now)

    def test_cannot_be_done_twice(self):
        order = make_accepted()

        with pytest.raises(MoveNotLawful):
            moves.accept_order(order.id, by=HOUSE, now=NOW)


class TestRefuseOrder:
    @pytest.mark.parametrize("make", [make_order, make_accepted])
    def test_gives_back_stock_place_and_payment_with_a_reason(self, make):
        order = make(products=[make_published(left=5)], quantity=2)

        moves.refuse_order(order.id, reason="the river is too low", by=HOUSE, now=NOW)

        assert stock_of(order) == (5, 0, 0)
        assert reread(order).window.taken == 0
        assert payments.live_of("order", order.id) is None
        assert order.events[-1].reason == "the river is too low"

    def test_needs_a_reason(self):
        order = make_order()

        with pytest.raises(ReasonMissing):
            moves.refuse_order(order.id, reason=" \n", by=HOUSE, now=NOW)

    def test_is_no_longer_possible_once_it_is_ready(self):
        order = make_accepted()
        moves.mark_ready(order.id, by=HOUSE, now=NOW)

        with pytest.raises(MoveNotLawful):
            moves.refuse_order(order.id, reason="too late", by=HOUSE, now=NOW)

        assert stock_of(order)[1] == 2


class TestMarkReady:
    def test_sets_apart_all_unless_told(self):
        order = make_accepted()

        moves.mark_ready(order.id, by=HOUSE, now=NOW)

        assert [line.separated for line in order.lines] == [2]
        assert order.total_cents == 5000

    def test_accepts_an_order_not_answered_yet(self):
        order = make_order()

        moves.mark_ready(order.id, by=HOUSE, now=NOW)

        assert [event.kind for event in reread(order).events] == ["placed", "accepted", "ready"]

    def test_lowers_the_total_and_the_payment_where_less_is_set_apart(self):
        order = make_accepted()
        (line,) = order.lines

        moves.mark_ready(order.id, separated={line.id: 1}, reason="one broke", by=HOUSE, now=NOW)

        assert (order.goods_cents, order.total_cents, line.charged) == (2500, 2500, 1)
        assert payments.live_of("order", order.id).amount_cents == 2500
        assert line.reason == "one broke"
        assert stock_of(order)[1] == 2  # the rest goes back at the hand-over

    @pytest.mark.parametrize(
        ("pieces", "reason", "refusal"),
        [
            (1, "", ReasonMissing),
            (3, "more", QuantityWrong),
            (-1, "none", QuantityWrong),
            (0, "all", NothingLeft),
        ],
    )
    def test_refuses_what_cannot_be(self, pieces, reason, refusal):
        order = make_accepted()
        separated = {order.lines[0].id: pieces}

        with pytest.raises(refusal):
            moves.mark_ready(order.id, separated=separated, reason=reason, by=HOUSE, now=NOW)


class TestDispatchOrder:
    def test_sends_out_what_is_delivered(self):
        order = make_delivered()
        moves.accept_order(order.id, by=HOUSE, now=NOW)

        moves.dispatch_order(order.id, by=HOUSE, now=NOW)

        assert order.state is State.DISPATCHED

    def test_is_not_for_what_is_collected(self):
        order = make_accepted()

        with pytest.raises(WayNotOffered):
            moves.dispatch_order(order.id, by=HOUSE, now=NOW)


@pytest.mark.parametrize("state", sorted(State))
def test_no_operation_moves_an_order_where_the_table_does_not(state, app, monkeypatch):
    """Each order in each state is asked every move; only the lawful ones succeed.

    What waits to be paid, or was not, is not there for its enterprise.
    """
    monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_for_tests")
    monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0)})
    unpaid = state in (State.AWAITING, State.NOT_PAID)
    order = make_purchase().orders[0] if unpaid else make_delivered()
    reach(order, state)
    attempts = {
        State.ACCEPTED: lambda: moves.accept_order(order.id, by=HOUSE, now=NOW),
        State.REFUSED: lambda: moves.refuse_order(order.id, reason="x", by=HOUSE, now=NOW),
        State.CANCELLED: lambda: closing.cancel_by_staff(order.id, reason="x", by=HOUSE, now=NOW),
    }

    for to, attempt in attempts.items():
        if to not in MOVES[state]:
            hidden = unpaid and to is not State.CANCELLED
            with pytest.raises(NotFound if hidden else MoveNotLawful):
                attempt()
    assert reread(order).state is state


def due(order):
    """Let a delivered order be due, as a collected one would be."""
    saved_change(order, due_at=NOW)
    return NOW


def reach(order, state):
    by = {"by": HOUSE, "now": NOW}
    steps = {
        State.AWAITING: [],
        State.NOT_PAID: [lambda: paying.lapse_unpaid(by=HOUSE, now=order.pay_by)],
        State.PLACED: [],
        State.ACCEPTED: [lambda: moves.accept_order(order.id, **by)],
        State.READY: [lambda: moves.mark_ready(order.id, **by)],
        State.DISPATCHED: [
            lambda: moves.accept_order(order.id, **by),
            lambda: moves.dispatch_order(order.id, **by),
        ],
        State.HANDED_OVER: [
            lambda: handovers.hand_over(order.id, order.handover_code, paid_with=Method.CASH, **by)
        ],
        State.REFUSED: [lambda: moves.refuse_order(order.id, reason="x", **by)],
        State.LAPSED: [lambda: closing.lapse_unanswered(by=HOUSE, now=order.answer_by)],
        State.CANCELLED: [lambda: closing.cancel_by_staff(order.id, reason="x", **by)],
        State.NO_SHOW: [
            lambda: moves.accept_order(order.id, **by),
            lambda: closing.close_no_shows(by=HOUSE, now=due(order)),
        ],
        State.VOIDED: [
            lambda: reach(order, State.HANDED_OVER),
            lambda: spot.void(order.purchase_id, reason="x", **by),
        ],
        State.WITHDRAWN: [
            lambda: reach(order, State.HANDED_OVER),
            lambda: returns.accept_return(order.id, reason="x", **by),
        ],
    }[state]
    for step in steps:
        step()
