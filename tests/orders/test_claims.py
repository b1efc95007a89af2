"""Sales under a minimum price of the law: told as what may be claimed, never as what is due."""

from datetime import timedelta

import pytest

from marketplace.accounts.models import Role
from marketplace.accounts.queries import person_of
from marketplace.catalogue.errors import UnknownGoods
from marketplace.catalogue.models.minimums import MinimumTie
from marketplace.catalogue.models.products import Product, Unit
from marketplace.catalogue.operations.legal import check_figure
from marketplace.catalogue.operations.minimums import tie_minimum
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from marketplace.orders.operations import moves, returns
from marketplace.orders.queries import claims
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.enterprises import person_of as as_person
from tests.factories.legal import make_figure
from tests.factories.orders import make_accepted
from tests.orders.test_facts import received

OURS, ALL, TODAY = "/painel/bonus-conab", "/gestao/bonus-conab", NOW.date()
NUTS = ("Castanha-do-brasil em casca", "Norte")


@pytest.fixture(autouse=True)
def figure():
    return make_figure(amount_cents=3_67)


def check(figure, *, holds=True):
    by = person_of(make_staff(Role.HEAD).id)
    check_figure(figure.id, "DOU 02/12/2025, p. 12", holds=holds, by=by, now=NOW)


def sell(price=3_00, quantity=4, *, goods=NUTS, now=NOW, **given):
    facts_of = {"unit": Unit.KILO, "segment": Segment.FOREST, "left": 50} | given
    product = make_published(price_cents=price, **facts_of)
    if goods:
        tie_minimum(product.id, goods, by=HOUSE, now=now)
    return ordered(product, quantity, now)


def ordered(product, quantity, now=NOW):
    order = make_accepted(products=[product], quantity=quantity)
    moves.mark_ready(order.id, by=HOUSE, now=now)
    received(order, now)
    return order


def told(order, today=TODAY):
    db.session.expire_all()
    return [
        (it.line.quantity, it.minimum_cents, it.difference_cents)
        for it in claims.of_enterprise(order.enterprise_id, today)
    ]


class TestClaims:
    def test_a_line_sold_under_a_checked_price(self, figure):
        check(figure)
        order = sell()

        assert told(order) == [(4, 3_67, 2_68)]

    def test_what_nobody_checked_or_the_act_refutes_is_not_used(self, figure):
        order = sell()
        assert told(order) == []
        check(figure, holds=False)
        assert told(order) == []

    @pytest.mark.parametrize("price", [3_67, 5_00])
    def test_at_the_minimum_nothing_is_said(self, figure, price):
        check(figure)
        assert told(sell(price)) == []

    def test_the_price_of_the_line_counts_and_the_day_of_the_sale(self, figure):
        check(figure)
        order = sell()
        figure.valid_to = TODAY - timedelta(days=1)
        db.session.commit()

        assert told(order) == []

    @pytest.mark.parametrize("goods", [None, ("Castanha-do-brasil em casca", "Nordeste")])
    def test_only_of_its_own_product_and_region(self, figure, goods):
        check(figure)
        make_figure(region="Nordeste")

        assert told(sell(goods=goods)) == []

    def test_other_units_by_what_they_weigh(self, figure):
        check(figure)
        tin = sell(30_00, 2, unit=Unit.TIN, unit_grams=12_000)
        unweighed = sell(1_00, unit=Unit.TIN)

        assert told(tin) == [(2, 44_04, 28_08)]
        assert told(unweighed) == []

    def test_a_sale_keeps_what_was_said_and_weighed_then(self, figure):
        check(figure)
        check(make_figure(subject="Açaí (fruto)", amount_cents=80_00))
        order = sell(30_00, 2, unit=Unit.TIN, unit_grams=12_000)
        product = db.session.get(Product, order.lines[0].product_id)

        tie_minimum(product.id, ("Açaí (fruto)", "Norte"), by=HOUSE, now=NOW)
        product.unit_grams = 6_000
        db.session.commit()
        assert told(order) == [(2, 44_04, 28_08)]
        tie_minimum(product.id, None, by=HOUSE, now=NOW)
        assert told(order) == [(2, 44_04, 28_08)]

    def test_where_nobody_had_said_it_the_word_of_now_counts(self, figure):
        check(figure)
        order = sell(goods=None)
        assert told(order) == []
        tie_minimum(order.lines[0].product_id, NUTS, by=HOUSE, now=NOW)

        assert told(order) == [(4, 3_67, 2_68)]

    def test_what_is_sold_after_it_was_taken_back_is_none(self, figure):
        check(figure)
        product = make_published(price_cents=3_00, unit=Unit.KILO, segment=Segment.FOREST, left=50)
        for goods in (NUTS, None):
            tie_minimum(product.id, goods, by=HOUSE, now=NOW)
        order = ordered(product, 4)
        tie_minimum(product.id, NUTS, by=HOUSE, now=NOW)

        assert told(order) == []

    def test_what_went_back_is_no_sale(self, figure):
        check(figure)
        order = sell()
        returns.accept_return(order.id, reason="Veio molhada", by=HOUSE, now=NOW)

        assert told(order) == []

    def test_of_the_last_year(self, figure):
        check(figure)
        order = sell()

        assert told(order, TODAY + timedelta(days=364))
        assert told(order, TODAY + timedelta(days=365)) == []

    def test_staff_see_their_division(self, figure):
        check(figure)
        division = make_division()
        order = sell(enterprise=make_enterprise(division=division))
        sell()

        found = claims.for_staff(person_of(make_staff(Role.HEAD, division).id), TODAY)

        assert [it.line.id for it in found] == [order.lines[0].id]


