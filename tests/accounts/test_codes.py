"""One-time codes that one person hands to another."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts import passwords, queries
from marketplace.accounts.errors import AlreadyClaimed, NotOneself, WrongCode
from marketplace.accounts.models import CodePurpose, OneTimeCode, User
from marketplace.accounts.operations import codes, sessions
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.limits import TooMany
from marketplace.core.rights import HOUSE
from tests.factories.accounts import PASSWORD, make_division, make_staff, make_user, reread
from tests.factories.clock import NOW

CLAIM, RESET = CodePurpose.CLAIM, CodePurpose.RESET


def person(user):
    return queries.person_of(user.id)


def unclaimed(**given):
    return make_user(claimed_at=None, **given)


def issue(user, purpose=RESET, *, by=HOUSE, now=NOW):
    return codes.issue_code(user.id, purpose, by=by, now=now)


def redeem(user, code, *, now=NOW):
    return codes.redeem_code(user.mobile, code, PASSWORD, now=now)


class TestIssueCode:
    def test_keeps_only_a_salted_hash(self):
        code = issue(make_user())

        kept = reread(OneTimeCode)
        assert len(code) == 6
        assert code not in (kept.code_hash, kept.salt)

    def test_notes_both_names(self):
        giver, user = make_staff("articulation"), make_user()
        issue(user, by=person(giver))

        noted = db.session.scalars(sa.select(Entry).order_by(Entry.id.desc())).first()
        assert (noted.person_id, noted.notes[-1]["user_id"]) == (giver.id, user.id)
        assert reread(OneTimeCode).made_by_id == giver.id

    @pytest.mark.parametrize("role", ["facilitator", "articulation", "head", "administrator"])
    def test_may_be_done_by_staff_and_facilitators(self, role):
        assert issue(make_user(), by=person(make_staff(role)))

    @pytest.mark.parametrize("role", ["council", "finance", "qualification", "desk_till"])
    def test_refuses_other_roles(self, role):
        with pytest.raises(NotAllowed):
            issue(make_user(), by=person(make_staff(role)))

    def test_refuses_a_neighbour_but_not_who_registered_them(self):
        ana = make_user()
        with pytest.raises(NotAllowed):
            issue(unclaimed(), CLAIM, by=person(ana))

        assert issue(unclaimed(made_by_id=ana.id), CLAIM, by=person(ana))

    def test_refuses_a_new_password_to_who_registered_them(self):
        ana = make_user()

        with pytest.raises(NotAllowed):
            issue(make_user(made_by_id=ana.id), by=person(ana))

    def test_refuses_ones_own(self):
        head = make_staff("head")

        with pytest.raises(NotOneself):
            issue(head, by=person(head))

    @pytest.mark.parametrize("role", ["facilitator", "articulation", "head"])
    def test_refuses_who_could_take_over_a_role_that_way(self, role):
        division = make_division()
        administrator = make_staff("administrator", division)

        with pytest.raises((NotAllowed, NotFound)):
            issue(administrator, by=person(make_staff(role, division)))

    def test_lets_an_administrator_mend_the_login_of_staff(self):
        division = make_division()

        assert issue(make_staff("head", division), by=person(make_staff("administrator", division)))

    def test_does_not_find_the_staff_of_another_division(self):
        with pytest.raises(NotFound):
            issue(make_staff("head"), by=person(make_staff("administrator")))

    def test_does_not_find_a_closed_account(self):
        with pytest.raises(NotFound):
            issue(make_user(deactivated_at=NOW))

    def test_refuses_a_claim_of_who_has_a_password(self):
        with pytest.raises(AlreadyClaimed):
            issue(make_user(), CLAIM)

    def test_stops_after_five_a_day(self):
        user = make_user()
        for _ in range(5):
            issue(user)

        with pytest.raises(TooMany):
            issue(user)
        assert issue(user, now=NOW + timedelta(days=1, seconds=1))

    def test_is_not_stopped_by_letters_that_anybody_may_ask_for(self):
        giver, user = make_staff("articulation"), make_user(email="lia@example.com")
        for n in range(5):
            codes.write_letter("lia@example.com", asked=str(n), now=NOW)

        assert issue(user, by=person(giver))

    def test_makes_the_code_before_worthless(self):
        user = make_user()
        older = issue(user)
        newer = issue(user)
        if older == newer:  # one in a million
            newer = issue(user)

        with pytest.raises(WrongCode):
            redeem(user, older)
        assert redeem(user, newer)


class TestRedeemCode:
    def test_sets_the_password_and_claims_the_account(self):
        user = unclaimed()
        code = issue(user, CLAIM)

        redeem(user, f" {code.lower().replace('-', ' ')} ")

        kept = reread(User)
        assert kept.claimed_at == NOW
        assert passwords.fits(PASSWORD, kept.password_hash)

    def test_logs_the_person_out_everywhere(self):
        user = make_user()
        token = sessions.start_session(user.id, device="", now=NOW)

        redeem(user, issue(user))

        assert db.session.scalar(queries.session_by(token)) is None

    def test_works_once(self):
        user = make_user()
        code = issue(user)
        redeem(user, code)

        with pytest.raises(WrongCode):
            redeem(user, code)

    @pytest.mark.parametrize(
        ("purpose", "lasts"), [(CLAIM, timedelta(days=7)), (RESET, timedelta(hours=1))]
    )
    def test_ends_with_its_time(self, purpose, lasts):
        user = unclaimed()
        code = issue(user, purpose)

        with pytest.raises(WrongCode):
            redeem(user, code, now=NOW + lasts)
        assert redeem(user, code, now=NOW + lasts - timedelta(seconds=1))

    def test_dies_after_five_wrong_tries(self):
        user = make_user()
        code = issue(user)
        for _ in range(5):
            with pytest.raises(WrongCode):
                redeem(user, "nothing")

        with pytest.raises(WrongCode):
            redeem(user, code)

    def test_stops_after_ten_tries_for_an_account_known_or_not(self):
        for _ in range(10):
            with pytest.raises(WrongCode):
                codes.redeem_code("+5592977776666", "000000", PASSWORD, now=NOW)

        with pytest.raises(TooMany):
            codes.redeem_code("(92) 97777-6666", "000000", PASSWORD, now=NOW)

    def test_opens_login_again_that_too_many_failures_had_stopped(self):
        user = make_user()
        code = issue(user)
        for _ in range(10):
            with pytest.raises(sessions.WrongLogin):
                sessions.authenticate(user.mobile, "wrong", address="203.0.113.1", now=NOW)
        redeem(user, code)

        assert sessions.authenticate(user.mobile, PASSWORD, address="203.0.113.1", now=NOW)

    def test_does_not_open_a_closed_account(self):
        user = make_user()
        code = issue(user)
        db.session.execute(sa.update(User).values(deactivated_at=NOW))
        db.session.commit()

        with pytest.raises(WrongCode):
            redeem(user, code)
