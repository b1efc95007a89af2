"""Every page of every role, errors and files too, gets at least 120 of Mozilla Observatory.

The house is set up as people use it: `config.Production` at an https address. Each of the cast
opens each address that may be got and opens to them; then come files and refusals.
"""

from http import HTTPStatus
from typing import Any

import pytest
from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException

from config import EXAMPLE_PAYER, payer
from marketplace import create_app
from marketplace.accounts.operations.sessions import start_session
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.error_pages import TEXTS
from tests.house import observatory
from tests.house.access_objects import arguments, cast
from tests.house.access_table import ALL, DOORS
from tests.house.test_access import fault, ids

NEEDED = 120
SITE = "https://feira.example.org"
SETTINGS = {
    "SECRET_KEY": "a key of the tests, long enough for production",
    "DATABASE_URL": "sqlite://",
    "BASE_URL": SITE,
    "TRUSTED_HOSTS": "feira.example.org",
}
FILES = ["css/base.css", "js/page.js", "illustrations/logo.svg", "fonts/gabarito-700.woff2"]
PATHS = ["/nowhere", "/painel", "/en", "/es/produtos?q=zz", "/media/none.webp", "/static/no.css"]
GOOD = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Type": "text/html; charset=utf-8",
}
SCRIPT = '<script src="{}"></script>'


class TestScore:
    def test_of_a_page_that_does_all_but_seal_its_scripts(self):
        assert observatory.score(Headers(GOOD), SCRIPT.format("/static/js/page.js")) == 130

    @pytest.mark.parametrize(
        ("name", "told", "expected"),
        [
            ("Content-Security-Policy", "", 55),  # -25, and -20 for frames
            ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'", 125),
            ("Content-Security-Policy", "default-src 'none'; form-action 'self'", 80),
            ("Content-Security-Policy", "default-src *; frame-ancestors 'none'", 80),
            ("Content-Security-Policy", "script-src data:; frame-ancestors 'none'", 80),
            ("Referrer-Policy", "", 125),
            ("Referrer-Policy", "unsafe-url", 120),
            ("Strict-Transport-Security", "", 80),
            ("Strict-Transport-Security", "max-age=3600", 120),
            ("X-Content-Type-Options", "sniff", 125),
            ("Cross-Origin-Resource-Policy", "", 120),
            ("Cross-Origin-Resource-Policy", "all", 115),
            ("Set-Cookie", "__Host-session=1; Secure; HttpOnly; SameSite=Lax", 135),
            ("Set-Cookie", "session=1; Secure; SameSite=Lax", 70),
            ("Set-Cookie", "session=1; HttpOnly; SameSite=Lax", 120),
            ("Set-Cookie", "cesta=1; SameSite=Lax", 125),
            ("Access-Control-Allow-Origin", "*", 130),
        ],
    )
    def test_follows_each_rule(self, name, told, expected):
        headers = Headers(GOOD)
        headers[name] = told
        if not told:
            del headers[name]

        assert observatory.score(headers) == expected

    def test_punishes_scripts_from_elsewhere(self):
        assert observatory.score(Headers(GOOD), SCRIPT.format("https://cdn.example/a.js")) == 125
        assert observatory.score(Headers(GOOD), SCRIPT.format("//cdn.example/a.js")) == 50

    def test_punishes_whoever_lets_others_ask_in_the_readers_name(self):
        anybody = {
            "Access-Control-Allow-Origin": "https://x.example",
            "Access-Control-Allow-Credentials": "true",
        }
        assert observatory.score(Headers(GOOD | anybody)) == 50


