"""The doors of getting in: who may enter, what is shown, where one is sent."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries
from marketplace.accounts.models import CodePurpose, LoginSession, OneTimeCode, User
from marketplace.accounts.operations import codes
from marketplace.core import clock, mail, queue
from marketplace.core.database import db
from marketplace.core.queue import Job
from marketplace.core.rights import HOUSE
from marketplace.notifications.models import Notice
from tests.factories.accounts import PASSWORD, make_staff, make_user, reread
from tests.factories.clock import NOW

ANDROID = "Mozilla/5.0 (Linux; Android 13; SM-A032M) AppleWebKit/537.36 Chrome/120.0 Mobile"
HERS, NOBODYS = "+5592991112222", "+5592993334444"


def log_in(client, user, password=PASSWORD, **more):
    form = {"identifier": user.mobile, "password": password} | more
    return client.post("/entrar", data=form, headers={"User-Agent": ANDROID})


def said(answer):
    """Return an answer's text without what was typed."""
    return answer.text.replace(HERS, "").replace(NOBODYS, "")


def told(user):
    kinds = sa.select(Notice.kind).where(Notice.user_id == user.id)
    return list(db.session.scalars(kinds))


class TestKnownDevice:
    """People hear of a login on a device that is new to them, and of no other."""

    def test_is_no_news_whether_the_first_of_all_or_seen_before(self, client):
        user = make_user()
        for _ in range(2):
            log_in(client, user)
            client.post("/sair")

        assert told(user) == []

    def test_is_told_to_who_knows_only_others_by_page_and_letter(self, app, client):
        user = make_user(email="ana@example.org")
        log_in(client, user)

        log_in(app.test_client(), user)

        assert told(user) == ["new_device"]
        letters = db.session.scalars(sa.select(Job.args).where(Job.kind == "core.mail"))
        assert "Chrome, Android" in str(letters.one())
        assert "Chrome, Android" in client.get("/avisos").text

    def test_is_told_before_the_second_step_and_not_again_after_it(self, app, client):
        head = make_staff("head")
        log_in(client, head)

        log_in(app.test_client(), head)

        assert told(head) == ["new_device"]

    def test_knows_a_browser_for_each_person_alone(self, app, client):
        ana, bia = make_user(), make_user()
        for browser, user in ((client, ana), (app.test_client(), bia)):
            log_in(browser, user)
            browser.post("/sair")

        log_in(client, bia)  # on the phone of Ana

        assert (told(ana), told(bia)) == ([], ["new_device"])
        kept = set(db.session.scalars(sa.select(LoginSession.browser_hash)))
        assert len(kept) == 3

    def test_gives_a_reference_anew_to_who_sends_a_monstrous_one(self, client):
        client.set_cookie("aparelho", "a" * 1000)

        log_in(client, make_user())

        assert len(client.get_cookie("aparelho").value) == 43


class TestNewSession:
    def test_sets_no_cookie(self, client):
        assert "Set-Cookie" not in client.get("/entrar").headers

    def test_leads_on_who_is_in_already(self, client):
        log_in(client, make_user())

        assert client.get("/entrar").location == "/conta"


class TestCreateSession:
    def test_lets_in_and_keeps_a_short_cookie_for_browsers_alone(self, client):
        answer = log_in(client, make_user())

        assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/conta")
        cookie = answer.headers["Set-Cookie"]
        assert len(cookie.split(";")[0]) < 200
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert reread(LoginSession).device == "Chrome, Android"

    def test_gives_a_new_reference_each_time(self, client):
        user = make_user()
        given = []
        for _ in range(2):
            log_in(client, user)
            given.append(client.get_cookie("session").value)

        assert given[0] != given[1]

    def test_says_the_same_of_a_wrong_password_and_of_nobody(self, client):
        wrong = log_in(client, make_user(mobile=HERS), "wrong")
        nobody = client.post("/entrar", data={"identifier": NOBODYS, "password": "wrong"})

        assert wrong.status_code == nobody.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert said(wrong) == said(nobody)
        assert "Set-Cookie" not in wrong.headers

    def test_answers_too_many_failures_with_when_to_come_back(self, client):
        user = make_user()
        for _ in range(10):
            log_in(client, user, "wrong")

        answer = log_in(client, user)

        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert int(answer.headers["Retry-After"]) > 0

    @pytest.mark.parametrize(
        ("wanted", "path"),
        [
            ("/avisos?pagina=2", "/avisos?pagina=2"),
            ("//evil.example/avisos", "/conta"),
            ("https://evil.example/avisos", "/conta"),
            ("/nowhere", "/conta"),
            ("/sair", "/conta"),
            ("/\\evil.example", "/conta"),
        ],
    )
    def test_leads_to_the_page_of_ours_that_was_asked_for(self, client, wanted, path):
        assert log_in(client, make_user(), voltar=wanted).location == path

    def test_keeps_the_language(self, client):
        user = make_user()

        answer = client.post("/es/entrar", data={"identifier": user.mobile, "password": PASSWORD})

        assert answer.location == "/es/conta"


