"""The Division's doors: the queue with its clocks, the case, and each decision's page."""

from datetime import timedelta
from http import HTTPStatus

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.consequences import consequences
from marketplace.enterprises.models import DecisionKind, Kind, Segment, Standing
from marketplace.enterprises.operations import vetting
from tests.factories.accounts import make_staff
from tests.factories.enterprises import make_enterprise, make_member, make_producer

QUEUE = "/gestao/empreendimentos"
DAY = timedelta(days=1)


def sent(days=0, **columns):
    """Make a registration that was sent so many days ago."""
    _user, group = make_producer(standing=Standing.DRAFT, **columns)
    group.decide(DecisionKind.SENT, by_id=None, now=clock.now() - days * DAY)
    db.session.commit()
    return group


@pytest.fixture
def staff(client, log_in):
    division = make_enterprise(standing=Standing.DRAFT).division
    staff = make_staff(Role.ARTICULATION, division)
    log_in(staff)
    return staff


class TestIndex:
    def test_shows_who_waits_longest_first_with_the_days(self, client, staff):
        sent(3, name="Novo"), sent(46, name="Velho")

        page = client.get(QUEUE).text

        assert page.index("Velho") < page.index("Novo")
        assert "46 days" in page

    def test_still_counts_from_the_sending_once_it_is_in_analysis(self, client, staff):
        group = sent(40)
        vetting.take_up(group.id, by=HOUSE, now=clock.now())

        assert "40 days" in client.get(QUEUE).text

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("q=tucum", True),
            ("q=T%C3%9ACUM", True),
            ("q=E77", True),
            ("q=12.ABC.345/01DE-35", True),
            ("q=1234567", True),
            ("q=outro", False),
            ("segmento=artesanato", True),
            ("segmento=mandioca", False),
            ("tipo=association", True),
            ("tipo=network", False),
            ("municipio=1302603", True),
            ("municipio=1100106", False),
            ("situacao=aprovados", False),
            ("situacao=nada&tipo=nada&pagina=-3", True),
        ],
    )
    def test_finds_by_what_is_asked(self, client, staff, asked, found):
        group = sent(
            name="Fio de Tucum",
            code="E77",
            cnpj="12ABC34501DE35",
            mobile="+5592991234567",
            kind=Kind.ASSOCIATION,
            segment=Segment.CRAFTS,
        )

        assert (f"{QUEUE}/{group.id}" in client.get(f"{QUEUE}?{asked}").text) is found

    def test_leaves_out_drafts_and_other_divisions(self, client, log_in):
        group, draft = sent(), make_enterprise(standing=Standing.DRAFT, name="Rascunho")
        log_in(make_staff(Role.HEAD))
        assert group.name not in client.get(f"{QUEUE}?situacao=todos").text

        log_in(make_staff(Role.HEAD, group.division))
        page = client.get(f"{QUEUE}?situacao=todos").text
        assert group.name in page
        assert draft.name not in page

    def test_says_so_when_nothing_waits(self, client, staff):
        assert "No registration here" in client.get(QUEUE).text


class TestShow:
    def test_shows_all_that_was_told_but_not_the_whole_cpf(self, client, staff):
        group = sent(
            responsible_name="Raimunda", responsible_cpf="52998224725", story="Era uma vez"
        )

        page = client.get(f"{QUEUE}/{group.id}").text

        assert "Era uma vez" in page
        assert "982.247" in page
        assert "52998224725" not in page

    def test_warns_of_a_group_that_looks_the_same(self, client, staff):
        other = sent(name="Associação Fio do Tucum")
        group = sent(name="Grupo Fio de Tucum")

        assert f"Looks like {other.name}" in client.get(f"{QUEUE}/{group.id}").text

    def test_offers_no_decision_to_who_belongs_to_the_group(self, client, staff):
        group = sent()
        make_member(group, user=staff)

        page = client.get(f"{QUEUE}/{group.id}")
        assert "You belong to this group" in page.text
        assert "/analise" not in page.text
        refused = client.post(f"{QUEUE}/{group.id}/analise")
        assert refused.status_code == HTTPStatus.FORBIDDEN


