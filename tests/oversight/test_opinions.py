"""The council says what it thinks of an issued report, and each member votes once on it."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Grant, Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.notifications.models import Notice
from marketplace.oversight import council_words
from marketplace.oversight.errors import (
    BadDeadline,
    OpinionStands,
    VotedAlready,
    VoteOver,
    VoteSaysWhy,
    WordsMissing,
)
from marketplace.oversight.models.council import Choice, Opinion
from marketplace.oversight.operations import opinions
from marketplace.oversight.queries import council
from tests.factories.accounts import make_division, make_staff, reread, saved_change
from tests.factories.council import VOTE_DAYS, make_opinion, member_of
from tests.factories.enterprises import person_of
from tests.factories.issued import make_issued

NOW = clock.now()
DAY = timedelta(days=1)
OVER = NOW + (VOTE_DAYS + 1) * DAY
FOR, AGAINST, ABSTAINED = Choice


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def opinion(division):
    return make_opinion(division, now=NOW)


def vote(opinion, choice, by=None, *, reason="Li e conferi", now=NOW):
    by = by or member_of(opinion.report.division)
    opinions.cast_vote(opinion.id, choice, reason, by=by, now=now)


def outcome(opinion, now):
    db.session.expire_all()
    return council_words.outcome(council.tally(opinion, now))


def told_to(user_id):
    kinds = sa.select(Notice.kind).where(Notice.user_id == user_id).order_by(Notice.id)
    return db.session.scalars(kinds).all()


class TestWrite:
    @pytest.mark.parametrize("days", [0, 61])
    def test_ends_on_one_of_the_next_sixty_days(self, division, days):
        report, by = make_issued(division), member_of(division)
        day = clock.today(division.time_zone, NOW) + days * DAY
        with pytest.raises(BadDeadline):
            opinions.write_opinion(report.id, "Bom", day, by=by, now=NOW)
        with pytest.raises(WordsMissing):
            opinions.write_opinion(report.id, " ", day, by=by, now=NOW)

    def test_is_for_members_of_that_council(self, division):
        report, day = make_issued(division), NOW.date() + 3 * DAY
        head = person_of(make_staff(Role.HEAD, division))
        for by in (head, member_of(make_division())):
            with pytest.raises(NotFound):
                opinions.write_opinion(report.id, "Bom", day, by=by, now=NOW)

    def test_waits_while_another_is_voted_on_or_was_approved(self, division, opinion):
        report, by = opinion.report, member_of(division)
        day = OVER.date() + 3 * DAY
        with pytest.raises(OpinionStands):
            opinions.write_opinion(report.id, "Outro", NOW.date() + DAY, by=by, now=NOW)
        vote(opinion, FOR)
        with pytest.raises(OpinionStands):
            opinions.write_opinion(report.id, "Outro", day, by=by, now=OVER)

    def test_may_follow_one_that_was_not_approved(self, division, opinion):
        vote(opinion, AGAINST)
        by = member_of(division)
        opinions.write_opinion(opinion.report_id, "Outro", OVER.date() + DAY, by=by, now=OVER)

        assert len(council.opinions_on(opinion.report_id)) == 2

    def test_tells_members_and_the_head(self, division):
        member, head = member_of(division), make_staff(Role.HEAD, division)
        make_opinion(division, now=NOW)

        assert told_to(member.id) == told_to(head.id) == ["council_opinion_written"]


class TestVote:
    def test_counts_once_each_with_a_reason(self, division, opinion):
        by = member_of(division)
        with pytest.raises(VoteSaysWhy):
            vote(opinion, FOR, by, reason="  ")
        vote(opinion, FOR, by)
        with pytest.raises(VotedAlready):
            vote(opinion, AGAINST, by)

        assert [one.choice for one in reread(Opinion).votes] == [FOR]

    def test_is_open_until_the_end_of_its_last_day(self, opinion):
        ends = clock.day_bounds(opinion.closes_on, opinion.report.division.time_zone)[1]
        vote(opinion, FOR, now=ends - timedelta(seconds=1))
        with pytest.raises(VoteOver):
            vote(opinion, FOR, now=ends)

    def test_is_for_members_of_that_council(self, division, opinion):
        for by in (person_of(make_staff(Role.HEAD, division)), member_of(make_division())):
            with pytest.raises(NotFound):
                vote(opinion, FOR, by)

    @pytest.mark.parametrize(
        ("choices", "said"),
        [
            ((), "Nobody voted"),
            ((FOR, FOR, AGAINST), "Approved"),
            ((FOR, ABSTAINED, ABSTAINED), "Approved"),
            ((FOR, AGAINST), "Not approved"),
            ((ABSTAINED,), "Not approved"),
        ],
    )
    def test_is_carried_by_more_for_than_against(self, opinion, choices, said):
        for choice in choices:
            vote(opinion, choice)

        assert outcome(opinion, NOW) == "Being voted on"
        assert outcome(opinion, OVER) == said

    def test_counts_the_members_of_its_last_day(self, division, opinion):
        leaves = member_of(division)
        assert council.members_of(opinion, clock.now()) == 2
        grant = db.session.scalars(sa.select(Grant).where(Grant.user_id == leaves.id)).one()
        saved_change(grant, ended_at=OVER + DAY)
        member_of(division)

        assert council.members_of(opinion, OVER + 2 * DAY) == 3

    def test_is_told_once_when_it_is_over(self, division, opinion):
        member = member_of(division)
        day = opinion.closes_on
        counts = [opinions.tell_results(day + days * DAY, now=OVER) for days in (0, 1, 1, 9)]

        assert counts == [0, 1, 1, 0]
        assert told_to(member.id) == ["council_vote_over"]

    def test_is_not_told_while_it_goes_on_elsewhere(self, division, opinion):
        member = member_of(division)

        assert opinions.tell_results(opinion.closes_on + DAY, now=NOW) == 0
        assert told_to(member.id) == []


class TestPages:
    def test_lead_from_a_report_to_an_opinion_and_its_vote(self, client, division):
        report = make_issued(division)
        client.log_in(make_staff(Role.COUNCIL, division))
        place = f"/gestao/relatorios/emitidos/{report.id}/pareceres"
        assert place in client.get(f"/gestao/relatorios/emitidos/{report.id}").text
        until = f"{clock.today(division.time_zone) + 5 * DAY}"
        told = {"words": "As contas fecham.", "closes_on": until}
        assert client.post(place, data=told | {"closes_on": "2020-01-01"}).status_code == 422
        assert client.post(place, data=told).status_code == HTTPStatus.SEE_OTHER
        votes = f"/gestao/conselho/pareceres/{reread(Opinion).id}/votos"
        assert client.post(votes, data={"choice": "maybe", "reason": "x"}).status_code == 422
        done = client.post(votes, data={"choice": "for", "reason": "Conferi zyqua"})
        again = client.post(votes, data={"choice": "for", "reason": "Conferi"})

        assert (done.status_code, again.status_code) == (303, 409)
        page = client.get(place).text
        assert "1 for, 0 against, 0 abstained." in page
        assert "1 of 1 members voted." in page
        assert "zyqua" in page
        assert "Being voted on" in client.get("/gestao/conselho/pareceres").text

    def test_let_staff_read_and_not_vote(self, client, division, opinion):
        client.log_in(make_staff(Role.HEAD, division))
        page = client.get(f"/gestao/relatorios/emitidos/{opinion.report_id}/pareceres")

        assert "As contas fecham." in page.text
        assert "/votos" not in page.text
