"""The wizard's doors: what each step keeps, where it leads, who may see it."""

import io
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from PIL import Image

from marketplace.accounts.models import Role, User
from marketplace.core.database import db
from marketplace.core.identifiers import show_mobile
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise, Kind, Sex, Standing
from marketplace.enterprises.operations import drafts, vetting
from tests.factories.accounts import make_neighbourhood, make_staff, saved_change
from tests.factories.clock import NOW
from tests.factories.enterprises import make_draft, make_enterprise, make_producer, person_of

ME = {
    "name": "Raimunda Souza",
    "mobile": "(92) 99123-4567",
    "password": "farinha boa de Uarini",
    "sex": "female",
}
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


def a_photo():
    image = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(image, "JPEG")
    image.seek(0)
    return image


@pytest.fixture
def draft(client, log_in):
    user, draft = make_draft()
    log_in(user)
    return draft


class TestBeginning:
    def test_makes_an_account_logs_in_and_leads_to_the_second_step(self, client):
        make_enterprise()

        answer = client.post("/cadastro", data=ME)

        begun = db.session.scalar(sa.select(Enterprise).where(Enterprise.name == ""))
        assert answer.location == f"/cadastro/{begun.id}/grupo"
        assert client.get(answer.location).status_code == HTTPStatus.OK

    def test_asks_who_is_logged_in_only_for_what_is_not_known(self, client, log_in):
        user, _group = make_producer()
        log_in(user)

        page = client.get("/cadastro").text
        assert 'name="password"' not in page
        answer = client.post("/cadastro", data={"sex": "female"})
        assert answer.status_code == HTTPStatus.SEE_OTHER

    def test_logs_in_who_has_the_account_and_its_password_already(self, client):
        make_enterprise()
        client.post("/cadastro", data=ME)

        again = client.post("/cadastro", data=ME)

        assert again.status_code == HTTPStatus.SEE_OTHER
        assert len(list(db.session.scalars(sa.select(User)))) == 1

    def test_lets_nobody_in_with_another_password(self, app, client):
        make_enterprise()
        client.post("/cadastro", data=ME)

        answer = app.test_client().post("/cadastro", data=ME | {"password": "outra senha boa"})

        assert answer.status_code == UNPROCESSABLE

    def test_says_what_is_missing(self, client):
        page = client.post("/cadastro", data={})

        assert page.status_code == UNPROCESSABLE
        assert "Write your name." in page.text

    def test_offers_to_go_on_with_what_was_begun(self, client, draft):
        assert f"/cadastro/{draft.id}" in client.get("/cadastro").text


