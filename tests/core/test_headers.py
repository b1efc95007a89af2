import pytest

from tests.core.test_csrf import HERE

pytestmark = pytest.mark.only("sqlite")  # headers are the same on both databases

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri /csp-report"
)


def open_as(monkeypatch, house, *roles):
    """Let whoever asks be somebody with these roles."""
    from types import SimpleNamespace

    from marketplace.core.rights import Person

    user = SimpleNamespace(is_authenticated=True, person=Person(7, frozenset(roles)))
    monkeypatch.setattr("marketplace.core.rights.current_user", user)


class TestHeaders:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/doors/open", 200),
            ("/nowhere", 404),
            ("/doors/mine", 401),
            ("/doors/news", 405),
            ("/doors/broken", 500),
            ("/static/css/base.css", 200),
            ("/static/none.css", 404),
            ("/media/none.webp", 404),
        ],
    )
    def test_are_on_every_answer(self, visitor, path, status):
        answer = visitor.get(path)

        assert answer.status_code == status
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert answer.headers["Cache-Control"]
        assert "Strict-Transport-Security" not in answer.headers

    def test_demand_https_for_two_years_where_it_is_used(self, visitor):
        answer = visitor.get("/doors/open", base_url="https://localhost")

        told = answer.headers["Strict-Transport-Security"]
        assert told == "max-age=63072000; includeSubDomains"

    def test_open_the_camera_only_where_it_is_needed(self, visitor, house, monkeypatch):
        open_as(monkeypatch, house, "till")

        assert "camera=(self)" in visitor.get("/doors/till").headers["Permissions-Policy"]
        assert "camera=()" in visitor.get("/doors/mine").headers["Permissions-Policy"]

    def test_let_nobody_store_what_is_behind_a_login(self, visitor, house, monkeypatch):
        assert visitor.get("/doors/open").headers["Cache-Control"] == "private, no-cache"
        assert visitor.get("/doors/mine").headers["Cache-Control"] == "no-store"

        with visitor.session_transaction() as session:
            session["_user_id"] = "reference"
        assert visitor.get("/doors/open").headers["Cache-Control"] == "no-store"


class TestReports:
    def test_are_noted_without_what_they_saw(self, visitor, caplog):
        report = {
            "effective-directive": "img-src 'self'",
            "blocked-uri": "https://evil.example/?ana",
        }

        answer = visitor.post("/csp-report", json={"csp-report": report})

        assert (answer.status_code, answer.data) == (204, b"")
        (noted,) = [r for r in caplog.records if r.name == "marketplace.core.http"]
        assert (noted.directive, noted.blocked) == ("img-src", "evil.example")

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"csp-report": 1}', b"[" * 5000])
    def test_may_be_anything(self, visitor, body):
        assert visitor.post("/csp-report", data=body, headers=HERE).status_code in (204, 429)
