"""The group's own doors: what a member sees, what only who runs or manages it may change."""

import io
from http import HTTPStatus

import pytest
from PIL import Image

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises import queries
from marketplace.enterprises.models import Access, DecisionKind, Standing
from tests.factories.accounts import make_staff, make_user
from tests.factories.enterprises import make_facilitation, make_member, make_producer

GROUP = "/painel/grupo"
STORY = "Somos doze vizinhas que fazem bolsas de fibra."


@pytest.fixture
def group(client, log_in):
    user, group = make_producer()
    log_in(user)
    return group


class TestShow:
    def test_shows_the_group_to_its_members(self, client, log_in):
        _manager, group = make_producer(story=STORY)
        member, _same = make_producer("member", group)
        log_in(member)

        page = client.get(GROUP).text

        assert STORY in page
        assert "/painel/grupo/pix" not in page

    def test_is_not_there_for_who_has_no_group(self, client, log_in):
        log_in(make_staff(Role.FACILITATOR))

        assert client.get(GROUP).status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.parametrize("standing", Standing)
    def test_opens_whatever_state_the_group_is_in(self, client, log_in, standing):
        user, group = make_producer(standing=standing)
        group.decide(DecisionKind.SUSPENDED, by_id=None, now=clock.now(), reason="Motivo escrito")
        group.standing = standing
        db.session.commit()
        log_in(user)

        assert client.get(GROUP).status_code == HTTPStatus.OK


class TestChoice:
    def test_opens_the_panel_of_another_group(self, client, group):
        user = group.members[0].user
        _same, second = make_producer(user=user, name="Z de segundo")
        assert "Work for another group" in client.get(GROUP).text

        client.post("/painel/empreendimento", data={"enterprise_id": second.id})

        assert "<h1>Z de segundo</h1>" in client.get(GROUP).text

    def test_is_among_ones_own(self, client, group):
        _other, foreign = make_producer()

        client.post("/painel/empreendimento", data={"enterprise_id": foreign.id})

        assert f"<h1>{group.name}</h1>" in client.get(GROUP).text


class TestProfile:
    def test_is_changed_by_who_runs_the_group(self, client, group):
        said = {"mobile": "(92) 99111-2222", "email": "", "story": STORY}

        client.post(f"{GROUP}/perfil", data=said)

        assert (group.mobile, group.story) == ("+5592991112222", STORY)

    def test_takes_a_photo_and_gives_it_back(self, client, group):
        image = io.BytesIO()
        Image.new("RGB", (40, 30), "red").save(image, "PNG")
        image.seek(0)

        client.post(f"{GROUP}/foto", data={"photo": (image, "nos.png"), "photo_alt": "Nós"})
        assert group.photo_alt == "Nós"
        client.post(f"{GROUP}/foto/remocao")
        assert group.photo is None

    def test_is_not_there_for_a_facilitator_of_another_group(self, client, log_in):
        helper = make_staff(Role.FACILITATOR)
        _manager, group = make_producer()
        make_member(group, user=helper, access=Access.MEMBER)
        log_in(helper)

        assert client.get(f"{GROUP}/perfil").status_code == HTTPStatus.NOT_FOUND


class TestPeople:
    def test_are_added_corrected_and_leave_with_a_date(self, client, group):
        client.post(f"{GROUP}/pessoas", data={"name": "Socorro", "sex": "female"})
        socorro = group.live_members[1]
        path = f"{GROUP}/pessoas/{socorro.id}"

        client.post(path, data={"name": "Socorro Lima", "sex": "female", "on_board": "y"})
        assert (socorro.name, socorro.on_board) == ("Socorro Lima", True)
        assert client.get(path).status_code == HTTPStatus.OK
        client.post(f"{path}/saida", data={"left_on": "2099-01-01"})
        assert socorro.left_on == clock.today("America/Manaus")
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND

    def test_get_access_by_their_mobile_and_a_code(self, client, group):
        member = make_member(group, name="Socorro")

        page = client.post(
            f"{GROUP}/pessoas/{member.id}/acesso",
            data={"access": "member", "mobile": "(92) 99222-3333"},
        )

        assert "Code for Socorro" in page.text
        assert (member.access, member.user.mobile) == (Access.MEMBER, "+5592992223333")

    def test_leave_the_last_manager_where_she_is(self, client, group):
        path = f"{GROUP}/pessoas/{group.members[0].id}"

        for door, said in (
            ("saida", {"left_on": "2026-01-02"}),
            ("acesso", {"access": "none"}),
        ):
            page = client.post(f"{path}/{door}", data=said)
            assert page.status_code == HTTPStatus.CONFLICT
            assert "needs somebody who manages it" in page.text

    def test_of_another_group_are_not_there(self, client, group):
        _other, foreign = make_producer()

        page = client.get(f"{GROUP}/pessoas/{foreign.members[0].id}")

        assert page.status_code == HTTPStatus.NOT_FOUND


class TestHelpers:
    def test_are_accepted_by_their_mobile_and_ended(self, client, group):
        helper = make_staff(Role.FACILITATOR, group.division, name="Fausto")

        page = client.post(
            f"{GROUP}/facilitadores", data={"mobile": helper.mobile}, follow_redirects=True
        )
        assert "Fausto can act for the group now" in page.text
        ended = client.post(
            f"{GROUP}/facilitadores/{queries.facilitators_of(group.id)[0].id}/fim",
            follow_redirects=True,
        )
        assert "no longer acts" in ended.text

    def test_must_be_facilitators(self, client, group):
        page = client.post(f"{GROUP}/facilitadores", data={"mobile": make_user().mobile})

        assert page.status_code == HTTPStatus.CONFLICT
        assert "is a facilitator" in page.text

    def test_can_end_it_themselves(self, client, log_in):
        _manager, group = make_producer()
        log_in(helper := make_staff(Role.FACILITATOR, group.division))
        accepted = make_facilitation(helper, group)

        answer = client.post(f"{GROUP}/facilitadores/{accepted.id}/fim")

        assert answer.location == "/"


class TestPause:
    def test_is_announced_and_taken_back(self, client, group):
        client.post(f"{GROUP}/pausa", data={"first_day": "2020-01-01", "note": "Colheita"})
        assert group.away_on(clock.today("America/Manaus"))
        assert "Colheita" in client.get(GROUP).text
        client.post(f"{GROUP}/pausa/fim")
        assert group.paused_from is None

    def test_cannot_end_before_it_begins(self, client, group):
        page = client.post(
            f"{GROUP}/pausa", data={"first_day": "2026-12-20", "last_day": "2026-12-19"}
        )

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "cannot be before the first" in page.text
