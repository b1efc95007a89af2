import socket
from email import message_from_bytes, policy

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from jinja2 import ChoiceLoader, DictLoader

from marketplace.core import mail, queue
from marketplace.core.database import db, operation
from marketplace.core.queue import Job
from tests.factories.clock import NOW

TEMPLATES = {
    "emails/tests/hello.txt": "Olá, {{ name }}\n\n"
    "{{ url_for('core.show_media', name='a', _external=true) }}\n",
    "emails/tests/hello.html": "<p lang='{{ current_language() }}'>{{ name }}</p>",
    "emails/tests/bare.txt": "Hello\n\nText only.",
}
ANA = "ana@example.org"


class Inbox:
    def __init__(self):
        self.letters = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture(autouse=True)
def written(app, monkeypatch):
    loader = ChoiceLoader([DictLoader(TEMPLATES), app.jinja_env.loader])
    monkeypatch.setattr(app.jinja_env, "loader", loader)


@pytest.fixture
def folder(app, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "SMTP_URL", f"file://{tmp_path / 'mail'}")
    return tmp_path / "mail"


@pytest.fixture
def inbox(app, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    inbox = Inbox()
    peer = Controller(inbox, hostname="127.0.0.1", port=port)
    peer.start()
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{port}")
    yield inbox.letters
    peer.stop()


@operation
def greet(key="greeting", template="tests/hello", language="pt_BR", name="João & Ana"):
    facts = {"name": name}
    mail.send_later(ANA, template=template, language=language, facts=facts, key=key, now=NOW)


class TestSend:
    def test_reaches_a_real_server_whole(self, inbox):
        greet()

        assert queue.work_all(now=NOW) == 1

        (envelope,) = inbox
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert (envelope.rcpt_tos, letter["Subject"]) == ([ANA], "Olá, João & Ana")
        assert letter["Auto-Submitted"] == "auto-generated"
        assert "João &amp; Ana" in letter.get_body(("html",)).get_content()
        assert "http://localhost/media/a" in letter.get_body(("plain",)).get_content()

    def test_is_tried_again_while_the_server_is_away(self, app, monkeypatch):
        monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:9")
        greet()

        queue.work_all(now=NOW)

        waiting = db.session.scalar(sa.select(Job))
        assert (waiting.done_at, waiting.error.split()[0]) == (None, "ConnectionRefusedError")

    def test_is_once_per_key(self, inbox):
        greet()
        greet()

        queue.work_all(now=NOW)

        assert len(inbox) == 1


class TestKept:
    def test_is_a_folder_of_letters_that_can_be_read(self, folder):
        greet("one")
        greet("two", template="tests/bare")
        queue.work_all(now=NOW)

        letters = {letter.subject: letter for letter in mail.kept()}
        assert set(letters) == {"Olá, João & Ana", "Hello"}
        assert (letters["Hello"].to, letters["Hello"].text) == (ANA, "Text only.\n")
        assert len(list(folder.glob("*.eml"))) == 2

    def test_is_empty_where_letters_really_leave(self, inbox):
        assert mail.kept() == []


class TestWrite:
    def test_leads_to_pages_in_the_readers_language(self, app):
        letter = mail.write(ANA, template="tests/hello", locale="es", facts={"name": "Ana"})

        assert "http://localhost/es/media/a" in letter.get_body(("plain",)).get_content()
        assert "lang='es'" in letter.get_body(("html",)).get_content()

    @pytest.mark.parametrize("to", ["ana@example.org\nBcc: all@example.org", "a\r\nb@example.org"])
    def test_takes_no_further_headers_from_an_address(self, to):
        with pytest.raises(ValueError, match="linefeed"):
            mail.write(to, template="tests/bare", locale="es", facts={})