@pytest.fixture(scope="module")
def site(databases, blank, tmp_path_factory):
    """A house as in production, with real commits."""
    folder = tmp_path_factory.mktemp("observed")
    places = {
        "MEDIA_URL": f"file://{folder / 'media'}",
        "SMTP_URL": f"file://{folder / 'mail'}",
        "BANK_PAYER": payer(EXAMPLE_PAYER),
    }
    with pytest.MonkeyPatch.context() as patched, databases.copy(blank, "observed") as url:
        for name, value in SETTINGS.items():
            patched.setenv(name, value)
        house = create_app("config.Production", SQLALCHEMY_DATABASE_URI=url, **places)
        with house.app_context():
            yield house
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="module")
def scene(site):
    """The cast by what they log in with, and the arguments of the addresses of their things."""
    people, own = cast()
    known, now = arguments(own), clock.now()
    just: Any = {"device": "test", "code_at": now, "now": now}  # staff see nothing without a code
    return {name: start_session(user.id, **just) for name, user in people.items()}, known


def judge(answer, name):
    """Return what is wrong with an answer, if it gets too little."""
    page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    number = observatory.score(answer.headers, page)
    answer.close()
    why = [f"{p.rule}: {p.why}" for p in observatory.judged(answer.headers, page) if p.number <= 0]
    said = f"{name} {answer.request.path} ({answer.status_code}): {number}, {'; '.join(why)}"
    return number, "" if number >= NEEDED else said


def addresses(site, name, known):
    """Yield the door of each address that may be got and opens to this person; and one that not."""
    bound = site.url_map.bind("feira.example.org")
    closed = True
    for rule in site.url_map.iter_rules():
        door = DOORS[rule.endpoint]
        opens = name in door.enter.split()
        if "GET" in rule.methods and (opens or closed):
            closed = closed and opens
            yield door, bound.build(rule.endpoint, ids(rule, {"own": known}, "own"))


@pytest.mark.only("sqlite")  # headers are the same on both databases
class TestEveryAnswer:
    @pytest.mark.parametrize("name", ALL.split())
    def test_of_a_page(self, site, scene, name, record_property):
        (sessions, known), client = scene, site.test_client()
        if name in sessions:
            with client.session_transaction(base_url=SITE) as session:
                session["_user_id"] = sessions[name]
        marks, shut = [], []
        for door, path in addresses(site, name, known):
            answer = client.get(path, base_url=SITE)
            shut += [path] if fault(name, door, "own", answer.status_code) else []
            marks.append(judge(answer, name))

        record_property("observed", len(marks))
        assert not (wrong := [said for _, said in marks if said]), "\n".join(wrong)
        assert not shut, "only their refusals were seen: " + ", ".join(shut)
        assert len(marks) > 20

    def test_of_a_file_or_of_none(self, site):
        client = site.test_client()
        paths = [*(f"/static/{file}" for file in FILES), *PATHS]
        marks = [judge(client.get(path, base_url=SITE), "visitor") for path in paths]

        assert not (wrong := [said for _, said in marks if said]), "\n".join(wrong)

    @pytest.mark.parametrize("status", [*TEXTS, 418, 500])
    def test_of_a_refusal(self, site, monkeypatch, status):
        class Refused(HTTPException):
            code = status

        def refuse():
            raise ZeroDivisionError if status == HTTPStatus.INTERNAL_SERVER_ERROR else Refused

        monkeypatch.setitem(site.view_functions, "core.show_health", refuse)
        for path in ("/healthz", "/en/healthz"):
            answer = site.test_client().get(path, base_url=SITE)
            assert answer.status_code == status
            assert not judge(answer, "visitor")[1]

    def test_of_a_form_that_is_refused(self, site):
        client, how = site.test_client(), {"base_url": SITE, "headers": {"Origin": SITE}}
        answers = [
            client.post("/entrar", data={"identifier": ""}, **how),
            client.post("/entrar", data="a" * 70_000, **how),
            client.post("/entrar", base_url=SITE, headers={"Origin": "https://x.example"}),
            client.get("/", base_url="https://x.example"),
            client.get("/", base_url=SITE, headers={"Host": "x example"}),
        ]

        assert [answer.status_code for answer in answers] == [422, 413, 403, 400, 400]
        assert not [said for _, said in (judge(a, "visitor") for a in answers) if said]
