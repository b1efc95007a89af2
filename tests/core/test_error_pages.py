import logging

import pytest
import sqlalchemy as sa
from werkzeug.exceptions import HTTPException

from marketplace.core.error_pages import TEXTS
from marketplace.core.limits import TooMany
from tests.core.test_csrf import HERE
from tests.core.test_reruns import Refusal

pytestmark = pytest.mark.only("sqlite")  # asks no database


@pytest.fixture
def problem(house, visitor):
    """Ask for something under /api that goes wrong."""
    house.view_functions["doors.open"] = lambda: 1 / 0
    house.url_map.add(house.url_rule_class("/api/doors", endpoint="doors.open", methods=["GET"]))
    return visitor.get("/api/doors")


class TestPage:
    @pytest.mark.parametrize(
        ("path", "status"),
        [("/nowhere", 404), ("/doors/rows/1", 404), ("/doors/mine", 401), ("/doors/broken", 500)],
    )
    def test_says_what_is_the_matter_with_the_id_of_the_request(self, visitor, path, status):
        page = visitor.get(path)

        title = TEXTS[status][0] if status in TEXTS else "The fault is ours"
        assert page.status_code == status
        assert str(title) in page.text
        assert page.mimetype == "text/html"

    def test_answers_alike_for_what_is_not_there_and_what_is_not_theirs(self, visitor):
        def page(path):
            answer = visitor.get(path)
            return answer.text.replace(answer.headers["X-Request-Id"], "")

        assert page("/doors/rows/1") == page("/doors/rows/1")

    @pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (60, 1), (61, 2), (900, 15)])
    def test_says_when_too_many_may_try_again(self, visitor, house, seconds, minutes):
        def refuse():
            raise TooMany(seconds)

        house.view_functions["doors.open"] = refuse
        page = visitor.get("/doors/open")

        assert page.headers["Retry-After"] == str(seconds)
        assert f"You can try again in {minutes} min." in page.text

    @pytest.mark.parametrize(("status", "said"), [(410, "no longer here"), (418, "not read that")])
    def test_blames_itself_for_no_refusal(self, visitor, house, status, said):
        class Refused(HTTPException):
            code = status

        def refuse():
            raise Refused

        house.view_functions["doors.open"] = refuse
        page = visitor.get("/doors/open")

        assert page.status_code == status
        assert said in page.text

    def test_tells_nothing_of_the_error(self, visitor, caplog):
        page = visitor.get("/doors/broken")

        assert "Souza" not in page.text
        assert "LookupError" not in page.text

    def test_keeps_what_a_wrong_method_needs(self, visitor):
        answer = visitor.get("/doors/news")

        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}

    def test_has_its_look_when_even_the_reader_cannot_be_looked_up(self, visitor, monkeypatch):
        def gone(*_args, **_facts):
            raise sa.exc.OperationalError("", {}, Exception())

        monkeypatch.setattr("marketplace.core.error_pages.render_template", gone)
        page = visitor.get("/es/doors/broken")

        assert page.status_code == 500
        assert "La canoa se volcó" in page.text
        assert "/static/css/base.css?v=" in page.text
        assert page.headers["X-Request-Id"] in page.text

    @pytest.mark.parametrize("prefix", ["", "/es", "/en"])
    def test_offers_the_same_page_again_in_the_readers_language(self, visitor, prefix):
        page = visitor.get(f"{prefix}/doors/broken?a=1")

        assert f'href="{prefix}/doors/broken?a=1"' in page.text

    def test_offers_nothing_again_that_was_sent(self, visitor):
        assert "Try again</a>" not in visitor.post("/doors/open").text

    def test_is_bare_when_its_own_template_fails(self, visitor, house, monkeypatch):
        monkeypatch.setattr(house.jinja_env, "loader", None)
        monkeypatch.setattr(house.jinja_env, "cache", {})

        def gone(*_args, **_facts):
            raise sa.exc.OperationalError("", {}, Exception())

        monkeypatch.setattr("marketplace.core.error_pages.render_template", gone)
        page = visitor.get("/nowhere")

        assert page.status_code == 404
        assert "<h1>We did not find this page</h1>" in page.text

    def test_answers_plainly_to_a_host_that_is_not_ours(self, house, visitor):
        house.config["TRUSTED_HOSTS"] = ["feira.example"]

        answer = visitor.get("/doors/open")

        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert visitor.get("/doors/open", base_url="http://feira.example").status_code == 200
        assert visitor.post("/doors/open", headers=HERE).status_code == 400

    def test_has_the_heading_that_the_refusal_brings(self, visitor):
        assert "<title>Load the page again" in visitor.post("/doors/open").text


class TestProblem:
    def test_is_json_for_programs(self, problem):
        assert (problem.status_code, problem.mimetype) == (500, "application/problem+json")
        assert problem.json["status"] == 500
        assert problem.json["request_id"] == problem.headers["X-Request-Id"]


class TestDatabase:
    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (sa.exc.OperationalError("", {}, Refusal(None, "SQLITE_FULL")), 503),
            (sa.exc.OperationalError("", {}, Refusal(None, "SQLITE_READONLY")), 503),
            (sa.exc.OperationalError("", {}, Refusal("53100")), 503),
            (sa.exc.OperationalError("", {}, Refusal("57P01")), 503),
            (sa.exc.OperationalError("", {}, Exception("connection refused")), 503),
            (sa.exc.TimeoutError(), 503),
            (sa.exc.IntegrityError("", {}, Refusal("23505")), 500),
            (sa.exc.OperationalError("", {}, Refusal(None, "SQLITE_ERROR")), 500),
        ],
    )
    def test_out_of_reach_is_a_matter_of_waiting(self, visitor, house, error, status, caplog):
        def ask():
            raise error

        caplog.set_level(logging.CRITICAL)
        house.view_functions["doors.open"] = ask

        assert visitor.get("/doors/open").status_code == status