class TestTie:
    def test_is_the_last_word(self):
        product = make_published()
        make_figure(subject="Buriti (fruto)")
        for goods in (NUTS, NUTS, ("Buriti (fruto)", "Norte")):
            tie_minimum(product.id, goods, by=HOUSE, now=NOW)
        assert db.session.get(MinimumTie, product.id).subject == "Buriti (fruto)"
        tie_minimum(product.id, None, by=HOUSE, now=NOW)
        assert db.session.get(MinimumTie, product.id).subject == ""

    def test_is_of_what_the_tables_have(self):
        with pytest.raises(UnknownGoods):
            tie_minimum(make_published().id, ("Ouro", "Norte"), by=HOUSE, now=NOW)

    def test_is_for_the_group(self):
        user, _ = make_producer()
        with pytest.raises(NotFound):
            tie_minimum(make_published().id, NUTS, by=as_person(user), now=NOW)


class TestPages:
    def test_the_group_says_what_it_sells_and_reads_what_it_may_claim(self, client, log_in, figure):
        check(figure)
        user, enterprise = make_producer()
        order = sell(enterprise=enterprise, goods=None)
        log_in(user)
        assert "No sale under a minimum price" in client.get(OURS).text

        one = f"{OURS}/{order.lines[0].product_id}"
        assert client.post(one, data={"goods": "Ouro|Norte"}).status_code == 422
        assert client.post(one, data={"goods": "|".join(NUTS)}).status_code == 303
        page = client.get(OURS).text
        assert "You may claim" in page
        assert "2.68" in page
        assert figure.act in page
        assert "1 sale was under a minimum price" in client.get("/painel/dinheiro").text

    def test_the_division_lists_and_downloads(self, client, log_in, figure):
        check(figure)
        division = make_division()
        sell(enterprise=make_enterprise(division=division, name="Castanheiras"))
        log_in(make_staff(Role.HEAD, division))

        assert "Castanheiras" in client.get(ALL).text
        content = client.get(f"{ALL}.csv").text
        assert "Castanheiras" in content
        assert "2,68" in content
        assert ALL in client.get("/gestao/produtos").text
