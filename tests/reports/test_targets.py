"""What indicators are to reach: who says so, and whether they do."""

from datetime import UTC, date, datetime

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.reports import issued_files
from marketplace.reports import sheet_tables as words
from marketplace.reports.errors import TargetSaysWhy, TargetWrong
from marketplace.reports.indicators import targets
from marketplace.reports.indicators.asked import Asked, Trait, Value
from marketplace.reports.indicators.measures import BY_KEY
from marketplace.reports.indicators.targets import Reached
from marketplace.reports.models.issued import FileKind, ReportKind
from marketplace.reports.operations.targets import set_target
from marketplace.reports.periods import Period
from marketplace.reports.sheet_changes import changes
from marketplace.reports.sheet_differences import differences
from marketplace.reports.sheet_figures import count, period_of
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise
from tests.factories.issued import head_of, make_issued
from tests.factories.reports import make_fact
from tests.paper import Paper

YEAR = Period(date(2030, 1, 1), date(2030, 12, 31))
WHY = {"year": 2030, "reason": "Plano 2030"}


def let(division, hundredths, key="parte-de-quem-faz", by=None, **more):
    told = {"by": by or head_of(division), "now": clock.now()}
    return set_target(division.id, key, hundredths, **(WHY | told | more))


def asked(division, **more):
    return Asked(YEAR, frozenset({division.id}), "America/Manaus", **more)


class TestSetTarget:
    def test_holds_until_another_is_set(self):
        division = make_division()
        let(division, 60_00)
        let(division, 65_00)
        let(division, 10_00, year=2031)

        assert targets.of_year(asked(division))["parte-de-quem-faz"].hundredths == 65_00
        said = targets.history(asked(division), "parte-de-quem-faz", 10)
        assert [each.hundredths for each in said] == [10_00, 65_00, 60_00]

    @pytest.mark.parametrize(
        ("wrong", "error"),
        [
            ({"hundredths": 100_01}, TargetWrong),
            ({"hundredths": -1}, TargetWrong),
            ({"hundredths": 1, "year": 1999}, TargetWrong),
            ({"hundredths": 1, "reason": " "}, TargetSaysWhy),
            ({"hundredths": 1, "key": "nenhum"}, NotFound),
        ],
    )
    def test_takes_no_other(self, wrong, error):
        with pytest.raises(error):
            let(make_division(), **wrong)

    def test_is_for_the_head_of_that_division(self):
        division = make_division()
        reader = Person(1, roles=frozenset({"qualification"}), divisions=frozenset({division.id}))

        for by in (head_of(make_division()), reader):
            with pytest.raises(NotFound):
                let(division, 1, by=by)

    def test_is_of_everybody_and_of_one_division(self):
        division = make_division()
        let(division, 60_00)

        assert targets.of_year(asked(division, filters={Trait.LED: True})) == {}


@pytest.mark.parametrize(
    ("key", "value", "hundredths", "reached"),
    [
        ("parte-de-quem-faz", Value(2, 3), 66_67, Reached.NO),
        ("parte-de-quem-faz", Value(2, 3), 66_66, Reached.YES),
        ("abaixo-do-piso", Value(1, 10), 10_00, Reached.YES),
        ("abaixo-do-piso", Value(1, 10), 9_99, Reached.NO),
        ("desigualdade-de-vagas", Value(1, 4), 25, Reached.YES),
        ("hora-real", Value(7_37, 1), 7_38, Reached.NO),
        ("volume", Value(100, 1), 100, Reached.YES),
        ("volume", Value(0, 0), 100, Reached.NOT_TOLD),
        ("volume", None, 100, Reached.NOT_TOLD),
    ],
)
def test_is_reached_exactly(key, value, hundredths, reached):
    target = targets.Target(hundredths=hundredths)
    told = Asked(YEAR, frozenset(), "America/Manaus")

    assert targets.reached(BY_KEY[key], value, target, told) is reached


def test_a_sum_is_compared_over_a_whole_year():
    part = Asked(Period(date(2030, 1, 1), date(2030, 3, 31)), frozenset(), "America/Manaus")
    target = targets.Target(hundredths=1)

    assert targets.reached(BY_KEY["volume"], Value(9, 1), target, part) is Reached.NOT_TOLD


