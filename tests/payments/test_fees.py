"""What paying online is reckoned to cost is noted whenever it changes, and never changed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE
from marketplace.payments import jobs
from marketplace.payments.models.fees import PaymentFee
from marketplace.payments.models.payments import Method
from marketplace.payments.operations.fees import note_fees
from marketplace.payments.queries import fees
from tests.factories.clock import NOW

EARLIER, LATER = NOW - timedelta(days=30), NOW + timedelta(days=30)
CLOSED = {Method.PIX: (0, 0), Method.CARD: (0, 0), Method.BOLETO: (0, 0)}


@pytest.fixture
def say(app, monkeypatch):
    """Let the settings say what each way costs, and have it noted."""
    monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_fees")

    def told(rates, now=NOW):
        monkeypatch.setitem(app.config, "STRIPE_METHODS", rates)
        return note_fees(by=HOUSE, now=now)

    return told


class TestNote:
    def test_first_each_way_that_is_closed_too(self, say):
        assert say({"pix": (119, 0)}) == 3
        assert fees.last() == CLOSED | {Method.PIX: (119, 0)}

    def test_then_only_what_changed(self, say):
        say({"pix": (119, 0), "card": (399, 39)}, EARLIER)

        assert say({"pix": (119, 0), "card": (399, 39)}) == 0
        assert say({"pix": (119, 0), "card": (399, 49)}) == 1
        assert say({}) == 2
        assert fees.last() == CLOSED

    def test_nothing_costs_where_no_provider_is_set_up(self, app, say, monkeypatch):
        monkeypatch.setitem(app.config, "STRIPE_KEY", "")

        say({"pix": (119, 0)})

        assert fees.last() == CLOSED

    def test_is_the_work_of_a_job(self):
        jobs.note_fees()
        jobs.note_fees()

        assert fees.last() == CLOSED
        assert db.session.scalar(sa.select(sa.func.count(PaymentFee.id))) == 3

    def test_is_never_changed(self, say):
        say({"pix": (119, 0)})
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            operation(lambda: db.session.execute(sa.update(PaymentFee).values(rate=0)))()


class TestDearest:
    def test_is_the_dearest_part_of_that_moment(self, say):
        say({"pix": (119, 0), "card": (399, 39)}, EARLIER)
        say({"pix": (119, 0), "card": (499, 39), "boleto": (0, 345)}, NOW)
        say({"pix": (119, 0)}, LATER)
        known = fees.noted()

        at = [fees.dearest_at(known, moment) for moment in (EARLIER, NOW, LATER)]

        assert at == [399, 499, 119]

    def test_before_anything_was_noted_it_is_what_was_noted_first(self, say):
        say({"pix": (119, 0)}, NOW)
        say({"pix": (199, 0)}, LATER)

        assert fees.dearest_at(fees.noted(), EARLIER) == 119
        assert fees.dearest_at([], NOW) == 0