class TestSteps:
    def test_keep_what_was_typed_and_lead_to_what_is_missing(self, client, draft):
        draft.steps_done = ["segments"]
        db.session.commit()

        answer = client.post(
            f"/cadastro/{draft.id}/grupo",
            data={"name": "Fio de Tucum", "kind": "association", "cnpj": "12.ABC.345/01DE-35"},
        )

        assert (draft.name, draft.kind, draft.cnpj) == (
            "Fio de Tucum",
            Kind.ASSOCIATION,
            "12ABC34501DE35",
        )
        assert answer.location == f"/cadastro/{draft.id}/lugar"

    def test_say_what_is_wrong_and_keep_what_was_typed(self, client, draft):
        page = client.post(
            f"/cadastro/{draft.id}/grupo",
            data={"name": "Fio", "kind": "association", "cnpj": "123"},
        )

        assert page.status_code == UNPROCESSABLE
        assert "This CNPJ is not right" in page.text
        assert 'value="Fio"' in page.text

    def test_show_an_error_of_the_operation_beside_its_field(self, client, draft):
        make_enterprise(cnpj="12ABC34501DE35")

        page = client.post(
            f"/cadastro/{draft.id}/grupo",
            data={"name": "Fio", "kind": "association", "cnpj": "12ABC34501DE35"},
        )

        assert page.status_code == HTTPStatus.CONFLICT
        assert "Another enterprise is registered with this CNPJ" in page.text

    def test_keep_the_main_line_of_work_among_all_of_them(self, client, draft):
        client.post(
            f"/cadastro/{draft.id}/segmentos",
            data={"segment": "reciclagem", "segments": ["artesanato", "reciclagem"]},
        )

        assert (draft.segment.value, draft.segments) == ("reciclagem", ["reciclagem", "artesanato"])

    def test_find_the_neighbourhood_without_accents(self, client, draft):
        place = make_neighbourhood(name="Tarumã", folded="taruma")

        client.post(
            f"/cadastro/{draft.id}/lugar",
            data={"municipality_code": 1302603, "neighbourhood": "TARUMA"},
        )

        assert draft.neighbourhood_id == place.id

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"neighbourhood": "Lugar Nenhum"}, "We do not know this neighbourhood"),
            ({"neighbourhood": ""}, "Write the neighbourhood or the community"),
        ],
    )
    def test_need_a_place_that_can_be_counted(self, client, draft, typed, said):
        page = client.post(
            f"/cadastro/{draft.id}/lugar", data={"municipality_code": 1302603} | typed
        )

        assert page.status_code == UNPROCESSABLE
        assert said in page.text

    def test_keep_the_pix_key_with_its_kind(self, client, draft):
        client.post(
            f"/cadastro/{draft.id}/pix",
            data={"pix_key": "529.982.247-25", "pix_holder": "Raimunda Souza"},
        )

        assert (draft.pix_key, draft.pix_key_kind) == ("52998224725", "cpf")

    def test_are_not_there_for_others(self, client, log_in, draft):
        stranger, _own = make_producer()
        log_in(stranger)

        for path in ("", "/grupo", "/pessoas"):
            assert client.get(f"/cadastro/{draft.id}{path}").status_code == HTTPStatus.NOT_FOUND

    def test_are_closed_once_it_was_sent(self, client, draft):
        draft.standing = Standing.SENT
        db.session.commit()

        assert client.get(f"/cadastro/{draft.id}/grupo").status_code == HTTPStatus.CONFLICT


class TestPeople:
    def rows(self, *names):
        return {f"rows-{i}-name": name for i, name in enumerate(names)} | {
            f"rows-{i}-sex": "female" for i in range(3)
        }

    def test_are_taken_in_several_at_once(self, client, draft):
        answer = client.post(
            f"/cadastro/{draft.id}/pessoas", data=self.rows("Socorro", "", "Lúcia")
        )

        assert [m.name for m in draft.live_members[2:]] == ["Socorro", "Lúcia"]
        assert answer.location == f"/cadastro/{draft.id}"

    def test_sent_twice_are_there_once(self, client, draft):
        for _ in range(2):
            client.post(f"/cadastro/{draft.id}/pessoas", data=self.rows("Socorro") | {"more": "1"})

        assert len(draft.live_members) == 3

    def test_can_be_corrected_and_taken_out(self, client, draft):
        member = draft.members[1]
        path = f"/cadastro/{draft.id}/pessoas/{member.id}"

        client.post(path, data={"name": "Socorro Lima", "sex": "other", "on_board": "y"})
        assert (member.name, member.sex, member.on_board) == ("Socorro Lima", Sex.OTHER, True)
        client.post(f"{path}/saida")
        assert len(draft.live_members) == 1


