"""The doors of one's own account."""

from http import HTTPStatus

import pytest

from marketplace.accounts import passwords, queries
from marketplace.accounts.models import User
from marketplace.accounts.operations import sessions
from marketplace.core import clock
from marketplace.core.database import db
from tests.factories.accounts import PASSWORD, make_staff, make_user, reread

NEW = "outra senha boa"


class TestShow:
    def test_shows_the_roles_and_the_ways_to_where_one_works(self, client, log_in):
        log_in(make_staff("administrator"))

        page = client.get("/conta").text

        assert "Administrator" in page
        assert "This device" in page

    def test_is_kept_in_no_cache(self, client, log_in):
        log_in(make_user())

        assert client.get("/conta").headers["Cache-Control"] == "no-store"


class TestUpdateLanguage:
    def test_leads_on_in_the_language_that_was_chosen(self, client, log_in):
        log_in(make_user())

        assert client.post("/conta/idioma", data={"language": "es"}).location == "/es/conta"
        assert reread(User).language == "es"

    def test_keeps_the_language_when_none_of_ours_was_sent(self, client, log_in):
        log_in(make_user())
        client.post("/conta/idioma", data={"language": "xx"})

        assert reread(User).language == "pt_BR"


class TestUpdate:
    FORM = {"name": "Ana Maria", "mobile": "(92) 99123-4567", "email": "", "password": PASSWORD}

    def test_keeps_what_was_changed(self, client, log_in):
        log_in(make_user())

        assert client.post("/conta/dados", data=self.FORM).location == "/conta"
        assert reread(User).name == "Ana Maria"

    def test_asks_for_the_password_beside_its_field(self, client, log_in):
        log_in(make_user())

        answer = client.post("/conta/dados", data=self.FORM | {"password": "wrong"})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "The password you use now is not right." in answer.text

    def test_says_so_when_the_number_is_taken(self, client, log_in):
        make_user(mobile="+5592991234567")
        log_in(make_user())

        answer = client.post("/conta/dados", data=self.FORM)

        assert answer.status_code == HTTPStatus.CONFLICT
        assert "already registered" in answer.text

    def test_shows_what_is_kept_now(self, client, log_in):
        log_in(make_user(name="Ana Lúcia", mobile="+5592991234567"))

        page = client.get("/conta/dados").text

        assert "Ana Lúcia" in page
        assert "(92) 99123-4567" in page


class TestUpdatePassword:
    def test_keeps_this_device_in_and_puts_the_others_out(self, client, log_in):
        user = make_user()
        elsewhere = sessions.start_session(user.id, device="", now=clock.now())
        log_in(user)

        client.post("/conta/senha", data={"current": PASSWORD, "password": NEW})

        assert passwords.fits(NEW, reread(User).password_hash)
        assert client.get("/conta").status_code == HTTPStatus.OK
        assert db.session.scalar(queries.session_by(elsewhere)) is None

    @pytest.mark.parametrize("typed", [{"current": "wrong"}, {"password": "short"}])
    def test_keeps_the_old_one_when_something_is_wrong(self, client, log_in, typed):
        log_in(make_user())
        form = {"current": PASSWORD, "password": NEW} | typed

        answer = client.post("/conta/senha", data=form)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert passwords.fits(PASSWORD, reread(User).password_hash)


class TestEndOtherSessions:
    def test_keeps_only_this_device_in(self, client, log_in):
        user = make_user()
        elsewhere = sessions.start_session(user.id, device="", now=clock.now())
        log_in(user)

        client.post("/conta/aparelhos/saida")

        assert db.session.scalar(queries.session_by(elsewhere)) is None
        assert client.get("/conta").status_code == HTTPStatus.OK
