"""The doors of the second step, and those that ask once more who it is."""

import base64
import re
from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries, totp
from marketplace.accounts.models import STAFF_ROLES, LoginSession, Role
from marketplace.accounts.operations import factors, sessions
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from tests.factories.accounts import (
    PASSWORD,
    make_division,
    make_grant,
    make_staff,
    make_user,
    saved_change,
)

STEP = "/entrar/segundo-passo"
HALF_MINUTE = timedelta(seconds=30)


def log_in(client, user, **more):
    return client.post("/entrar", data={"identifier": user.mobile, "password": PASSWORD} | more)


def key_on(page):
    shown = re.search(r'<code class="code"[^>]*>([A-Z2-7 ]+)</code>', page.text)[1]
    return base64.b32decode(shown.replace(" ", ""))


def sealed_on(page):
    return re.search(r'name="sealed"[^>]*value="([^"]+)"', page.text)[1]


def code_now(key, drift=0):
    return totp.code_of(key, totp.step_at(clock.now()) + drift)


def set_up(user):
    """Give somebody an app whose code of now still holds; return its key."""
    before, key = clock.now() - 9 * HALF_MINUTE, totp.new_key()
    code = totp.code_of(key, totp.step_at(before))
    factors.enrol(user.id, key, code, by=HOUSE, now=before)
    return key


def sessions_of(user):
    query = sa.select(LoginSession).where(LoginSession.user_id == user.id)
    return list(db.session.scalars(query.order_by(LoginSession.id)))


@pytest.fixture
def rosa():
    return make_staff("head", name="Rosa")


class TestOfStaff:
    @pytest.mark.parametrize("role", sorted(STAFF_ROLES))
    def test_is_asked_of_every_role_at_a_desk(self, client, role):
        assert log_in(client, make_staff(role)).location == STEP

    @pytest.mark.parametrize("role", [None, Role.COUNCIL, Role.DESK_TILL, Role.FACILITATOR])
    def test_is_not_asked_of_others(self, client, role):
        user = make_staff(role) if role else make_user()

        assert STEP not in log_in(client, user).location

    def test_opens_nothing_before_it_is_taken(self, client, rosa):
        set_up(rosa)
        log_in(client, rosa)

        for path in ("/gestao", "/conta", "/gestao/pessoas", "/avisos"):
            assert client.get(path).status_code == HTTPStatus.UNAUTHORIZED
        assert client.post("/conta/idioma").status_code == HTTPStatus.UNAUTHORIZED
        assert "Rosa" not in client.get("/").text

    def test_holds_for_those_who_were_in_before_it_was_asked_for(self, client, rosa):
        with client.session_transaction() as session:
            session["_user_id"] = sessions.start_session(rosa.id, device="", now=clock.now())

        assert client.get("/gestao").status_code == HTTPStatus.UNAUTHORIZED
        assert client.get("/entrar").location == STEP

    def test_holds_for_who_becomes_staff(self, client):
        user = make_user()
        log_in(client, user)
        make_grant(user, "finance", make_division())

        assert client.get("/conta").status_code == HTTPStatus.UNAUTHORIZED

    def test_leads_on_to_where_they_were_going_under_a_new_reference(self, client, rosa):
        key = set_up(rosa)
        step = log_in(client, rosa, voltar="/gestao/pessoas").location
        before = client.get_cookie("session").value

        answer = client.post(step, data={"code": code_now(key)})

        assert (answer.status_code, answer.location) == (HTTPStatus.SEE_OTHER, "/gestao/pessoas")
        first, second = sessions_of(rosa)
        assert first.ended_at
        assert not second.ended_at
        client_cookie = client.get_cookie("session").value
        assert client_cookie != before
        assert len(client_cookie) < 200
        assert client.get("/gestao/pessoas").status_code == HTTPStatus.OK
        client.set_cookie("session", before)
        assert client.get("/gestao/pessoas").status_code == HTTPStatus.UNAUTHORIZED

    @pytest.mark.parametrize("code", ["", "000000", "x"])
    def test_says_that_a_code_is_wrong(self, client, rosa, code):
        set_up(rosa)
        log_in(client, rosa)

        answer = client.post(STEP, data={"code": code})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert client.get("/gestao").status_code == HTTPStatus.UNAUTHORIZED

    def test_answers_too_many_with_when_to_come_back(self, client, rosa):
        key = set_up(rosa)
        log_in(client, rosa)
        for _ in range(5):
            client.post(STEP, data={"code": "000000"})

        answer = client.post(STEP, data={"code": code_now(key)})

        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
        assert int(answer.headers["Retry-After"]) > 0

    @pytest.mark.parametrize("method", ["get", "post"])
    @pytest.mark.parametrize("path", [STEP, f"{STEP}/chave"])
    def test_is_taken_only_after_the_password(self, client, method, path):
        answer = getattr(client, method)(path)

        assert answer.location == "/entrar" or answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED


