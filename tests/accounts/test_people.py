"""Registering people, and what they change about their own account."""

import pytest

from marketplace.accounts import passwords, queries
from marketplace.accounts.errors import AlreadyRegistered, WrongPassword
from marketplace.accounts.models import User
from marketplace.accounts.operations import people
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed
from marketplace.core.rights import HOUSE, VISITOR
from tests.factories.accounts import PASSWORD, make_staff, make_user, reread
from tests.factories.clock import NOW

ANA = {"name": "Ana", "mobile": "+5592991234567", "email": None}
NEW = "outra senha boa"


def register(*, by=VISITOR, password=PASSWORD, **facts):
    return people.register_person(**ANA | facts, password=password, by=by, now=NOW)


def make_member():
    return make_user(password_hash=passwords.hashed(PASSWORD))


class TestRegisterPerson:
    def test_registers_themselves_with_a_password(self):
        user = register()

        assert (user.claimed_at, user.made_by_id) == (NOW, None)
        assert passwords.fits(PASSWORD, user.password_hash)

    def test_registers_somebody_who_then_claims_the_account(self):
        caio = make_staff("articulation")

        user = register(password=None, by=queries.person_of(caio.id))

        assert (user.claimed_at, user.made_by_id, user.password_hash) == (None, caio.id, None)

    def test_refuses_a_visitor_who_registers_somebody_else(self):
        with pytest.raises(NotAllowed):
            register(password=None)

    @pytest.mark.parametrize(
        "same", [{"email": "other@example.org"}, {"mobile": None, "email": "ana@example.org"}]
    )
    def test_refuses_a_number_or_address_that_somebody_has(self, same):
        register(email="ana@example.org")

        with pytest.raises(AlreadyRegistered):
            register(**same)

    def test_takes_an_email_alone(self):
        assert register(mobile="", email="ana@example.org").mobile is None


class TestChangeOwnData:
    def change(self, user, password=PASSWORD, *, by=None, **facts):
        reach = people.Reach(**ANA | facts)
        by = by or queries.person_of(user.id)
        return people.change_own_data(user.id, reach, password=password, by=by, now=NOW)

    def test_changes_how_somebody_is_called_and_reached(self):
        self.change(make_member(), email="ana@example.org")

        kept = reread(User)
        assert (kept.name, kept.mobile, kept.email) == (
            "Ana",
            "+5592991234567",
            "ana@example.org",
        )

    def test_asks_for_the_password(self):
        with pytest.raises(WrongPassword):
            self.change(make_member(), "wrong")

    def test_refuses_the_number_of_somebody_else(self):
        other = make_user(mobile="+5592991112222")

        with pytest.raises(AlreadyRegistered):
            self.change(make_member(), mobile=other.mobile)

    def test_refuses_another_persons_account(self):
        with pytest.raises(NotAllowed):
            self.change(make_member(), by=queries.person_of(make_user().id))


class TestChangePassword:
    def test_sets_the_new_one(self):
        user = make_member()

        people.change_password(user.id, PASSWORD, NEW, by=queries.person_of(user.id), now=NOW)

        assert passwords.fits(NEW, reread(User).password_hash)

    def test_asks_for_the_one_used_now(self):
        user = make_member()

        with pytest.raises(WrongPassword):
            people.change_password(user.id, "wrong", NEW, by=queries.person_of(user.id), now=NOW)

    def test_refuses_another_persons(self):
        with pytest.raises(NotAllowed):
            people.change_password(make_member().id, PASSWORD, NEW, by=HOUSE, now=NOW)


class TestChangeLanguage:
    def test_sets_the_language_of_letters(self):
        user = make_user()

        people.change_language(user.id, "es", by=queries.person_of(user.id), now=NOW)

        assert reread(User).language == "es"

    def test_refuses_another_persons(self):
        with pytest.raises(NotAllowed):
            people.change_language(make_user().id, "es", by=HOUSE, now=NOW)


class TestIsWeak:
    @pytest.mark.parametrize("typed", ["1234567", "11111111", "12345678", "87654321", "senha123"])
    def test_refuses_what_would_be_tried_first(self, typed):
        assert passwords.is_weak(typed)

    @pytest.mark.parametrize("typed", ["paneiro7", "açaí com farinha"])
    def test_takes_what_is_long_enough(self, typed):
        assert not passwords.is_weak(typed)


class TestFits:
    def test_reads_a_password_alike_however_its_accents_are_encoded(self):
        assert passwords.fits("ac\u0327ai\u0301-do-dia", passwords.hashed("açaí-do-dia"))

    def test_never_fits_where_there_is_no_hash(self):
        assert not passwords.fits("anything", None)


class TestPeopleLike:
    def test_finds_by_a_part_of_the_name_and_by_the_whole_number(self):
        ana = make_user(name="Ana Lúcia", mobile="+5592991234567")
        make_user(name="Bia")

        found = [queries.people_like(text, within=HOUSE) for text in ("lúcia", "(92) 99123-4567")]

        assert [db.session.scalars(query).all() for query in found] == [[ana], [ana]]
