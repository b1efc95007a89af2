"""Letters: asked for in the operation they follow, written and sent by a job.

A letter is a pair of templates, ``emails/<feature>/<name>.txt`` and, if it has one, ``.html``. The
first line of the text is the subject. `SMTP_URL` says how letters leave: ``smtp://host:25``,
``smtps://user:password@host:465``, ``smtp://…?starttls=1``, or ``file:///folder``, where each
becomes an .eml file.

**Source:** RFC 5322; RFC 3834, §5 (Auto-Submitted).
"""

import enum
import hashlib
import os
import smtplib
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import sqlalchemy as sa
from flask import current_app, render_template
from flask_babel import force_locale
from jinja2 import TemplateNotFound

from marketplace.core import clock, language
from marketplace.core.database import db
from marketplace.core.formats import NBSP, phone
from marketplace.core.queue import Job, enqueue, job

KIND = "core.mail"
TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Letter:
    """One that was kept in the folder instead of sent."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str


class Fate(enum.StrEnum):
    """What became of a letter."""

    WAITS = "waits"
    SENT = "sent"
    FAILED = "failed"  # once at least; it may still be tried again


def send_later(
    to: str, *, template: str, language: str, facts: dict[str, Any], key: str, now: datetime
) -> None:
    """Have a letter sent once the running operation is committed; the same key is the same letter.

    ``facts`` are plain values for the template, which is rendered in the reader's ``language``.
    """
    letter = {"to": to, "template": template, "language": language, "facts": facts, "key": key}
    enqueue(KIND, letter, key=key, run_at=now)


def is_known(key: str) -> bool:
    """Whether a letter of this key waits or was sent these days."""
    return db.session.scalar(sa.select(Job.id).where(Job.kind == KIND, Job.key == key)) is not None


def fates(keys: Iterable[str]) -> dict[str, Fate]:
    """Return what became of the letters of these keys, as far as it is still known."""
    asked = sa.select(Job.key, Job.done_at, Job.parked_at, Job.error)
    asked = asked.where(Job.kind == KIND, Job.key.in_(list(keys)))
    return {
        row.key: _fate(row.done_at, row.parked_at, row.error) for row in db.session.execute(asked)
    }


@job(KIND, leaves=True)
def send(*, to: str, template: str, language: str, facts: dict[str, Any], key: str) -> None:
    """Write a letter and hand it over; sent twice, it carries the same Message-ID."""
    letter = write(to, template=template, locale=language, facts=facts)
    site = urlsplit(current_app.config["BASE_URL"]).hostname
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    letter["Message-ID"] = f"<{digest}@{site}>"
    way = urlsplit(current_app.config["SMTP_URL"])
    if way.scheme == "file":
        _keep(letter, _folder(way) / f"{digest}.eml")
    else:
        _hand_over(letter, way)


def write(to: str, *, template: str, locale: str, facts: dict[str, Any]) -> EmailMessage:
    """Render a letter in a language; its links are complete and lead to pages in it."""
    base = current_app.config["BASE_URL"].rstrip("/") + language.prefix(locale)
    with (
        current_app.test_request_context("/", base_url=base),
        force_locale(locale),
    ):
        subject, _, text = render_template(f"emails/{template}.txt", **facts).partition("\n")
        try:
            page = render_template(f"emails/{template}.html", **facts)
        except TemplateNotFound:
            page = ""
    return _letter(to, subject.strip(), text.strip() + "\n", page)


def kept() -> list[Letter]:
    """Return the letters in the folder, newest first; none when letters really leave."""
    way = urlsplit(current_app.config["SMTP_URL"])
    if way.scheme != "file":
        return []
    letters = [_read(path) for path in _folder(way).glob("*.eml")]
    return sorted(letters, key=lambda letter: letter.sent_at, reverse=True)


def remove_kept(words: set[str]) -> None:
    """Remove the letters in the folder that go to, or tell of, any of these."""
    said = words | {phone(word) for word in words} | {_typed(phone(word)) for word in words}
    for letter in kept():
        whole = " ".join((letter.to or "", letter.subject or "", letter.text))
        if any(word in whole for word in said):
            (_folder(urlsplit(current_app.config["SMTP_URL"])) / f"{letter.name}.eml").unlink(
                missing_ok=True
            )


def _fate(done_at: datetime | None, parked_at: datetime | None, error: str) -> Fate:
    if done_at is not None:
        return Fate.SENT
    return Fate.FAILED if parked_at is not None or error else Fate.WAITS


def _typed(text: str) -> str:
    """Return it with spaces as they are typed."""
    return text.replace(NBSP, " ")


def _letter(to: str, subject: str, text: str, page: str) -> EmailMessage:
    letter = EmailMessage()
    sender = current_app.config["MAIL_FROM"]
    name = current_app.config["SITE_NAME"]
    letter["From"] = sender if "<" in sender else f'"{name}" <{sender}>'
    letter["To"], letter["Subject"] = to, subject
    letter["Date"] = format_datetime(clock.now())
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    if page:
        letter.add_alternative(page, subtype="html")
    return letter


def _hand_over(letter: EmailMessage, way: SplitResult) -> None:
    secure, asked = ssl.create_default_context(), parse_qs(way.query)
    host, port = way.hostname or "localhost", way.port or (465 if way.scheme == "smtps" else 25)
    if way.scheme == "smtps":
        peer: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=secure)
    else:
        peer = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with peer:
        if asked.get("starttls"):
            peer.starttls(context=secure)
        if way.username:
            peer.login(unquote(way.username), unquote(way.password or ""))
        peer.send_message(letter)


def _keep(letter: EmailMessage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}.new")
    written.write_bytes(letter.as_bytes(policy=policy.SMTP))
    written.replace(path)


def _folder(way: SplitResult) -> Path:
    return Path(unquote(way.path))


def _read(path: Path) -> Letter:
    found: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = found.get_body(("plain",))
    sent_at = parsedate_to_datetime(found["Date"])
    text = body.get_content().replace("\r\n", "\n")
    return Letter(path.stem, found["To"], found["Subject"], sent_at, text)
