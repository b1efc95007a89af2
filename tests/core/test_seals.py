from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import guards, queue, seals
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from marketplace.core.seals import Head, Seal
from tests.core.test_audit import say
from tests.factories.clock import NOW


@operation
def meddle(table, statement):
    with guards.lifted(table):
        db.session.execute(sa.text(statement) if isinstance(statement, str) else statement)


@pytest.fixture
def three():
    for kind in ("one", "two", "three"):
        say(kind)
    seals.seal(now=NOW)
    seals.publish(now=NOW)


def kept(number):
    """Keep an entry under a number, as transactions that began earlier and end later do."""
    say("any")
    other = Entry.id.not_in((8000, 9000))
    last = sa.select(sa.func.max(Entry.id)).where(other).scalar_subquery()
    meddle("audit_entries", sa.update(Entry).where(Entry.id == last).values(id=number))


def sealed():
    """Return how many of the entries that were made here have a seal; jobs make others."""
    ours = sa.select(sa.func.count()).select_from(Entry).where(Entry.operation == "say")
    return db.session.scalar(ours.join(Seal, Seal.entry_id == Entry.id))


def newest():
    return db.session.scalar(sa.select(Seal.hash).order_by(Seal.position.desc()).limit(1))


class TestSeal:
    def test_seals_each_entry_once_in_order(self, three):
        say("four")

        assert (seals.seal(now=NOW), seals.seal(now=NOW)) == (1, 0)
        rows = db.session.execute(sa.select(Seal.position, Seal.entry_id).order_by(Seal.position))
        positions, ids = zip(*rows, strict=True)
        assert (positions, list(ids)) == ((1, 2, 3, 4), sorted(ids))

    def test_seals_what_was_longer_in_being_kept_after_what_came_before_it(self):
        kept(9000)
        assert seals.seal(now=NOW) == 1
        kept(8000)

        assert seals.seal(now=NOW) == 1
        assert list(seals.faults()) == []

    def test_runs_by_itself_every_minute(self):
        say("one")
        queue.enqueue_periodic(now=NOW)
        queue.work_all(now=NOW)
        assert sealed() == 1
        say("two")
        queue.enqueue_periodic(now=NOW + timedelta(seconds=60))
        queue.work_all(now=NOW + timedelta(seconds=60))

        assert sealed() == 2


class TestPublish:
    def test_publishes_the_newest_seal_once_a_day(self, three):
        seals.publish(now=NOW)
        seals.publish(now=NOW + timedelta(days=1))

        heads = db.session.scalars(sa.select(Head).order_by(Head.day)).all()
        assert [(head.day.day, head.position) for head in heads] == [(22, 3), (23, 3)]


class TestFaults:
    def test_are_none_when_nobody_meddled(self, three):
        assert list(seals.faults(newest())) == []

    @pytest.mark.parametrize(
        ("table", "statement", "fault"),
        [
            ("audit_entries", "UPDATE audit_entries SET role = 'head'", "is not what was sealed"),
            ("audit_entries", "UPDATE audit_entries SET notes = '[]'", "is not what was sealed"),
            ("audit_seals", "DELETE FROM audit_seals WHERE position = 1", "seal 1 is missing"),
            ("audit_seals", "DELETE FROM audit_seals WHERE position = 3", "the head of 2026-11-22"),
            ("audit_heads", "UPDATE audit_heads SET hash = 'x'", "the head of 2026-11-22"),
        ],
    )
    def test_tell_what_was_altered_behind_the_triggers(self, three, table, statement, fault):
        meddle(table, statement)

        assert fault in " ".join(seals.faults())

    def test_tell_of_an_entry_that_was_altered_and_sealed_anew(self, three):
        first = db.session.scalars(sa.select(Entry).order_by(Entry.id)).first()
        altered = sa.update(Entry).where(Entry.id == first.id).values(role="head")
        meddle("audit_entries", altered)
        forged = seals.chained(seals.ORIGIN, db.session.get(Entry, first.id))
        meddle("audit_seals", sa.update(Seal).where(Seal.position == 1).values(hash=forged))

        assert len(list(seals.faults())) == 1

    def test_tell_of_an_entry_that_was_slipped_in_long_after(self, monkeypatch):
        monkeypatch.setattr(seals, "LOOK_BACK", 1)
        for number in (8000, 9000):
            kept(number)
        seals.seal(now=NOW)
        kept(7000)

        assert seals.seal(now=NOW) == 0
        assert list(seals.faults()) == ["entry 7000 was never sealed"]

    def test_tell_that_a_published_head_is_gone(self, three):
        assert list(seals.faults("0" * 64)) == ["no seal has the hash that was published"]


class TestVerify:
    def test_says_how_it_stands(self, app, three):
        said = app.test_cli_runner().invoke(args=["audit", "verify"])
        assert said.exit_code == 0
        assert said.output == f"3 sealed entries, head {newest()}, 0 fault(s)\n"

        meddle("audit_entries", "UPDATE audit_entries SET role = 'head'")
        assert app.test_cli_runner().invoke(args=["audit", "verify"]).exit_code == 1