class TestPage:
    PATH = "/gestao/indicadores/preco-aberto"

    def test_tells_the_target_its_reason_and_who_set_it(self, client, log_in):
        division = make_division()
        head = make_staff(Role.HEAD, division)
        log_in(head)
        year = clock.today("America/Manaus").year
        form = {"division_id": division.id, "year": year, "value": "80", "reason": "Ata 7"}

        answer = client.post(self.PATH, data=form)

        assert answer.status_code == 303
        page = client.get(self.PATH).text
        assert "Ata 7" in page
        assert head.name in page
        assert "target 80%" in client.get("/gestao/indicadores").text

    @pytest.mark.parametrize("wrong", [{"value": "100,01"}, {"value": "x"}, {"reason": ""}])
    def test_says_what_is_wrong_and_keeps_the_rest(self, client, log_in, wrong):
        division = make_division()
        log_in(make_staff(Role.HEAD, division))
        form = {"division_id": division.id, "year": 2030, "value": "80", "reason": "Ata 7"}

        answer = client.post(self.PATH, data=form | wrong)

        assert answer.status_code == 422
        assert "2030" in answer.text


class TestAnnualReport:
    """Each target is met or not in words, and how much of the year is told."""

    AFTER = datetime(2031, 1, 5, 12, tzinfo=UTC)

    def sheet(self, division, now=AFTER, kind=ReportKind.ANNUAL):
        period = period_of(kind, date(2030, 3, 1))
        return count(kind, period, division, up_to=None, now=now)

    def told(self, sheet):
        table = next((t for t in words.tables(sheet) if t.key == "goals"), None)
        return table and {name: [cell.shown for cell in cells] for name, cells in table.rows}

    def test_says_what_is_met_and_what_is_not(self):
        weavers = make_enterprise(division=make_division())
        make_fact(weavers, gross_cents=1_000_00)
        let(weavers.division, 1_000_00, "volume")
        let(weavers.division, 50_00, "vendas-institucionais")
        let(weavers.division, 0, "abaixo-do-piso")

        assert self.told(self.sheet(weavers.division)) == {
            "Sales volume (met)": ["R$1,000.00", "R$1,000.00"],
            "Sold under the minimum-wage hour (nothing to compare yet)": ["0%", "-"],
            "Sales to institutions (not met)": ["50%", "0%"],
        }

    def test_tells_a_year_under_way_with_its_months(self):
        weavers = make_enterprise(division=make_division())
        make_fact(weavers)
        let(weavers.division, 1_000_00, "volume")
        sheet = self.sheet(weavers.division, datetime(2030, 10, 2, tzinfo=UTC))
        assert list(self.told(sheet)) == ["Sales volume (not met so far)"]
        assert "10 of 12 months, up to October 2030" in words.goals.so_far(sheet)
        assert words.goals.so_far(self.sheet(weavers.division)) == ""

    def test_a_month_has_none(self):
        division = make_division()
        let(division, 1, "volume")
        assert self.told(self.sheet(division, kind=ReportKind.MONTHLY)) is None

    def test_a_target_set_later_is_a_difference_with_its_cause(self):
        weavers = make_enterprise(division=make_division())
        report = make_issued(
            weavers.division, date(2030, 3, 1), kind=ReportKind.ANNUAL, now=self.AFTER
        )
        let(weavers.division, 50_00, "vendas-institucionais")
        now = self.sheet(weavers.division)
        (change,) = changes(differences(report, now), now)
        assert (change.name, change.now.shown) == ("Sales to institutions: Target", "50%")
        assert [str(why) for why, _cell in change.why] == [
            "targets set and indicators counted since"
        ]

    def test_stays_on_one_page_of_paper(self):
        division = make_division()
        for key in ("volume", "parte-de-quem-faz", "uso-das-vagas", "rodizio"):
            let(division, 50_00, key)
        report = make_issued(division, date(2030, 3, 1), kind=ReportKind.ANNUAL, now=self.AFTER)
        assert len(Paper(issued_files.content(report, FileKind.PDF))) == 1