class TestDeciding:
    def test_takes_up_returns_and_is_told_in_the_text_to_pass_on(self, client, staff):
        group = sent()
        client.post(f"{QUEUE}/{group.id}/analise")
        assert group.standing is Standing.IN_ANALYSIS

        marks = {"rows-0-mark": "story", "rows-0-flagged": "y", "rows-0-note": "Curta demais"}
        said = {"reason": "Falta a história"} | marks
        page = client.post(f"{QUEUE}/{group.id}/devolucao", data=said, follow_redirects=True)

        assert group.standing is Standing.RETURNED
        assert "Curta demais" in page.text
        assert "wa.me" in page.text

    def test_needs_a_mark_and_a_reason_to_return(self, client, staff):
        group = sent()

        page = client.post(f"{QUEUE}/{group.id}/devolucao", data={"reason": ""})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Mark at least one thing" in page.text

    def test_approves(self, client, staff):
        group = sent()

        client.post(f"{QUEUE}/{group.id}/aprovacao")

        assert group.standing is Standing.APPROVED

    @pytest.mark.parametrize(
        ("path", "before", "after"),
        [
            ("recusa", Standing.SENT, Standing.REFUSED),
            ("suspensao", Standing.APPROVED, Standing.SUSPENDED),
            ("reativacao", Standing.SUSPENDED, Standing.APPROVED),
        ],
    )
    def test_asks_for_the_reason_on_a_page_of_its_own(self, client, staff, path, before, after):
        _user, group = make_producer(standing=before)
        where = f"{QUEUE}/{group.id}/{path}"

        assert client.get(where).status_code == HTTPStatus.OK
        assert client.post(where, data={}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        client.post(where, data={"reason": "Como combinado na visita"})

        assert group.standing is after

    def test_shows_before_suspending_what_will_happen(self, client, staff):
        group = make_enterprise()

        def tell(enterprise_id):
            return [f"2 products of {enterprise_id} leave the shop"]

        consequences.append(tell)
        try:
            page = client.get(f"{QUEUE}/{group.id}/suspensao").text
        finally:
            consequences.remove(tell)

        assert f"2 products of {group.id} leave the shop" in page


class TestRecord:
    SAID = {
        "name": "Fio de Tucum e Arumã",
        "kind": "association",
        "segment": "artesanato",
        "municipality_code": "1302603",
        "neighbourhood": "",
        "community": "São Francisco",
    }

    def test_is_corrected_by_the_division(self, client, staff):
        _user, group = make_producer(name="Fio de Tucum", slug="fio-de-tucum")
        where = f"{QUEUE}/{group.id}/dados"

        assert client.get(where).status_code == HTTPStatus.OK
        client.post(where, data=self.SAID)

        assert (group.name, group.kind) == ("Fio de Tucum e Arumã", Kind.ASSOCIATION)
        assert (group.slug, group.community) == ("fio-de-tucum", "São Francisco")

    def test_is_not_corrected_by_who_belongs_to_the_group(self, client, staff):
        _user, group = make_producer()
        make_member(group, user=staff)

        answer = client.post(f"{QUEUE}/{group.id}/dados", data=self.SAID)

        assert answer.status_code == HTTPStatus.FORBIDDEN


class TestManager:
    def test_is_named_where_there_is_none_and_gets_a_code(self, client, staff):
        group = make_enterprise(standing=Standing.SENT)
        member = make_member(group, name="Sócia 1")
        said = {"member_id": member.id, "name": "Raimunda", "mobile": "(92) 99333-4444"}

        page = client.post(f"{QUEUE}/{group.id}/gerente", data=said)

        assert "Code for Raimunda" in page.text
        assert (group.has_manager, member.name) == (True, "Raimunda")
        again = client.post(f"{QUEUE}/{group.id}/gerente", data=said)
        assert again.status_code == HTTPStatus.NOT_FOUND

    def test_must_be_somebody_of_the_group(self, client, staff):
        group, other = make_enterprise(standing=Standing.SENT), make_enterprise()
        said = {"member_id": make_member(other).id, "name": "X Y", "mobile": "(92) 99333-4444"}

        answer = client.post(f"{QUEUE}/{group.id}/gerente", data=said)

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
