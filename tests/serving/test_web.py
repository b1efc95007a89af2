"""The web server as a program: it starts, answers, finishes what it began, and refuses to start."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[2]
COMPLETE = {
    "SECRET_KEY": "x" * 32,
    "DATABASE_URL": "sqlite:///{folder}/paneiro.db",
    "BASE_URL": "http://localhost",
    "TRUSTED_HOSTS": "127.0.0.1,localhost",
    "PANEIRO_DATA": "{folder}",
}


ASK = """
import sys
from flask import Flask
from serving import web
app = Flask("bare")
app.config.from_mapping(THREADS=1, PROXY_COUNT=0, DRAIN_SECONDS=0)
tell = lambda _address: sys.exit(print(sys.getswitchinterval()))
web.listen(app, host="127.0.0.1", port=0, when_ready=tell)
"""


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@pytest.fixture
def settings(tmp_path):
    return {name: value.format(folder=tmp_path) for name, value in COMPLETE.items()}


def run(settings, *words):
    """Run a command to its end."""
    command = [sys.executable, "-m", "serving", *words]
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=plain | settings, capture_output=True, text=True, timeout=30
    )


@pytest.fixture
def served(settings):
    """A web server over a migrated database, and its address."""
    assert run(settings, "flask", "db", "upgrade").returncode == 0
    command = [sys.executable, "-m", "serving", "serve", "--port", str(free_port())]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True
    ) as server:
        yield server, server.stdout.readline().strip()
        server.kill()


class TestServe:
    def test_answers_without_saying_what_it_is(self, served):
        with urlopen(f"{served[1]}/static/css/base.css") as answer:  # noqa: S310 - our own server
            assert answer.status == 200
            assert "Server" not in answer.headers
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_lets_threads_take_short_turns(self):
        """So that a transaction does not wait for Python at each of its statements (ADR 18)."""
        asked = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert float(asked.stdout) == 0.001

    def test_ends_when_told_to(self, served):
        served[0].send_signal(signal.SIGTERM)
        assert served[0].wait(10) == 0

    @pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "BASE_URL", "TRUSTED_HOSTS"])
    def test_refuses_to_start_without_a_setting_and_names_it(self, settings, name):
        del settings[name]
        refused = run(settings, "serve")
        assert refused.returncode
        assert f"{name} is not set" in refused.stderr

    def test_refuses_to_start_on_an_old_schema(self, settings):
        refused = run(settings, "serve")
        assert refused.returncode
        assert "flask db upgrade" in refused.stderr

    def test_says_in_a_line_that_the_port_is_taken(self, settings):
        run(settings, "flask", "db", "upgrade")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            refused = run(settings, "serve", "--port", str(taken.getsockname()[1]))
        assert "choose another with --port" in refused.stderr
        assert "Traceback" not in refused.stderr
