"""Reports that are sent by themselves, with the rights that their owner has on that day."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Role, User
from marketplace.core import clock, queue
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.notifications.models import Notice
from marketplace.reports import jobs, scheduled
from marketplace.reports.errors import AlreadyScheduled, NotScheduled
from marketplace.reports.models.issued import IssuedReport, ReportKind
from marketplace.reports.models.schedules import Sending
from marketplace.reports.operations import issuing, scheduling
from tests.factories.accounts import make_division, make_staff, saved_change
from tests.factories.issued import head_of, make_issued
from tests.factories.schedules import make_schedule

MONTHLY, QUARTERLY, ANNUAL = ReportKind
MADE = datetime(2030, 3, 1, 12, tzinfo=UTC)
DAY = datetime(2030, 4, 5, 12, tzinfo=UTC)
PAGE = "/gestao/relatorios/envios"


@pytest.fixture
def head():
    return make_staff(Role.HEAD, make_division())


def division_of(head):
    (division,) = accounts.divisions_of(accounts.person_of(head.id))
    return division


def scheduled_by(head, **more):
    by = accounts.person_of(head.id)
    return make_schedule(division_of(head), by=by, now=MADE, **more)


def send(schedule, now=DAY):
    return scheduling.send(schedule.id, by=HOUSE, now=now)


@operation
def lose_role(user_id):
    for grant in accounts.live_grants(user_id):
        grant.end(DAY, by_id=None, reason="Saiu")


@operation
def close(user_id):
    user = db.session.get_one(User, user_id)
    user.deactivated_at, user.closing_reason = DAY, "Saiu"


class TestDue:
    @pytest.mark.parametrize(
        ("kind", "today", "first"),
        [
            (MONTHLY, date(2030, 4, 4), date(2030, 2, 1)),
            (MONTHLY, date(2030, 4, 5), date(2030, 3, 1)),
            (MONTHLY, date(2030, 4, 30), date(2030, 3, 1)),
            (QUARTERLY, date(2030, 4, 4), date(2029, 10, 1)),
            (QUARTERLY, date(2030, 6, 1), date(2030, 1, 1)),
            (ANNUAL, date(2031, 1, 4), date(2029, 1, 1)),
            (ANNUAL, date(2031, 1, 5), date(2030, 1, 1)),
        ],
    )
    def test_is_the_latest_period_whose_day_has_come(self, kind, today, first):
        assert scheduled.due_period(kind, 5, date(2029, 1, 1), today).first == first

    def test_is_nothing_whose_day_was_before_it_was_asked_for(self):
        assert scheduled.due_period(MONTHLY, 5, date(2030, 4, 6), date(2030, 4, 30)) is None
        assert scheduled.due_period(MONTHLY, 5, date(2030, 4, 5), date(2030, 4, 5)) is not None

    def test_tells_the_next_day(self, head):
        monthly, annual = scheduled_by(head), scheduled_by(head, kind=ANNUAL)
        assert scheduled.next_on(monthly, date(2030, 4, 4)) == date(2030, 4, 5)
        assert scheduled.next_on(monthly, date(2030, 4, 5)) == date(2030, 5, 5)
        assert scheduled.next_on(annual, date(2030, 4, 5)) == date(2031, 1, 5)


class TestSend:
    def test_issues_the_month_before_and_tells_the_owner_once(self, head):
        schedule = scheduled_by(head)
        assert send(schedule)
        report = db.session.scalars(sa.select(IssuedReport)).one()
        assert (report.kind, report.first_on) == (MONTHLY, date(2030, 3, 1))
        assert report.issued_by_id == head.id
        notice = db.session.scalars(sa.select(Notice)).one()
        assert (notice.user_id, notice.path) == (
            head.id,
            f"/gestao/relatorios/emitidos/{report.id}",
        )

        assert not send(schedule)
        assert not send(schedule, DAY + timedelta(days=20))
        assert send(schedule, DAY + timedelta(days=30))
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Sending)) == 2

    def test_sends_nothing_before_its_day(self, head):
        assert not send(scheduled_by(head), MADE + timedelta(days=3))

    def test_sends_the_report_that_is_there(self, head):
        schedule = scheduled_by(head)
        report = make_issued(division_of(head), date(2030, 3, 1), now=DAY)
        assert send(schedule)
        assert db.session.scalars(sa.select(Sending.report_id)).one() == report.id

    def test_reaches_all_who_read_reports_where_asked(self, head):
        council = make_staff(Role.COUNCIL, division_of(head))
        desk = make_staff(Role.DESK_TILL, division_of(head))
        other = make_staff(Role.COUNCIL, make_division())
        send(scheduled_by(head, to_all=True))
        told = set(db.session.scalars(sa.select(Notice.user_id)))
        assert told == {head.id, council.id}
        assert not told & {desk.id, other.id}

    @pytest.mark.parametrize(("lost", "why"), [(lose_role, "no_right"), (close, "closed")])
    def test_sends_nothing_of_an_owner_without_the_right_and_tells_them_why(self, head, lost, why):
        schedule = scheduled_by(head, to_all=True)
        lost(head.id)
        assert send(schedule)
        assert db.session.scalar(sa.select(IssuedReport.id)) is None
        sending = db.session.scalars(sa.select(Sending)).one()
        assert (sending.refused, sending.report_id) == (why, None)
        assert schedule.ended_at
        kinds = db.session.scalars(sa.select(Notice.kind)).all()
        assert kinds == (["scheduled_report_refused"] if why == "no_right" else [])
        assert not send(schedule, DAY + timedelta(days=31))

    def test_the_job_sends_what_is_due(self, head, monkeypatch):
        scheduled_by(head)
        monkeypatch.setattr(jobs.clock, "now", lambda: DAY)
        for _twice in "ab":
            jobs.send_scheduled()
            queue.work_all(now=DAY)
        assert db.session.scalars(sa.select(Sending.told)).all() == [1]


class TestEachByItself:
    @pytest.fixture
    def two(self, head, monkeypatch):
        """Return two schedules of which the first cannot be issued until it is mended."""
        broken, other = scheduled_by(head), scheduled_by(make_staff(Role.HEAD, make_division()))
        issue = issuing.issue

        def fails_there(*args, division_id, **told):
            if division_id == broken.division_id:
                raise LookupError("no such thing")
            return issue(*args, division_id=division_id, **told)

        monkeypatch.setattr(issuing, "issue", fails_there)
        monkeypatch.setattr(clock, "now", lambda: DAY)
        jobs.send_scheduled()
        queue.work_all(now=DAY)
        return broken, other

    def sent(self):
        return list(db.session.scalars(sa.select(Sending.schedule_id).order_by(Sending.id)))

    def test_one_that_fails_holds_up_no_other_and_is_tried_again_alone(self, two, monkeypatch):
        broken, other = two
        assert self.sent() == [other.id]
        assert list(scheduled.failed()) == [broken.id]
        jobs.send_scheduled()
        assert queue.work_all(now=DAY) == 0

        monkeypatch.undo()
        later = DAY + timedelta(hours=1)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert queue.work_all(now=later) >= 1
        assert self.sent() == [other.id, broken.id]
        assert scheduled.failed() == {}

    def test_is_named_where_its_head_looks_until_it_is_sent(self, client, log_in, head, two):
        log_in(head)
        shown = client.get(PAGE).text
        assert "could not be sent" in shown
        assert "It was tried 1 time." in shown
        assert "The next try is on" in shown
        assert "LookupError" in shown
        assert "no such thing" not in shown

        saved_change(two[0], paused_at=DAY)
        assert "could not be sent" not in client.get(PAGE).text

    def test_says_where_no_further_try_comes(self, client, log_in, head, two):
        job = scheduled.failed()[two[0].id]
        for _try in range(queue.TRIES):
            queue.work_all(now=DAY + timedelta(days=2))
            saved_change(job, run_at=DAY)
        log_in(head)

        assert "It is not tried again by itself." in client.get(PAGE).text

    def test_another_head_reads_nothing_of_it(self, client, log_in, two):
        log_in(two[1].owner)

        assert "could not be sent" not in client.get(PAGE).text


class TestSchedule:
    def test_is_asked_for_once_by_the_head_of_that_division(self, head):
        scheduled_by(head)
        with pytest.raises(AlreadyScheduled):
            scheduled_by(head)
        with pytest.raises(NotFound):
            make_schedule(division_of(head), by=head_of(make_division()))

    def test_is_paused_and_resumed_without_making_up(self, head):
        schedule, by = scheduled_by(head), accounts.person_of(head.id)
        scheduling.pause(schedule.id, by=by, now=MADE)
        assert not send(schedule)
        scheduling.resume(schedule.id, by=by, now=DAY + timedelta(days=1))
        assert not send(schedule, DAY + timedelta(days=2))
        assert send(schedule, DAY + timedelta(days=30))

    def test_ends_for_good(self, head):
        schedule, by = scheduled_by(head), accounts.person_of(head.id)
        scheduling.end(schedule.id, by=by, now=MADE)
        assert not send(schedule)
        with pytest.raises(NotScheduled):
            scheduling.resume(schedule.id, by=by, now=DAY)
        scheduled_by(head)

    def test_leaves_a_row_for_each_act(self, head):
        schedule, by = scheduled_by(head), accounts.person_of(head.id)
        for act in (scheduling.pause, scheduling.pause, scheduling.resume, scheduling.end):
            act(schedule.id, by=by, now=MADE)
        notes = [note for each in db.session.scalars(sa.select(Entry.notes)) for note in each]
        acts = {note["kind"] for note in notes}
        assert acts >= {
            *("report_scheduled", "report_schedule_paused", "report_schedule_resumed"),
            "report_schedule_ended",
        }


class TestPages:
    def test_asks_pauses_resumes_and_ends(self, client, log_in, head):
        log_in(head)
        assert "No report is sent by itself" in client.get(PAGE).text
        asked = {"kind": "monthly", "day": "5", "to_all": "y"}
        assert client.post(PAGE, data=asked | {"day": "31"}).status_code == 422
        assert client.post(PAGE, data=asked).status_code == 303
        assert client.post(PAGE, data=asked).status_code == 409

        (schedule,) = db.session.scalars(scheduled.of(accounts.person_of(head.id)))
        assert "next on" in client.get(PAGE).text
        for act, word in (("pausa", "Paused"), ("retomada", "Runs"), ("fim", "Ended")):
            client.post(f"{PAGE}/{schedule.id}/{act}")
            assert word in client.get(PAGE).text

    def test_shows_why_nothing_was_sent(self, client, log_in, head):
        division = division_of(head)
        send_of = scheduled_by(head)
        lose_role(head.id)
        send(send_of)
        log_in(make_staff(Role.HEAD, division))
        assert "no longer heads the Division" in client.get(PAGE).text
