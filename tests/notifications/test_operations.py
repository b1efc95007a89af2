"""Telling people news."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.core import mail, queue
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.notifications import messages, operations, queries
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_user
from tests.factories.clock import NOW
from tests.factories.notifications import KIND, make_notice


def tell(*people, key="sale-1", by=HOUSE):
    facts = {"product": "Cesto", "total_cents": 8600}
    return operations.tell([p.id for p in people], KIND, facts, "/p", key=key, by=by, now=NOW)


def letters():
    return db.session.scalars(sa.select(queue.Job).where(queue.Job.kind == "core.mail")).all()


class TestTell:
    def test_tells_each_person_once_whatever_happens_twice(self):
        ana, bia = make_user(), make_user()
        tell(ana)

        assert tell(ana, bia) == 1
        assert [queries.unread_count(p.id) for p in (ana, bia)] == [1, 1]

    def test_tells_neither_who_did_it_nor_who_closed_their_account(self):
        ana, gone = make_user(), make_user(deactivated_at=NOW)

        assert tell(ana, gone, by=accounts.person_of(ana.id)) == 0

    def test_writes_an_email_in_the_language_of_who_has_one(self, app, tmp_path):
        app.config["SMTP_URL"] = f"file://{tmp_path}"
        ana = make_user(email="ana@example.org", language="pt_BR")
        make_user()
        tell(ana)

        assert [job.args["language"] for job in letters()] == ["pt_BR"]
        job = letters()[0].args
        mail.send(**job)
        letter = mail.kept()[0]
        assert (letter.to, letter.subject) == ("ana@example.org", "Cesto sold")
        assert "http://localhost/p" in letter.text

    def test_writes_no_email_to_who_has_none(self):
        tell(make_user())

        assert letters() == []

    def test_refuses_news_that_nobody_wrote(self):
        with pytest.raises(KeyError):
            operations.tell([], "unheard", {}, "/", key="1", by=HOUSE, now=NOW)


class TestMarkRead:
    def test_notes_when_it_was_first_read(self):
        notice = make_notice()
        ana = accounts.person_of(notice.user_id)

        operations.mark_read(notice.id, by=ana, now=NOW)
        operations.mark_read(notice.id, by=ana, now=NOW + timedelta(hours=1))

        assert db.session.scalars(sa.select(Notice.read_at)).one() == NOW

    def test_does_not_find_what_was_told_to_somebody_else(self):
        notice, bia = make_notice(), accounts.person_of(make_user().id)

        with pytest.raises(NotFound):
            operations.mark_read(notice.id, by=bia, now=NOW)


class TestMarkAllRead:
    def test_leaves_what_came_later_and_what_is_anothers(self):
        ana = make_user()
        other, seen = make_notice(), make_notice(user=ana)
        make_notice(user=ana)

        operations.mark_all_read(seen.id, by=accounts.person_of(ana.id), now=NOW)

        assert queries.unread_count(ana.id) == 1
        assert queries.unread_count(other.user_id) == 1


class TestWritten:
    def test_fills_the_texts_with_money_days_and_moments(self):
        messages.register("t.all", title="%(total_cents)s", body="%(day_on)s · %(from_at)s")
        facts = {
            "total_cents": 8600,
            "day_on": "2026-12-05",
            "from_at": "2026-12-05T14:30:00+00:00",
            "zone": "America/Manaus",
        }

        written = messages.written("t.all", facts)

        assert (written.title, written.body) == ("R$86.00", "Sat 5 Dec · Sat 5 Dec, 10:30")
