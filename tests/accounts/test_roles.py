"""Giving and ending roles, and closing accounts."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries
from marketplace.accounts.errors import (
    AlreadyEnded,
    AlreadyGiven,
    LastAdministrator,
    NotOneself,
    OtherDivision,
    WrongLogin,
)
from marketplace.accounts.models import Grant, Role
from marketplace.accounts.operations import closing, roles, sessions
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.rights import HOUSE
from tests.factories.accounts import PASSWORD, make_division, make_grant, make_staff, make_user
from tests.factories.clock import NOW


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def dora(division):
    return make_staff("administrator", division)


def person(user):
    return queries.person_of(user.id)


def give(user, role, division, *, by):
    return roles.give_role(user.id, Role(role), division.id, reason="", by=by, now=NOW)


def end(grant, *, by):
    return roles.end_role(grant.id, reason="left", by=by, now=NOW)


def grant_of(user):
    return db.session.scalars(sa.select(Grant).where(Grant.user_id == user.id)).one()


class TestGiveRole:
    def test_gives_it_from_the_next_page_on(self, division, dora):
        caio = make_user()

        grant = give(caio, "articulation", division, by=person(dora))

        assert grant.given_by_id == dora.id
        assert person(caio).roles == {"articulation"}
        assert person(caio).divisions == {division.id}

    def test_logs_the_person_out(self, division):
        caio = make_user()
        token = sessions.start_session(caio.id, device="", now=NOW)

        give(caio, "finance", division, by=HOUSE)

        assert db.session.scalar(queries.session_by(token)) is None

    def test_refuses_to_give_it_to_oneself(self, division, dora):
        with pytest.raises(NotOneself):
            give(dora, "head", division, by=person(dora))

    @pytest.mark.parametrize("role", ["head", "articulation", "finance"])
    def test_refuses_who_is_not_an_administrator(self, division, role):
        by = person(make_staff(role, division))

        with pytest.raises(NotAllowed):
            give(make_user(), "council", division, by=by)

    def test_refuses_the_administrator_of_another_division(self, division):
        with pytest.raises(NotAllowed):
            give(make_user(), "council", division, by=person(make_staff("administrator")))

    def test_refuses_a_role_they_hold(self, division):
        caio = make_staff("head", division)

        with pytest.raises(AlreadyGiven):
            give(caio, "head", division, by=HOUSE)

    def test_gives_again_what_has_ended(self, division):
        caio = make_user()
        end(give(caio, "head", division, by=HOUSE), by=HOUSE)

        assert give(caio, "head", division, by=HOUSE)

    def test_refuses_staff_of_another_division(self, division):
        with pytest.raises(OtherDivision):
            give(make_staff("head"), "council", division, by=HOUSE)

    def test_lets_a_facilitator_help_in_several_divisions(self, division):
        caio = make_staff("facilitator")
        give(caio, "facilitator", division, by=HOUSE)

        assert person(caio).divisions == set()


class TestEndRole:
    def test_ends_it_and_keeps_who_and_why(self, division, dora):
        caio = make_staff("head", division)

        ended = end(grant_of(caio), by=person(dora))

        assert (ended.ended_by_id, ended.end_reason, ended.ended_at) == (dora.id, "left", NOW)
        assert person(caio).roles == set()

    def test_logs_the_person_out(self, division):
        caio = make_staff("head", division)
        token = sessions.start_session(caio.id, device="", now=NOW)

        end(grant_of(caio), by=HOUSE)

        assert db.session.scalar(queries.session_by(token)) is None

    def test_refuses_the_last_administrator(self, division, dora):
        with pytest.raises(LastAdministrator):
            end(grant_of(dora), by=person(dora))

    def test_counts_no_administrator_whose_account_is_closed(self, division, dora):
        make_grant(make_user(deactivated_at=NOW), "administrator", division)

        with pytest.raises(LastAdministrator):
            end(grant_of(dora), by=person(dora))

    def test_lets_an_administrator_go_when_another_stays(self, division, dora):
        make_staff("administrator", division)

        assert end(grant_of(dora), by=person(dora)).ended_at == NOW

    def test_refuses_what_has_ended(self, division, dora):
        grant = grant_of(make_staff("head", division))
        end(grant, by=HOUSE)

        with pytest.raises(AlreadyEnded):
            end(grant, by=HOUSE)

    def test_does_not_find_another_divisions(self, dora):
        with pytest.raises(NotFound):
            end(grant_of(make_staff("head")), by=person(dora))

    def test_refuses_who_is_not_an_administrator(self, division):
        grant = grant_of(make_staff("finance", division))

        with pytest.raises(NotAllowed):
            end(grant, by=person(make_staff("head", division)))


class TestDeactivatePerson:
    def close(self, user, *, by=HOUSE):
        return closing.deactivate_person(user.id, reason="asked for it", by=by, now=NOW)

    def test_logs_out_and_lets_nobody_log_in(self):
        ana = make_user()
        sessions.start_session(ana.id, device="", now=NOW)

        self.close(ana)

        assert queries.open_sessions(ana.id) == []
        with pytest.raises(WrongLogin):
            sessions.authenticate(ana.mobile, PASSWORD, address="203.0.113.1", now=NOW)

    def test_refuses_ones_own(self, dora):
        with pytest.raises(NotOneself):
            self.close(dora, by=person(dora))

    def test_refuses_the_last_administrator(self, dora):
        with pytest.raises(LastAdministrator):
            self.close(dora)

    def test_does_not_find_the_staff_of_another_division(self, dora):
        with pytest.raises(NotFound):
            self.close(make_staff("head"), by=person(dora))

    def test_refuses_a_closed_account(self):
        with pytest.raises(AlreadyEnded):
            self.close(make_user(deactivated_at=NOW))

    def test_refuses_who_is_not_an_administrator(self, division):
        with pytest.raises(NotAllowed):
            self.close(make_user(), by=person(make_staff("head", division)))


class TestReactivatePerson:
    def test_gives_back_the_account_with_its_roles(self, division):
        caio = make_staff("head", division)
        closing.deactivate_person(caio.id, reason="", by=HOUSE, now=NOW)

        closing.reactivate_person(caio.id, reason="", by=HOUSE, now=NOW)

        assert person(caio).roles == {"head"}

    def test_refuses_an_open_account(self):
        with pytest.raises(AlreadyEnded):
            closing.reactivate_person(make_user().id, reason="", by=HOUSE, now=NOW)


def test_two_administrators_cannot_end_each_other_at_once(open_house):
    """Each sees the other when it begins; one of the two must lose."""
    division = make_division()
    division_id, people = division.id, [make_staff("administrator", division) for _ in range(2)]
    grants = [(grant_of(user).id, user.id) for user in people]
    db.session.remove()
    start, refused = Barrier(2), []

    def go(grant_id, user_id):
        with open_house.app_context():
            by = queries.person_of(user_id)
            start.wait()
            try:
                roles.end_role(grant_id, reason="", by=by, now=NOW)
            except LastAdministrator as error:
                refused.append(error)
            db.session.remove()

    (first, ana), (second, bia) = grants
    threads = [Thread(target=go, args=pair) for pair in ((first, bia), (second, ana))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert len(db.session.scalars(queries.administrators(division_id)).all()) == 1
