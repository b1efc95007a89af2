"""The pages on which a fund's use is asked for, confirmed and told."""

import io
from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.payments.models.funds import FundSpending, SpendingState
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import make_fund, make_spending

PAGE = "/gestao/fundo/usos"
PDF = b"%PDF-1.4 ata" + bytes(200_000) + b"%%EOF"  # as large as a page that was scanned


@pytest.fixture
def enterprise():
    return make_enterprise()


@pytest.fixture
def enter(log_in, enterprise):
    return lambda role: log_in(make_staff(role, enterprise.division))


def plain(answer):
    return unescape(answer.text).replace("\N{NO-BREAK SPACE}", "")


def typed(enterprise, **told):
    usual = {"amount": "30,00", "purpose": "Conserto da barraca", "minute": "Ata 7"}
    usual["paper"] = (io.BytesIO(PDF), "ata.pdf")
    return {"division_id": enterprise.division_id} | usual | told


def uses():
    asked = sa.select(FundSpending).execution_options(populate_existing=True)
    return db.session.scalars(asked).all()


class TestAsk:
    def test_keeps_the_vote_and_its_minute(self, client, enter, enterprise):
        make_fund(enterprise)
        enter(Role.FINANCE)

        page = plain(client.post(PAGE, data=typed(enterprise), follow_redirects=True))

        assert "another person of finance confirms" in page
        (use,) = uses()
        assert (use.amount_cents, use.minute, use.state) == (3_000, "Ata 7", SpendingState.ASKED)
        sent = client.get(f"{PAGE}/{use.id}/ata")
        assert (sent.data, sent.mimetype) == (PDF, "application/pdf")

    def test_calls_none_of_its_fields_a_matter_of_taste(self, client, enter, enterprise):
        make_fund(enterprise)
        enter(Role.FINANCE)
        page = plain(client.get(PAGE))
        assert "The minute: photo or PDF" in page
        assert "(if you want)" not in page

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({"amount": ""}, "Write the amount"),
            ({"amount": "50,01"}, "not so much in the fund"),
            ({"purpose": " "}, "Say what it is for"),
            ({"minute": ""}, "Say which vote"),
            ({"paper": (io.BytesIO(b""), "")}, "Add the minute"),
            ({"paper": (io.BytesIO(b"text"), "a.txt")}, "could not read"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, client, enter, enterprise, told, said):
        make_fund(enterprise)
        enter(Role.FINANCE)

        answer = client.post(PAGE, data=typed(enterprise, **told))

        assert answer.status_code == 422
        assert said in plain(answer)
        assert uses() == []


class TestDecide:
    def test_another_confirms_it_with_the_bank_s_number(self, client, enter, enterprise):
        there = f"{PAGE}/{make_spending(enterprise)}"
        enter(Role.FINANCE)
        assert client.post(f"{there}/confirmacao", data={"proof": ""}).status_code == 422

        page = plain(
            client.post(f"{there}/confirmacao", data={"proof": "E1"}, follow_redirects=True)
        )

        assert "It is paid, and in the books." in page
        assert "E1" in page
        assert "R$20.00" in plain(client.get(PAGE))

    def test_it_is_let_go_or_taken_back_by_another(self, client, enter, enterprise, log_in):
        there = f"{PAGE}/{make_spending(enterprise)}"
        enter(Role.FINANCE)
        client.post(f"{there}/confirmacao", data={"proof": "E1"})
        assert "You confirmed it" in plain(
            client.post(f"{there}/devolucao", data={"reason": "x"}, follow_redirects=True)
        )
        enter(Role.FINANCE)
        assert client.post(f"{there}/devolucao", data={"reason": ""}).status_code == 422
        client.post(f"{there}/devolucao", data={"reason": "Conta encerrada"})

        assert "Conta encerrada" in plain(client.get(there))
        assert "moved on" in plain(client.post(f"{there}/descarte", follow_redirects=True))


class TestRead:
    def test_council_reads_without_a_form(self, client, enter, enterprise):
        there = f"{PAGE}/{make_spending(enterprise)}"
        enter(Role.COUNCIL)
        for page in (plain(client.get(PAGE)), plain(client.get(there))):
            assert "Conserto da barraca" in page
            assert 'method="post" action="/gestao/fundo' not in page

    def test_it_is_of_its_division_alone(self, client, log_in, enterprise):
        there = f"{PAGE}/{make_spending(enterprise)}"
        log_in(make_staff(Role.COUNCIL, make_division(municipality_code=1100106)))
        assert "Conserto da barraca" not in client.get(PAGE).text
        assert client.get(there).status_code == 404
        assert client.get(f"{there}/ata").status_code == 404