class TestPhoto:
    def test_is_kept_and_can_be_taken_away(self, client, draft):
        path = f"/cadastro/{draft.id}/foto"

        client.post(path, data={"photo": (a_photo(), "eu.jpg"), "photo_alt": "As sócias"})
        assert draft.photo
        assert draft.photo_alt == "As sócias"
        client.post(f"{path}/remocao")
        assert draft.photo is None

    def test_sent_first_leaves_the_number_filled_in(self, client, draft):
        person = draft.live_members[0].user
        saved_change(draft, mobile="", story="", steps_done=[])
        photo = {"photo": (a_photo(), "eu.jpg")}

        page = client.post(f"/cadastro/{draft.id}/foto", data=photo, follow_redirects=True)

        assert f'value="{show_mobile(person.mobile)}"' in page.text

    def test_says_when_it_is_none(self, client, draft):
        page = client.post(
            f"/cadastro/{draft.id}/foto", data={"photo": (io.BytesIO(b"GIF89a"), "eu.jpg")}
        )

        assert page.status_code == UNPROCESSABLE
        assert "We could not read this photo" in page.text


class TestSending:
    def test_says_until_when_the_answer_comes(self, client, draft):
        page = client.post(f"/cadastro/{draft.id}/envio", follow_redirects=True)

        assert "Nothing to do now" in page.text

    def test_names_what_is_missing(self, client, draft):
        draft.story = ""
        db.session.commit()

        assert "1 thing is missing" in client.get(f"/cadastro/{draft.id}").text
        page = client.post(f"/cadastro/{draft.id}/envio")
        assert page.status_code == HTTPStatus.CONFLICT

    def test_warns_of_a_group_of_the_same_name_in_the_same_place(self, client, draft):
        draft.name = "Associação Fio de Tucum"
        make_enterprise(name="Grupo Fio do Tucum")
        db.session.commit()

        assert "There is already a group like this" in client.get(f"/cadastro/{draft.id}").text


class TestMending:
    @pytest.fixture
    def returned(self, draft):
        user = draft.members[0].user
        drafts.send_registration(draft.id, by=person_of(user), now=NOW)
        vetting.return_registration(
            draft.id,
            reason="Faltam duas coisas",
            fields={"founded": "Que ano?", "story": "Muito curta"},
            by=HOUSE,
            now=NOW,
        )
        return draft

    def test_shows_only_what_was_marked(self, client, returned):
        page = client.get(f"/cadastro/{returned.id}").text
        assert "Que ano?" in page
        assert "Muito curta" in page
        group = client.get(f"/cadastro/{returned.id}/grupo").text
        assert 'name="founded_year"' in group
        assert 'name="name"' not in group
        assert client.get(f"/cadastro/{returned.id}/lugar").status_code == HTTPStatus.CONFLICT

    def test_leads_from_mark_to_mark_and_then_to_sending(self, client, returned):
        first = client.post(f"/cadastro/{returned.id}/grupo", data={"founded_year": "2016"})
        assert first.location == f"/cadastro/{returned.id}/contato"
        story = "Vizinhas que tiram a fibra e fazem bolsas e redes."
        last = client.post(first.location, data={"story": story})
        assert last.location == f"/cadastro/{returned.id}"
        client.post(f"/cadastro/{returned.id}/envio")
        assert returned.standing is Standing.SENT


class TestOnBehalf:
    WHO = {"name": "Dona Lúcia", "mobile": "(92) 99765-4321", "sex": "female"}

    def test_keeps_both_names_and_hands_over_a_code(self, client, log_in):
        staff = make_staff(Role.FACILITATOR)
        log_in(staff)

        answer = client.post("/cadastro/em-nome", data=self.WHO)
        begun = db.session.scalar(sa.select(Enterprise))
        page = client.post(f"/cadastro/{begun.id}/codigo").text

        assert answer.location == f"/cadastro/{begun.id}/grupo"
        assert begun.registered_by_id == staff.id
        assert begun.members[0].user.made_by_id == staff.id
        assert "Code for Dona Lúcia" in page

    def test_asks_no_pix_key_of_who_only_helps(self, client, log_in):
        log_in(make_staff(Role.FACILITATOR))
        client.post("/cadastro/em-nome", data=self.WHO)
        begun = db.session.scalar(sa.select(Enterprise))

        page = client.get(f"/cadastro/{begun.id}/pix").text

        assert 'name="pix_key"' not in page
        assert 'name="responsible_cpf"' in page
