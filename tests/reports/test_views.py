"""The sales volume page and its sheets: one question, three answers."""

import csv
import io

import pytest

from marketplace.accounts.models import Role
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise
from tests.factories.reports import make_fact

MARCH = "de=2030-03-01&ate=2030-03-31"


@pytest.fixture
def weavers():
    return make_enterprise(division=make_division(), name="Trançado do Norte")


def enter(role, enterprise, log_in):
    log_in(make_staff(role, enterprise.division))


def plain(page):
    return page.text.replace("\N{NO-BREAK SPACE}", "")


class TestShow:
    def test_shows_volume_by_enterprise(self, client, log_in, weavers):
        make_fact(weavers, gross_cents=1234_50)
        enter(Role.HEAD, weavers, log_in)

        page = client.get(f"/gestao/relatorios?{MARCH}&por=empreendimento")

        assert "Trançado do Norte" in page.text
        assert "R$1,234.50" in plain(page)

    def test_keeps_what_was_typed_when_a_date_cannot_be(self, client, log_in, weavers):
        enter(Role.HEAD, weavers, log_in)

        page = client.get("/gestao/relatorios?de=31/02/2030&ate=2030-03-31")

        assert page.status_code == 422
        assert "31/02/2030" in page.text

    @pytest.mark.parametrize("odd", ["por=x", "de=2030-03-02&ate=2030-03-01", "divisao=999999"])
    def test_answers_nonsense_with_a_page(self, client, log_in, weavers, odd):
        enter(Role.HEAD, weavers, log_in)

        assert client.get(f"/gestao/relatorios?{odd}").status_code == 422

    @pytest.mark.parametrize("by", ["empreendimento", "categoria", "bairro", "feira"])
    def test_groups_nothing_for_the_council_that_tells_one_enterprise(
        self, client, log_in, weavers, by
    ):
        make_fact(weavers)
        enter(Role.COUNCIL, weavers, log_in)

        page = client.get(f"/gestao/relatorios?{MARCH}&por={by}")

        assert page.status_code == 422
        assert "Trançado do Norte" not in page.text

    def test_does_not_filter_by_one_enterprise_for_the_council(self, client, log_in, weavers):
        make_fact(weavers, gross_cents=1234_50)
        make_fact(make_enterprise(division=weavers.division), gross_cents=1_00)
        enter(Role.COUNCIL, weavers, log_in)

        page = client.get(f"/gestao/relatorios?{MARCH}&empreendimento={weavers.id}")

        assert "R$1,235.50" in plain(page)


class TestExportCsv:
    def test_gives_what_is_on_screen(self, client, log_in, weavers):
        make_fact(weavers, gross_cents=1234_50)
        enter(Role.HEAD, weavers, log_in)

        answer = client.get(f"/gestao/relatorios/vendas.csv?{MARCH}&por=segmento")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))

        assert [row[:4] for row in rows[1:]] == [
            ["Crafts", "1234,50", "0,00", "1234,50"],
            ["Total", "1234,50", "0,00", "1234,50"],
        ]

    def test_is_a_file(self, client, log_in, weavers):
        enter(Role.HEAD, weavers, log_in)

        answer = client.get("/gestao/relatorios/vendas.csv")

        assert "attachment" in answer.headers["Content-Disposition"]


class TestExportXlsx:
    def test_gives_a_workbook(self, client, log_in, weavers):
        make_fact(weavers)
        enter(Role.HEAD, weavers, log_in)

        answer = client.get(f"/gestao/relatorios/vendas.xlsx?{MARCH}")

        assert answer.data.startswith(b"PK")
