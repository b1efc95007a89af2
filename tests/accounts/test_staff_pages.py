"""The staff's doors: people, roles, codes, zones, the Division."""

import re
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Division, Grant, Neighbourhood, User, Zone
from marketplace.accounts.operations import codes
from marketplace.core import clock
from marketplace.core.database import db
from tests.factories.accounts import (
    PASSWORD,
    make_division,
    make_neighbourhood,
    make_staff,
    make_user,
    make_zone,
    reread,
)

NEW_PERSON = {"name": "Caio Lima", "mobile": "(92) 99123-4567", "email": "", "language": "pt_BR"}


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def enter(log_in, division):
    """Log somebody in who has this role in the Division."""

    def enter(role):
        user = make_staff(role, division)
        log_in(user)
        return user

    return enter


def code_in(answer):
    return re.search(r'class="code center">([^<]+)<', answer.text)[1]


def person_called(name):
    return db.session.scalars(sa.select(User).where(User.name == name)).one()


class TestPeople:
    def test_finds_by_name_and_by_role(self, client, enter, division):
        make_staff("finance", division, name="Rosa Finanças")
        make_user(name="Rosa Compradora")
        enter("articulation")

        by_name = client.get("/gestao/pessoas?q=rosa").text
        by_role = client.get("/gestao/pessoas?papel=finance").text

        assert "Rosa Compradora" in by_name
        assert "Rosa Finanças" in by_role
        assert "Rosa Compradora" not in by_role

    def test_shows_no_staff_of_another_division(self, client, enter):
        make_staff("head", name="Chefe Distante")
        enter("head")

        assert "Chefe Distante" not in client.get("/gestao/pessoas").text


class TestRegister:
    @pytest.mark.parametrize("role", ["articulation", "facilitator"])
    def test_shows_a_code_with_which_the_person_takes_over(self, client, enter, role):
        staff_id = enter(role).id

        answer = client.post("/gestao/pessoas/nova", data=NEW_PERSON)

        made = person_called("Caio Lima")
        assert made.made_by_id == staff_id
        code, now = code_in(answer), clock.now()
        assert codes.redeem_code("+5592991234567", code, PASSWORD, now=now).id == made.id

    def test_says_so_when_somebody_has_the_number(self, client, enter):
        make_user(mobile="+5592991234567")
        enter("articulation")

        answer = client.post("/gestao/pessoas/nova", data=NEW_PERSON)

        assert answer.status_code == HTTPStatus.CONFLICT
        assert "already registered" in answer.text


class TestCodes:
    def test_staff_hand_over_a_code_for_a_new_password(self, client, enter):
        user = make_user()
        mobile = user.mobile
        enter("head")

        answer = client.post(f"/gestao/pessoas/{user.id}/codigos")

        assert codes.redeem_code(mobile, code_in(answer), PASSWORD, now=clock.now())

    def test_a_facilitator_does_so_by_the_number(self, client, enter):
        mobile = make_user().mobile
        enter("facilitator")

        answer = client.post("/conta/ajudar", data={"identifier": mobile})

        assert codes.redeem_code(mobile, code_in(answer), PASSWORD, now=clock.now())

    def test_a_facilitator_is_told_when_nobody_has_the_number(self, client, enter):
        enter("facilitator")

        answer = client.post("/conta/ajudar", data={"identifier": "+5592977776666"})

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Nobody is registered with this" in answer.text


