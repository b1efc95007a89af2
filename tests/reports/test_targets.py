"""What indicators are to reach: who says so, and whether they do."""

from datetime import date

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.rights import Person
from marketplace.reports.errors import TargetSaysWhy, TargetWrong
from marketplace.reports.indicators import targets
from marketplace.reports.indicators.asked import Asked, Trait, Value
from marketplace.reports.indicators.measures import BY_KEY
from marketplace.reports.indicators.targets import Reached
from marketplace.reports.operations.targets import set_target
from marketplace.reports.periods import Period
from tests.factories.accounts import make_division, make_staff
from tests.factories.issued import head_of

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
