"""The clock of a server is set wrong and put right: nobody stays locked out, nothing stays stuck.

While it is a day ahead things are noted with times that are still to come; once it is put back
those must neither hold longer than they are meant to, nor hold others up until then. A key of what
was done knows no time. Days and hours are those of each place, whatever its zone does.
"""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts import totp
from marketplace.accounts.errors import WrongFactor
from marketplace.accounts.models import CODE, PASSWORD, LoginSession
from marketplace.accounts.operations import factors, sessions
from marketplace.accounts.queries import session_by
from marketplace.core import limits, queue
from marketplace.core.clock import day_bounds, instant_of, today
from marketplace.core.database import db, operation
from marketplace.core.limits import TooMany
from marketplace.core.queue import LEASE, Job, enqueue
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations import closing
from tests.core.test_queue import KIND
from tests.factories.accounts import make_staff, make_user
from tests.factories.clock import NOW
from tests.factories.orders import make_delivered, reread

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
AHEAD = NOW + DAY
ZONES = ("America/Manaus", "America/Porto_Velho", "America/Rio_Branco", "America/New_York")


@operation
def ask(key, run_at):
    enqueue(KIND, {"word": key}, key=key, run_at=run_at)


def jobs_done():
    return db.session.scalar(sa.select(sa.func.count()).where(Job.done_at.is_not(None)))


class TestLeases:
    def test_of_a_clock_that_ran_ahead_are_taken_over_after_it_is_put_back(self):
        ask("a", NOW)
        queue.claim("gone", now=AHEAD)

        assert queue.claim("next", now=NOW)

    def test_of_a_worker_at_work_are_left_to_it_by_a_clock_a_little_behind(self):
        ask("a", NOW - MINUTE)
        queue.claim("busy", now=NOW)

        assert queue.claim("next", now=NOW - LEASE / 2) is None

    def test_run_out_when_the_clock_jumps_on_and_the_work_is_noted_once(self):
        ask("a", NOW)
        job_id = queue.claim("slow", now=NOW)[0]
        queue.claim("next", now=AHEAD)
        queue.finish(job_id, "slow", now=NOW)
        assert jobs_done() == 0

        queue.finish(job_id, "next", now=AHEAD)
        assert jobs_done() == 1


class TestPeriods:
    def test_of_before_are_asked_for_though_one_of_later_was(self, monkeypatch):
        monkeypatch.setattr(queue, "periods", {KIND: timedelta(hours=1)})
        for now in (AHEAD, NOW, NOW + MINUTE, AHEAD):
            queue.enqueue_periodic(now=now)

        assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 2


class TestKeys:
    def test_are_the_same_work_at_any_time(self):
        for now in (NOW, AHEAD, NOW - DAY):
            ask("once", now)

        assert db.session.scalar(sa.select(sa.func.count(Job.id))) == 1


class TestLimits:
    def test_counted_ahead_hold_nobody_up_after_the_clock_is_put_back(self):
        for _ in range(3):
            limits.take("x", "ana", limit=3, seconds=60, now=AHEAD)

        limits.take("x", "ana", limit=3, seconds=60, now=NOW)

    def test_hold_through_a_small_step_back_and_for_no_more_than_two_windows(self):
        for _ in range(3):
            limits.take("x", "ana", limit=3, seconds=60, now=NOW)

        with pytest.raises(TooMany) as refused:
            limits.take("x", "ana", limit=3, seconds=60, now=NOW - MINUTE / 2)
        assert int(refused.value.headers["Retry-After"]) <= 2 * 60


class TestSecondStep:
    def test_goes_on_after_codes_were_taken_by_a_clock_ahead_and_each_once(self):
        head, key = make_staff("head"), totp.new_key()
        factors.enrol(head.id, key, code(key, AHEAD), by=HOUSE, now=AHEAD)

        factors.check_code(head.id, code(key, NOW), now=NOW)
        with pytest.raises(WrongFactor):
            factors.check_code(head.id, code(key, NOW), now=NOW + MINUTE / 2)

    @pytest.mark.parametrize("back", [0, 1, 2])
    def test_takes_no_code_again_by_a_clock_a_little_behind(self, back):
        head, key = make_staff("head"), totp.new_key()
        factors.enrol(head.id, key, code(key, NOW), by=HOUSE, now=NOW)
        earlier = NOW - back * MINUTE / 2

        with pytest.raises(WrongFactor):
            factors.check_code(head.id, code(key, earlier), now=earlier)


def code(key, now):
    return totp.code_of(key, totp.step_at(now))


def session_begun(now):
    token = sessions.start_session(make_user().id, device="x", code_at=now, now=now)
    return db.session.scalars(session_by(token)).one()


class TestSessions:
    def test_begun_by_a_clock_ahead_end_when_it_is_put_back(self):
        begun: LoginSession = session_begun(AHEAD)

        assert not begun.is_live(NOW, staff=True)
        assert not begun.is_live(NOW, staff=False)
        assert begun.proven(NOW) == frozenset()

    def test_live_on_through_a_small_step_back(self):
        begun = session_begun(NOW)

        assert begun.is_live(NOW - MINUTE, staff=True)
        assert begun.proven(NOW - MINUTE) == {PASSWORD, CODE}

    def test_end_when_the_clock_jumps_on(self):
        assert not session_begun(NOW).is_live(NOW + 15 * DAY, staff=False)


class TestReservations:
    def test_ended_or_not_by_their_own_time_stay_so(self):
        order: Order = make_delivered(now=NOW)
        closing.lapse_unanswered(by=HOUSE, now=NOW - DAY)
        assert reread(order).state is State.PLACED

        closing.lapse_unanswered(by=HOUSE, now=NOW + 30 * DAY)
        closing.lapse_unanswered(by=HOUSE, now=NOW)
        assert reread(order).state is State.LAPSED


class TestZones:
    @pytest.mark.parametrize("zone", ZONES)
    def test_have_days_without_gap_or_overlap_through_a_whole_year(self, zone):
        day, lengths = date(2026, 1, 1), set()
        for number in range(365):
            start, end = day_bounds(day + timedelta(days=number), zone)
            assert end == day_bounds(day + timedelta(days=number + 1), zone)[0]
            assert today(zone, start) == today(zone, end - timedelta(microseconds=1))
            lengths.add((end - start).total_seconds() / 3600)

        assert lengths == ({23, 24, 25} if zone == "America/New_York" else {24})

    @pytest.mark.parametrize(
        ("zone", "hour"),
        [("America/Manaus", 12), ("America/Porto_Velho", 12), ("America/New_York", 13)],
    )
    def test_open_at_the_hour_that_clocks_show_there(self, zone, hour):
        assert instant_of(date(2026, 11, 1), time(8), zone) == datetime(
            2026, 11, 1, hour, tzinfo=UTC
        )

    def test_show_an_hour_that_is_skipped_or_comes_twice_as_one_instant(self):
        skipped = instant_of(date(2026, 3, 8), time(2, 30), "America/New_York")
        twice = instant_of(date(2026, 11, 1), time(1, 30), "America/New_York")

        assert (skipped.hour, twice.hour) == (7, 5)  # as if it had not changed yet, in both
