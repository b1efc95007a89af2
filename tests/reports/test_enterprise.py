"""The report of one enterprise: its own figures, numbered, frozen, and read by few."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.accounts.operations.erasing import erase_own
from marketplace.core import invariants
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.fairs.models.calls import Attendance, Mark
from marketplace.fairs.models.fairs import Exhibitor
from marketplace.orders.models.facts import FactKind
from marketplace.reports import enterprise_tables as words
from marketplace.reports import issued_files
from marketplace.reports.enterprise_figures import count, differences
from marketplace.reports.errors import AnotherSaysWhy, NotBegun
from marketplace.reports.models.issued import FileKind, IssuedReport, ReportKind
from marketplace.reports.operations.issuing import issue_about
from marketplace.reports.sheet_figures import period_of
from tests.factories.accounts import make_division, make_staff, saved_change
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.issued import head_of, make_issued, make_issued_about
from tests.factories.reports import make_fact
from tests.paper import Paper

MARCH, LATER = date(2030, 3, 15), datetime(2031, 1, 5, 12, tzinfo=UTC)
STAFF = "/gestao/relatorios/empreendimentos"


@pytest.fixture
def weavers():
    return make_enterprise(division=make_division(), name="Trançado do Norte")


@pytest.fixture(autouse=True)
def they_hold_together(rolled_back):
    yield
    assert not [rule for rule in invariants.broken() if rule.startswith("reports.")]


def sheet_of(enterprise, kind=ReportKind.ANNUAL, now=LATER):
    return count(kind, period_of(kind, MARCH), enterprise, up_to=None, now=now)


@operation
def note(fair_id, enterprise_id, mark):
    told = {"fair_id": fair_id, "enterprise_id": enterprise_id, "mark": mark}
    db.session.add(Attendance(**told, marked_at=LATER))


@operation
def take_away(fair_id):
    """Take away the stalls of a fair."""
    db.session.execute(sa.delete(Exhibitor).where(Exhibitor.fair_id == fair_id))


def rows(sheet, key):
    table = next(table for table in words.tables(sheet) if table.key == key)
    return {name: [cell.value for cell in cells] for name, cells in table.rows}


class TestCount:
    def test_keeps_sales_and_orders_taken_apart_in_every_part(self, weavers):
        make_fact(weavers, gross_cents=30_00, fair_id=7, fair_name="Feira do Largo", quantity=2)
        make_fact(weavers, kind=FactKind.ORDER_TAKEN, gross_cents=50_00)
        make_fact(weavers, kind=FactKind.HANDED_OVER, gross_cents=50_00)
        sheet = sheet_of(weavers)

        assert rows(sheet, "compared")["2030"] == [30_00, 50_00, 80_00]
        assert rows(sheet, "fairs") == {"Feira do Largo": [30_00, 0, 30_00, 0, 0]}
        assert rows(sheet, "months")["March 2030"] == [30_00, 50_00, 80_00]
        assert rows(sheet, "channel") == {"At the stall": [30_00, 50_00, 80_00]}
        assert sheet.amount("all", "", "handed") == 50_00
        assert rows(sheet, "counts")["Pieces"] == [3]

    def test_is_about_no_other_enterprise_and_no_other_time(self, weavers):
        make_fact(make_enterprise(division=weavers.division))
        make_fact(weavers, occurred_on=date(2028, 12, 31))
        make_fact(weavers, occurred_on=date(2031, 1, 1))
        assert {n for key, n in sheet_of(weavers).lines.items() if key != "count::running"} == set()

    def test_stands_beside_the_same_months_of_the_year_before(self, weavers):
        make_fact(weavers, occurred_on=date(2029, 3, 1), gross_cents=4_00)
        make_fact(weavers, occurred_on=date(2029, 4, 1), gross_cents=5_00)
        assert rows(sheet_of(weavers), "compared")["2029"] == [9_00, 0, 9_00]
        month = sheet_of(weavers, ReportKind.MONTHLY)
        assert rows(month, "compared")["March 2029"] == [4_00, 0, 4_00]
        assert month.amount("all") == 0

    def test_tells_at_which_fairs_it_had_a_stall_and_came(self, weavers):
        fair, other = make_announced(weavers), make_announced(weavers)
        make_announced(make_enterprise(division=weavers.division))
        note(fair.id, weavers.id, Mark.PRESENT)
        note(other.id, weavers.id, Mark.ABSENT)
        period = period_of(ReportKind.ANNUAL, fair.days[0].day)
        sheet = count(ReportKind.ANNUAL, period, weavers, up_to=None, now=LATER)

        assert sorted(cells[3:] for cells in rows(sheet, "fairs").values()) == [[1, 0], [1, 1]]
        assert rows(sheet, "counts")["Fairs at which the group came"] == [1]


class TestIssue:
    def test_is_numbered_among_the_reports_of_the_division_and_kept(self, weavers):
        make_fact(weavers)
        make_issued(weavers.division, MARCH, now=LATER)
        report = make_issued_about(weavers, MARCH, now=LATER)

        assert (report.label, report.enterprise_id) == ("2/2031", weavers.id)
        for kind in FileKind:
            content = issued_files.content(report, kind)
            file = next(each for each in report.files if each.kind is kind)
            assert hashlib.sha256(content).hexdigest() == file.sha256
        paper = Paper(issued_files.content(report, FileKind.PDF))
        assert "Trançado do Norte" in paper.text(0)

    def test_another_says_why_and_explains_each_line(self, weavers):
        sale = make_fact(weavers, gross_cents=30_00)
        before = make_issued_about(weavers, MARCH, now=LATER)
        make_fact(weavers, kind=FactKind.SALE, gross_cents=-30_00, quantity=-1, corrects_id=sale.id)
        found = differences(before, sheet_of(weavers))
        assert {one.key: one.causes for one in found}["all::sales"] == {"given_back": -30_00}

        by = {"by": head_of(weavers.division), "now": LATER + timedelta(days=1)}
        with pytest.raises(AnotherSaysWhy):
            issue_about(weavers.id, ReportKind.ANNUAL, MARCH, reason="", **by)
        issue_about(weavers.id, ReportKind.ANNUAL, MARCH, reason="Devolveram", **by)

    def test_an_erased_group_leaves_its_figures_and_no_name(self):
        user, weavers = make_producer("manager", name="Trançado Zyqua")
        make_fact(weavers, gross_cents=30_00)
        report_id = make_issued_about(weavers, MARCH, now=LATER).id
        erase_own(user.id, by=Person(user.id), now=LATER)

        db.session.expire_all()
        report = db.session.get_one(IssuedReport, report_id)
        assert report.enterprise_name == f"Empreendimento {weavers.code}"
        assert report.figures["lines"]["all::sales"] == 30_00
        assert "Zyqua" not in str(report.figures)
        assert {file.content for file in report.files} == {b""}
        with pytest.raises(NotFound):
            issued_files.content(report, FileKind.PDF)
        assert invariants.broken() == {}

    def test_a_report_of_the_division_is_another(self, weavers):
        make_issued_about(weavers, MARCH, now=LATER)
        other = make_issued(weavers.division, MARCH, kind=ReportKind.ANNUAL, now=LATER)
        assert other.follows is None

    def test_is_for_the_head_of_that_division_and_begun_periods(self, weavers):
        told = {"reason": "", "now": LATER}
        with pytest.raises(NotFound):
            issue_about(weavers.id, ReportKind.ANNUAL, MARCH, by=head_of(make_division()), **told)
        by = head_of(weavers.division)
        with pytest.raises(NotBegun):
            issue_about(weavers.id, ReportKind.ANNUAL, date(2032, 1, 1), by=by, **told)


class TestPages:
    def test_the_head_looks_and_issues(self, client, log_in, weavers):
        make_fact(weavers, gross_cents=1_234_50)
        log_in(make_staff(Role.HEAD, weavers.division))
        assert weavers.name in client.get(STAFF).text
        asked = {"kind": "annual", "day": "2030-03-15"}
        assert "1,234.50" in client.get(f"{STAFF}/{weavers.id}", query_string=asked).text
        refused = client.post(f"{STAFF}/{weavers.id}", data=asked | {"day": "2030-15"})
        assert refused.status_code == 422

        report = make_issued_about(weavers)
        asked["day"] = report.last_on.isoformat()
        again = client.post(f"{STAFF}/{weavers.id}", data=asked)
        assert again.status_code == 409
        assert "Say why another" in again.text
        page = client.get(f"{STAFF}/emitidos/{report.id}").text
        assert report.files[0].sha256 in page
        file = client.get(f"{STAFF}/emitidos/{report.id}/pdf")
        assert hashlib.sha256(file.data).hexdigest() == report.files[0].sha256

    def test_are_not_among_those_of_the_division(self, client, log_in, weavers):
        report = make_issued_about(weavers, MARCH, now=LATER)
        log_in(make_staff(Role.COUNCIL, weavers.division))
        assert client.get(f"/gestao/relatorios/emitidos/{report.id}").status_code == 404
        assert client.get(f"/gestao/relatorios/emitidos/{report.id}/csv").status_code == 404
        assert report.label not in client.get("/gestao/relatorios/emitidos").text

    def test_compare_what_was_issued_with_today_and_explain_each_line(
        self, client, log_in, weavers
    ):
        fair = make_announced(weavers, days=(MARCH,), now=LATER, name="Feira do Porto")
        sale = make_fact(weavers, gross_cents=30_00)
        neighbours = make_enterprise(division=weavers.division)
        report = make_issued_about(weavers, MARCH, now=LATER)
        file = issued_files.content(report, FileKind.CSV)
        minus = {"kind": FactKind.SALE, "quantity": -1, "corrects_id": sale.id}
        make_fact(weavers, gross_cents=-20_00, **minus)
        make_fact(weavers, gross_cents=-10_00, **minus, occurred_on=date(2031, 2, 1))
        make_fact(neighbours, gross_cents=77_77)
        saved_change(weavers, name="Trançado do Rio")
        take_away(fair.id)
        log_in(make_staff(Role.HEAD, weavers.division))
        shown = client.get(f"{STAFF}/emitidos/{report.id}").text
        page = client.get(f"{STAFF}/emitidos/{report.id}/comparacao").text

        assert f"{STAFF}/emitidos/{report.id}/comparacao" in shown
        assert "-R$20.00: given back or called off since" in page
        assert "Feira do Porto: Had a stall" in page
        assert "lists of places, groups and people kept up since" in page
        assert "1 group has another name today" in page
        assert "R$10.00 was given back after the period" in page
        assert "77.77" not in page
        assert "Issue another" in page
        assert issued_files.content(report, FileKind.CSV) == file
        again = make_issued_about(weavers, MARCH, now=LATER + timedelta(days=1))
        assert "No line differs." in client.get(f"{STAFF}/emitidos/{again.id}/comparacao").text

    def test_compare_its_own_alone_for_the_enterprise(self, client, log_in, weavers):
        ana, others = make_producer(enterprise=weavers)[0], make_enterprise()
        make_fact(weavers, gross_cents=30_00)
        own, other = (make_issued_about(one, MARCH, now=LATER) for one in (weavers, others))
        make_fact(weavers, gross_cents=5_00)
        log_in(ana)
        page = client.get(f"/painel/relatorios/{own.id}/comparacao").text

        assert (
            f"/painel/relatorios/{own.id}/comparacao"
            in client.get(f"/painel/relatorios/{own.id}").text
        )
        assert "R$5.00: sold at tills that told it later" in page
        assert "Issue another" not in page
        assert client.get(f"/painel/relatorios/{other.id}/comparacao").status_code == 404

    def test_the_enterprise_sees_its_own_alone(self, client, log_in, weavers):
        ana, others = (
            make_producer(enterprise=weavers)[0],
            make_enterprise(division=weavers.division),
        )
        own, other = (make_issued_about(one, MARCH, now=LATER) for one in (weavers, others))
        log_in(ana)
        assert f"/painel/relatorios/{own.id}" in client.get("/painel/relatorios").text
        assert client.get(f"/painel/relatorios/{own.id}").status_code == 200
        assert client.get(f"/painel/relatorios/{own.id}/csv").status_code == 200
        assert client.get(f"/painel/relatorios/{own.id}/exe").status_code == 404
        assert client.get(f"/painel/relatorios/{other.id}").status_code == 404
        assert client.get(f"/painel/relatorios/{other.id}/csv").status_code == 404
