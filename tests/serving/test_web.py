"""The web server as a program: it starts, answers, finishes what it began, and refuses to start."""

import signal
import socket
import subprocess
import sys
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from tests import programs

pytestmark = pytest.mark.only("sqlite")  # each program has a file of its own

ASK = """
import sys
from flask import Flask
from serving import web
app = Flask("bare")
app.config.from_mapping(THREADS=1, PROXY_COUNT=0, DRAIN_SECONDS=0)
tell = lambda _address: sys.exit(print(sys.getswitchinterval()))
web.listen(app, host="127.0.0.1", port=0, when_ready=tell)
"""

COLLECT = """
import gc
from serving import memory
stays = [[n] for n in range(200_000)]
memory.spare_what_stays()
gc.set_threshold(1000, 2, 2)
before = gc.get_stats()[2]["collections"]
grows_old = [[n] for n in range(20_000)]
print(gc.get_freeze_count() > 200_000, gc.get_stats()[2]["collections"] > before)
"""

SAID = (b"Cookie", b"Accept-Language", b"Referer", b"User-Agent", b"If-None-Match")


@pytest.fixture
def settings(tmp_path):
    return programs.settings(tmp_path)


class TestServe:
    def test_answers_without_saying_what_it_is(self, told):
        with (
            programs.web(told) as web,
            urlopen(f"{web.address}/static/css/base.css") as answer,  # noqa: S310 - our own server
        ):
            assert answer.status == 200
            assert "Server" not in answer.headers
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_lets_threads_take_short_turns(self):
        """So that a transaction does not wait for Python at each of its statements (ADR 18)."""
        asked = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", ASK],
            cwd=programs.ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert float(asked.stdout) == 0.001

    def test_looks_again_at_what_grows_old_however_much_stays(self):
        asked = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", COLLECT],
            cwd=programs.ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert asked.stdout.split() == ["True", "True"]

    def test_ends_when_told_to(self, told):
        with programs.web(told) as web:
            web.process.send_signal(signal.SIGTERM)
            assert web.process.wait(30) == 0

    @pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "BASE_URL", "TRUSTED_HOSTS"])
    def test_refuses_to_start_without_a_setting_and_names_it(self, settings, name):
        del settings[name]
        refused = programs.run(settings, "serve")
        assert refused.returncode
        assert f"{name} is not set" in refused.stderr

    def test_refuses_to_start_on_an_old_schema(self, settings):
        refused = programs.run(settings, "serve")
        assert refused.returncode
        assert "flask db upgrade" in refused.stderr

    def test_says_in_a_line_that_the_port_is_taken(self, told):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            refused = programs.run(told, "serve", "--port", str(taken.getsockname()[1]))
        assert "choose another with --port" in refused.stderr
        assert "Traceback" not in refused.stderr


class TestBytes:
    @pytest.mark.parametrize("address", [b"?q=%ff", b"?q=\xff", b"/\xff", b"/%ff", b"?q=\xc3\xa7"])
    def test_that_are_no_text_are_answered(self, address, told):
        headers = [b"%s: a=\xff; session=\xff\xc3; \x85=\x85" % name for name in SAID]
        with programs.web(told) as web:
            said = [said_to(web, address, header) for header in (b"Host: \xff", *headers)]

        assert said[0] == 400
        assert {*said[1:]} <= {200, 400, 404}


def said_to(web, address, header):
    """Return the status of the answer to a request as it was written."""
    lines = (b"GET /produtos%s HTTP/1.0" % address, b"Host: localhost", header)
    if header.startswith(b"Host"):
        lines = lines[0], header
    with socket.create_connection(urlsplit(web.address).netloc.split(":"), timeout=30) as line:
        line.sendall(b"\r\n".join([*lines, b"", b""]))
        return int(line.makefile("rb").readline().split()[1])
