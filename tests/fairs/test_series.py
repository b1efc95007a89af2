"""Series of fairs: named, changed, their editions and numbers, and the next one planned."""

from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.accounts.queries import person_of
from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs.errors import (
    NoEdition,
    NoSeries,
    NotEligible,
    SeriesNameTaken,
    SeriesStands,
)
from marketplace.fairs.models.calls import Mark
from marketplace.fairs.models.fairs import FairState
from marketplace.fairs.operations import attendance, calendar, series
from marketplace.fairs.plans import SeriesPlan
from marketplace.fairs.queries import eligibility
from marketplace.fairs.queries import series as queries
from marketplace.orders.models.facts import FactKind
from tests.factories.accounts import make_division, make_staff
from tests.factories.calls import apply, make_call
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced, make_fair, make_plan, make_series
from tests.factories.reports import make_fact

BY = {"by": HOUSE, "now": NOW}
FIFTH = date(2026, 12, 5)
TOLD = SeriesPlan("Feiras do Largo", "De dois em dois meses", 2)


def held(group, day, named, *, mark=Mark.PRESENT):
    """Hold an edition of a series at which a group had a stall, and take who came."""
    then = NOW - timedelta(days=400)
    fair = make_announced(group, days=(day,), series_id=named.id, now=then)
    attendance.take_attendance(fair.id, {group.id: mark}, **BY)
    return fair


class TestStartSeries:
    def test_has_an_address_of_its_own(self):
        one, other = (series.start_series(make_division().id, TOLD, **BY) for _ in range(2))

        assert one.slug == "feiras-do-largo"
        assert other.slug.startswith("feiras-do-largo-")

    def test_refuses_a_name_twice_in_a_division(self):
        division = make_division()
        series.start_series(division.id, TOLD, **BY)

        with pytest.raises(SeriesNameTaken):
            series.start_series(division.id, TOLD, **BY)

    def test_is_for_staff_of_that_division(self):
        elsewhere = person_of(make_staff("articulation", make_division()).id)

        with pytest.raises(NotFound):
            series.start_series(make_division().id, TOLD, by=elsewhere, now=NOW)


class TestChangeSeries:
    def test_keeps_its_address(self):
        named = make_series()
        slug = named.slug

        series.change_series(named.id, TOLD, **BY)
        series.change_series(named.id, TOLD, **BY)

        assert (named.name, named.about, named.slug) == (TOLD.name, TOLD.about, slug)

    def test_refuses_the_name_of_another(self):
        named = make_series()
        other = make_series(named.division)

        with pytest.raises(SeriesNameTaken):
            series.change_series(named.id, SeriesPlan(other.name), **BY)

    def test_is_not_for_staff_of_another_division(self):
        elsewhere = person_of(make_staff("articulation", make_division()).id)

        with pytest.raises(NotFound):
            series.change_series(make_series().id, TOLD, by=elsewhere, now=NOW)


class TestEditions:
    def test_are_of_its_division(self):
        named = make_series()

        with pytest.raises(NotFound):
            make_fair(make_division(), series_id=named.id)
        fair = make_fair(named.division)
        plan = make_plan(fair.division, series_id=make_series().id)
        with pytest.raises(NotFound):
            calendar.change_fair(fair.id, plan, **BY)

    def test_tell_how_each_went(self):
        one, two = make_enterprise(), make_enterprise()
        named = make_series(one.division)
        fair = make_announced(one, two, series_id=named.id)
        day = NOW + timedelta(days=13)
        marks = {one.id: Mark.PRESENT, two.id: Mark.ABSENT}
        attendance.take_attendance(fair.id, marks, by=HOUSE, now=day)
        make_fact(one, fair_id=fair.id, gross_cents=90_00)
        make_fact(one, fair_id=fair.id, gross_cents=-20_00)
        make_fact(two, fair_id=fair.id, gross_cents=5_00, kind=FactKind.ORDER_TAKEN)
        make_fact(two, fair_id=fair.id, gross_cents=5_00, kind=FactKind.HANDED_OVER)

        assert queries.numbers([fair.id]) == {fair.id: (2, 1, 75_00)}
        assert queries.counts([named.id]) == {named.id: 1}

    def test_do_not_tell_who_came_before_somebody_took_that(self):
        group = make_enterprise()
        fair = make_announced(group, series_id=make_series(group.division).id)

        assert queries.numbers([fair.id])[fair.id].came is None