class TestDeleteSession:
    def test_ends_the_session_in_the_database_too(self, client):
        log_in(client, make_user())
        cookie = client.get_cookie("session").value

        client.post("/sair")
        client.set_cookie("session", cookie)

        assert client.get("/conta").status_code == HTTPStatus.UNAUTHORIZED


class TestCreate:
    FORM = {"name": "Ana", "mobile": "(92) 99123-4567", "email": "", "password": PASSWORD}

    def test_makes_an_account_that_can_log_in(self, client):
        answer = client.post("/criar-conta", data=self.FORM | {"voltar": "/conta"})

        assert answer.location == "/entrar?voltar=/conta"
        assert log_in(client, reread(User)).location == "/conta"

    def test_answers_alike_for_a_number_that_somebody_has(self, client):
        new = client.post("/criar-conta", data=self.FORM)
        new_page = client.get("/entrar")
        known = client.post("/criar-conta", data=self.FORM | {"password": "another one"})

        assert (new.status_code, new.location) == (known.status_code, known.location)
        assert said(new_page) == said(client.get("/entrar"))
        assert log_in(client, reread(User)).location == "/conta"

    @pytest.mark.parametrize(
        ("missing", "message"),
        [
            ({"mobile": "", "email": ""}, "Write a mobile number or an e-mail."),
            ({"password": "12345678"}, "nothing easy"),
            ({"name": " "}, "Write the name."),
            ({"mobile": "123"}, "with its area code"),
        ],
    )
    def test_says_what_is_missing_and_keeps_what_was_typed(self, client, missing, message):
        answer = client.post("/criar-conta", data=self.FORM | missing)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert message in answer.text
        assert PASSWORD not in answer.text


class TestCreateReset:
    def test_sends_a_code_to_the_email(self, client, app, tmp_path):
        app.config["SMTP_URL"] = f"file://{tmp_path}"
        user = make_user(email="ana@example.org", language="en")
        client.post("/esqueci", data={"identifier": "ana@example.org"})
        queue.work_all(now=clock.now() + timedelta(minutes=1))

        letter = mail.kept()[0]
        code = letter.subject.removeprefix("Your code: ")

        assert letter.to == "ana@example.org"
        assert codes.redeem_code(user.email, code, PASSWORD, now=clock.now()).id == user.id

    def test_sends_one_code_though_its_worker_ended_and_another_did_it_again(self):
        user = make_user(email="ana@example.org")
        codes.ask_for_letter(user.email, address="203.0.113.1", now=NOW)
        job = db.session.scalars(sa.select(queue.Job)).one()
        for _worker in range(2):
            queue.handlers[job.kind](**job.args)

        assert db.session.query(OneTimeCode).count() == 1

    @pytest.mark.parametrize("identifier", ["+5592977776666", "nobody@example.org", "?"])
    def test_answers_alike_for_nobody_and_for_who_has_no_email(self, client, app, identifier):
        user = make_user()
        answers = [
            client.post("/esqueci", data={"identifier": typed})
            for typed in (user.mobile, identifier)
        ]
        before = db.session.query(queue.Job).count()
        queue.work_all(now=clock.now())

        assert len({(a.status_code, a.location) for a in answers}) == 1
        assert db.session.query(queue.Job).count() == before

    def test_stops_after_five_a_day_for_an_account_known_or_not(self, client):
        for _ in range(5):
            client.post("/esqueci", data={"identifier": "nobody@example.org"})

        answer = client.post("/esqueci", data={"identifier": "nobody@example.org"})

        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS


class TestCreateRedemption:
    def redeem(self, client, mobile, code):
        form = {"identifier": mobile, "code": code, "password": "outra senha boa"}
        return client.post("/codigo", data=form)

    def test_lets_in_with_the_new_password(self, client):
        user = make_user(claimed_at=None)
        code = codes.issue_code(user.id, CodePurpose.CLAIM, by=HOUSE, now=clock.now())

        assert self.redeem(client, user.mobile, code).location == "/conta"
        assert client.get("/conta").status_code == HTTPStatus.OK

    def test_says_the_same_of_a_wrong_code_and_of_nobody(self, client):
        make_user(mobile=HERS)
        wrong, nobody = (self.redeem(client, mobile, "000000") for mobile in (HERS, NOBODYS))

        assert wrong.status_code == nobody.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert said(wrong) == said(nobody)


def test_a_closed_account_is_out_at_the_next_page(client):
    user = make_staff("head")
    log_in(client, user)
    db.session.get(User, user.id).deactivated_at = clock.now()
    db.session.commit()

    assert client.get("/conta").status_code == HTTPStatus.UNAUTHORIZED


def test_rights_are_read_at_each_page(client):
    user = make_user()
    log_in(client, user)
    before = queries.person_of(user.id).roles

    assert before == frozenset()
    assert client.get("/gestao/pessoas").status_code == HTTPStatus.FORBIDDEN
