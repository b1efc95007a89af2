"""What solidarity funds paid, as everybody sees it."""

from typing import Any

import pytest

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.opendata import spent
from marketplace.payments.models.funds import FundSpending
from marketplace.payments.operations import spendings
from tests.factories.enterprises import make_enterprise
from tests.factories.funds import finance, make_spending

FUNDS = "/transparencia/fundos"


@pytest.fixture
def enterprise():
    return make_enterprise()


def by(enterprise) -> dict[str, Any]:
    return {"by": finance(enterprise.division_id), "now": clock.now()}


def paid(enterprise, cents=30_00):
    spending_id = make_spending(enterprise, cents)
    spendings.confirm_spending(spending_id, proof="E1", **by(enterprise))
    return spending_id


class TestPage:
    def test_tells_what_was_paid_and_by_which_vote(self, client, enterprise):
        paid(enterprise)

        page = client.get(FUNDS).text.replace("\N{NO-BREAK SPACE}", "")

        assert all(words in page for words in ("Conserto da barraca", "Ata 7", "R$30.00"))

    def test_tells_nothing_of_what_only_was_asked_for(self, client, enterprise):
        make_spending(enterprise)

        assert "Conserto da barraca" not in client.get(FUNDS).text

    def test_says_that_something_came_back(self, client, enterprise):
        spendings.return_spending(paid(enterprise), reason="Conta errada", **by(enterprise))

        page = client.get(FUNDS).text

        assert "Came back" in page
        assert "Conta errada" not in page  # staff's own words
        assert spent.total_cents() == 0

    def test_names_nobody_of_the_staff(self, client, enterprise):
        asker = db.session.get_one(FundSpending, paid(enterprise)).asked_by

        assert asker.name not in client.get(FUNDS).text

    def test_is_seen_from_the_open_accounts(self, client, enterprise):
        paid(enterprise)

        page = client.get("/transparencia").text

        assert "Conserto da barraca" in page
        assert f'href="{FUNDS}"' in page

    def test_is_there_for_a_place_without_a_fund(self, client):
        assert client.get(FUNDS).status_code == 200
