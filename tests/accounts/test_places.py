"""Places: what is there from the start, and what administrators change."""

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries
from marketplace.accounts.errors import NeighbourhoodExists, ZoneExists
from marketplace.accounts.models import Division, Municipality, Neighbourhood, Zone
from marketplace.accounts.operations import places
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.rights import HOUSE
from marketplace.core.text import fold
from tests.factories.accounts import (
    make_division,
    make_municipality,
    make_neighbourhood,
    make_staff,
    make_zone,
)
from tests.factories.clock import NOW

MANAUS, GUAJARA = 1302603, 1100106


def number_of(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def administrator(division):
    return queries.person_of(make_staff("administrator", division).id)


class TestLoadReference:
    def test_brings_the_places_and_the_two_divisions(self):
        places.load_reference(by=HOUSE, now=NOW)

        assert number_of(Municipality) == 5571
        assert [zone.slug for zone in queries.zones_of(GUAJARA)] == [
            "urbana",
            "rural",
            "outro-municipio",
        ]
        assert {d.slug for d in queries.divisions()} == {"manaus", "guajara-mirim"}
        compensa = queries.neighbourhood_called("compensa", MANAUS)
        assert compensa.zone.slug == "oeste"

    def test_adds_nothing_the_second_time_and_keeps_what_staff_changed(self):
        places.load_reference(by=HOUSE, now=NOW)
        zone = queries.zones_of(GUAJARA)[0]
        places.rename_zone(zone.id, "Sede", by=HOUSE, now=NOW)

        assert places.load_reference(by=HOUSE, now=NOW) == 0
        assert queries.zones_of(GUAJARA)[0].name == "Sede"


class TestAddZone:
    def test_adds_one_to_the_municipality_of_their_division(self):
        person = administrator(make_division())

        zone = places.add_zone(MANAUS, "Beira do Rio", by=person, now=NOW)

        assert (zone.slug, zone.name) == ("beira-do-rio", "Beira do Rio")

    def test_refuses_a_name_that_is_taken(self):
        person = administrator(make_division())
        places.add_zone(MANAUS, "Beira do Rio", by=person, now=NOW)

        with pytest.raises(ZoneExists):
            places.add_zone(MANAUS, "beira do RIO", by=person, now=NOW)

    def test_refuses_another_divisions_municipality(self):
        person = administrator(make_division())
        make_municipality(code=GUAJARA)

        with pytest.raises(NotAllowed):
            places.add_zone(GUAJARA, "Sede", by=person, now=NOW)

    def test_refuses_who_is_not_an_administrator(self):
        head = queries.person_of(make_staff("head").id)

        with pytest.raises(NotAllowed):
            places.add_zone(MANAUS, "Sede", by=head, now=NOW)


class TestAddNeighbourhood:
    def test_adds_it_to_the_zone(self):
        zone = make_zone()

        made = places.add_neighbourhood(zone.id, "São João", by=HOUSE, now=NOW)

        assert (made.zone_id, made.folded) == (zone.id, "sao joao")

    def test_refuses_a_name_that_is_there_without_its_accents(self):
        zone = make_zone()
        places.add_neighbourhood(zone.id, "São João", by=HOUSE, now=NOW)

        with pytest.raises(NeighbourhoodExists):
            places.add_neighbourhood(zone.id, "sao joao", by=HOUSE, now=NOW)


class TestChangeNeighbourhood:
    def test_moves_it_to_another_zone_of_the_municipality(self):
        place, other = make_neighbourhood(), make_zone()

        moved = places.change_neighbourhood(place.id, place.name, other.id, by=HOUSE, now=NOW)

        assert moved.zone_id == other.id

    def test_refuses_a_zone_of_another_municipality(self):
        place, foreign = make_neighbourhood(), make_zone(municipality_code=GUAJARA)

        with pytest.raises(NotFound):
            places.change_neighbourhood(place.id, place.name, foreign.id, by=HOUSE, now=NOW)

    def test_may_keep_its_own_name(self):
        place = make_neighbourhood()

        places.change_neighbourhood(place.id, place.name, place.zone_id, by=HOUSE, now=NOW)

        assert number_of(Neighbourhood) == 1


class TestChangeDivision:
    CONTACT = {"name": "Divisão", "phone": "(92) 3000-0000", "email": "d@example.org"}

    def test_sets_what_buyers_read(self):
        division = make_division()
        contact = self.CONTACT | {"address": "Rua A, 1"}

        places.change_division(division.id, contact, by=administrator(division), now=NOW)

        assert db.session.scalars(sa.select(Division.address)).all() == ["Rua A, 1"]


class TestDivisionServing:
    def test_is_the_municipalitys_own(self):
        make_division(municipality_code=GUAJARA)
        own = make_division()

        assert queries.division_serving(MANAUS) == own

    def test_is_else_one_of_the_same_state(self):
        make_division(municipality_code=GUAJARA)
        near = make_division()
        make_municipality(code=1301654)

        assert queries.division_serving(1301654) == near

    def test_is_none_where_the_state_has_none(self):
        make_division()
        make_municipality(code=3550308, state="SP")

        assert queries.division_serving(3550308) is None


class TestMunicipalitiesLike:
    def test_finds_without_accents_those_that_begin_so_first(self):
        make_municipality(code=1, name="Novo Pará", folded="novo para")
        make_municipality(code=2, name="Paraná", folded="parana")

        assert [m.code for m in queries.municipalities_like(" PARÁ")] == [2, 1]

    def test_reads_a_percent_sign_as_itself(self):
        make_municipality(code=1, name="Novo", folded="novo")

        assert queries.municipalities_like("%") == []


class TestMunicipalitiesServed:
    def test_are_those_of_the_states_with_a_division_their_homes_first(self):
        for code, name, state in ((1, "Anori", "AM"), (2, "Belém", "PA"), (3, "Coari", "AM")):
            make_municipality(code=code, name=name, folded=fold(name), state=state)
        make_municipality(code=4, name="Ariquemes", folded="ariquemes", state="RO")
        make_municipality(code=5, name="Vilhena", folded="vilhena", state="RO")
        make_division(municipality_code=3)
        make_division(municipality_code=5)

        assert [m.code for m in queries.municipalities_served()] == [3, 5, 1, 4]

    def test_are_none_where_there_is_no_division(self):
        make_municipality(code=1)

        assert queries.municipalities_served() == []


def test_each_zone_and_neighbourhood_is_of_its_own_municipality():
    places.load_reference(by=HOUSE, now=NOW)
    strangers = sa.select(Neighbourhood.id).join(Neighbourhood.zone)
    wrong = strangers.where(Zone.municipality_code != Neighbourhood.municipality_code)
    assert db.session.scalars(wrong).all() == []
