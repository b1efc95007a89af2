"""Amounts are whole centavos of BRL, more than nothing, wherever they come in."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.money import whole
from marketplace.core.numbers import BadNumber, parse_money
from marketplace.core.rights import HOUSE
from marketplace.payments import postings
from marketplace.payments.errors import AmountWrong, NothingToPost
from marketplace.payments.models.online import AttemptState, ProviderCall
from marketplace.payments.models.payments import Method, Payment, PaymentState
from marketplace.payments.operations import attempts, ledger, payments
from marketplace.payments.provider import Intent
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.online import make_attempt

NO_INTEGERS = [10.0, 9.99, Decimal("10.00"), Decimal(10), True, "10"]


def request(cents):
    asked = {"enterprise_id": make_enterprise().id, "amount_cents": cents, "method": Method.PIX}
    return payments.request_payment("test", 1, **asked, by=HOUSE, now=clock.now())


def calls():
    return db.session.scalar(sa.select(sa.func.count(ProviderCall.id)))


@pytest.mark.scenario(32)
class TestTypeBoundary:
    @pytest.mark.parametrize("cents", NO_INTEGERS)
    def test_takes_whole_centavos_alone(self, cents):
        with pytest.raises(TypeError):
            whole(cents)
        with pytest.raises(TypeError):
            request(cents)
        with pytest.raises(TypeError):
            postings.refund_sent(cents)
        assert db.session.scalar(sa.select(sa.func.count(Payment.id))) == 0

    @pytest.mark.parametrize("cents", [-1, 0])
    def test_takes_nothing_that_is_not_more_than_nothing(self, cents):
        with pytest.raises(AmountWrong):
            request(cents)

    @pytest.mark.parametrize("typed", ["-5,00", "US$ 5,00", "5,001", "1e3", "NaN", "∞"])
    def test_reads_reais_alone(self, typed):
        with pytest.raises(BadNumber):
            parse_money(typed)

    def test_pays_nothing_with_another_currency(self, pix_here):
        attempt = make_attempt(500)
        told = {"received_cents": 500, "live": False, "charge_id": "py_1", "currency": "usd"}
        told |= {"reference": attempt.reference, "amount_cents": 500, "status": "succeeded"}

        attempts.apply_intent(Intent(id="pi_1", **told), now=clock.now())

        assert attempt.state is AttemptState.ODD
        assert db.session.scalars(sa.select(Payment.state)).one() is PaymentState.DUE


@pytest.mark.scenario(30)
class TestZero:
    """Nothing that is on sale is free, and vouchers there are none: a total is never zero."""

    def test_no_goods_on_sale_are_free(self):
        product = make_published()
        product.price_cents = 0

        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.flush()
        db.session.rollback()

    def test_nothing_is_asked_of_anybody(self):
        with pytest.raises(AmountWrong):
            request(0)
        assert calls() == 0

    def test_nothing_is_entered(self):
        nothing = postings.payment_succeeded({1: 0})
        with pytest.raises(NothingToPost):
            ledger.post(nothing, ("test", 1), by=HOUSE, now=clock.now())