class TestSettingUp:
    def test_is_the_only_way_on_for_staff_without_one(self, client, rosa):
        log_in(client, rosa)
        page = client.get(STEP)

        answer = client.post(
            f"{STEP}/chave", data={"sealed": sealed_on(page), "code": code_now(key_on(page))}
        )

        assert answer.status_code == HTTPStatus.OK
        codes = re.findall(r"<code>(\w{5}-\w{5})</code>", answer.text)
        assert len(codes) == 10
        assert client.get("/gestao").status_code == HTTPStatus.OK
        assert "no-store" in answer.headers["Cache-Control"]

    def test_keeps_the_key_that_the_app_has_when_a_code_was_mistyped(self, client, rosa):
        log_in(client, rosa)
        page = client.get(STEP)
        wrong = client.post(f"{STEP}/chave", data={"sealed": sealed_on(page), "code": "000000"})

        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert key_on(wrong) == key_on(page)

    @pytest.mark.parametrize("sealed", ["", "x", "A" * 90])
    def test_takes_no_key_but_its_own(self, client, rosa, sealed):
        log_in(client, rosa)

        answer = client.post(f"{STEP}/chave", data={"sealed": sealed, "code": "000000"})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert not queries.has_factor(rosa.id)

    def test_takes_no_key_made_for_another(self, client, rosa):
        other = make_staff("finance")
        log_in(client, other)
        page = client.get(STEP)
        log_in(client, rosa)
        form = {"sealed": sealed_on(page), "code": code_now(key_on(page))}

        assert client.post(f"{STEP}/chave", data=form).status_code == 422

    def test_replaces_no_app_for_who_has_only_the_password(self, client, rosa):
        log_in(client, rosa)
        page = client.get(STEP)
        set_up(rosa)

        form = {"sealed": sealed_on(page), "code": code_now(key_on(page))}
        answer = client.post(f"{STEP}/chave", data=form)

        assert answer.status_code == HTTPStatus.CONFLICT
        assert client.get("/gestao").status_code == HTTPStatus.UNAUTHORIZED

    def test_shows_a_drawing_the_key_and_a_link_without_script(self, client, rosa):
        log_in(client, rosa)
        page = client.get(STEP).text

        assert re.search(r'<svg class="qr"[^>]*role="img"', page)
        assert 'href="otpauth://totp/' in page

    def test_tells_no_code_outside_of_the_demonstration(self, client):
        log_in(client, make_staff("head", is_demo=True))

        assert "Demonstration" not in client.get(STEP).text

    def test_tells_the_code_of_an_invented_person_in_the_demonstration(
        self, app, client, monkeypatch
    ):
        invented, real = make_staff("head", is_demo=True), make_staff("head")
        monkeypatch.setitem(app.config, "DEMO", True)
        key = set_up(invented)

        log_in(client, invented)
        assert code_now(key) in client.get(STEP).text
        key = set_up(real)
        log_in(client, real)
        assert code_now(key) not in client.get(STEP).text


