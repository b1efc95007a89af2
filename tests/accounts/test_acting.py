"""Who holds several roles chooses, on a device, the one they act in; and ends one device."""

from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries
from marketplace.accounts.operations import roles, sessions
from marketplace.accounts.sessions import acting_in
from marketplace.core import clock
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.errors import NotAllowed, NotFound
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import queries as enterprises
from tests.factories.accounts import make_division, make_grant, make_staff, make_user
from tests.factories.clock import NOW
from tests.factories.enterprises import make_facilitation, make_producer, person_of

ROLE = "/conta/papel"


def last_entry():
    return db.session.scalars(sa.select(Entry).order_by(Entry.id.desc()).limit(1)).one()


@pytest.fixture
def carla(client):
    """Articulation staff who also manages a group, logged in."""
    user = make_staff("articulation")
    make_producer(user=user)
    client.log_in(user)
    return user


class TestChoice:
    def test_opens_the_pages_of_that_role_alone(self, client, carla):
        assert client.get("/gestao").status_code == client.get("/painel").status_code == 200

        client.post(ROLE, data={"role": "manager"})

        assert client.get("/gestao").status_code == HTTPStatus.FORBIDDEN
        assert client.get("/painel").status_code == HTTPStatus.OK
        client.post(ROLE, data={"role": "articulation"})
        assert client.get("/gestao").status_code == HTTPStatus.OK
        assert client.get("/painel").status_code == HTTPStatus.FORBIDDEN

    def test_is_taken_back(self, client, carla):
        client.post(ROLE, data={"role": "manager"})

        page = client.post(ROLE, data={"role": ""}, follow_redirects=True)

        assert "in all your roles again" in page.text
        assert client.get("/gestao").status_code == HTTPStatus.OK

    def test_is_recorded_with_what_is_done(self, client, carla):
        client.post(ROLE, data={"role": "articulation"})
        client.post("/conta/idioma", data={"language": "es"})

        assert (last_entry().person_id, last_entry().role) == (carla.id, "articulation")

    def test_is_shown_in_the_account_and_only_to_who_holds_several(self, client, carla):
        client.post(ROLE, data={"role": "manager"})
        assert '<option value="manager" selected>' in client.get("/conta").text

        client.log_in(make_staff("finance"))
        assert f'action="{ROLE}"' not in client.get("/conta").text

    def test_is_none_of_a_role_that_is_not_theirs(self, client, carla):
        client.post(ROLE, data={"role": "finance"})

        assert client.get("/gestao").status_code == HTTPStatus.OK
        with pytest.raises(NotAllowed):
            sessions.choose_role("x", "finance", held=frozenset(), by=Person(1), now=NOW)

    def test_gives_the_device_a_new_reference(self, client, carla):
        before = client.get_cookie("session").value

        client.post(ROLE, data={"role": "manager"})

        assert client.get_cookie("session").value != before
        client.set_cookie("session", before)
        assert client.get("/conta").status_code == HTTPStatus.UNAUTHORIZED

    def test_asks_staff_for_the_second_step_whatever_they_chose(self, client):
        user = make_staff("articulation")
        make_producer(user=user)
        given = {"held": frozenset({"manager"}), "by": HOUSE, "now": clock.now()}
        token = sessions.start_session(user.id, device="", now=clock.now())
        with client.session_transaction() as session:
            session["_user_id"] = sessions.choose_role(token, "manager", **given)

        assert client.get("/painel").status_code == HTTPStatus.UNAUTHORIZED

    def test_goes_on_after_the_second_step_is_taken_again(self):
        user = make_staff("articulation")
        given = {"held": frozenset({"manager"}), "by": HOUSE, "now": NOW}
        token = sessions.start_session(user.id, device="", now=NOW)
        token = sessions.choose_role(token, "manager", **given)

        renewed = sessions.take_second_step(token, now=NOW)

        assert db.session.scalar(queries.session_by(renewed)).acting == "manager"


class TestActingIn:
    def test_leaves_who_lost_the_role_with_those_they_hold(self):
        user = make_staff("articulation")
        grant = make_grant(user, "finance", make_division())
        roles.end_role(grant.id, reason="a", by=HOUSE, now=NOW)

        assert acting_in("finance", person_of(user)).roles == {"articulation"}

    def test_takes_the_division_away_from_who_acts_for_a_group(self):
        user = make_staff("articulation")
        make_producer(user=user)

        assert acting_in("articulation", person_of(user)).divisions
        assert not acting_in("manager", person_of(user)).divisions

    def test_reaches_the_groups_of_that_role_alone(self):
        user = make_staff("facilitator")
        _same, led = make_producer(user=user)
        _same, joined = make_producer("member", user=user)
        _other, helped = make_producer()
        make_facilitation(user, helped)
        whose = {"manager": [led], "member": [joined], "facilitator": [helped]}

        for role, groups in whose.items():
            person = acting_in(role, person_of(user))
            assert enterprises.acted_for(person) == groups
            assert all(enterprises.belongs_to(person, e.id) for e in (led, joined, helped))


class TestEndDevice:
    def test_puts_that_one_out_alone(self, client):
        user = make_user()
        for device in ("Firefox, Linux", "Safari, iPhone"):
            sessions.start_session(user.id, device=device, now=clock.now())
        client.log_in(user)
        phone = next(s for s in queries.open_sessions(user.id) if "iPhone" in s.device)
        path = f"/conta/aparelhos/{phone.id}/saida"
        assert path in client.get("/conta").text

        client.post(path)

        left = {session.device for session in queries.open_sessions(user.id)}
        assert left == {"Firefox, Linux", "test"}
        assert client.post(path).status_code == HTTPStatus.NOT_FOUND

    def test_is_ones_own_to_end(self):
        user, other = make_user(), make_user()
        sessions.start_session(user.id, device="", now=NOW)
        theirs = queries.open_sessions(user.id)[0]

        with pytest.raises(NotFound):
            sessions.end_device(theirs.id, by=Person(other.id), now=NOW)