class TestNextEdition:
    def test_is_the_last_one_with_its_days_moved(self):
        group = make_enterprise()
        named = make_series(group.division)
        make_fair(named.division, series_id=named.id, days=(date(2026, 8, 1),))
        last = make_announced(group, series_id=named.id, rules="Cada preço à vista.")

        fair = series.plan_next_edition(named.id, date(2027, 2, 6), **BY)

        assert [day.day for day in fair.days] == [date(2027, 2, 6)]
        assert (fair.cloned_from_id, fair.series_id) == (last.id, named.id)
        assert (fair.state, fair.rules) == (FairState.PLANNED, last.rules)

    def test_is_rather_not_of_one_that_was_cancelled(self):
        named = make_series()
        held_one = make_fair(named.division, series_id=named.id, days=(date(2026, 8, 1),))
        wet = make_fair(named.division, series_id=named.id)
        calendar.cancel_fair(wet.id, "Chuva forte", **BY)

        assert queries.last_edition(named.id).id == held_one.id

    def test_needs_a_first(self):
        with pytest.raises(NoEdition):
            series.plan_next_edition(make_series().id, FIFTH, **BY)

    def test_is_not_for_staff_of_another_division(self):
        elsewhere = person_of(make_staff("articulation", make_division()).id)

        with pytest.raises(NotFound):
            series.plan_next_edition(make_series().id, FIFTH, by=elsewhere, now=NOW)

    @pytest.mark.parametrize(
        ("last", "months", "proposed"),
        [
            ("2026-12-05", 2, "2027-02-06"),  # the first Saturday
            ("2026-12-12", 1, "2027-01-09"),  # the second
            ("2026-10-31", 2, "2026-12-26"),  # the fifth: December has four
            ("2026-10-31", 12, "2027-10-30"),
            ("2024-02-29", 12, "2025-02-27"),  # the fifth Thursday of February
        ],
    )
    def test_is_proposed_for_that_weekday_of_its_month(self, last, months, proposed):
        day = queries.next_day(date.fromisoformat(last), months)

        assert day == date.fromisoformat(proposed)


class TestEligibility:
    RULES = {"came_to_editions": 2}

    def test_counts_the_editions_of_a_year_that_it_came_to(self):
        group = make_enterprise()
        named = make_series(group.division)
        other = make_series(group.division)
        held(group, date(2026, 10, 3), named)
        held(group, date(2026, 8, 1), named, mark=Mark.ABSENT)
        held(group, date(2025, 11, 1), named)  # more than a year ago
        held(group, date(2026, 9, 5), other)
        fair = make_fair(group.division, series_id=named.id)
        call = make_call(fair=fair, rules=self.RULES)

        with pytest.raises(NotEligible, match="it came to 1 edition of"):
            apply(call, group)
        held(group, date(2026, 6, 6), named)
        assert apply(call, group).number == 1

    @pytest.mark.parametrize(("hour", "counts"), [(3, True), (4, False)])
    def test_counts_a_year_in_days_of_the_place_of_the_fair(self, hour, counts):
        group = make_enterprise()
        named = make_series(group.division)
        held(group, date(2025, 11, 23), named)
        fair = make_fair(group.division, series_id=named.id)
        call = make_call(fair=fair, rules={"came_to_editions": 1})
        now = datetime(2026, 11, 24, hour, tzinfo=UTC)

        assert (eligibility.bar_of(group, call, now) is None) is counts

    def test_asks_for_a_series(self):
        with pytest.raises(NoSeries):
            make_call(rules=self.RULES)

    def test_keeps_the_fair_in_it(self):
        named = make_series()
        fair = make_fair(named.division, series_id=named.id)
        make_call(fair=fair, rules=self.RULES)

        with pytest.raises(SeriesStands):
            calendar.change_fair(fair.id, make_plan(fair.division), **BY)


class TestPages:
    @pytest.fixture
    def staff(self, monkeypatch, log_in):
        """Log in staff of a Division, and return a series of it."""
        monkeypatch.setattr(clock, "now", lambda: NOW)
        named = make_series()
        log_in(make_staff("articulation", named.division))
        return named

    def test_start_and_change_a_series(self, client, staff):
        typed = {"division_id": str(staff.division_id), "name": "Ponta Negra", "every_months": "3"}
        client.post("/gestao/feiras/series", data=typed)
        address = f"/gestao/feiras/series/{staff.id}"
        refused = client.post(address, data=typed)
        client.post(address, data=typed | {"name": "Feiras do Largo"})

        assert refused.status_code == 409
        assert "a series of this name" in refused.get_data(as_text=True)
        listed = client.get("/gestao/feiras/series").get_data(as_text=True)
        assert "Ponta Negra" in listed
        assert "Feiras do Largo" in listed

    def test_propose_the_next_edition_and_plan_it(self, client, staff):
        make_fair(staff.division, series_id=staff.id)
        address = f"/gestao/feiras/series/{staff.id}"

        assert 'value="2027-02-06"' in client.get(address).get_data(as_text=True)
        client.post(f"{address}/edicoes", data={"first_day": "2027-02-06"})
        wrong = client.post(f"{address}/edicoes", data={"first_day": "logo"})

        assert wrong.status_code == 422
        assert queries.counts([staff.id]) == {staff.id: 2}

    def test_say_that_there_is_no_first(self, client, staff):
        answer = client.post(
            f"/gestao/feiras/series/{staff.id}/edicoes", data={"first_day": "2027-02-06"}
        )

        assert answer.status_code == 409
        assert "has no edition yet" in answer.get_data(as_text=True)

    def test_show_everybody_what_was_announced(self, client, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        group = make_enterprise()
        named = make_series(group.division)
        address = f"/feiras/serie/{named.slug}"
        make_fair(group.division, series_id=named.id, name="Ainda em segredo")
        assert client.get(address).status_code == 404

        coming = make_announced(group, series_id=named.id, name="Feira de dezembro")
        held(group, date(2026, 10, 3), named)
        page = client.get(address).get_data(as_text=True)
        of_one = client.get(f"/feiras/{coming.slug}").get_data(as_text=True)

        assert "Feira de dezembro" in page
        assert "1 came" in page
        assert "Ainda em segredo" not in page
        assert f'href="{address}"' in of_one