class TestProof:
    """Of the password, and of the code where money is at stake: for ten minutes, on one device."""

    def lapse(self, user):
        for session in sessions_of(user):
            before = clock.now() - timedelta(minutes=10)
            saved_change(session, password_at=before, code_at=session.code_at and before)

    def test_is_not_asked_for_right_after_the_login(self, client):
        user = make_user()
        log_in(client, user)

        assert client.get("/conta/segundo-passo/chave").status_code == HTTPStatus.OK

    def test_is_asked_for_after_ten_minutes_and_leads_back(self, client):
        user = make_user()
        log_in(client, user)
        self.lapse(user)
        asked = client.get("/conta/segundo-passo/chave")
        assert asked.location == "/conta/confirmar?voltar=/conta/segundo-passo/chave"

        wrong = client.post(asked.location, data={"password": "wrong"})
        form = {"password": PASSWORD, "voltar": "/conta/segundo-passo/chave"}
        right = client.post(asked.location, data=form)

        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert right.location == "/conta/segundo-passo/chave"
        assert client.get(right.location).status_code == HTTPStatus.OK

    def test_leads_back_to_the_page_of_the_form(self, client):
        division = make_division()
        dora, caio = make_staff("administrator", division), make_user()
        client.log_in(dora)
        self.lapse(dora)

        answer = client.post(
            f"/gestao/pessoas/{caio.id}/papeis",
            data={"role": "council", "reason": "a"},
            headers={"Referer": f"http://localhost/gestao/pessoas/{caio.id}"},
        )

        assert answer.location == f"/conta/confirmar?voltar=/gestao/pessoas/{caio.id}"
        assert not queries.live_grants(caio.id)

    @pytest.mark.parametrize(
        "referer", ["http://evil.example/conta", "", "http://localhost/nowhere"]
    )
    def test_leads_back_to_no_page_of_others(self, client, referer):
        user = make_user()
        log_in(client, user)
        self.lapse(user)

        answer = client.post("/conta/segundo-passo/chave", headers={"Referer": referer})
        back = client.post(answer.location, data={"password": PASSWORD, "voltar": referer})

        assert back.location == "/conta"

    def test_counts_wrong_passwords(self, client):
        user = make_user()
        log_in(client, user)
        for _ in range(10):
            client.post("/conta/confirmar", data={"password": "wrong"})

        answer = client.post("/conta/confirmar", data={"password": PASSWORD})

        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS

    def test_counts_them_with_those_on_other_forms(self, client):
        user = make_user()
        log_in(client, user)
        for _ in range(10):
            client.post("/conta/senha", data={"current": "wrong", "password": "açaí sem açúcar"})

        answer = client.post("/conta/confirmar", data={"password": PASSWORD})

        assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS

    def test_of_the_app_in_use_before_another_takes_its_place(self, client):
        user = make_user()
        key = set_up(user)
        log_in(client, user)
        asked = client.get("/conta/segundo-passo/chave").location
        assert asked == "/conta/confirmar?voltar=/conta/segundo-passo/chave&codigo=1"

        form = {"password": PASSWORD, "code": "000000", "voltar": "/conta/segundo-passo/chave"}
        wrong = client.post(asked, data=form)
        right = client.post(asked, data=form | {"code": code_now(key)})

        assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        page = client.get(right.location)
        form = {"sealed": sealed_on(page), "code": code_now(key_on(page))}
        assert client.post("/conta/segundo-passo/chave", data=form).status_code == HTTPStatus.OK

    def test_says_so_when_the_key_is_not_the_page_s(self, client):
        log_in(client, make_user())
        client.post("/conta/confirmar", data={"password": PASSWORD})

        answer = client.post("/conta/segundo-passo/chave", data={"sealed": "x", "code": "123456"})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "The key on this page is a new one" in answer.text

    def test_of_the_code_cannot_be_left_out_by_asking_for_less(self, client):
        user = make_user()
        set_up(user)
        log_in(client, user)
        client.post("/conta/confirmar", data={"password": PASSWORD})

        assert "codigo=1" in client.get("/conta/segundo-passo/chave").location

    def test_gives_new_recovery_codes(self, client):
        user = make_user()
        set_up(user)
        log_in(client, user)

        answer = client.post("/conta/segundo-passo/reserva")

        assert len(re.findall(r"<code>(\w{5}-\w{5})</code>", answer.text)) == 10
        self.lapse(user)
        assert client.post("/conta/segundo-passo/reserva").location.startswith("/conta/confirmar")


class TestReset:
    def test_is_asked_for_on_the_page_of_the_person(self, client):
        division = make_division()
        dora, caio = make_staff("administrator", division), make_staff("head", division)
        set_up(caio)
        client.log_in(dora)
        path = f"/gestao/pessoas/{caio.id}/segundo-passo"

        assert path in client.get(f"/gestao/pessoas/{caio.id}").text
        assert client.get(path).status_code == HTTPStatus.OK
        assert client.post(path, data={"reason": ""}).status_code == 422
        assert client.post(path, data={"reason": "Perdeu"}).status_code == HTTPStatus.SEE_OTHER
        assert not queries.has_factor(caio.id)

    def test_says_why_it_is_refused(self, client):
        division = make_division()
        dora, caio = make_staff("administrator", division), make_staff("head", division)
        set_up(caio)
        client.log_in(dora)
        client.post(f"/gestao/pessoas/{caio.id}/codigos")

        answer = client.post(f"/gestao/pessoas/{caio.id}/segundo-passo", data={"reason": "a"})

        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert "ask another administrator" in answer.text
