"""The pages about what groups owe, and what the group itself sees of it."""

import io
import re
from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.payments import postings
from marketplace.payments.chart import AccountName
from marketplace.payments.models.funds import Fund
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.queries.ledger import balance
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.funds import MINUTE, make_fund
from tests.factories.payouts import PIX
from tests.payments.test_debts import enter, newest, owe

LIST = "/gestao/dividas"


@pytest.fixture
def division():
    return make_division()


@pytest.fixture(autouse=True)
def user(division, log_in):
    found = make_staff(Role.FINANCE, division)
    log_in(found)
    return found


@pytest.fixture
def debt(division):
    return owe(make_enterprise(division=division, **PIX), 1_234)


def plain(answer):
    return unescape(answer.text).replace("\N{NO-BREAK SPACE}", "")


def post(client, debt, path, **sent):
    return plain(client.post(f"{LIST}/{debt.id}{path}", data=sent, follow_redirects=True))


class TestIndex:
    def test_says_who_owes_how_much_and_why(self, client, debt):
        page = plain(client.get(LIST))

        why = "Payout to the account at the provider"
        assert all(told in page for told in (debt.enterprise.name, "R$12.34", why))
        assert "At most 30% of each payout" in page

    def test_shows_nothing_of_another_division(self, client, debt, log_in):
        log_in(make_staff(Role.FINANCE, make_division()))

        assert debt.enterprise.name not in client.get(LIST).text
        assert client.get(f"{LIST}/{debt.id}").status_code == 404

    def test_is_empty_at_first(self, client):
        assert "No group owes anything" in client.get(LIST).text


class TestForgiving:
    def test_one_asks_and_another_decides(self, client, debt, division, log_in):
        assert "nobody: call the group" in client.get(f"{LIST}/{debt.id}").text
        page = post(client, debt, "/perdao", reason="Reunião de novembro")
        assert "another person of finance decides" in page
        assert "another person decides" in post(client, debt, "/perdao/aprovacao")

        log_in(make_staff(Role.FINANCE, division))
        assert "The debt is forgiven" in post(client, debt, "/perdao/aprovacao")
        assert newest().left_cents == 0

    def test_may_let_it_stand(self, client, debt):
        post(client, debt, "/perdao", reason="Reunião de novembro")

        assert "The debt stands as it was" in post(client, debt, "/perdao/descarte")
        assert newest().left_cents == 1_234

    def test_asks_why(self, client, debt):
        assert "Say why, in a few words." in post(client, debt, "/perdao")

    def test_says_that_nothing_waits(self, client, debt):
        url = f"{LIST}/{debt.id}/perdao/aprovacao"
        assert client.post(url).status_code == 303
        assert newest().left_cents == 1_234

    def test_by_a_vote_the_fund_bears_it(self, client, debt, division, log_in):
        make_fund(debt.enterprise, 2_000)
        page = plain(client.get(f"{LIST}/{debt.id}"))
        assert "are free in the fund" in page
        assert "(if you want)" not in page
        told = {"reason": "Enchente", "bearer": "fund", "minute": "Ata 12"}
        post(client, debt, "/perdao", **told, paper=(io.BytesIO(MINUTE), "ata.pdf"))
        assert "Borne by the solidarity fund: Ata 12." in plain(client.get(f"{LIST}/{debt.id}"))

        log_in(make_staff(Role.FINANCE, division))
        post(client, debt, "/perdao/aprovacao")
        assert newest().left_cents == 0

        log_in(make_staff(Role.COUNCIL, division))
        page = plain(client.get("/gestao/fundo/usos"))
        assert "Debts that the fund bore" in page
        assert debt.enterprise.name not in page
        (minute,) = re.findall(r"/gestao/fundo/usos/dividas/\d+/ata", page)
        assert client.get(minute).data == MINUTE
        public = plain(client.get("/transparencia/fundos"))
        assert "Debts that the funds bore" in public
        assert "R$12.34" in public

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({"minute": ""}, "Say which vote"),
            ({"paper": (io.BytesIO(b""), "")}, "Add the minute"),
            ({"paper": (io.BytesIO(b"text"), "a.txt")}, "could not read"),
        ],
    )
    def test_by_a_vote_asks_for_it_and_keeps_what_was_typed(self, client, debt, told, said):
        make_fund(debt.enterprise, 2_000)
        typed = {"reason": "Enchente", "bearer": "fund", "minute": "Ata 12"}
        typed["paper"] = (io.BytesIO(MINUTE), "ata.pdf")

        answer = client.post(f"{LIST}/{debt.id}/perdao", data=typed | told)

        assert answer.status_code == 422
        assert said in plain(answer)
        assert 'value="Enchente"' in answer.text

    def test_says_that_the_fund_has_not_so_much(self, client, debt):
        make_fund(debt.enterprise, 1_234)
        fund_id = db.session.scalars(sa.select(Fund.id)).one()
        gone = ("fund", fund_id), ("pending", debt.enterprise_id)
        left = -balance(AccountName("fund", fund_id)) - 1_233
        enter(postings.pair_of(EntryKind.CORRECTION, *gone, left))
        told = {"reason": "Enchente", "bearer": "fund", "minute": "Ata 12"}
        answer = post(client, debt, "/perdao", **told, paper=(io.BytesIO(MINUTE), "ata.pdf"))

        assert "There is not so much in the fund" in answer

    def test_is_not_offered_to_who_only_looks(self, client, debt, division, log_in):
        log_in(make_staff(Role.HEAD, division))

        assert "Ask to forgive it" not in client.get(f"{LIST}/{debt.id}").text


def test_the_statement_tells_the_group_what_it_owes(client, debt, log_in):
    mara, _group = make_producer(enterprise=debt.enterprise)
    log_in(mara)

    page = plain(client.get("/painel/dinheiro"))
    assert "What your group owes" in page
    assert "Payout to the account at the provider" in page
    assert "At most 30% of each payout" in page
