"""The doors of a group's Pix key: what is shown, what is asked before it changes."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import LoginSession
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.identifiers import PixKey
from marketplace.core.rights import HOUSE
from marketplace.enterprises.operations import pix
from tests.factories.accounts import make_user, saved_change
from tests.factories.enterprises import make_producer

PATH = "/painel/grupo/pix"
KEY = PixKey("email", "grupo@example.com")
OTHER = {"key": "Outra@Example.com", "holder": "Fio de Tucum", "reason": "Conta nova"}


@pytest.fixture
def group(client, log_in):
    user, group = make_producer()
    log_in(user)
    return group


def give_first(group):
    was = clock.now() - timedelta(days=9)
    pix.change_pix(group.id, KEY, holder="Grupo", by=HOUSE, now=was)


class TestFirst:
    def test_is_kept_with_its_kind_and_counts(self, client, group):
        assert "Add a Pix key" in client.get(PATH).text
        assert client.get(f"{PATH}/troca").status_code == HTTPStatus.OK

        answer = client.post(f"{PATH}/troca", data=OTHER | {"reason": ""})

        assert answer.status_code == HTTPStatus.SEE_OTHER
        assert group.pix_at(clock.now())[:2] == ("outra@example.com", "email")

    def test_needs_the_holder(self, client, group):
        page = client.post(f"{PATH}/troca", data=OTHER | {"holder": ""})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


class TestChange:
    def test_shows_the_key_in_use_the_one_to_come_and_since_when(self, client, group):
        give_first(group)
        client.post(f"{PATH}/troca", data=OTHER)

        page = client.get(PATH).text

        assert KEY.value in page
        assert "outra@example.com" in page
        assert "A change waits" in page
        assert "Conta nova" in page
        assert "A change waits" in client.get("/painel/grupo").text
        assert f"{PATH}/troca/fim" in page
        assert f'href="{PATH}/troca"' not in page

    def test_offers_a_text_for_each_of_the_other_managers(self, client, group):
        give_first(group)
        make_producer(enterprise=group, user=make_user(mobile="+5592991234567"))
        client.post(f"{PATH}/troca", data=OTHER)

        page = client.get(PATH).text

        assert page.count("https://wa.me/") == 1
        assert "https://wa.me/5592991234567?text=The%20Pix%20key" in page

    @pytest.mark.parametrize(
        ("typed", "said", "status"),
        [
            ({"reason": ""}, "Write the reason", 422),
            ({"key": KEY.value, "holder": "Grupo"}, "This is the Pix key in use", 422),
            ({"key": "ask Maria"}, "Pix key", 422),
        ],
    )
    def test_says_what_is_wrong_with_what_was_typed_still_there(
        self, client, group, typed, said, status
    ):
        give_first(group)

        page = client.post(f"{PATH}/troca", data=OTHER | typed)

        assert page.status_code == status
        assert said in page.text
        assert (OTHER | typed)["holder"] in page.text

    def test_is_refused_while_one_waits(self, client, group):
        give_first(group)
        client.post(f"{PATH}/troca", data=OTHER)

        page = client.post(f"{PATH}/troca", data=OTHER | {"key": "x@example.com"})

        assert page.status_code == HTTPStatus.CONFLICT
        assert "Another change of the Pix key waits" in page.text

    def test_asks_for_password_and_code_first(self, client, group):
        give_first(group)
        for session in db.session.scalars(sa.select(LoginSession)):
            saved_change(session, password_at=None, code_at=None)

        answers = [client.get(f"{PATH}/troca"), client.post(f"{PATH}/troca", data=OTHER)]

        for answer in answers:
            assert answer.location.startswith("/conta/confirmar?")
            assert "codigo=1" in answer.location
        assert not group.pix_waits(clock.now())

    def test_leads_who_has_no_second_step_to_setting_it_up_and_back(self, client, group):
        user = group.members[0].user
        assert not accounts.has_factor(user.id)

        asked = client.get(
            "/conta/confirmar", query_string={"voltar": f"{PATH}/troca", "codigo": 1}
        )

        assert asked.location == f"/conta/segundo-passo/chave?voltar={PATH}/troca"


class TestCancel:
    def test_leaves_the_key_and_keeps_who_and_why(self, client, group):
        give_first(group)
        client.post(f"{PATH}/troca", data=OTHER)

        page = client.post(
            f"{PATH}/troca/fim", data={"reason": "Não fomos nós"}, follow_redirects=True
        )

        assert "the key stays" in page.text
        assert "Não fomos nós" in page.text
        assert not group.pix_waits(clock.now())

    def test_needs_a_reason(self, client, group):
        give_first(group)
        client.post(f"{PATH}/troca", data=OTHER)

        page = client.post(f"{PATH}/troca/fim", data={"reason": ""})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert group.pix_waits(clock.now())

    def test_of_none_is_refused(self, client, group):
        page = client.post(f"{PATH}/troca/fim", data={"reason": "a"})

        assert page.status_code == HTTPStatus.CONFLICT


@pytest.mark.parametrize("access", ["member", "stall_till"])
def test_is_nothing_for_who_does_not_manage(client, log_in, access):
    _manager, group = make_producer()
    log_in(make_producer(access, group)[0])

    for path in (PATH, f"{PATH}/troca"):
        assert client.get(path).status_code == HTTPStatus.FORBIDDEN
