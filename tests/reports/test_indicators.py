"""What indicators tell, of which part of the whole, and for whom."""

from datetime import date

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.enterprises.models import Segment, Sex
from marketplace.fairs.models.calls import Mark
from marketplace.orders.models.facts import Channel, Confidence
from marketplace.reports.indicators import counting, periods
from marketplace.reports.indicators.asked import HIDDEN, Asked, Trait, Value
from marketplace.reports.indicators.counted import inequality
from marketplace.reports.indicators.measures import MEASURES, WAITING
from marketplace.reports.indicators.records import Seller, Stand
from marketplace.reports.periods import Period
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise, make_member
from tests.factories.reports import make_fact

MARCH = Period(date(2030, 3, 1), date(2030, 3, 31))
OPEN = {
    "composed": True,
    "makers_cents": 6_00,
    "materials_cents": 4_00,
    "minutes": 30,
    "women_permille": 500,
    "fund_cents": 0,
}


def asked(period=MARCH, **filters):
    named = {Trait[name]: value for name, value in filters.items()}
    return Asked(period, frozenset(), "America/Manaus", named)


def told(key, **filters):
    return counting.compute(key, asked(**filters))


class TestCompute:
    def test_all_that_is_in_words_can_be_counted(self):
        assert {measure.key for measure in MEASURES} == set(counting.COUNTS)
        numbers = {m.number for m in MEASURES} | {w.number for w in WAITING}
        assert numbers == set(range(1, 25))
        assert len({measure.number for measure in MEASURES}) >= 14

    @pytest.mark.parametrize("key", counting.COUNTS)
    def test_has_nothing_to_tell_of_nothing(self, key):
        value = told(key)

        assert value.numerator == 0
        assert value.told == value.of == 0

    def test_covers_what_a_record_tells_of_the_volume(self):
        make_fact(confidence=Confidence.TILL)
        make_fact(confidence=Confidence.DECLARED, gross_cents=30_00)

        assert told("volume") == Value(40_00, 1, 10_00, 40_00)

    def test_tells_the_makers_part_of_open_prices_alone(self):
        make_fact(**OPEN)
        make_fact()

        assert told("parte-de-quem-faz") == Value(6_00, 10_00, 10_00, 20_00)
        assert told("hora-real") == Value(60 * 6_00, 30, 10_00, 20_00)
        assert told("mulheres-na-renda") == Value(6_00 * 500, 6_00 * 1000, 10_00, 20_00)

    def test_counts_pieces_under_the_floor(self):
        make_fact(**OPEN, quantity=3, under_floor=True)
        make_fact(**OPEN)

        assert told("abaixo-do-piso") == Value(3, 4, 4, 4)

    def test_takes_back_what_was_given_back(self):
        make_fact(**OPEN)
        back = {name: -value for name, value in OPEN.items() if name.endswith("cents")}
        minus = {"quantity": -1, "gross_cents": -10_00, "minutes": -30}
        make_fact(**(OPEN | back | minus))

        assert told("parte-de-quem-faz") == Value(0, 0, 0, 0)

    def test_the_top_tenth_is_at_least_one(self):
        for cents in (70_00, 20_00, 10_00):
            make_fact(gross_cents=cents)

        assert told("concentracao")[:2] == (70_00, 100_00)

    def test_filters_by_several_traits_at_once(self):
        make_fact(women_led=True, zone="leste", segment=Segment.CRAFTS)
        make_fact(women_led=True, zone="leste", segment=Segment.FARMING)
        make_fact(women_led=False, zone="leste", segment=Segment.CRAFTS)
        make_fact(women_led=True, zone="sul", segment=Segment.CRAFTS)

        assert told("volume", LED=True, ZONE="leste", SEGMENT=Segment.CRAFTS).numerator == 10_00

    def test_says_when_its_data_do_not_know_a_filter(self):
        assert told("uso-das-vagas", ZONE="leste") is None
        assert told("rodizio", CHANNEL=Channel.FAIR_DESK) is None

    def test_counts_women_of_the_last_day(self):
        group = make_enterprise()
        make_member(group, sex=Sex.FEMALE, joined_on=date(2020, 1, 1), on_board=True)
        make_member(group, sex=Sex.MALE, joined_on=date(2020, 1, 1))
        make_member(group, sex=Sex.OTHER, joined_on=date(2020, 1, 1))
        make_member(group, sex=Sex.MALE, joined_on=date(2020, 1, 1), left_on=date(2021, 1, 1))

        assert told("mulheres-nos-grupos") == Value(1, 2, 2, 3)
        assert told("mulheres-na-direcao") == Value(1, 1, 1, 1)

    @pytest.mark.parametrize(
        ("counts", "over", "under"), [((2, 2), 0, 8), ((4, 0), 4, 8), ((0, 0), 0, 0)]
    )
    def test_inequality_is_none_where_all_had_as_many(self, counts, over, under):
        sellers = [Seller(n, None, None, "", True, True) for n in (1, 2)]
        stands = [
            Stand(seller.id, fair, Mark.PRESENT, False)
            for seller, count in zip(sellers, counts, strict=True)
            for fair in range(count)
        ]

        assert inequality(stands, sellers)[:2] == (over, under)


