import pytest
from sqlalchemy.exc import IntegrityError

from marketplace.core import invariants
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE, Person
from marketplace.payments import methods
from marketplace.payments.errors import AmountWrong, PaymentMoved
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import payments as operations
from marketplace.payments.queries import payments as queries
from marketplace.payments.signals import payment_settled
from tests import books
from tests.factories.accounts import make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

BY = {"by": HOUSE, "now": NOW}


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert books.faults("payments.") == {}


def ask(payable_id=1, amount_cents=2500, enterprise=None, **given):
    enterprise = enterprise or make_enterprise()
    facts = {"enterprise_id": enterprise.id, "method": Method.CASH} | given
    return operations.request_payment(
        *("course", payable_id), amount_cents=amount_cents, **facts, **BY
    )


class TestRequestPayment:
    def test_is_due_until_it_is_settled(self):
        payment = ask()

        assert (payment.state, payment.attempt, payment.amount_cents) == (PaymentState.DUE, 1, 2500)

    @pytest.mark.parametrize("cents", [0, -1])
    def test_refuses_an_amount_of_nothing(self, cents):
        with pytest.raises(AmountWrong):
            ask(amount_cents=cents)

    def test_counts_attempts_after_a_cancellation(self):
        operations.cancel_payment(ask().id, **BY)

        assert ask().attempt == 2

    def test_asks_once_for_the_same_thing(self):
        ask()

        with pytest.raises(IntegrityError):
            ask()

    def test_asks_for_several_at_once(self):
        enterprise_id = make_enterprise().id
        asked = [operations.Asked(n, enterprise_id, n * 100, Method.CASH) for n in (1, 2)]

        payments = operations.request_payments("course", asked, **BY)

        assert [(p.payable_id, p.amount_cents, p.attempt) for p in payments] == [
            (1, 100, 1),
            (2, 200, 1),
        ]


class TestSettlePayment:
    def test_tells_the_floors_above_inside_the_operation(self):
        heard = []
        payment, user = ask(payable_id=7), make_user()

        def hear(_sender, **news):
            heard.extend(map(tuple, news["settled"]))

        with payment_settled.connected_to(hear):
            operations.settle_payment(payment.id, by=Person(user.id), now=NOW)

        assert heard == [(payment.id, "course", 7, payment.method)]
        assert (payment.state, payment.settled_by_id) == (PaymentState.SETTLED, user.id)

    def test_keeps_how_it_was_really_paid(self):
        payment = ask()

        operations.settle_payment(payment.id, method=Method.OWN_PIX, **BY)

        assert payment.method is Method.OWN_PIX

    def test_happens_once(self):
        payment = ask()
        operations.settle_payment(payment.id, **BY)

        with pytest.raises(PaymentMoved):
            operations.settle_payment(payment.id, **BY)


class TestTheOtherMoves:
    def test_only_what_is_due_changes_or_is_cancelled(self):
        payment = ask()
        operations.change_amount(payment.id, 2000, **BY)
        assert payment.amount_cents == 2000
        operations.settle_payment(payment.id, **BY)

        for move in (
            lambda: operations.change_amount(payment.id, 1000, **BY),
            lambda: operations.cancel_payment(payment.id, **BY),
        ):
            with pytest.raises(PaymentMoved):
                move()
        assert payment.amount_cents == 2000

    def test_no_amount_becomes_nothing(self):
        payment = ask()

        with pytest.raises(AmountWrong):
            operations.change_amount(payment.id, 0, **BY)

    def test_a_refund_is_owed_before_it_is_confirmed(self):
        payment = ask()
        with pytest.raises(PaymentMoved):
            operations.owe_refund(payment.id, **BY)
        operations.settle_payment(payment.id, **BY)
        with pytest.raises(PaymentMoved):
            operations.confirm_refund(payment.id, **BY)

        operations.owe_refund(payment.id, **BY)
        operations.confirm_refund(payment.id, **BY)

        assert (payment.state, payment.refunded_at) == (PaymentState.REFUNDED, NOW)


class TestQueries:
    def test_the_last_one_not_cancelled_counts(self):
        enterprise = make_enterprise()
        operations.cancel_payment(ask(enterprise=enterprise).id, **BY)
        assert queries.live_of("course", 1) is None

        payment = ask(enterprise=enterprise)

        assert queries.live_for("course", [1, 2]) == {1: payment}


class TestMethods:
    def test_cash_is_taken_by_all_and_pix_by_who_has_a_key(self):
        without, key = make_enterprise(), make_enterprise(pix_key="+5592999990000")

        assert methods.offered(without, amount_cents=100, now=NOW) == [Method.CASH]
        assert methods.offered(key, amount_cents=100, now=NOW) == [Method.CASH, Method.OWN_PIX]
        assert methods.refusal(Method.OWN_PIX, amount_cents=100, enterprise=without, now=NOW)

    def test_what_nobody_entered_is_not_open(self):
        enterprise = make_enterprise()

        assert methods.refusal(Method.BOLETO, amount_cents=100, enterprise=enterprise, now=NOW)

    def test_pix_through_the_provider_is_opened_by_whoever_runs_the_house(self):
        enterprise = make_enterprise()

        why = methods.refusal(Method.PIX, amount_cents=100, enterprise=enterprise, now=NOW)

        assert why == "This way of paying is not open yet."
        assert methods.online() == {Method.PIX, Method.CARD, Method.BOLETO}

    @pytest.mark.scenario(31)
    @pytest.mark.usefixtures("pix_here")
    def test_pix_through_the_provider_has_a_least_amount(self):
        enterprise = make_enterprise()

        too_little = methods.refusal(Method.PIX, amount_cents=49, enterprise=enterprise, now=NOW)

        assert too_little == "Pix is for R$0.50 or more."
        assert Method.PIX in methods.offered(enterprise, amount_cents=50, now=NOW)


class TestInvariants:
    @pytest.fixture
    def the_books_are_right(self):
        """These break them."""

    @pytest.mark.parametrize(
        ("rule", "values"),
        [
            ("payments.instants_match_the_state", {"state": PaymentState.SETTLED}),
            ("payments.instants_match_the_state", {"cancelled_at": NOW}),
            ("payments.instants_match_the_state", {"refunded_at": NOW}),
            ("payments.what_counts_has_an_amount", {"amount_cents": 0}),
        ],
    )
    def test_are_found_when_broken(self, rule, values):
        payment_id = ask().id

        @operation
        def break_it():
            payment = db.session.get_one(Payment, payment_id)
            for name, value in values.items():
                setattr(payment, name, value)

        break_it()

        assert rule in invariants.broken()
