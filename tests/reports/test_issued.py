"""Issued reports: numbered, frozen, the same bytes for ever."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, invariants
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import Channel, Confidence, FactKind
from marketplace.reports import issued_files
from marketplace.reports import sheet_tables as words
from marketplace.reports.errors import AnotherSaysWhy, FileAltered, NotBegun
from marketplace.reports.models.issued import FileKind, IssuedFile, IssuedReport, ReportKind
from marketplace.reports.operations.issuing import issue
from marketplace.reports.periods import Period
from marketplace.reports.sheet_figures import best_month, count, period_of
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise
from tests.factories.issued import head_of, make_issued
from tests.factories.reports import make_fact
from tests.paper import Paper

MARCH = date(2030, 3, 15)
APRIL = datetime(2030, 4, 2, 12, tzinfo=UTC)


@pytest.fixture
def weavers():
    return make_enterprise(division=make_division(), name="Trançado do Norte")


@pytest.fixture(autouse=True)
def they_hold_together(rolled_back):
    yield
    assert not [rule for rule in invariants.broken() if rule.startswith("reports.")]


def sheet_of(enterprise, kind=ReportKind.MONTHLY):
    period = period_of(kind, MARCH)
    return count(kind, period, enterprise.division, up_to=None, now=APRIL)


class TestCount:
    def test_keeps_sales_and_orders_taken_apart_and_shows_hand_overs_beside(self, weavers):
        make_fact(weavers, gross_cents=30_00)
        make_fact(weavers, kind=FactKind.ORDER_TAKEN, gross_cents=50_00)
        make_fact(weavers, kind=FactKind.HANDED_OVER, gross_cents=50_00)
        sheet = sheet_of(weavers)

        assert (sheet.amount("all", "", "sales"), sheet.amount("all")) == (30_00, 80_00)
        assert sheet.amount("all", "", "handed") == 50_00
        assert sheet.amount("segment", weavers.segment.value) == 80_00
        assert sheet.amount("zone", "sul") == 80_00
        assert sheet.amount("all", "", "sellers") == 1

    def test_gives_women_their_part_of_each_line(self, weavers):
        make_fact(weavers, gross_cents=10_01, women_permille=500)
        make_fact(weavers, gross_cents=-10_01, quantity=-1, women_permille=500)
        make_fact(weavers, gross_cents=10_00, women_permille=667, women_led=True)
        sheet = sheet_of(weavers)

        assert sheet.amount("women") == 6_67
        assert sheet.amount("led") == 10_00

    def test_compares_with_the_month_before_the_same_of_last_year_and_the_years(self, weavers):
        days = {date(2030, 3, 1): 1, date(2030, 2, 28): 2, date(2029, 3, 31): 4}
        days |= {date(2029, 12, 31): 8, date(2029, 1, 1): 16, date(2030, 4, 1): 32}
        for day, reais in days.items():
            make_fact(weavers, occurred_on=day, gross_cents=reais * 100)
        compared = next(each for each in words.tables(sheet_of(weavers)) if each.key == "compared")

        assert [cells[2].value // 100 for _name, cells in compared.rows] == [1, 2, 4, 3, 20]

    def test_names_the_best_month_of_the_year_and_of_all(self, weavers):
        for day, cents in ((date(2030, 2, 1), 5_00), (MARCH, 3_00), (date(2027, 6, 1), 9_00)):
            make_fact(weavers, occurred_on=day, gross_cents=cents)
        sheet = sheet_of(weavers)

        assert best_month(sheet, 2030) == (date(2030, 2, 1), 5_00)
        assert best_month(sheet) == (date(2027, 6, 1), 9_00)

    def test_leaves_another_division_out(self, weavers):
        make_fact(make_enterprise(division=make_division(municipality_code=1100106)))

        assert sheet_of(weavers).amount("all") == 0

    @pytest.mark.parametrize(
        ("kind", "first", "last"),
        [
            (ReportKind.MONTHLY, date(2030, 3, 1), date(2030, 3, 31)),
            (ReportKind.QUARTERLY, date(2030, 1, 1), date(2030, 3, 31)),
            (ReportKind.ANNUAL, date(2030, 1, 1), date(2030, 12, 31)),
        ],
    )
    def test_knows_the_period_of_a_day(self, kind, first, last):
        assert period_of(kind, MARCH) == Period(first, last)


class TestIssue:
    def test_numbers_from_one_in_each_division_and_year(self, weavers):
        other = make_division(municipality_code=1100106)
        labels = [
            make_issued(weavers.division, day, now=now).label
            for day, now in (
                (MARCH, APRIL),
                (MARCH, APRIL),
                (MARCH, APRIL + timedelta(days=365)),
            )
        ]

        assert labels == ["1/2030", "2/2030", "1/2031"]
        assert make_issued(other, MARCH, now=APRIL).label == "1/2030"

    def test_stays_the_same_byte_for_byte_whatever_happens_later(self, weavers):
        sold = make_fact(weavers, gross_cents=86_35)
        first = make_issued(weavers.division, MARCH, now=APRIL)
        before = {kind: issued_files.content(first, kind) for kind in FileKind}
        make_fact(weavers, gross_cents=-86_35, quantity=-1, corrects_id=sold.id)
        make_fact(weavers, gross_cents=5_00, confidence=Confidence.DECLARED)
        _rename(weavers.id)
        second = make_issued(weavers.division, MARCH, now=APRIL + timedelta(days=9))

        for file in first.files:
            again = issued_files.content(first, file.kind)
            assert again == before[file.kind]
            assert hashlib.sha256(again).hexdigest() == file.sha256
        assert first.figures["lines"]["all::sales"] == 86_35
        assert second.figures["lines"]["all::sales"] == 5_00
        assert (second.follows_id, second.reason) == (first.id, "Chegaram totais")

    def test_another_for_a_period_says_why(self, weavers):
        make_issued(weavers.division, MARCH, now=APRIL)
        with pytest.raises(AnotherSaysWhy):
            make_issued(weavers.division, MARCH, reason="  ", now=APRIL)

    def test_refuses_a_period_of_the_future(self, weavers):
        with pytest.raises(NotBegun):
            make_issued(weavers.division, date(2030, 5, 1), now=APRIL)

    def test_says_where_the_period_is_not_over(self, weavers):
        running = make_issued(weavers.division, date(2030, 4, 1), now=APRIL)
        assert running.figures["lines"]["count::running"] == 1

    @pytest.mark.parametrize("role", ["finance", "council", "qualification", "administrator"])
    def test_is_for_the_head_of_that_division_alone(self, weavers, role):
        head = head_of(weavers.division)
        others = (type(head)(head.id, frozenset({role}), head.divisions), head_of(make_division()))
        for by in others:
            with pytest.raises(NotFound):
                issue(
                    ReportKind.MONTHLY,
                    MARCH,
                    division_id=weavers.division_id,
                    reason="",
                    by=by,
                    now=APRIL,
                )

    def test_is_never_changed(self, weavers):
        report = make_issued(weavers.division, MARCH, now=APRIL)
        with pytest.raises(sa.exc.DBAPIError):
            _change(report.id)

    def test_hands_out_nothing_that_is_not_what_was_issued(self, weavers):
        report = make_issued(weavers.division, MARCH, now=APRIL)
        db.session.execute(sa.text("DROP TRIGGER issued_files_append_only" + _on_table()))
        db.session.execute(sa.update(IssuedFile).values(content=b"other"))
        with pytest.raises(FileAltered):
            issued_files.content(report, FileKind.PDF)
        assert "reports.files_as_long_as_issued" in invariants.broken()
        db.session.rollback()


def _on_table():
    return " ON issued_files" if db.engine.dialect.name == "postgresql" else ""


@operation
def _rename(enterprise_id):
    db.session.execute(sa.update(Enterprise).where(Enterprise.id == enterprise_id).values(name="N"))


@operation
def _change(report_id):
    db.session.execute(sa.update(IssuedReport).values(reason="x"))


class TestPaper:
    @pytest.mark.parametrize("kind", ReportKind)
    def test_is_one_tagged_page_with_its_chart_in_words(self, weavers, kind):
        segments = list(type(weavers.segment))
        for n in range(60):
            make_fact(
                weavers,
                segment=segments[n % 5],
                zone=f"zona-{n % 12}",
                zone_name=f"Zona de nome comprido {n % 12}",
                channel=list(Channel)[n % 9],
                occurred_on=date(2025 + n % 6, 1 + n % 3, 1 + n % 27),
                gross_cents=123_456_78 + n,
                women_permille=n,
            )
        report = make_issued(weavers.division, MARCH, kind=kind, now=APRIL)
        paper = Paper(issued_files.content(report, FileKind.PDF))

        assert len(paper) == 1
        assert paper.is_tagged
        assert paper.language == "pt-BR"
        assert len(paper.pictures) == 1
        assert "R$" in paper.pictures[0]


class TestPages:
    def test_the_head_issues_and_everybody_downloads(self, client, log_in, weavers):
        today = clock.today(weavers.division.time_zone)
        make_fact(weavers, occurred_on=today, gross_cents=86_35)
        log_in(make_staff("head", weavers.division))
        told = {"division_id": weavers.division_id, "kind": "monthly", "day": today.isoformat()}
        preview = client.get("/gestao/relatorios/emitidos/novo", query_string=told)
        done = client.post("/gestao/relatorios/emitidos", data=told)
        page = client.get(done.location)
        report = db.session.scalars(sa.select(IssuedReport)).one()

        assert "86.35" in preview.text
        assert report.files[0].sha256 in page.text
        assert f"1/{today.year}" in client.get("/gestao/relatorios/emitidos?tipo=monthly").text
        assert "No report" in client.get("/gestao/relatorios/emitidos?tipo=annual").text
        for kind in FileKind:
            assert client.get(f"{done.location}/{kind.value}").data == issued_files.content(
                report, kind
            )

    def test_another_without_a_reason_is_asked_for_it(self, client, log_in, weavers):
        today = clock.today(weavers.division.time_zone)
        make_issued(weavers.division)
        log_in(make_staff("head", weavers.division))
        told = {"division_id": weavers.division_id, "kind": "monthly", "day": today.isoformat()}
        answer = client.post("/gestao/relatorios/emitidos", data=told)

        assert answer.status_code == 409
        assert "Say why another is needed." in answer.text

    def test_a_day_that_is_none_is_kept_as_typed(self, client, log_in, weavers):
        log_in(make_staff("head", weavers.division))
        told = {"division_id": weavers.division_id, "kind": "monthly", "day": "31/02/2030"}

        for answer in (
            client.post("/gestao/relatorios/emitidos", data=told),
            client.get("/gestao/relatorios/emitidos/novo", query_string=told),
        ):
            assert answer.status_code == 422
            assert "31/02/2030" in answer.text
