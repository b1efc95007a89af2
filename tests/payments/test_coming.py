"""What a group is told of when its money arrives."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.payments import sending
from marketplace.payments.operations import payouts, refunds, releasing
from marketplace.payments.queries.coming import coming, next_day
from marketplace.payments.queries.payouts import Why
from tests.factories.accounts import saved_change
from tests.factories.online import make_open
from tests.factories.payouts import PIX, finance, make_approved, make_payable

DAY = timedelta(days=1)
THURSDAY, FRIDAY = datetime(2026, 11, 26, 15, tzinfo=UTC), date(2026, 11, 27)


def told(enterprise, now=THURSDAY):
    found = coming(enterprise, now)
    return found.soon_cents, found.later_cents


@pytest.fixture
def sale(bank, pix_here):
    """A payment of R$ 100,00 of which R$ 98,81 are the enterprise's, which has a key."""
    attempt = make_open(10_000)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    payment = attempt.parts[0].payment_id, attempt.parts[0].enterprise_id
    saved_change(one(payment[1]), **PIX)
    return payment


def one(enterprise_id):
    return db.session.get_one(Enterprise, enterprise_id, populate_existing=True)


class TestDay:
    @pytest.mark.parametrize(("day", "then"), [(26, FRIDAY), (27, FRIDAY), (28, date(2026, 12, 4))])
    def test_is_the_next_friday(self, app, day, then):
        assert next_day(date(2026, 11, day)) == then

    def test_is_another_where_the_house_says_so(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "PAYOUT_WEEKDAY", 0)
        assert next_day(date(2026, 11, 26)) == date(2026, 11, 30)

    def test_is_told_by_the_clocks_of_the_place(self):
        late = datetime(2026, 11, 28, 3, tzinfo=UTC)  # still Friday in Manaus
        assert coming(make_payable(), late).on == FRIDAY


class TestSums:
    def test_what_may_be_paid_out_and_is_under_way_arrive(self):
        batch = make_approved(5_000)
        group = batch.payouts[0].enterprise
        make_payable(2_000, enterprise=group)

        assert told(group) == (7_000, 0)

    def test_what_is_sold_arrives_later(self, sale):
        _payment, enterprise_id = sale
        assert told(one(enterprise_id)) == (0, 9_881)

    def test_what_will_be_released_by_then_arrives_too(self, sale):
        payment_id, enterprise_id = sale
        midnight = datetime(2026, 11, 27, 4, tzinfo=UTC)  # in Manaus
        released = midnight - 7 * DAY
        releasing.note_fulfilled(payment_id, by=HOUSE, now=released)

        assert told(one(enterprise_id)) == (9_881, 0)
        assert told(one(enterprise_id), THURSDAY - 7 * DAY) == (0, 9_881)

    def test_refunds_come_off(self, sale):
        payment_id, enterprise_id = sale
        refunds.give_back(payment_id, 4_000, by=HOUSE, now=clock.now())
        releasing.note_fulfilled(payment_id, by=HOUSE, now=THURSDAY - 8 * DAY)

        assert told(one(enterprise_id)) == (9_881 - 3_952, 0)

    def test_the_part_for_a_debt_comes_off(self):
        group = make_payable(10_000, debt=9_000)
        found = coming(group, THURSDAY)
        assert (found.soon_cents, found.debt_cents) == (7_000, 9_000)

    def test_nothing_is_nothing(self):
        group = make_payable(5_000)
        division = group.division
        batch_id = payouts.prepare_batch(division.id, by=finance(division), now=clock.now())
        payouts.approve_batch(batch_id, by=finance(division), now=clock.now())

        found = coming(group, THURSDAY)
        assert (found.soon_cents, found.why) == (5_000, None)


class TestHindrances:
    @pytest.mark.parametrize(
        ("cents", "columns", "why"),
        [
            (999, {}, Why.SMALL),
            (1_000, {}, None),
            (5_000, {"pix_key": ""}, Why.NO_KEY),
        ],
    )
    def test_are_told(self, cents, columns, why):
        assert coming(make_payable(cents, **columns), THURSDAY).why is why

    def test_a_key_that_counts_by_then_is_none(self):
        other = {"pix_next_key": "x@y.org", "pix_next_kind": "email", "pix_next_holder": "M"}
        midnight = datetime(2026, 11, 27, 4, tzinfo=UTC)
        in_time = make_payable(**other, pix_next_at=midnight)
        late = make_payable(**other, pix_next_at=midnight + timedelta(seconds=1))

        assert coming(in_time, THURSDAY).why is None
        assert coming(late, THURSDAY).why is Why.KEY_WAITS
