import io
import json
import logging

import pytest

from marketplace.core import queue
from marketplace.core.database import db
from marketplace.core.logs import JsonLines
from tests.core.test_csrf import HERE
from tests.core.test_headers import open_as
from tests.core.test_queue import ask
from tests.factories.clock import NOW

CANARIES = {
    "name": "Ana Souza Canario",
    "email": "canary@example.org",
    "cpf": "529.982.247-25",
    "mobile": "+55 (92) 99999-0000",
    "address": "Rua Canario, 9",
    "token": "canary-token-canary-token-canary-token-canary",
}


@pytest.fixture
def lines():
    """What the house writes to its log, line by line."""
    handler = logging.StreamHandler(written := io.StringIO())
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


class TestRequests:
    def test_leave_a_line_each(self, visitor, lines):
        answer = visitor.get("/doors/rows/7?q=canary")

        (line,) = lines()
        assert line | {"at": "", "ms": 0} == {
            "at": "",
            "level": "INFO",
            "logger": "marketplace.requests",
            "message": "request",
            "request_id": answer.headers["X-Request-Id"],
            "method": "GET",
            "route": "/doors/rows/<int:row_id>",
            "status": 200,
            "ms": 0,
            "actor": None,
        }
        assert line["at"].endswith("+00:00")

    def test_tell_the_id_of_who_asked(self, house, visitor, lines, monkeypatch):
        open_as(monkeypatch, house)
        visitor.get("/doors/mine")

        assert lines()[-1]["actor"] == 7

    def test_tell_of_an_error_where_it_was_and_not_what_it_said(self, visitor, lines):
        visitor.get("/doors/broken")

        (error,) = [line["error"] for line in lines() if "error" in line]
        assert error[0] == "LookupError"
        assert error[1].endswith(" broken")


class TestCanaries:
    def test_planted_everywhere_are_in_no_line(self, visitor, house, lines):
        db.create_all()
        secret = CANARIES["token"]
        for path in ("/doors/open", "/doors/broken", "/nowhere", f"/doors/{secret}", "/doors/till"):
            visitor.set_cookie("session", secret)
            headers = HERE | {"User-Agent": secret, "Authorization": f"Bearer {secret}"}
            visitor.get(path, query_string=CANARIES, headers=headers)
            visitor.post(path, data=CANARIES, headers=headers)
            visitor.post(path, json=CANARIES, headers=headers)
        visitor.post("/csp-report", json={"csp-report": {"effective-directive": secret} | CANARIES})
        ask("bad")
        queue.work_all(now=NOW)
        log = logging.getLogger("some.library")
        for canary in CANARIES.values():
            log.warning("said %s", canary)
            log.warning("sent %(to)s", {"to": canary})
            log.error("did not work", exc_info=ValueError(canary), extra={"kind": canary})
        for canary in (CANARIES["email"], CANARIES["cpf"], CANARIES["mobile"], secret):
            log.warning(f"already filled in: {canary}")  # noqa: G004 - the point

        text = json.dumps(lines(), ensure_ascii=False)
        assert len(lines()) > 30
        for canary in ("anario", "canary", "Souza", "529.982", "99999-0000"):
            assert canary not in text


class TestJsonLines:
    @pytest.mark.parametrize(
        ("template", "args", "message"),
        [
            ("took %d of %d", (1, 2), "took 1 of 2"),
            ("took %s", (1.5,), "took 1.5"),
            ("said %s after %d", ("Ana", 2), "said … after 2"),
            ("said %d", ("Ana",), "said %d"),
            ("100%", (), "100%"),
            (ValueError("Ana"), (), "ValueError"),
        ],
    )
    def test_keep_fixed_words_and_numbers(self, template, args, message):
        record = logging.LogRecord("x", logging.INFO, "f", 1, template, args, None)

        assert json.loads(JsonLines().format(record))["message"] == message

    def test_keep_what_names_a_job(self, lines):
        ask("bad")
        queue.work_all(now=NOW)

        (line,) = [line for line in lines() if line["message"] == "job failed"]
        assert (line["kind"], line["attempt"], line["error"][0]) == ("tests.note", 1, "LookupError")
