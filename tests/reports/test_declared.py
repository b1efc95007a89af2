"""Totals of past years and of fairs on paper: entered, corrected, told beside what is counted."""

import io
from datetime import date

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.reports import declared
from marketplace.reports import sheet_tables as words
from marketplace.reports.declared import Told
from marketplace.reports.errors import (
    CorrectedAlready,
    CorrectionSaysWhy,
    DeclaredAlready,
    DeclaredOfLater,
    DeclaredSaysWho,
)
from marketplace.reports.models.declared import Sureness
from marketplace.reports.models.issued import ReportKind
from marketplace.reports.operations.declaring import bring_past, correct_past, declare_past
from marketplace.reports.periods import Period
from marketplace.reports.sheet_changes import changes
from marketplace.reports.sheet_differences import differences
from marketplace.reports.sheet_figures import count, period_of
from tests.factories.accounts import make_division, make_grant, make_staff, make_user
from tests.factories.declared import PAPER, make_declared, make_past
from tests.factories.enterprises import make_enterprise
from tests.factories.issued import head_of, make_issued
from tests.factories.reports import make_fact

PAGE = "/gestao/relatorios/declarados"
DOCUMENTED, ESTIMATED, REMEMBERED = Sureness


def declare(division, by=None, **more):
    told = {"by": by or head_of(division), "now": clock.now()}
    return declare_past(division.id, make_past(**more), **told)


def correct(total, cents, reason="Faltava uma página", by=None, **more):
    told = {"by": by or head_of(total.division), "now": clock.now(), "reason": reason}
    return correct_past(total.id, make_past(amount_cents=cents, **more), **told)


def told(division):
    return declared.by_time([division.id])


class TestDeclare:
    def test_stands_for_its_month_and_division(self):
        division, other = make_division(), make_division()
        declare(division, sureness=ESTIMATED)

        assert told(division) == {201911: Told(12_345_00, ESTIMATED)}
        assert told(other) == {}

    def test_is_in_no_sum_of_facts(self):
        division = make_division()
        declare(division)
        month = period_of(ReportKind.MONTHLY, date(2019, 11, 1))
        sheet = count(ReportKind.MONTHLY, month, division, up_to=None, now=clock.now())

        assert sheet.amount("all") == sheet.amount("month", 201911) == 0
        assert sheet.lines["declared:201911:documented"] == 12_345_00

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"year": 2090}, DeclaredOfLater),
            ({"year": 2090, "month": None}, DeclaredOfLater),
            ({"year": 1999}, DeclaredOfLater),
            ({"source": " "}, DeclaredSaysWho),
        ],
    )
    def test_takes_no_other(self, wrong, error):
        with pytest.raises(error):
            declare(make_division(), **wrong)

    def test_takes_the_same_once(self):
        division = make_division()
        declare(division)
        declare(division, segment="mandioca")
        with pytest.raises(DeclaredAlready):
            declare(division, amount_cents=1)

    def test_is_for_staff_of_that_division(self):
        division = make_division()
        for roles, there in (("council", division), ("finance", division), ("head", None)):
            divisions = frozenset({there.id if there else make_division().id})
            with pytest.raises(NotFound):
                declare(division, by=Person(make_user().id, frozenset({roles}), divisions))


class TestByTime:
    def test_adds_what_cannot_be_the_same_sales(self):
        division = make_division()
        declare(division, segment="mandioca", amount_cents=10)
        declare(division, segment="artesanato", amount_cents=20, sureness=REMEMBERED)
        declare(division, fair="Largo", amount_cents=29)
        assert told(division) == {201911: Told(30, REMEMBERED)}

        declare(division, amount_cents=25)
        assert told(division) == {201911: Told(25, DOCUMENTED)}

    def test_a_year_as_one_stands_unless_its_months_come_to_more(self):
        division = make_division()
        year = Period(date(2019, 1, 1), date(2019, 12, 31))
        declare(division, amount_cents=100)
        assert declared.of_period(told(division), year) == (Told(100, DOCUMENTED), 1)

        declare(division, month=None, amount_cents=900, sureness=ESTIMATED)
        assert declared.of_period(told(division), year) == (Told(900, ESTIMATED), 12)


