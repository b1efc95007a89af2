"""The pages about what groups owe, and what the group itself sees of it."""

from html import unescape

import pytest

from marketplace.accounts.models import Role
from tests.factories.accounts import make_division, make_staff
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.payouts import PIX
from tests.payments.test_debts import newest, owe

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

        why = "Due to the solidarity fund of direct sales"
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

    def test_is_not_offered_to_who_only_looks(self, client, debt, division, log_in):
        log_in(make_staff(Role.HEAD, division))

        assert "Ask to forgive it" not in client.get(f"{LIST}/{debt.id}").text


def test_the_statement_tells_the_group_what_it_owes(client, debt, log_in):
    mara, _group = make_producer(enterprise=debt.enterprise)
    log_in(mara)

    page = plain(client.get("/painel/dinheiro"))
    assert "What your group owes" in page
    assert "Due to the solidarity fund" in page
    assert "At most 30% of each payout" in page
