"""Months as everybody sees them: published once, corrected in public, none of a single group."""

from datetime import UTC, date, datetime

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.opendata import jobs, operations, queries
from marketplace.opendata.models import PublishedMonth
from tests.factories.accounts import make_division
from tests.factories.enterprises import make_enterprise
from tests.factories.reports import make_fact

THEN, NOW = datetime(2030, 4, 11, 12, tzinfo=UTC), datetime(2030, 4, 20, 12, tzinfo=UTC)
MARCH = 203003


@pytest.fixture
def groups():
    division = make_division()
    found = [make_enterprise(division=division) for _ in range(5)]
    for each in found:
        make_fact(each, gross_cents=100_00)
    return found


def publish(now=THEN):
    return operations.publish_month(MARCH, by=HOUSE, now=now)


def figures():
    return queries.months()[-1].figures


class TestPublishMonth:
    def test_publishes_what_many_sold(self, groups):
        publish()

        assert figures()["total"] == 500_00

    def test_publishes_nothing_of_two(self, groups):
        for each in groups[2:]:
            make_fact(each, gross_cents=-100_00, occurred_on=date(2030, 3, 16))

        publish()

        assert figures()["total"] is None

    def test_stays_as_it_is(self, groups):
        first = publish()
        make_fact(groups[0], gross_cents=9_00)

        assert publish(NOW) == first
        assert figures()["total"] == 500_00


class TestCorrectMonth:
    def test_adds_what_many_told_later(self, groups):
        first = publish()
        for each in groups:
            make_fact(each, gross_cents=10_00, recorded_at=NOW)

        operations.correct_month(first, by=HOUSE, now=NOW)

        assert figures()["total"] == 550_00
        assert [after.corrects_id for after, _before in queries.corrections()] == [first]

    def test_waits_where_two_releases_would_tell_of_one(self, groups):
        first = publish()
        make_fact(groups[0], gross_cents=10_00, recorded_at=NOW)

        assert operations.correct_month(first, by=HOUSE, now=NOW) is None
        assert figures()["total"] == 500_00

    def test_leaves_alone_what_did_not_change(self, groups):
        assert operations.correct_month(publish(), by=HOUSE, now=NOW) is None


class TestJob:
    def test_waits_for_late_papers(self, groups, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: datetime(2030, 4, 10, 12, tzinfo=UTC))
        jobs.publish()
        assert db.session.query(PublishedMonth).count() == 0

        monkeypatch.setattr(clock, "now", lambda: THEN)
        jobs.publish()
        assert figures()["total"] == 500_00

    def test_reads_again_only_months_of_which_more_is_recorded(self, groups):
        publish()
        assert queries.outdated() == []

        make_fact(groups[0], gross_cents=10_00, recorded_at=NOW)

        assert [each.month for each in queries.outdated()] == [MARCH]

    def test_corrects_what_many_told_later(self, groups, monkeypatch):
        first = publish()
        for each in groups:
            make_fact(each, gross_cents=10_00, recorded_at=NOW)
        monkeypatch.setattr(clock, "now", lambda: NOW)

        jobs.publish()

        assert [after.corrects_id for after, _before in queries.corrections()] == [first]
        assert queries.outdated() == []


class TestPages:
    def test_shows_what_is_published(self, client, groups):
        publish()

        page = client.get("/transparencia").text.replace("\N{NO-BREAK SPACE}", "")

        assert "R$500.00" in page
        assert "Set-Cookie" not in client.get("/transparencia").headers

    def test_says_that_nothing_is_published(self, client):
        assert client.get("/transparencia").status_code == 200

    def test_explains(self, client):
        assert client.get("/transparencia/como-calculamos").status_code == 200
