"""The part of a solidarity fund: decided for a day, frozen with the sale, given back with it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants, queue
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, Person
from marketplace.payments import jobs, sending
from marketplace.payments.chart import AccountName
from marketplace.payments.errors import RateWrong, TooSoon, WhyMissing
from marketplace.payments.models.funds import Fund, FundRate
from marketplace.payments.models.online import AttemptPart, Refund
from marketplace.payments.models.payments import Payment, PaymentState
from marketplace.payments.operations import attempts, funds, refunds, releasing
from marketplace.payments.queries import funds as known
from marketplace.payments.queries.ledger import balance, entries_about
from tests.factories.accounts import make_division, make_user
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import head, make_rate
from tests.factories.online import GROUP, LIFE, make_due

DAY = timedelta(days=1)
WHY = {"reason": "Ata 3 da assembleia"}


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back):
    yield
    assert not [rule for rule in invariants.broken() if rule.startswith("payments.")]


def tomorrow(division):
    return clock.today(division.time_zone) + DAY


def set_rate(division, rate, *, by=None, **facts):
    usual = {"first_day": tomorrow(division), "by": by or head(division.id), "now": clock.now()}
    return funds.set_rate(division.id, rate, **usual | WHY | facts)


def in_fund():
    return -sum(balance(AccountName("fund", one)) for one in db.session.scalars(sa.select(Fund.id)))


def stand(base, enterprise):
    return abs(balance(AccountName(base, enterprise.id)))


def pay(bank, *payments):
    """Pay amounts of enterprises together, by Pix at 1,19 %."""
    ids = [make_due(cents, enterprise=enterprise)[0] for enterprise, cents in payments]
    attempt = attempts.ask(GROUP, ids, until=clock.now() + LIFE, by=HOUSE, now=clock.now())
    sending.open_attempt(attempt.id, now=clock.now())
    attempt = db.session.get_one(type(attempt), attempt.id, populate_existing=True)
    bank.hand("pay", intent=attempt.intent_id)
    sending.ask_again(attempt.intent_id, now=clock.now())
    return attempt


def parts_of(attempt):
    asked = sa.select(AttemptPart).where(AttemptPart.attempt_id == attempt.id)
    return db.session.scalars(asked.order_by(AttemptPart.id)).all()


class TestSetRate:
    def test_holds_from_the_beginning_of_its_day_where_the_division_is(self):
        division = make_enterprise().division
        set_rate(division, 150)
        starts = clock.day_bounds(tomorrow(division), division.time_zone)[0]

        assert known.rate_of(division.id, starts - timedelta(seconds=1)) == 0
        assert known.rate_of(division.id, starts) == 150

    def test_keeps_who_said_so_and_why_and_is_followed_by_another(self):
        division = make_enterprise().division
        by = head(division.id)
        set_rate(division, 150, by=by)
        set_rate(division, 0, reason=" Ata 4 ", first_day=tomorrow(division) + DAY)

        last, first = known.decided(division.id, 5)
        assert (first.rate, first.decided_by_id, first.reason) == (150, by.id, WHY["reason"])
        assert (last.rate, last.reason, last.fund_id) == (0, "Ata 4", first.fund_id)
        assert known.rate_of(division.id, last.valid_from) == 0

    @pytest.mark.parametrize("rate", [-1, 2_001])
    def test_refuses_less_than_nothing_and_more_than_a_fifth(self, rate):
        with pytest.raises(RateWrong):
            set_rate(make_enterprise().division, rate)

    def test_refuses_a_day_that_has_begun(self):
        division = make_enterprise().division
        with pytest.raises(TooSoon):
            set_rate(division, 100, first_day=clock.today(division.time_zone))

    def test_wants_to_know_why(self):
        with pytest.raises(WhyMissing):
            set_rate(make_enterprise().division, 100, reason="  ")

    @pytest.mark.parametrize("role", ["finance", "council", "administrator"])
    def test_is_for_the_head_of_that_division_alone(self, role):
        division = make_enterprise().division
        here = frozenset({division.id})
        others = Person(make_user().id, roles=frozenset({role}), divisions=here)
        for by in (others, head(division.id + 1)):
            with pytest.raises(NotFound):
                set_rate(division, 100, by=by)

    def test_is_never_changed(self):
        make_rate(make_enterprise())
        with pytest.raises(sa.exc.DBAPIError):
            _change()


@operation
def _change():
    db.session.execute(sa.update(FundRate).values(rate=0))


@pytest.mark.usefixtures("pix_here")
class TestShare:
    @pytest.mark.scenario(39)
    def test_is_frozen_and_entered_with_the_sale(self, bank):
        one, other = make_enterprise(), make_enterprise()
        make_rate(one)
        attempt = pay(bank, (one, 3_334), (other, 6_666))

        parts = parts_of(attempt)
        assert [(part.fee_cents, part.fund_cents) for part in parts] == [(40, 33), (79, 67)]
        assert in_fund() == 100
        assert (stand("pending", one), stand("pending", other)) == (3_261, 6_520)
        kinds = [entry.kind.value for entry in entries_about("attempt", attempt.id)]
        assert kinds[:3] == ["payment_succeeded", "fee_shared", "fund_contributed"]

    def test_is_of_the_rate_of_its_day_whatever_is_decided_later(self, bank):
        enterprise = make_enterprise()
        make_rate(enterprise)
        attempt = pay(bank, (enterprise, 10_000))
        make_rate(enterprise, 500)

        refunds.give_back(attempt.parts[0].payment_id, 5_000, by=HOUSE, now=clock.now())

        assert db.session.scalars(sa.select(Refund.fund_cents)).one() == 50
        assert in_fund() == 50

    def test_is_told_of_each_who_gave_it_with_what_went_back(self, bank):
        one, other = make_enterprise(), make_enterprise()
        make_rate(one)
        attempt = pay(bank, (one, 10_000), (other, 20_000))
        refunds.give_back(attempt.parts[0].payment_id, 5_000, by=HOUSE, now=clock.now())

        around = (clock.now() - DAY, clock.now() + DAY)
        assert known.given_by(one.id, *around) == (100, 0, 50)
        assert known.given_by(other.id, *around) == (200, 0, 0)
        assert known.given_by(one.id, around[0] - DAY, around[0]) == (0, 0, 0)

    def test_is_nothing_without_a_rate(self, bank):
        enterprise = make_enterprise()
        attempt = pay(bank, (enterprise, 10_000))

        assert [(part.fund_id, part.fund_cents) for part in parts_of(attempt)] == [(None, 0)]
        kinds = [entry.kind.value for entry in entries_about("attempt", attempt.id)]
        assert kinds == ["payment_succeeded", "fee_shared", "provider_settled"]

    def test_goes_to_the_fund_of_each_ones_division(self, bank):
        here = make_enterprise()
        there = make_enterprise(division=make_division())
        make_rate(here)
        make_rate(there, 200)
        pay(bank, (here, 10_000), (there, 10_000))

        mine = sa.select(Fund.id).order_by(Fund.id)
        found = [-balance(AccountName("fund", one)) for one in db.session.scalars(mine)]
        assert found == [100, 200]

    @pytest.mark.scenario(40, 41)
    def test_goes_back_in_its_share_and_ends_even(self, bank):
        enterprise = make_enterprise()
        make_rate(enterprise)
        payment_id = pay(bank, (enterprise, 9_999)).parts[0].payment_id
        for cents in (3_333, 1, 6_665):
            refunds.give_back(payment_id, cents, by=HOUSE, now=clock.now())
        queue.work_all(now=clock.now())

        assert (in_fund(), stand("pending", enterprise)) == (0, 0)
        again = {"populate_existing": True}
        assert db.session.get_one(Payment, payment_id, **again).state is PaymentState.REFUNDED

    def test_is_not_released_to_its_enterprise(self, bank):
        enterprise = make_enterprise()
        make_rate(enterprise)
        payment_id = pay(bank, (enterprise, 10_000)).parts[0].payment_id
        releasing.note_fulfilled(payment_id, by=HOUSE, now=clock.now() - 8 * DAY)

        assert releasing.release(payment_id, by=HOUSE, now=clock.now()) == 10_000 - 119 - 100

        refunds.give_back(payment_id, 10_000, by=HOUSE, now=clock.now())
        assert (stand("payable", enterprise), stand("debt", enterprise), in_fund()) == (0, 0, 0)

    def test_comes_from_the_fund_when_a_dispute_is_lost(self, bank):
        enterprise = make_enterprise()
        make_rate(enterprise)
        attempt = pay(bank, (enterprise, 10_000))
        bank.hand("dispute", charge=attempt.charge_id)
        jobs.list_news()
        queue.work_all(now=clock.now())

        assert (in_fund(), stand("pending", enterprise)) == (0, 0)
        assert balance(AccountName("losses")) == 119
