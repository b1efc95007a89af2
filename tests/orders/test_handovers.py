import pytest
import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, Person
from marketplace.orders.errors import (
    CodeLocked,
    MethodNotOffered,
    MoveNotLawful,
    NothingLeft,
    ReasonMissing,
    WrongCode,
)
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import State
from marketplace.orders.operations import closing, handovers, moves
from marketplace.payments.models.payments import Method, PaymentState
from marketplace.payments.queries import payments
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.orders import make_accepted, make_order, reread, seller_of
from tests.orders.test_moves import stock_of


def hand_over(order, code=None, **given):
    facts = {"paid_with": Method.CASH, "by": HOUSE, "now": NOW} | given
    return handovers.hand_over(order.id, order.handover_code if code is None else code, **facts)


def wrong(order):
    return "000000" if order.handover_code != "000000" else "111111"


class TestHandOver:
    def test_sells_what_was_held_and_settles_the_payment(self):
        order = make_accepted(products=[make_published(left=5)], quantity=2)

        hand_over(order)

        assert (order.state, order.handed_over_at) == (State.HANDED_OVER, NOW)
        assert stock_of(order) == (3, 0, 2)
        payment = payments.live_of("order", order.id)
        assert (payment.state, payment.amount_cents) == (PaymentState.SETTLED, 5000)

    def test_accepts_an_order_that_was_not_answered(self):
        order = make_order()

        hand_over(order)

        kinds = [event.kind for event in reread(order).events]
        assert kinds == ["placed", "accepted", "handed_over"]

    def test_returns_the_rest_and_lowers_what_is_paid_where_less_is_given(self):
        order = make_accepted(products=[make_published(left=5)], quantity=3)
        (line,) = order.lines

        hand_over(order, quantities={line.id: 2}, reason="one was chipped")

        assert stock_of(order) == (3, 0, 2)
        assert (line.ordered, line.separated, line.handed_over) == (3, 2, 2)
        assert (order.total_cents, line.reason) == (5000, "one was chipped")
        assert payments.live_of("order", order.id).amount_cents == 5000

    def test_needs_no_reason_again_for_what_was_told_when_it_was_ready(self):
        order = make_accepted(quantity=2)
        (line,) = order.lines
        moves.mark_ready(order.id, separated={line.id: 1}, reason="one broke", by=HOUSE, now=NOW)

        hand_over(order)

        assert (line.handed_over, line.reason, order.total_cents) == (1, "one broke", 2500)

    def test_can_give_more_than_was_set_apart_up_to_what_was_ordered(self):
        order = make_accepted(quantity=2)
        (line,) = order.lines
        moves.mark_ready(order.id, separated={line.id: 1}, reason="one broke", by=HOUSE, now=NOW)

        hand_over(order, quantities={line.id: 2}, reason="mended")

        assert (line.separated, line.handed_over, order.total_cents) == (2, 2, 5000)

    @pytest.mark.parametrize(("pieces", "refusal"), [(1, ReasonMissing), (0, NothingLeft)])
    def test_refuses_less_without_a_reason_and_nothing_at_all(self, pieces, refusal):
        order = make_accepted()

        with pytest.raises(refusal):
            hand_over(order, quantities={order.lines[0].id: pieces})

        assert reread(order).state is State.ACCEPTED

    def test_settles_as_it_was_really_paid(self):
        order = make_accepted()
        order.enterprise.pix_key = "+5592999990000"
        db.session.commit()

        hand_over(order, paid_with=Method.OWN_PIX)

        assert payments.live_of("order", order.id).method is Method.OWN_PIX

    def test_refuses_a_way_of_paying_that_is_not_taken(self):
        order = make_accepted()

        with pytest.raises(MethodNotOffered):
            hand_over(order, paid_with=Method.OWN_PIX)

    def test_happens_once(self):
        order = make_accepted()
        hand_over(order)

        with pytest.raises(MoveNotLawful):
            hand_over(order)

        assert db.session.scalar(sa.select(sa.func.count(SaleFact.id))) == 1

    def test_is_for_the_enterprise(self):
        order, other = make_accepted(), make_accepted()

        with pytest.raises(NotFound):
            hand_over(order, by=seller_of(other))


class TestTheCode:
    def test_counts_wrong_ones_and_says_how_many_tries_are_left(self):
        order = make_accepted()

        with pytest.raises(WrongCode, match="left: 4"):
            hand_over(order, wrong(order))

        assert reread(order).handover_tries == 1

    def test_opens_at_the_fifth_try(self):
        order = make_accepted()
        for _try in range(4):
            with pytest.raises(WrongCode):
                hand_over(order, wrong(order))

        assert hand_over(order).state is State.HANDED_OVER

    def test_is_locked_after_the_fifth_wrong_one_even_for_the_right_one(self):
        order = make_accepted()
        for _try in range(4):
            with pytest.raises(WrongCode):
                hand_over(order, wrong(order))
        with pytest.raises(CodeLocked):
            hand_over(order, wrong(order))

        with pytest.raises(CodeLocked):
            hand_over(order)

    def test_may_be_typed_with_spaces_around(self):
        order = make_accepted()

        assert hand_over(order, f" {order.handover_code} ").state is State.HANDED_OVER


class TestHandOverWithoutCode:
    def test_is_for_the_enterprise_with_a_reason(self):
        order = make_accepted()

        handovers.hand_over_without_code(
            *(order.id,), reason="known here", paid_with=Method.CASH, by=seller_of(order), now=NOW
        )

        assert reread(order).state is State.HANDED_OVER
        assert order.events[-1].kind == "without_code"

    def test_needs_the_reason(self):
        order = make_accepted()

        with pytest.raises(ReasonMissing):
            handovers.hand_over_without_code(
                *(order.id,), reason="", paid_with=Method.CASH, by=HOUSE, now=NOW
            )

    @pytest.mark.parametrize(
        ("role", "own", "allowed"),
        [("articulation", True, True), ("articulation", False, False), ("council", True, False)],
    )
    def test_is_for_staff_of_its_division(self, role, own, allowed):
        order = make_accepted()
        divisions = {order.division_id} if own else {order.division_id + 1}
        staff = Person(make_staff(role).id, frozenset({role}), frozenset(divisions), role)
        facts = {"reason": "the stall asked us", "paid_with": Method.CASH, "now": NOW}

        if allowed:
            assert handovers.hand_over_without_code(order.id, **facts, by=staff)
        else:
            with pytest.raises(NotFound):
                handovers.hand_over_without_code(order.id, **facts, by=staff)


def test_an_order_that_ended_is_not_handed_over():
    order = make_order()
    closing.lapse_unanswered(by=HOUSE, now=order.answer_by)

    with pytest.raises(MoveNotLawful):
        hand_over(order)