class TestGrants:
    def test_an_administrator_gives_and_ends_a_role_and_says_why(self, client, enter, division):
        user_id = make_user().id
        enter("administrator")

        client.post(
            f"/gestao/pessoas/{user_id}/papeis", data={"role": "council", "reason": "elected"}
        )
        grant = db.session.scalars(sa.select(Grant).where(Grant.user_id == user_id)).one()
        grant_id = grant.id
        assert "elected" in client.get(f"/gestao/pessoas/{user_id}").text

        client.post(f"/gestao/papeis/{grant_id}/fim", data={"reason": "term over"})
        assert "term over" in client.get(f"/gestao/pessoas/{user_id}").text

    def test_says_beside_the_form_why_a_role_is_refused(self, client, enter, division):
        user_id = make_staff("head", division).id
        enter("administrator")

        answer = client.post(
            f"/gestao/pessoas/{user_id}/papeis", data={"role": "head", "reason": "again"}
        )

        assert answer.status_code == HTTPStatus.CONFLICT
        assert "already has this role" in answer.text

    def test_asks_why_before_it_ends_a_role(self, client, enter, division):
        user_id = make_staff("head", division).id
        grant = db.session.scalars(sa.select(Grant).where(Grant.user_id == user_id)).one()
        path = f"/gestao/papeis/{grant.id}/fim"
        enter("administrator")

        assert "End this role?" in client.get(path).text
        assert client.post(path).status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_closes_an_account_and_opens_it_again(self, client, enter):
        user_id = make_user().id
        path = f"/gestao/pessoas/{user_id}/fechamento"
        enter("administrator")

        client.post(path, data={"reason": "asked for it"})
        assert db.session.get(User, user_id).deactivated_at
        client.post(path, data={"reason": "came back"})
        assert not db.session.get(User, user_id).deactivated_at


class TestZones:
    def test_shows_each_zone_with_its_neighbourhoods(self, client, enter):
        place = make_neighbourhood(zone=make_zone(name="Beira"), name="Cais")
        names = (place.name, place.zone.name)
        enter("administrator")

        page = client.get("/gestao/zonas").text

        assert all(name in page for name in names)

    def test_adds_and_renames_zones(self, client, enter):
        enter("administrator")
        client.post("/gestao/zonas", data={"name": "Ilhas"})
        zone_id = reread(Zone).id
        client.post(f"/gestao/zonas/{zone_id}", data={"name": "Ilhas e lagos"})

        assert reread(Zone).name == "Ilhas e lagos"
        assert client.get(f"/gestao/zonas/{zone_id}").status_code == HTTPStatus.OK

    def test_adds_and_moves_neighbourhoods(self, client, enter):
        first, second = make_zone().id, make_zone().id
        enter("administrator")
        client.post("/gestao/bairros", data={"new-name": "Cais", "new-zone_id": first})
        path = f"/gestao/bairros/{reread(Neighbourhood).id}"
        client.post(path, data={"name": "Cais Velho", "zone_id": second})

        kept = reread(Neighbourhood)
        assert (kept.name, kept.zone_id) == ("Cais Velho", second)
        assert "Cais Velho" in client.get(path).text

    @pytest.mark.parametrize(
        ("path", "form"),
        [
            ("/gestao/zonas", {"name": "Beira"}),
            ("/gestao/bairros", {"new-name": "CAIS", "new-zone_id": "{zone}"}),
        ],
    )
    def test_says_which_name_is_taken(self, client, enter, path, form):
        zone = make_zone(name="Beira", slug="beira")
        make_neighbourhood(zone=zone, name="Cais", folded="cais")
        form = {name: value.format(zone=zone.id) for name, value in form.items()}
        enter("administrator")

        answer = client.post(path, data=form)

        assert answer.status_code == HTTPStatus.CONFLICT
        assert "There is already" in answer.text

    def test_does_not_find_a_zone_of_another_municipality(self, client, enter):
        zone_id = make_zone(municipality_code=1100106).id
        enter("administrator")

        assert client.get(f"/gestao/zonas/{zone_id}").status_code == HTTPStatus.NOT_FOUND


class TestDivision:
    def test_keeps_what_buyers_read(self, client, enter):
        enter("administrator")
        form = {"name": "Divisão", "phone": "(92) 3000-0000", "email": "", "address": "Rua A"}

        client.post("/gestao/divisao", data=form)

        assert reread(Division).phone == "(92) 3000-0000"
        assert "Rua A" in client.get("/gestao/divisao").text


class TestSettings:
    def test_shows_an_administrator_what_they_may_set(self, client, enter):
        enter("administrator")

        assert "/gestao/zonas" in client.get("/gestao/ajustes").text

    def test_shows_the_head_no_door_that_does_not_open(self, client, enter):
        enter("head")

        assert "/gestao/zonas" not in client.get("/gestao/ajustes").text
