"""The pages on which finance gives money back by hand."""

from html import unescape

import pytest

from marketplace.accounts.models import Role
from marketplace.payments.models.by_hand import HandState
from tests.factories.accounts import make_division, make_staff
from tests.factories.by_hand import make_hand_refund, make_owed_order, newest, reread
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise

LIST = "/gestao/devolucoes"


@pytest.fixture
def division():
    return make_division()


@pytest.fixture(autouse=True)
def user(division, log_in):
    found = make_staff(Role.FINANCE, division)
    log_in(found)
    return found


@pytest.fixture
def order(division):
    good = make_published(enterprise=make_enterprise(division=division), price_cents=5_000)
    return make_owed_order(good)


def plain(answer):
    return unescape(answer.text).replace("\N{NO-BREAK SPACE}", "")


def post(client, refund, path, **sent):
    url = f"{LIST}/{refund.id}{path}"
    return plain(client.post(url, data=sent, follow_redirects=True))


def give_key(client, refund, holder):
    return post(client, refund, "/chave", key="lucia@example.org", holder=holder)


class TestIndex:
    def test_says_what_is_due_since_when_and_of_which_order(self, client, order):
        page = plain(client.get(LIST))

        assert all(
            told in page for told in (order.code, "R$50.00", "0 days", "Waits for a Pix key")
        )

    def test_offers_the_pix_code_once_there_is_a_key(self, client, order):
        assert "data-copy" not in client.get(LIST).text

        give_key(client, newest(), order.purchase.buyer_name)

        page = plain(client.get(LIST))
        assert 'data-copy="00020' in page
        assert "540550.00" in page

    def test_shows_nothing_of_another_division(self, client, order, log_in):
        refund = newest()
        log_in(make_staff(Role.FINANCE, make_division()))

        assert order.code not in client.get(LIST).text
        assert client.get(f"{LIST}/{refund.id}").status_code == 404

    def test_is_empty_at_first(self, client):
        assert "Nothing waits to be given back by hand" in client.get(LIST).text


class TestTwoPeople:
    def test_one_pays_and_another_confirms(self, client, order, division, log_in):
        refund = newest()
        give_key(client, refund, order.purchase.buyer_name)

        page = post(client, refund, "/comprovante", amount="50,00", proof="E0001")
        assert "another person of finance confirms it" in page
        assert "another person confirms it" in post(client, refund, "/confirmacao")

        log_in(make_staff(Role.FINANCE, division))
        assert "The refund is confirmed" in post(client, refund, "/confirmacao")
        assert reread(refund).state is HandState.CONFIRMED

    def test_says_what_is_wrong(self, client, order):
        refund = newest()
        give_key(client, refund, order.purchase.buyer_name)

        assert "This refund is of R$50.00" in post(
            client, refund, "/comprovante", amount="49,00", proof="E0001"
        )
        assert "Write the number" in post(client, refund, "/comprovante", amount="50,00")
        assert "This is not a Pix key" in post(client, refund, "/chave", key="1", holder="L")

    def test_one_that_came_back_waits_again(self, client, order):
        refund = newest()
        give_key(client, refund, order.purchase.buyer_name)
        post(client, refund, "/comprovante", amount="50,00", proof="E0001")

        assert "It came back" in client.get(f"{LIST}/{refund.id}").text
        assert "Came back" in post(client, refund, "/retorno", reason="Conta encerrada")
        assert newest().state is HandState.WAITING

    def test_who_only_looks_is_offered_nothing(self, client, order, division, log_in):
        log_in(make_staff(Role.HEAD, division))

        assert "told to you" not in client.get(f"{LIST}/{newest().id}").text


class TestName:
    @pytest.mark.parametrize(
        ("holder", "asks"),
        [("Lúcia Andrade", False), ("LUCIA", False), ("Lúcia B", True), ("Outro Andrade", True)],
    )
    def test_of_another_is_pointed_out(self, client, order, holder, asks):
        order.purchase.buyer_name = "Lúcia de Andrade"
        give_key(client, newest(), holder)

        page = client.get(f"{LIST}/{newest().id}").text
        assert ("call the buyer before you pay" in page) is asks


def test_money_of_nobody_known_has_no_order(client, division):
    refund = make_hand_refund(2_500, enterprise=make_enterprise(division=division))

    page = plain(client.get(f"{LIST}/{refund.id}"))
    assert "A boleto cannot be given back" in page  # of no order of ours: of a test
