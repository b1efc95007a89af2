"""Calls, who may apply, and until when."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.accounts.queries import person_of
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment, Standing
from marketplace.fairs.errors import (
    CallClosesTooLate,
    CallIsOpen,
    CallNotOpen,
    HasExhibitors,
    LotteryOutOfTime,
    NotEligible,
    OtherSegment,
    PlacesAreDrawn,
    QuotasTooMany,
)
from marketplace.fairs.models.calls import ApplicationState, Call
from marketplace.fairs.operations import applications, calendar, exhibitors
from marketplace.fairs.queries import calendar as queries
from marketplace.fairs.queries import calls
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_division, make_staff
from tests.factories.calls import CLOSES, apply, make_call, make_drawn
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_fair, make_plan

SECOND = timedelta(seconds=1)
BY = {"by": HOUSE, "now": NOW}


def kinds_told(user):
    return list(db.session.scalars(sa.select(Notice.kind).where(Notice.user_id == user.id)))


def call_and_group(**columns):
    call = make_call()
    return call, make_enterprise(division=call.fair.division, **columns)


class TestSetCall:
    def test_tells_those_who_may_apply(self):
        mara, group = make_producer()
        stranger, _elsewhere = make_producer(division=make_division())

        make_call(group.division)

        assert kinds_told(mara) == ["fair_call"]
        assert kinds_told(stranger) == []

    def test_is_changed_until_it_opens(self):
        call = make_call(opens_at=NOW + timedelta(hours=1))

        make_call(fair=call.fair, places=7, opens_at=NOW + timedelta(hours=2))
        assert db.session.scalars(sa.select(Call)).one().places == 7

        with pytest.raises(CallIsOpen):
            make_call(fair=call.fair, now=NOW + timedelta(hours=2))

    def test_gives_all_the_places_of_a_fair(self):
        fair = make_fair(exhibitors=[make_enterprise()])

        with pytest.raises(HasExhibitors):
            make_call(fair=fair)

    def test_closes_before_the_fair_and_after_it_opens(self):
        begins = NOW.replace(month=12, day=5, hour=12)  # 8 h in Manaus
        make_call(closes_at=begins - timedelta(days=2), lottery_on=date(2026, 12, 4))

        for closes in (begins + SECOND, NOW):
            with pytest.raises(CallClosesTooLate):
                make_call(closes_at=closes)

    @pytest.mark.parametrize("day", [25, 24])
    def test_names_a_lottery_of_a_day_after_it_closes(self, day):
        with pytest.raises(LotteryOutOfTime):
            make_call(lottery_on=date(2026, 11, day))

    def test_names_a_lottery_of_a_day_before_the_fair(self):
        make_call(lottery_on=date(2026, 12, 4))

        with pytest.raises(LotteryOutOfTime):
            make_call(lottery_on=date(2026, 12, 5))

    def test_keeps_no_more_than_there_is(self):
        make_call(places=2, quotas={"mandioca": 1, "reciclagem": 1})

        with pytest.raises(QuotasTooMany):
            make_call(places=2, quotas={"mandioca": 2, "reciclagem": 1})

    def test_is_for_staff_of_that_division(self):
        fair, caio = make_fair(), make_staff(Role.ARTICULATION, make_division())
        call = make_call()

        with pytest.raises(NotFound):
            exhibitors.lock_fair(fair.id, person_of(caio.id))
        assert call.by_id is None

    def test_leaves_no_place_to_be_given_by_hand(self):
        call = make_call()

        with pytest.raises(PlacesAreDrawn):
            exhibitors.place_exhibitor(call.fair_id, make_enterprise().id, "1", **BY)


class TestFairWithACall:
    def test_begins_after_the_lottery_of_its_call(self):
        call = make_call(lottery_on=date(2026, 11, 28))
        on_28, on_29 = (make_plan(call.fair.division, (date(2026, 11, n),)) for n in (28, 29))

        calendar.change_fair(call.fair_id, on_29, **BY)
        with pytest.raises(LotteryOutOfTime):
            calendar.change_fair(call.fair_id, on_28, **BY)

    def test_is_copied_without_those_who_were_drawn(self):
        drawn = make_drawn(3)

        copy = calendar.clone_fair(drawn.call.fair_id, date(2027, 1, 9), **BY)

        assert queries.exhibitors(copy.id) == []
        assert len(queries.exhibitors(drawn.call.fair_id)) == 2


class TestApply:
    def test_is_numbered_in_order_and_keeps_its_number(self):
        call, group = call_and_group()
        first, second = apply(call, group), apply(call)
        applications.withdraw_application(call.fair_id, group.id, **BY)

        again = apply(call, group, brings="Farinha", shares=False)

        assert (first.number, second.number, again.number) == (1, 2, 1)
        assert (again.brings, again.shares, again.state) == (
            "Farinha",
            False,
            ApplicationState.SENT,
        )

    def test_is_open_to_the_last_second_and_no_longer(self):
        """No job runs here: the instant alone decides."""
        call = make_call(opens_at=NOW + SECOND)

        with pytest.raises(CallNotOpen):
            apply(call, now=NOW)
        apply(call, now=NOW + SECOND)
        apply(call, now=CLOSES - SECOND)
        with pytest.raises(CallNotOpen):
            apply(call, now=CLOSES)

    def test_is_for_those_of_the_division(self):
        with pytest.raises(NotFound):
            apply(make_call(), make_enterprise(division=make_division()))

    def test_is_for_who_acts_for_the_enterprise(self):
        call, (mara, _own) = make_call(), make_producer()
        sent = {"segment": Segment.CRAFTS, "brings": "Redes", "shares": True, "now": NOW}

        with pytest.raises(NotFound):
            applications.apply(call.fair_id, make_enterprise().id, by=person_of(mara.id), **sent)

    def test_is_for_those_approved(self):
        with pytest.raises(NotEligible, match="not approved"):
            apply(*call_and_group(standing=Standing.SUSPENDED))

    def test_is_for_a_segment_of_its_registration(self):
        with pytest.raises(OtherSegment):
            apply(make_call(), segment=Segment.CASSAVA)

    def test_is_gone_with_the_fair(self):
        call = make_call()
        calendar.cancel_fair(call.fair_id, "Chuva", **BY)

        with pytest.raises(NotFound):
            apply(call)

    def test_is_told_when_the_fair_is_cancelled(self):
        call = make_call()
        mara, group = make_producer(division=call.fair.division)
        apply(call, group)

        calendar.cancel_fair(call.fair_id, "Chuva", **BY)

        assert kinds_told(mara) == ["called_fair_cancelled"]


class TestWithdrawApplication:
    def test_takes_it_off_the_list(self):
        call, group = call_and_group()
        apply(call, group)

        applications.withdraw_application(call.fair_id, group.id, **BY)

        assert calls.applications(call.id) == []

    def test_is_too_late_from_the_closing_on(self):
        call, group = call_and_group()
        apply(call, group)

        with pytest.raises(CallNotOpen):
            applications.withdraw_application(call.fair_id, group.id, by=HOUSE, now=CLOSES)

    def test_needs_an_application(self):
        with pytest.raises(NotFound):
            applications.withdraw_application(make_call().fair_id, make_enterprise().id, **BY)
