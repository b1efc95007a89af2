"""Logging in and out."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts import passwords, queries
from marketplace.accounts.errors import WrongLogin
from marketplace.accounts.models import LoginSession, User
from marketplace.accounts.networks import network_of
from marketplace.accounts.operations import sessions
from marketplace.accounts.sessions import load_user
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed
from marketplace.core.limits import TooMany
from tests.factories.accounts import PASSWORD, make_staff, make_user, reread, saved_change
from tests.factories.clock import NOW

ADDRESS = "203.0.113.9"


def make_member(**given):
    return make_user(password_hash=passwords.hashed(PASSWORD), **given)


def enter(identifier, password=PASSWORD, *, address=ADDRESS, now=NOW):
    return sessions.authenticate(identifier, password, address=address, now=now)


def fail(identifier, times, **where):
    for _ in range(times):
        with pytest.raises(WrongLogin):
            enter(identifier, "wrong", **where)


class TestAuthenticate:
    @pytest.mark.parametrize("typed", ["(92) 99123-4567", "991234567", "+55 92 99123-4567"])
    def test_knows_a_mobile_number_however_it_is_written(self, typed):
        user = make_member(mobile="+5592991234567")

        assert enter(typed) == user.id

    def test_knows_an_email_in_any_case(self):
        user = make_member(email="ana@example.org")

        assert enter(" Ana@Example.ORG ") == user.id

    @pytest.mark.parametrize("typed", ["+5592977776666", "nobody@example.org", "ana", "@", ""])
    def test_refuses_who_is_not_there(self, typed):
        with pytest.raises(WrongLogin):
            enter(typed)

    def test_refuses_an_account_that_nobody_claimed(self):
        user = make_user(password_hash=None, claimed_at=None)

        with pytest.raises(WrongLogin):
            enter(user.mobile)

    def test_refuses_a_closed_account_like_a_wrong_password(self):
        user = make_member(deactivated_at=NOW)

        with pytest.raises(WrongLogin):
            enter(user.mobile)

    def test_stops_after_ten_failures_for_an_account_even_with_the_password(self):
        user = make_member()
        fail(user.mobile, 10)

        with pytest.raises(TooMany) as refusal:
            enter(user.mobile)

        assert 0 < int(refusal.value.headers["Retry-After"]) <= 301

    def test_counts_an_unknown_account_alike(self):
        fail("nobody@example.org", 10)

        with pytest.raises(TooMany):
            enter("nobody@example.org")

    def test_lets_in_again_after_five_minutes(self):
        user = make_member()
        fail(user.mobile, 10)

        assert enter(user.mobile, now=NOW + timedelta(minutes=5, seconds=1)) == user.id

    def test_forgets_failures_once_the_password_was_right(self):
        user = make_member()
        fail(user.mobile, 9)
        enter(user.mobile)
        fail(user.mobile, 9)

        assert enter(user.mobile) == user.id

    def test_stops_a_network_after_thirty_failures(self):
        for number in range(30):
            fail(f"nobody{number}@example.org", 1, address=f"203.0.113.{number}")

        with pytest.raises(TooMany):
            enter(make_member().mobile, address="203.0.113.250")
        assert enter(make_member().mobile, address="203.0.114.1")

    def test_renews_a_hash_made_with_weaker_parameters(self):
        weak = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        user = make_user(password_hash=weak)

        enter(user.mobile)

        assert not passwords.is_outdated(reread(User).password_hash)


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("203.0.113.9", "203.0.113.0/24"),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
            ("unix:", "unix:"),
        ],
    )
    def test_names_what_addresses_are_counted_with(self, address, network):
        assert network_of(address) == network


class TestStartSession:
    def test_keeps_only_a_hash_of_the_reference(self):
        token = sessions.start_session(make_user().id, device="Firefox", now=NOW)

        kept = db.session.scalars(sa.select(LoginSession)).one()
        assert token not in (kept.token_hash, kept.device)
        assert db.session.scalar(queries.session_by(token)) == kept


class TestLoadUser:
    def start(self, user, age=timedelta(0), idle=timedelta(0)):
        now = clock.now()
        began = now - max(age, idle)
        token = sessions.start_session(user.id, device="", code_at=began, now=began)
        session = db.session.scalar(queries.session_by(token))
        sessions.note_seen(session.id, now=now - idle)
        return token

    def test_tells_who_it_is_with_their_roles_and_divisions(self):
        user = make_staff("articulation")
        known = load_user(self.start(user))

        assert known.person.id == user.id
        assert known.person.roles == {"articulation"}
        assert len(known.person.divisions) == 1
        assert known.name == user.name

    @pytest.mark.parametrize(
        ("role", "age", "idle"),
        [
            (None, timedelta(days=13), timedelta(hours=11, minutes=59)),
            ("council", timedelta(days=13), timedelta(hours=11)),
            ("head", timedelta(hours=11, minutes=59), timedelta(minutes=29)),
        ],
    )
    def test_holds_for_a_while(self, role, age, idle):
        user = make_staff(role) if role else make_user()

        assert load_user(self.start(user, age, idle))

    @pytest.mark.parametrize(
        ("role", "age", "idle"),
        [
            (None, timedelta(days=14), timedelta(0)),
            (None, timedelta(days=1), timedelta(hours=12)),
            ("head", timedelta(hours=12), timedelta(0)),
            ("head", timedelta(hours=1), timedelta(minutes=30)),
        ],
    )
    def test_ends_of_age_and_of_idleness(self, role, age, idle):
        user = make_staff(role) if role else make_user()

        assert load_user(self.start(user, age, idle)) is None

    def test_does_not_know_a_closed_account(self):
        user = make_user()
        token = self.start(user)
        saved_change(user, deactivated_at=NOW)

        assert load_user(token) is None

    @pytest.mark.parametrize(("idle", "noted"), [(4, False), (5, True)])
    def test_notes_at_most_every_five_minutes_that_somebody_was_here(self, idle, noted):
        token = self.start(make_user(), idle=timedelta(minutes=idle))
        before = reread(LoginSession).seen_at

        load_user(token)

        assert (reread(LoginSession).seen_at > before) is noted


class TestEndSession:
    def test_ends_that_device_alone(self):
        user = make_user()
        here, there = (sessions.start_session(user.id, device="", now=NOW) for _ in range(2))

        sessions.end_session(here, by=queries.person_of(user.id), now=NOW)

        assert db.session.scalar(queries.session_by(here)) is None
        assert db.session.scalar(queries.session_by(there))


class TestEndOtherSessions:
    def test_ends_all_but_this_device(self):
        user = make_user()
        here, there = (sessions.start_session(user.id, device="", now=NOW) for _ in range(2))

        ended = sessions.end_other_sessions(user.id, here, by=queries.person_of(user.id), now=NOW)

        assert ended == 1
        assert db.session.scalar(queries.session_by(here))
        assert db.session.scalar(queries.session_by(there)) is None

    def test_refuses_another_persons(self):
        mine, other = make_user(), make_user()
        token = sessions.start_session(other.id, device="", now=NOW)

        with pytest.raises(NotAllowed):
            sessions.end_other_sessions(other.id, "", by=queries.person_of(mine.id), now=NOW)
        assert db.session.scalar(queries.session_by(token))
