"""Potential places of fairs: noted, changed, visited, and a fair planned at one."""

from datetime import date, timedelta

import pytest

from marketplace.accounts.queries import person_of
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs.errors import (
    TooManyVisitPhotos,
    VenueNameTaken,
    VisitAhead,
    VisitSaysNothing,
)
from marketplace.fairs.models.fairs import HostKind
from marketplace.fairs.models.venues import Fit, Venue, VenuePhoto
from marketplace.fairs.operations import venues
from marketplace.fairs.operations.calendar import change_fair, clone_fair
from marketplace.fairs.plans import VenuePlan
from marketplace.fairs.queries import venues as queries
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import photo_file
from tests.factories.clock import NOW
from tests.factories.fairs import make_fair, make_plan, make_venue, make_visit

BY = {"by": HOUSE, "now": NOW}
TODAY = NOW.date()
PLAN = VenuePlan("Pátio da fábrica", host="Fábrica de Motos", host_kind=HostKind.FACTORY)
SEEN = {"fit": Fit.WITH_WORK, "words": "Falta sombra."}
VISIT = {"visited_on": TODAY.isoformat(), "fit": "with_work", "words": "Falta sombra."}


def elsewhere():
    return person_of(make_staff("articulation", make_division()).id)


class TestAddVenue:
    def test_refuses_a_name_twice_in_a_division(self):
        division = make_division()
        venues.add_venue(division.id, PLAN, **BY)
        venues.add_venue(make_division().id, PLAN, **BY)

        with pytest.raises(VenueNameTaken):
            venues.add_venue(division.id, PLAN, **BY)

    def test_is_for_staff_of_that_division(self):
        with pytest.raises(NotFound):
            venues.add_venue(make_division().id, PLAN, by=elsewhere(), now=NOW)


class TestChangeVenue:
    def test_leaves_its_visits_as_they_were(self):
        visit = make_visit()

        venue = venues.change_venue(visit.venue_id, PLAN, **BY)

        assert (venue.name, venue.host_kind) == (PLAN.name, HostKind.FACTORY)
        assert queries.last_visits([venue.id])[venue.id].words == "Tem sombra e água."

    def test_refuses_the_name_of_another(self):
        venue = make_venue()
        other = make_venue(venue.division)

        with pytest.raises(VenueNameTaken):
            venues.change_venue(venue.id, VenuePlan(other.name), **BY)

    def test_is_not_for_staff_of_another_division(self):
        with pytest.raises(NotFound):
            venues.change_venue(make_venue().id, PLAN, by=elsewhere(), now=NOW)


class TestNoteVisit:
    def test_keeps_who_when_words_and_photos(self):
        venue = make_venue()
        caio = make_staff("articulation", venue.division)
        given = {"by": person_of(caio.id), "now": NOW}

        venues.note_visit(venue.id, TODAY, pictures=["a" * 32, "b" * 32, "a" * 32], **SEEN, **given)

        (visit,) = db.session.scalars(queries.visits(venue.id)).all()
        assert (visit.by_id, visit.visited_on, visit.noted_at) == (caio.id, TODAY, NOW)
        assert (visit.fit, visit.words) == (Fit.WITH_WORK, "Falta sombra.")
        assert [shot.picture for shot in visit.photos] == ["a" * 32, "b" * 32]

    def test_the_latest_day_counts(self):
        venue = make_venue()
        venues.note_visit(venue.id, TODAY, **SEEN, **BY)
        old = SEEN | {"fit": Fit.NOT}
        venues.note_visit(venue.id, TODAY - timedelta(days=1), **old, **BY)

        assert queries.last_visits([venue.id])[venue.id].fit is Fit.WITH_WORK

    def test_refuses_a_day_to_come(self):
        with pytest.raises(VisitAhead):
            venues.note_visit(make_venue().id, TODAY + timedelta(days=1), **SEEN, **BY)

    def test_refuses_no_words(self):
        with pytest.raises(VisitSaysNothing):
            venues.note_visit(make_venue().id, TODAY, fit=Fit.GOOD, words=" ", **BY)

    def test_refuses_a_seventh_photo(self):
        many = [str(number) * 32 for number in range(7)]
        venue = make_venue()
        venues.note_visit(venue.id, TODAY, pictures=many[:6], **SEEN, **BY)

        with pytest.raises(TooManyVisitPhotos):
            venues.note_visit(venue.id, TODAY, pictures=many, **SEEN, **BY)

    def test_is_not_for_staff_of_another_division(self):
        with pytest.raises(NotFound):
            venues.note_visit(make_venue().id, TODAY, **SEEN, by=elsewhere(), now=NOW)


