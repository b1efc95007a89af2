"""The page of a solidarity fund, and the pages that tell what it gets."""

from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.models.prices import LineKind
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.payments.models.funds import FundRate
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.funds import make_rate
from tests.factories.paying import make_paid

PAGE = "/gestao/fundo"
TOLD = "Of each R$ 100 paid on the site, R$1.00 goes to the solidarity fund."


@pytest.fixture
def enterprise():
    return make_enterprise()


@pytest.fixture
def enter(log_in, enterprise):
    return lambda role: log_in(make_staff(role, enterprise.division))


def plain(answer):
    return unescape(answer.text).replace("\N{NO-BREAK SPACE}", "")


def typed(enterprise, **told):
    day = clock.today(enterprise.division.time_zone) + timedelta(days=1)
    return {"rate": "1,5", "first_day": day.isoformat(), "reason": "Ata 7"} | told


def rates():
    return db.session.scalars(sa.select(FundRate.rate)).all()


class TestIndex:
    def test_tells_finance_and_council_what_was_decided_without_a_form(
        self, client, enter, enterprise
    ):
        make_rate(enterprise)
        for role in (Role.FINANCE, Role.COUNCIL):
            enter(role)
            page = plain(client.get(PAGE))
            assert "R$1.00" in page
            assert "Ata 3" in page
            assert "Decide another part" not in page


class TestCreateRate:
    def test_lets_a_part_hold_from_a_day_to_come(self, client, enter, enterprise):
        enter(Role.HEAD)
        page = plain(client.post(PAGE, data=typed(enterprise), follow_redirects=True))

        assert "It holds from" in page
        assert "1.5%" in page
        assert "Still to come" in page
        assert rates() == [150]

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({"rate": "20,01"}, "20"),
            ({"rate": ""}, "Write the part"),
            ({"reason": " "}, "Say which vote"),
            ({"first_day": "2020-01-01"}, "still to come"),
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, client, enter, enterprise, told, said):
        enter(Role.HEAD)
        answer = client.post(PAGE, data=typed(enterprise, **told))

        assert answer.status_code == 422
        assert said in plain(answer)
        assert rates() == []


class TestTold:
    @pytest.fixture
    def product(self, enterprise):
        return make_published(enterprise=enterprise, lines=[LineInput(LineKind.LABOUR, 25_00)])

    def test_on_the_page_of_a_product_while_there_is_a_rate(
        self, client, enterprise, product, pix_here
    ):
        assert TOLD not in plain(client.get(f"/produtos/{product.slug}"))
        make_rate(enterprise)
        assert TOLD in plain(client.get(f"/produtos/{product.slug}"))

    def test_with_the_statement(self, client, enterprise, log_in):
        mara, _group = make_producer(enterprise=enterprise)
        log_in(mara)
        assert TOLD not in plain(client.get("/painel/dinheiro"))
        make_rate(enterprise)
        assert TOLD in plain(client.get("/painel/dinheiro"))

    def test_with_what_a_buyer_paid(self, client, bank, enterprise, product, pix_here):
        make_rate(enterprise)
        (order,) = make_paid(bank, product)
        page = plain(client.get(f"/pedidos/{order.purchase.link_key}"))
        assert "R$0.50 of it goes to the solidarity fund." in page