class TestSplit:
    def test_hides_what_would_tell_of_one(self):
        for zone in ("leste", "leste", "leste", "sul"):
            make_fact(zone=zone)

        parts = counting.split("volume", asked(), Trait.ZONE, least=3)

        assert parts["leste"].numerator == 30_00
        assert parts["sul"] == HIDDEN

    def test_parts_add_up_to_the_whole(self):
        for zone, cents in (("leste", 7_00), ("sul", 5_00), ("leste", 1_00)):
            make_fact(zone=zone, gross_cents=cents)

        parts = counting.split("volume", asked(), Trait.ZONE)

        assert {key: value.numerator for key, value in parts.items()} == {"leste": 800, "sul": 500}

    def test_months_are_told_one_by_one(self):
        make_fact()
        make_fact(occurred_on=date(2030, 4, 2))
        two = asked(Period(MARCH.first, date(2030, 4, 30)))

        assert [v.numerator for v in counting.by_month("volume", two).values()] == [10_00, 10_00]


class TestPeriods:
    @pytest.mark.parametrize(
        ("key", "first", "last"),
        [
            ("2028", (1, 1), (12, 31)),
            ("2028-T4", (10, 1), (12, 31)),
            ("2028-B1", (1, 1), (2, 29)),
            ("2028-09", (9, 1), (9, 30)),
        ],
    )
    def test_runs_over_whole_months(self, key, first, last):
        assert periods.of_key(key) == Period(date(2028, *first), date(2028, *last))

    @pytest.mark.parametrize("key", ["", "28", "2028-T5", "2028-B7", "2028-13", "9999", "2028-T"])
    def test_knows_no_other(self, key):
        assert periods.of_key(key) is None

    @pytest.mark.parametrize(
        ("kind", "day", "key"),
        [
            ("B", date(2026, 11, 27), "2026-B5"),
            ("B", date(2026, 2, 1), "2025-B6"),
            ("T", date(2026, 11, 27), "2026-T3"),
            ("-", date(2026, 1, 1), "2025-12"),
            ("", date(2026, 1, 1), "2025"),
        ],
    )
    def test_the_last_one_is_over(self, kind, day, key):
        assert periods.last_whole(kind, day) == key


@pytest.fixture
def head(log_in):
    division = make_division()
    log_in(make_staff(Role.HEAD, division))
    return division


class TestPages:
    def test_answers_a_question_in_words(self, client, head):
        group = make_enterprise(division=head)
        key = periods.last_whole("B", clock.today("America/Manaus"))
        day = periods.of_key(key).first
        for zone, cents in (("leste", 123_45), ("sul", 5_00)):
            of = {"zone": zone, "zone_name": zone.title(), "segment": Segment.CRAFTS}
            make_fact(group, **of, women_led=True, occurred_on=day, gross_cents=cents)

        page = client.get("/gestao/indicadores?pergunta=women, leste, crafts, last bimester").text

        assert "123.45" in page
        assert "128.45" not in page

    def test_shows_formula_fraction_coverage_and_parts(self, client, head):
        make_fact(make_enterprise(division=head), occurred_on=clock.today("America/Manaus"), **OPEN)

        page = client.get("/gestao/indicadores/parte-de-quem-faz").text

        assert "labour and surplus of what was sold ÷ sales with open price" in page
        assert "60%" in page
        assert "By month" in page

    @pytest.mark.parametrize("path", ["indicadores.csv", "volume/indicador.csv"])
    def test_gives_a_sheet(self, client, head, path):
        assert '"sales and orders taken"' in client.get(f"/gestao/indicadores/{path}").text

    @pytest.mark.parametrize(
        "told", ["periodo=x", "zona=nenhuma", "canal=%00", "pergunta=" + 300 * "a"]
    )
    def test_keeps_what_is_wrong_and_answers_the_usual(self, client, head, told):
        assert client.get(f"/gestao/indicadores?{told}").status_code == 422

    def test_knows_no_other_indicator(self, client, head):
        assert client.get("/gestao/indicadores/nenhum").status_code == 404

    def test_names_no_enterprise_to_the_council(self, client, log_in):
        division = make_division()
        group = make_enterprise(division=division, name="Trançado do Norte")
        make_fact(group, occurred_on=clock.today("America/Manaus"))
        log_in(make_staff(Role.COUNCIL, division))

        for key in counting.COUNTS:
            page = client.get(f"/gestao/indicadores/{key}")
            assert page.status_code == 200
            assert "Trançado do Norte" not in page.text
