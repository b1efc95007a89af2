"""Programs that are told to end: nothing that was begun is lost."""

import signal
import socket
import threading
from contextlib import closing

import pytest
from aiosmtpd.controller import Controller

from marketplace.core import clock, mail
from marketplace.core.database import db, operation
from tests import programs
from tests.conftest import make_house
from tests.programs import until

LENGTH = 4000
BEGUN = f"POST /csp-report HTTP/1.1\r\nHost: localhost\r\nContent-Length: {LENGTH}\r\n\r\n".encode()
ASKED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
DONE = "SELECT key, done_at IS NOT NULL FROM jobs WHERE kind = 'core.mail' ORDER BY id"

pytestmark = pytest.mark.only("sqlite")  # each program has a file of its own


def connected(web):
    host, port = web.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def answer_of(connection):
    """Read until the other side closes."""
    with connection:
        return b"".join(iter(lambda: connection.recv(65536), b""))


class TestWeb:
    def test_answers_what_is_still_being_sent(self, told):
        with programs.web(told) as web:
            connection = connected(web)
            connection.sendall(BEGUN + b"{" * 1000)
            assert web.get("/healthz") == (200, "ok\n")  # so it has read that
            web.process.send_signal(signal.SIGTERM)
            closed = threading.Event()
            threading.Thread(target=wait_for_refusal, args=[web, closed]).start()
            assert closed.wait(30)

            connection.sendall(b"{" * (LENGTH - 1000))

            answer = answer_of(connection)
            assert answer.startswith(b"HTTP/1.1 204 ")
            assert b"\r\nConnection: close\r\n" in answer
            assert web.process.wait(30) == 0

    def test_closes_a_connection_that_is_only_kept(self, told):
        with programs.web(told) as web, closing(web.connected()) as connection:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
            web.process.send_signal(signal.SIGTERM)

            assert web.process.wait(30) == 0

    def test_says_that_it_is_not_ready_before_it_closes_the_door(self, told):
        with programs.web(told | {"DRAIN_SECONDS": "60"}) as web:
            assert web.get("/readyz") == (200, "ok\n")
            web.process.send_signal(signal.SIGTERM)

            assert until(lambda: web.get("/readyz")[0] == 503)
            assert web.get("/entrar")[0] == 200

            web.process.send_signal(signal.SIGTERM)  # in a hurry
            assert web.process.wait(30) == 1

    def test_leaves_who_waits_at_the_door_to_the_next_process(self, told):
        with socket.create_server(("127.0.0.1", 0)) as door:
            with programs.web(told, door=door.fileno()) as web:
                assert web.address.endswith(str(door.getsockname()[1]))
                assert web.get("/healthz")[0] == 200
                web.process.send_signal(signal.SIGTERM)
                assert web.process.wait(30) == 0
            waiting = connected(web)
            waiting.sendall(
                b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )

            with programs.web(told, door=door.fileno()):
                assert answer_of(waiting).startswith(b"HTTP/1.1 200 ")


class TestDemonstration:
    def test_ends_cleanly_when_interrupted(self, tmp_path):
        """Only its serving half is tried: loading it takes a minute."""
        words = ["-c", DEMONSTRATION]
        with programs.started(programs.settings(tmp_path), programs.command()[0], *words) as demo:
            assert any(line.startswith("http://") for line in demo.stdout)  # its jobs log as well
            demo.send_signal(signal.SIGINT)

            assert demo.wait(30) == 0
            assert "Traceback" not in demo.stdout.read()


DEMONSTRATION = """
import sys
sys.stderr = sys.stdout
import flask_migrate
from serving import application, demonstration
app = application.create("config.Demo")
with app.app_context():
    flask_migrate.upgrade()

def tell(address):
    print(address, flush=True)

demonstration.serve(app, host="127.0.0.1", port=0, when_ready=tell)
"""


class SlowInbox:
    """A server of mail that takes a letter only once it may."""

    def __init__(self):
        self.begun, self.go_on, self.letters = threading.Event(), threading.Event(), 0

    async def handle_DATA(self, server, _session, _envelope):  # noqa: N802 - aiosmtpd's name
        self.begun.set()
        await server.loop.run_in_executor(None, self.go_on.wait, 30)
        self.letters += 1
        return "250 OK"


class TestWorker:
    def test_finishes_its_job(self, told, tmp_path):
        inbox = SlowInbox()
        peer = Controller(inbox, hostname="127.0.0.1", port=free_port())
        peer.start()
        told["SMTP_URL"] = f"smtp://127.0.0.1:{peer.port}"
        ask_for_letters(told["DATABASE_URL"], tmp_path)
        try:
            with programs.worker(told) as worker:
                assert inbox.begun.wait(30)
                worker.send_signal(signal.SIGTERM)
                inbox.go_on.set()
                assert worker.wait(30) == 0
        finally:
            peer.stop()

        assert inbox.letters == 1
        assert states(told["DATABASE_URL"], tmp_path) == [("1", True), ("2", False)]


@operation
def write_letters():
    for key in ("1", "2"):
        facts = {"code": "123456", "name": "Ana"}
        how = {"template": "accounts/reset", "language": "pt_BR", "facts": facts}
        mail.send_later("ana@example.org", **how, key=key, now=clock.now())


def ask_for_letters(url, folder):
    with make_house(url, folder).app_context():
        write_letters()
        db.engine.dispose()


def states(url, folder):
    with make_house(url, folder).app_context():
        rows = db.session.execute(
            db.text(
                "SELECT key, done_at IS NOT NULL FROM jobs WHERE kind = 'core.mail' ORDER BY id"
            )
        )
        found = [(key, bool(done)) for key, done in rows]
        db.session.remove()
        db.engine.dispose()
        return found


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def wait_for_refusal(web, closed):
    assert until(lambda: is_refused(web))
    closed.set()


def is_refused(web):
    try:
        connected(web).close()
    except OSError:
        return True
    return False