class TestRemovePhoto:
    def test_leaves_the_visit(self):
        visit = make_visit(pictures=["a" * 32])

        venues.remove_photo(visit.venue_id, visit.photos[0].id, **BY)

        assert db.session.query(VenuePhoto).count() == 0
        assert queries.last_visits([visit.venue_id])

    def test_is_of_that_place(self):
        visit, other = make_visit(pictures=["a" * 32]), make_venue()

        with pytest.raises(NotFound):
            venues.remove_photo(other.id, visit.photos[0].id, **BY)
        by = elsewhere()
        with pytest.raises(NotFound):
            venues.remove_photo(visit.venue_id, visit.photos[0].id, by=by, now=NOW)


class TestPages:
    @pytest.fixture
    def staff(self, monkeypatch, log_in):
        """Log in staff of a Division, and return a potential place of it."""
        monkeypatch.setattr(clock, "now", lambda: NOW)
        venue = make_venue(address="Rua do Porto, 1", latitude=-3_130_300, longitude=-60_023_400)
        log_in(make_staff("articulation", venue.division))
        return venue

    def test_note_and_change_a_place(self, client, staff):
        typed = {"division_id": str(staff.division_id), "name": "Shopping", "host_kind": "shopping"}
        client.post("/gestao/feiras/locais", data=typed)
        taken = client.post(f"/gestao/feiras/locais/{staff.id}", data=typed)
        wrong = client.post("/gestao/feiras/locais", data=typed | {"point": "ali"})

        assert db.session.query(Venue).filter_by(name="Shopping").one().host_kind == "shopping"
        assert (taken.status_code, wrong.status_code) == (409, 422)
        assert "Shopping" in client.get("/gestao/feiras/locais").get_data(as_text=True)

    def test_take_in_a_visit_with_photos(self, client, staff):
        address = f"/gestao/feiras/locais/{staff.id}"
        photos = [photo_file("red"), photo_file("blue")]

        client.post(f"{address}/visitas", data=VISIT | {"photos": photos})
        page = client.get(address).get_data(as_text=True)

        assert "Falta sombra." in page
        assert page.count("/exclusao") == 2

    @pytest.mark.parametrize(
        ("field", "typed", "told"),
        [
            ("visited_on", "2026-12-31", "still to come"),
            ("words", "", "Fill in this field."),
            ("fit", "", "Say whether it suits a fair."),
        ],
    )
    def test_say_what_is_wrong_with_a_visit(self, client, staff, field, typed, told):
        data = VISIT | {field: typed}
        answer = client.post(f"/gestao/feiras/locais/{staff.id}/visitas", data=data)

        assert answer.status_code == 422
        assert told in answer.get_data(as_text=True)

    def test_plan_a_fair_there(self, client, staff):
        page = client.get(f"/gestao/feiras/nova?local={staff.id}").get_data(as_text=True)

        assert f'value="{staff.name}"' in page
        assert 'value="Rua do Porto, 1"' in page
        assert 'value="-3.130300, -60.023400"' in page

    def test_tell_which_fairs_were_there(self, client, staff):
        page = client.get(f"/gestao/feiras/nova?local={staff.id}").get_data(as_text=True)
        assert f'<option selected value="{staff.id}">' in page
        given = {"division": staff.division, "venue_id": staff.id}
        fairs = [make_fair(**given) for _each in range(7)]
        copy = clone_fair(fairs[0].id, date(2027, 2, 6), **BY)
        change_fair(fairs[1].id, make_plan(staff.division), **BY)

        shown = client.get(f"/gestao/feiras/locais/{staff.id}").get_data(as_text=True)
        whole = client.get(f"/gestao/feiras/locais/{staff.id}/feiras").get_data(as_text=True)

        assert f'href="/gestao/feiras/{copy.id}"' in shown
        assert f'href="/gestao/feiras/locais/{staff.id}/feiras"' in shown
        listed = [f'href="/gestao/feiras/{fair.id}"' in whole for fair in (*fairs, copy)]
        assert listed == [True, False, True, True, True, True, True, True]
        fair_page = client.get(f"/gestao/feiras/{copy.id}").get_data(as_text=True)
        assert f'href="/gestao/feiras/locais/{staff.id}"' in fair_page

    def test_are_of_the_fairs_own_division(self):
        with pytest.raises(NotFound):
            make_fair(make_division(), venue_id=make_venue().id)

    @pytest.mark.parametrize("asked", ["9" * 30, "x", "-1", ""])
    def test_plan_an_empty_one_for_what_is_no_number(self, client, staff, asked):
        assert client.get(f"/gestao/feiras/nova?local={asked}").status_code == 200

    def test_do_not_tell_of_places_abroad(self, client, staff):
        other = make_venue(make_division())

        assert client.get(f"/gestao/feiras/nova?local={other.id}").status_code == 404
