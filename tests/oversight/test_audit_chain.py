"""The record of what was done is verified by night and on demand; each day's code is public."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock, guards, queue, seals
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from marketplace.core.readings import Reading
from marketplace.core.rights import HOUSE
from marketplace.core.seals import Head
from marketplace.notifications.models import Notice
from marketplace.oversight.errors import NothingSealed
from marketplace.oversight.models.audit_checks import AuditCheck
from marketplace.oversight.operations import audit_checks
from marketplace.oversight.queries import audit_chain
from tests.core.test_audit import say
from tests.factories.accounts import make_division, make_staff, reread, saved_change

SCRIPT = Path(__file__).parents[2] / "docs/recompute_heads.py"
DAY = timedelta(days=1)
PAGE = "/gestao/auditoria/corrente"


@operation
def meddle(table, statement):
    with guards.lifted(table):
        db.session.execute(statement)


def keep_under(number):
    """Keep an entry under a number of its own."""
    say("any")
    other = Entry.id.not_in((8_000, 9_000))
    last = sa.select(sa.func.max(Entry.id)).where(other).scalar_subquery()
    meddle("audit_entries", sa.update(Entry).where(Entry.id == last).values(id=number))


def day_of_three(days_ago):
    """Note three things, seal them, and publish the head of so many days ago."""
    then = clock.now() - days_ago * DAY
    for kind in ("one", "two", "three"):
        say(kind)
    seals.seal(now=then)
    seals.publish(now=then + DAY)
    return then.date()


@pytest.fixture
def division():
    return make_division()


def alter(number):
    meddle("audit_entries", sa.update(Entry).where(Entry.id == number).values(role="x"))


class TestByNight:
    def night(self, now):
        queue.enqueue_periodic(now=now)
        queue.work_all(now=now)

    def verify(self):
        """Run that job alone: nothing is sealed before it."""
        asked = {"key": "now", "run_at": clock.now()}
        operation(queue.enqueue)("oversight.verify_audit", {}, **asked)
        queue.work_all(now=clock.now())

    def test_keeps_that_all_is_whole(self):
        say("one")
        self.night(clock.now() - DAY)
        self.night(clock.now())
        check = reread(AuditCheck)

        assert (check.first, check.last, check.faults, check.by_id) == (1, check.rows, [], None)

    def test_tells_heads_and_administrators_once_where_it_breaks(self, division):
        told = [make_staff(role, division) for role in (Role.HEAD, Role.ADMINISTRATOR)]
        make_staff(Role.FINANCE, division)
        say("one")
        seals.seal(now=clock.now())
        number = db.session.scalar(sa.select(seals.Seal.entry_id).limit(1))
        alter(number)
        for _twice in "ab":
            found = audit_checks.examined(1, 1)
            kept = {"begun_at": clock.now(), "by": HOUSE, "now": clock.now()}
            audit_checks.keep((1, 1), found, **kept)

        who = db.session.scalars(
            sa.select(Notice.user_id).where(Notice.kind == "audit_broken")
        ).all()
        assert sorted(who) == sorted(one.id for one in told)
        assert audit_chain.last_night().faults == [{"flaw": "altered", "about": str(number)}]

    def test_looks_for_what_was_slipped_in_as_people_do_not(self, monkeypatch):
        monkeypatch.setattr(seals, "LOOK_BACK", 1)
        monkeypatch.setattr(seals, "STRETCH", 4_000)
        for number in (8_000, 9_000):
            keep_under(number)
        seals.seal(now=clock.now())
        keep_under(7_000)
        turns = []

        assert audit_checks.examined(1, 2) == []
        assert [one.about for one in seals.unsealed(between=lambda: turns.append(1))] == ["7000"]
        assert len(turns) == 2
        self.verify()
        assert {"flaw": "unsealed", "about": "7000"} in audit_chain.last_night().faults

    def test_tells_that_all_seals_are_gone(self):
        day = day_of_three(1)
        meddle("audit_seals", sa.delete(seals.Seal))
        self.verify()

        assert audit_chain.last_night().faults == [{"flaw": "head", "about": day.isoformat()}]


class TestStretch:
    def test_lies_between_the_heads_of_its_days(self):
        old, middle, _new = (day_of_three(days) for days in (9, 5, 1))
        newest = seals.newest()[0]

        assert audit_checks.stretch_of(middle, middle)[1] == newest - 3
        assert audit_checks.stretch_of(clock.now().date(), old) == (1, newest)
        first, last = audit_checks.stretch_of(middle, middle)
        assert last - first + 1 == 3

    def test_is_refused_where_nothing_is(self):
        with pytest.raises(NothingSealed):
            audit_checks.stretch_of(clock.now().date(), clock.now().date())

    def test_is_verified_from_its_own_first_seal(self, monkeypatch):
        monkeypatch.setattr(seals, "STRETCH", 2)
        for days in (5, 1):
            day_of_three(days)
        last = seals.newest()[0]
        turns = []

        assert list(seals.broken(last - 2, last, between=lambda: turns.append(1))) == []
        assert len(turns) == 2
        assert [str(one) for one in seals.broken(1, last + 1)] == [f"seal {last + 1} is missing"]


class TestPage:
    def ask(self, client, **days):
        day = clock.now().date().isoformat()
        return client.post(PAGE, data={"first": day, "last": day} | days)

    def test_says_since_when_how_many_and_that_nothing_was_changed(self, client, division):
        day_of_three(3)
        client.log_in(make_staff(Role.COUNCIL, division))
        seals.seal(now=clock.now())

        assert self.ask(client, first="2020-01-01").status_code == HTTPStatus.SEE_OTHER
        page = client.get(PAGE).text
        assert page.count("As sealed") == 1
        assert f"Entries 1 to {reread(AuditCheck).last}" in page

    @pytest.mark.parametrize(("days", "warns"), [(1, False), (3, True)])
    def test_warns_when_the_nights_stopped(self, client, division, days, warns):
        client.log_in(make_staff(Role.HEAD, division))
        seals.seal(now=clock.now())
        told = {"begun_at": clock.now() - days * DAY, "by": HOUSE, "now": clock.now() - days * DAY}
        audit_checks.keep((1, 1), [], **told)

        assert ("longer than two days" in client.get(PAGE).text) is warns

    def test_says_where_it_breaks(self, client, division):
        client.log_in(make_staff(Role.HEAD, division))
        seals.seal(now=clock.now())
        number = db.session.scalar(sa.select(seals.Seal.entry_id).limit(1))
        alter(number)
        self.ask(client)

        assert f"The entry {number} is not what was sealed." in client.get(PAGE).text

    @pytest.mark.parametrize("wrong", [{"first": ""}, {"last": "x"}, {"first": "9999-99-99"}])
    def test_keeps_what_was_typed_and_says_what_is_wrong(self, client, division, wrong):
        client.log_in(make_staff(Role.HEAD, division))
        answer = self.ask(client, **wrong)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert db.session.scalar(sa.select(AuditCheck.id)) is None


class TestLong:
    """More than anybody waits for is verified by a job."""

    @pytest.fixture
    def head(self, client, division, monkeypatch):
        monkeypatch.setattr(audit_checks, "MOST", 2)
        head = make_staff(Role.HEAD, division)
        client.log_in(head)
        day_of_three(1)
        return head

    def ask(self, client):
        day = (clock.now() - DAY).date().isoformat()
        return client.post(PAGE, data={"first": day, "last": day})

    def test_is_kept_by_who_asked_when_the_job_is_done(self, client, head):
        for _twice in "ab":
            assert self.ask(client).status_code == HTTPStatus.SEE_OTHER
        assert "being verified" in client.get(PAGE).text
        assert len(audit_chain.asked()) == 1
        args = dict(audit_chain.asked()[0].args)
        queue.work_all(now=clock.now())

        check = reread(AuditCheck)
        assert (check.by_id, check.faults, check.rows > 2) == (head.id, [], True)
        page = client.get(PAGE).text
        assert "As sealed" in page
        assert "being verified" not in page
        operation(queue.enqueue)(audit_chain.VERIFY, args, key="again", run_at=clock.now())
        queue.work_all(now=clock.now())
        assert db.session.scalars(sa.select(AuditCheck.id)).all() == [check.id]

    def test_tells_who_asked_too_where_it_breaks(self, client, head):
        alter(db.session.scalar(sa.select(sa.func.max(seals.Seal.entry_id))))
        self.ask(client)
        queue.work_all(now=clock.now())

        told = sa.select(Notice.user_id).where(Notice.kind == "audit_broken")
        assert db.session.scalars(told).all() == [head.id]

    def test_says_that_it_could_not_be_verified(self, client, head):
        self.ask(client)
        saved_change(audit_chain.asked()[0], parked_at=clock.now())

        assert "could not be verified" in client.get(PAGE).text


class TestFileOfADay:
    FILE = f"{PAGE}/linhas.jsonl"

    def check(self, client, tmp_path, day, change=lambda lines: lines):
        published = tmp_path / "codes.csv"
        published.write_bytes(client.get("/transparencia/auditoria/codigos-do-dia.csv").data)
        answer = client.get(self.FILE, query_string={"dia": day.isoformat()})
        assert f"auditoria-{day}.jsonl" in answer.headers["Content-Disposition"]
        exported = tmp_path / "day.jsonl"
        exported.write_bytes(b"".join(change(answer.data.splitlines(keepends=True))))
        words = [sys.executable, str(SCRIPT), str(exported), str(published), day.isoformat()]
        return subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603 - ours

    @pytest.fixture(autouse=True)
    def days(self, client, division, monkeypatch):
        monkeypatch.setattr(seals, "STRETCH", 2)
        client.log_in(make_staff(Role.HEAD, division))
        return [day_of_three(days) for days in (9, 5, 1)]

    @pytest.mark.parametrize("which", [0, 1, 2])
    def test_gives_its_code_by_a_program_of_its_own(self, client, tmp_path, days, which):
        done = self.check(client, tmp_path, days[which])

        assert (done.returncode, done.stdout.count("as published")) == (0, 1)
        assert days[which].isoformat() in done.stdout

    def test_is_not_read_whole_before_it_is_sent(self, client, days):
        answer = client.get(self.FILE, query_string={"dia": days[1].isoformat()})

        assert answer.is_streamed
        assert len(answer.data.splitlines()) == 3
        assert "application/x-ndjson" in answer.content_type

    @pytest.mark.parametrize(
        "change",
        [
            lambda lines: lines[1:],
            lambda lines: lines[:-1],
            lambda lines: [*lines, lines[-1]],
            lambda lines: [lines[0].replace(b"kind", b"sort"), *lines[1:]],
        ],
    )
    def test_shows_what_was_changed_left_out_or_added(self, client, tmp_path, days, change):
        done = self.check(client, tmp_path, days[1], change)

        assert (done.returncode, done.stdout.count("DIFFERS")) == (1, 1)

    def test_names_no_day_that_has_no_code(self, client, days):
        for day, says in (
            (clock.now().date().isoformat(), "No code is published for this day."),
            ("", "Say of which day."),
            ("31/02/2026", "Write the date like"),
        ):
            answer = client.get(self.FILE, query_string={"dia": day})
            assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
            assert says in answer.text

    def test_is_for_the_head_and_leaves_a_reading(self, client, division, days):
        client.get(self.FILE, query_string={"dia": days[1].isoformat()})
        read = db.session.scalars(sa.select(Reading.page)).all()
        client.log_in(make_staff(Role.COUNCIL, division))

        assert read == ["audit_chain.export"]
        assert client.get(self.FILE).status_code == HTTPStatus.FORBIDDEN
        assert "linhas.jsonl" not in client.get(PAGE).text


class TestPublicCodes:
    def test_are_listed_with_how_many_entries_each_day_brought(self, client):
        for days in (5, 1):
            day_of_three(days)
        page = client.get("/transparencia/auditoria").text

        for head in db.session.scalars(sa.select(Head)):
            assert head.hash in page
        (newest, oldest) = db.session.execute(audit_chain.heads())
        assert (newest.fresh, oldest.fresh) == (3, oldest.position)

    def test_go_out_as_sheet_and_as_data_without_a_name(self, client):
        day = day_of_three(1)
        (told,) = client.get("/transparencia/auditoria/codigos-do-dia.json").json
        text = client.get("/transparencia/auditoria/codigos-do-dia.csv").data.decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(text), delimiter=";")

        assert told["day"] == row["day"] == day.isoformat()
        assert told["hash"] == row["hash"] == seals.newest()[1]
        assert set(told) == {"day", "entries", "hash", "published_at"}
        assert client.get("/transparencia/auditoria/codigos-do-dia.xml").status_code == 404


class TestRecomputing:
    def check(self, app, client, tmp_path, change=lambda lines: lines):
        exported, published = tmp_path / "audit.jsonl", tmp_path / "heads.csv"
        app.test_cli_runner().invoke(args=["audit", "export", str(exported)])
        lines = exported.read_bytes().splitlines(keepends=True)
        exported.write_bytes(b"".join(change(lines)))
        published.write_bytes(client.get("/transparencia/auditoria/codigos-do-dia.csv").data)
        words = [sys.executable, str(SCRIPT), str(exported), str(published)]
        return subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603 - ours

    def test_by_a_program_of_its_own_gives_the_published_codes(self, app, client, tmp_path):
        for days in (5, 1):
            day_of_three(days)
        done = self.check(app, client, tmp_path)

        assert (done.returncode, done.stdout.count("as published")) == (0, 2)

    def test_shows_that_one_line_was_changed(self, app, client, tmp_path):
        day_of_three(1)
        done = self.check(app, client, tmp_path, lambda lines: [*lines[1:2], *lines[1:]])

        assert done.returncode == 1
        assert "DIFFERS" in done.stdout

    def test_counts_no_day_that_came_after_the_file(self, app, client, tmp_path):
        for days in (5, 1):
            day_of_three(days)
        oldest = min(head.position for head in db.session.scalars(sa.select(Head)))
        done = self.check(app, client, tmp_path, lambda lines: lines[:oldest])

        assert (done.returncode, done.stdout.count("after the end of the file")) == (0, 1)
        assert "as published" in done.stdout

    def test_goes_on_where_an_entry_is_gone(self, app, client, tmp_path, monkeypatch):
        day_of_three(1)
        gone = db.session.scalar(sa.select(sa.func.max(Entry.id)))
        there = sa.and_(Entry.id == seals.Seal.entry_id, Entry.id != gone)
        lines = sa.select(*seals._LINES.selected_columns).outerjoin_from(seals.Seal, Entry, there)
        monkeypatch.setattr(seals, "_LINES", lines)
        done = self.check(app, client, tmp_path)

        assert (tmp_path / "audit.jsonl").read_text("utf-8").splitlines()[-1] == "{}"
        assert done.returncode == 1

    def test_finds_every_field_of_an_entry_in_its_line(self, app, tmp_path):
        day_of_three(1)
        app.test_cli_runner().invoke(args=["audit", "export", str(tmp_path / "a")])
        told = json.loads((tmp_path / "a").read_text("utf-8").splitlines()[-1])

        assert told["notes"][0]["kind"] == "three"
        assert {"id", "operation", "person_id", "role", "request_id", "recorded_at"} < set(told)