class TestCorrect:
    def test_another_row_stands_and_the_old_one_stays(self):
        total = make_declared(make_division())
        later = correct(total, 50, year=2001, segment="mandioca")

        assert told(total.division) == {201911: Told(50, DOCUMENTED)}
        assert declared.correction_of(total.id).id == later
        assert total.amount_cents == 12_345_00
        assert declared.chain(declared.correction_of(total.id)) == [total]
        assert declared.correction_of(total.id).file == total.file

    def test_nothing_is_declared_where_it_is_corrected_to_nothing(self):
        total = make_declared(make_division())
        correct(total, 0)
        assert told(total.division) == {}

    def test_takes_no_other(self):
        total = make_declared(make_division())
        with pytest.raises(CorrectionSaysWhy):
            correct(total, 1, reason=" ")
        with pytest.raises(NotFound):
            correct(total, 1, by=head_of(make_division()))
        correct(total, 1)
        with pytest.raises(CorrectedAlready):
            correct(total, 2)


class TestBring:
    def test_the_same_rows_twice_do_nothing_twice(self):
        division = make_division()
        rows = [make_past(), make_past(month=10)]
        by = {"by": head_of(division), "now": clock.now()}

        assert bring_past(division.id, rows, **by) == 2
        assert bring_past(division.id, rows, **by) == 0


class TestSheet:
    def test_tells_it_apart_with_how_surely_and_of_how_much(self):
        division = make_division()
        declare(division, year=2018, month=None, amount_cents=9_000_00, sureness=ESTIMATED)
        declare(division, year=2019, sureness=REMEMBERED)
        year = period_of(ReportKind.ANNUAL, date(2020, 1, 1))
        sheet = count(ReportKind.ANNUAL, year, division, up_to=None, now=clock.now())

        table = next(table for table in words.tables(sheet) if table.key == "declared")
        assert [(name, cells[0].value) for name, cells in table.rows] == [
            ("2019 (remembered; 1 of 12 months are declared)", 12_345_00),
            ("2018 (estimated)", 9_000_00),
        ]
        assert "More is declared of" in words.best(sheet)

    def test_a_difference_is_told_as_declared_since(self):
        division = make_division()
        make_fact(make_enterprise(division=division), occurred_on=date(2020, 3, 1))
        report = make_issued(division, date(2020, 3, 1))
        declare(division)
        now = count(
            report.kind, period_of(report.kind, report.first_on), division, up_to=None,
            now=clock.now(),
        )  # fmt: skip
        (change,) = changes(differences(report, now), now)
        assert change.name.startswith("Declared of")
        assert [str(why) for why, _cell in change.why] == ["declared or corrected since"]


class TestPages:
    def sent(self, **more):
        typed = {"year": "2019", "month": "11", "amount": "1.234,50", "sureness": "estimated"}
        return typed | {"source": "Planilha"} | more

    def test_enters_corrects_and_shows(self, client, log_in):
        division = make_division()
        log_in(make_staff(Role.QUALIFICATION, division))
        assert "Nothing was declared so far" in client.get(PAGE).text

        large = b" ".join((PAPER, bytes(200_000), PAPER))
        paper = (io.BytesIO(large), "planilha.pdf")
        made = client.post(PAGE, data=self.sent(division_id=str(division.id), paper=paper))
        assert "1,234.50" in client.get(made.location).text
        assert client.get(f"{made.location}/documento").data == large

        fixed = client.post(
            f"{made.location}/correcao", data=self.sent(amount="2000", reason="Soma errada")
        )
        page = client.get(fixed.location).text
        assert "2,000.00" in page
        assert "1,234.50" in page
        shown = client.get("/gestao/relatorios?de=2019-01-01&ate=2019-12-31").text
        assert "2,000.00" in shown
        assert "Declared, not counted here" in shown
        assert "Another total stands" in client.get(made.location).text

    def test_of_two_divisions_shows_one_and_says_which(self, client, log_in):
        first, second = make_division(name="Rio Negro"), make_division(name="Madeira")
        make_declared(first, source="Planilha de cima")
        make_declared(second, source="Planilha de baixo")
        head = make_staff(Role.HEAD, first)
        make_grant(head, Role.HEAD, second)
        log_in(head)

        plain, shown = client.get(PAGE).text, client.get(f"{PAGE}?divisao={second.id}").text
        for page, here, away in ((plain, "cima", "baixo"), (shown, "baixo", "cima")):
            assert f"Planilha de {here}" in page
            assert f"Planilha de {away}" not in page
            assert "Rio Negro" in page
        assert client.get(f"{PAGE}?divisao={make_division().id}").status_code == 404

    def test_keeps_what_was_typed_when_it_is_refused(self, client, log_in):
        division = make_division()
        log_in(make_staff(Role.HEAD, division))
        typed = self.sent(division_id=str(division.id), year="2090", fair="Largo")
        refused = client.post(PAGE, data=typed)
        assert refused.status_code == 422
        assert 'value="Largo"' in refused.text
