"""The pages on which a group says how it is paid out."""

import pytest

from marketplace.accounts.models import Role
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.connect import AccountState
from marketplace.payments.operations import receiving
from marketplace.payments.operations.receiving import AGREEMENT
from marketplace.payments.provider import BankPayout
from tests import books
from tests.factories.accounts import make_staff, saved_change
from tests.factories.connect import EMAIL, account_of, make_account, make_active, order
from tests.factories.enterprises import make_producer
from tests.factories.payouts import PIX

PATH = "/painel/grupo/repasses"


@pytest.fixture(autouse=True)
def the_books_are_right(rolled_back, connect_here):
    yield
    assert books.faults("payments.") == {}


@pytest.fixture
def group(client, log_in):
    user, found = make_producer("manager")
    log_in(user)
    saved_change(found, email=EMAIL)
    return found


def accept(client):
    return client.post(f"{PATH}/acordo", data={"version": AGREEMENT}, follow_redirects=True).text


class TestShow:
    def test_says_where_money_goes_now(self, client, group):
        assert "There is nowhere to pay to" in client.get(PATH).text
        saved_change(group, **PIX)
        assert "Paid by hand, to the Pix key" in client.get(PATH).text

    def test_says_that_it_goes_by_itself(self, client, group, bank):
        make_active(bank, group)
        assert "Paid to the account at the provider" in client.get(PATH).text

    def test_says_since_when_and_by_whom_the_agreement_holds(self, client, group):
        assert "Accept for the group" in client.get(PATH).text
        page = accept(client)
        assert f"accepted version {AGREEMENT}" in page
        assert "Accept for the group" not in page

    @pytest.mark.scenario(52)
    def test_says_what_the_bank_refused(self, client, group, bank):
        account = make_active(bank, group)
        today = clock.now().date()
        told = BankPayout("po_1", "failed", "account_closed", 5_000, today)
        receiving.note_bank_payout(account.provider_id, told, now=clock.now())

        page = client.get(PATH).text

        assert "The bank account is closed." in page
        assert "nothing is lost" in page

    def test_is_a_managers(self, client, log_in):
        user, _group = make_producer("member")
        log_in(user)
        assert client.get(PATH).status_code == 403


class TestAccount:
    def test_is_offered_once_the_agreement_is_accepted(self, client, group):
        assert f'href="{PATH}/conta"' not in client.get(PATH).text
        assert f'href="{PATH}/conta"' in accept(client)

    def test_is_asked_for_and_opened(self, client, group, bank):
        accept(client)
        assert EMAIL in client.get(f"{PATH}/conta").text

        page = client.post(f"{PATH}/conta", follow_redirects=True).text

        assert account_of(group).state is AccountState.OPEN
        assert "Open the provider" in page

    def test_says_why_not(self, client, group):
        page = client.post(f"{PATH}/conta", follow_redirects=True).text
        assert "Read and accept first" in page

    def test_goes_on_by_itself_when_the_provider_is_away(self, client, group, bank):
        accept(client)
        bank.hand("fault", route="POST /v2/core/accounts", kind="429", times=9)

        page = client.post(f"{PATH}/conta", follow_redirects=True).text

        assert "We go on asking by ourselves" in page
        assert account_of(group).state is AccountState.ASKED

    def test_is_given_up(self, client, group, bank):
        make_active(bank, group)
        client.post(f"{PATH}/conta/fim")
        assert account_of(group).state is AccountState.RETIRED


class TestLink:
    def test_is_made_on_a_click_and_held_by_our_own_page(self, client, group, bank):
        make_account(group)

        answer = client.post(f"{PATH}/conta/ligacao")

        (link,) = bank.store.every("account_link")
        assert answer.status_code == 200
        assert f'href="{link["url"]}"' in answer.text
        assert link["return_url"].endswith(f"{PATH}/conta/volta")
        assert link["refresh_url"].endswith(f"{PATH}/conta/outra")
        assert client.get(PATH).text.count(link["url"]) == 0  # kept nowhere

    @pytest.mark.scenario(12)
    def test_is_of_ones_own_account_whatever_a_form_says(self, client, group, bank):
        mine, other = make_account(group), make_account()

        client.post(
            f"{PATH}/conta/ligacao?account={other.provider_id}",
            data={"account": other.provider_id, "destination": other.provider_id},
        )

        (link,) = bank.store.every("account_link")
        assert link["account"] == mine.provider_id

    def test_needs_an_account(self, client, group):
        assert client.post(f"{PATH}/conta/ligacao").status_code == 404

    def test_says_when_the_provider_is_away(self, client, group, bank):
        make_account(group)
        bank.hand("fault", route="POST /v2/core/account_links", kind="429", times=9)
        page = client.post(f"{PATH}/conta/ligacao", follow_redirects=True).text
        assert "Try again in a minute" in page

    @pytest.mark.scenario(7)
    @pytest.mark.parametrize("path", ["volta", "outra"])
    def test_comes_back_to_what_the_provider_says(self, client, group, bank, path):
        account = make_account(group)
        client.get(f"{PATH}/conta/{path}?capability=active&status=complete")
        assert account_of(group).capability == "restricted"

        bank.hand("capability", account=account.provider_id, state="active")
        client.get(f"{PATH}/conta/{path}")

        assert account_of(group).capability == "active"


class TestBatch:
    def test_shows_what_goes_to_an_account(self, client, log_in, bank):
        transfer = order(bank)
        enterprise = db.session.get_one(Enterprise, transfer.enterprise_id)
        log_in(finance_user(enterprise.division))

        page = client.get(f"/gestao/repasses/{transfer.payout.batch_id}").text

        assert "Account at the provider" in page
        assert "On its way to the account" in page
        assert "It was paid" not in page
        sheet = client.get(f"/gestao/repasses/{transfer.payout.batch_id}/lista.csv").text
        assert enterprise.name not in sheet  # the bank pays it not


def finance_user(division):
    return make_staff(Role.FINANCE, division)
