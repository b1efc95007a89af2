"""Prices whose hour fell under the floor since they were made, and what is proposed for them."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.accounts.queries import person_of
from marketplace.catalogue import fair_price
from marketplace.catalogue.fair_price import Recipe
from marketplace.catalogue.models.lists import MinimumWage
from marketplace.catalogue.models.prices import LineKind, PriceVersion
from marketplace.catalogue.operations import price_sheets, products
from marketplace.catalogue.operations.reviews import take_up
from marketplace.catalogue.price_review import Terms, review
from marketplace.catalogue.price_sheet import Input, PriceSheet
from marketplace.catalogue.queries import reviews
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.payments.operations.fees import note_fees
from tests.factories.accounts import make_division, make_staff, saved
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.enterprises import person_of as as_person
from tests.factories.funds import make_rate

THEN = NOW - timedelta(days=400)
OURS, ALL = "/painel/precos-a-rever", "/gestao/precos-a-rever"


@pytest.fixture(autouse=True)
def wages():
    for day, hour in ((date(2020, 1, 1), 6_00), (date(2026, 11, 1), 8_00)):
        saved(MinimumWage(valid_from=day, month_cents=hour * 220, hour_cents=hour, act="Decreto"))


def make(price=10_00, hours=1000, *, now=THEN, **given):
    """Make something on sale of one hour and R$ 3 of material: R$ 10 leave that hour R$ 7."""
    recipe = Recipe({LineKind.MATERIAL: 3_00}, {}, hours)
    lines = fair_price.lines_for(price, recipe)
    return make_published(price_cents=price, lines=lines, now=now, **given)


@pytest.fixture
def fee(app, monkeypatch):
    """Let a card cost so much, in hundredths of a percent, from a moment on."""
    monkeypatch.setitem(app.config, "STRIPE_KEY", "sk_test_fees")

    def told(rate, now):
        monkeypatch.setitem(app.config, "STRIPE_METHODS", {"pix": (119, 0), "card": (rate, 39)})
        note_fees(by=HOUSE, now=now)

    return told


def written(product, cost, price=10_00, now=THEN):
    lines = (
        Input(LineKind.MATERIAL, "Arumã", 1000, cost, "feixe"),
        Input(LineKind.LABOUR, "Ana", 1000),
    )
    price_sheets.write_sheet(product.id, price, PriceSheet(1, lines), by=HOUSE, now=now)


def of(enterprise, now=NOW):
    db.session.expire_all()
    return [(it.product.id, it.review) for it in reviews.of_enterprise(enterprise.id, now)]


class TestReview:
    def test_a_wage_that_rose_brings_what_fell_with_a_price_that_mends_it(self):
        product = make()
        make(12_00, enterprise=product.enterprise)  # leaves 9.00

        [(found, review)] = of(product.enterprise)

        assert found == product.id
        assert (review.hour_before, review.hour_after) == (7_00, 7_00)
        assert (review.before.floor, review.after.floor) == (6_00, 8_00)
        assert review.proposal == 11_00

    def test_what_was_under_the_floor_when_it_was_made_did_not_fall(self):
        old = make(8_00)  # leaves 5.00
        new = make(10_00, now=NOW)

        assert of(old.enterprise) == of(new.enterprise) == []

    def test_the_day_is_the_municipalitys(self):
        product = make()
        last = clock.day_bounds(date(2026, 11, 1), "America/Manaus")[0]

        assert of(product.enterprise, last - timedelta(seconds=1)) == []
        assert len(of(product.enterprise, last)) == 1

    def test_a_fund_that_takes_more_is_reckoned_with(self):
        product = make(11_05)  # leaves 8.05
        assert of(product.enterprise) == []
        make_rate(product.enterprise, 150)

        [(_, review)] = of(product.enterprise, clock.now())

        assert (review.before.rate, review.after.rate) == (0, 150)
        assert review.hour_after == 7_88  # less 1.5 % of 11.05
        assert review.proposal == 11_17

    def test_a_fee_that_takes_more_is_reckoned_with(self, fee):
        fee(399, THEN - timedelta(days=1))
        product = make(11_05)  # leaves 8.05
        assert of(product.enterprise) == []
        fee(679, NOW)

        [(_, found)] = of(product.enterprise)

        assert (found.before.fee, found.after.fee) == (399, 679)
        assert found.hour_after == 7_74  # less 2.8 % of 11.05
        assert found.proposal == 11_32

    def test_a_fee_that_nobody_noted_before_the_price_did_not_rise(self, fee):
        product = make(11_05)
        fee(679, NOW)

        assert of(product.enterprise) == []

    @pytest.mark.parametrize(
        ("wrote", "before", "after", "share"),
        [
            (0, 0, 399, 40),
            (20, 399, 499, 30),  # half is sold for cash, say
            (50, 0, 399, 50),  # it was foreseen
            (40, 399, 0, 0),
            (20, 399, 0, 0),
        ],
    )
    def test_the_share_follows_the_fee_up_to_what_it_costs(self, wrote, before, after, share):
        recipe = Recipe({}, {LineKind.PAYMENT_FEE: wrote}, 1000)
        then, now = Terms(0, 0, before), Terms(100_00, 0, after)

        found = review(10_00, 10_00, recipe, {}, before=then, after=now)

        assert found.recipe.shares == {LineKind.PAYMENT_FEE: share}

    def test_a_material_dearer_in_a_newer_sheet_reaches_the_groups_other_prices(self):
        product = make()
        written(product, 1_00)  # leaves 9.00
        other = make(enterprise=product.enterprise)
        assert [it[0] for it in of(product.enterprise)] == [other.id]
        written(other, 2_50, 20_00, NOW)

        [(found, review)] = of(product.enterprise)

        assert found == product.id
        assert [(it.label, it.before, it.after) for it in review.materials] == [
            ("Arumã", 1_00, 2_50)
        ]
        assert (review.hour_after, review.proposal) == (7_50, 10_50)

    def test_another_groups_material_is_another(self):
        product = make()
        written(product, 1_00)
        other = make()
        written(other, 2_50, 20_00, NOW)

        assert of(product.enterprise) == []

    def test_only_what_is_on_sale(self):
        product = make()
        products.withdraw_product(product.id, by=HOUSE, now=NOW)

        assert of(product.enterprise) == []


class TestTakeUp:
    def test_mends_it(self):
        product = make()
        take_up(product.id, 11_00, by=HOUSE, now=NOW)

        assert of(product.enterprise) == []
        version = db.session.scalars(
            sa.select(PriceVersion).order_by(PriceVersion.id.desc()).limit(1)
        ).one()
        assert (version.price_cents, version.real_hour_cents) == (11_00, 8_00)

    def test_writes_what_a_material_costs_now_into_the_sheet(self):
        product = make()
        written(product, 1_00)
        other = make(20_00, enterprise=product.enterprise)
        written(other, 2_50, 20_00, NOW)

        version = take_up(product.id, 10_50, by=HOUSE, now=NOW)

        assert version.real_hour_cents == 8_00
        assert of(product.enterprise) == []

    def test_where_nothing_is_to_be_mended_the_price_stays(self):
        product = make(20_00)

        version = take_up(product.id, 30_00, by=HOUSE, now=NOW)

        assert version.price_cents == 20_00

    def test_is_for_the_group(self):
        product = make()
        user, _ = make_producer()
        with pytest.raises(NotFound):
            take_up(product.id, 11_00, by=as_person(user), now=NOW)


class TestStaff:
    def test_sees_its_division_in_as_many_statements_for_any_number(self):
        division = make_division()
        by = person_of(make_staff(Role.HEAD, division).id)
        make()
        first = make(enterprise=make_enterprise(division=division))

        few = _counted(lambda: reviews.for_staff(by, NOW))
        for _ in range(5):
            written(make(enterprise=make_enterprise(division=division)), 3_00)
        many = _counted(lambda: reviews.for_staff(by, NOW))

        assert [it.product.id for it in few[0]] == [first.id]
        assert len(many[0]) == 6
        assert few[1] == many[1] <= 8


def _counted(ask):
    seen = []
    db.session.expire_all()

    def note(*_args):
        seen.append(1)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        return ask(), len(seen)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


class TestPages:
    def test_the_group_takes_the_proposal_up(self, client, log_in):
        user, enterprise = make_producer()
        log_in(user)
        assert "No price to look at again" in client.get(OURS).text
        product = make(enterprise=enterprise, name="Tipiti")

        page = client.get(OURS).text
        assert "Tipiti" in page
        assert "11,00" in page
        assert client.post(f"{OURS}/{product.id}", data={"price": "x"}).status_code == 422
        assert client.post(f"{OURS}/{product.id}", data={"price": "11,00"}).location == OURS
        assert "No price to look at again" in client.get(OURS).text

    def test_the_fee_is_named_among_what_changed(self, client, log_in, fee):
        fee(399, THEN)
        user, enterprise = make_producer()
        make(11_05, enterprise=enterprise)
        fee(679, NOW)
        log_in(user)

        assert "Fee of the dearest way to pay: 3.99% → 6.79%" in client.get(OURS).text

    def test_the_head_sees_and_downloads_them(self, client, log_in):
        division = make_division()
        make(enterprise=make_enterprise(division=division), name="Tipiti")
        log_in(make_staff(Role.HEAD, division))

        assert "Tipiti" in client.get(ALL).text
        content = client.get(f"{ALL}.csv").text
        assert "Tipiti" in content
        assert "11,00" in content
        assert ALL in client.get("/gestao/produtos").text
        assert ALL in client.get("/gestao/tabelas-legais?tipo=wage").text
        assert ALL in client.get("/gestao/fundo").text
