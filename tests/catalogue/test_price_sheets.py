"""Prices reckoned line by line for a batch: the sums, what is kept, and the pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalogue.errors import NotOfTheGroup
from marketplace.catalogue.fair_price import (
    BOUGHT,
    SHARES,
    Concern,
    LineInput,
    concerns,
    groups_of,
    hour_for,
    rest_of,
)
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.operations import price_sheets, prices, products
from marketplace.catalogue.price_sheet import OVERHEADS, Change, Input, PriceSheet, changes
from marketplace.catalogue.queries import price_sheets as queries
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from tests.factories.catalogue import make_product, make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_member, make_producer, person_of

BY = {"by": HOUSE, "now": NOW}
BATCH = PriceSheet(
    30,
    (
        Input(LineKind.MATERIAL, "arumã", 4_000, 1500, "feixe", 100),
        Input(LineKind.LABOUR, "Dona Maria", 8_000),
        Input(LineKind.PACKING, "sacola", 1000, 3000),
    ),
    {LineKind.FUND: 50},
    100,
    2000,
)
lines = st.builds(
    Input,
    kind=st.sampled_from([LineKind.MATERIAL, LineKind.LABOUR, *OVERHEADS]),
    label=st.sampled_from("abc"),
    amount=st.integers(0, 200_000),
    unit_cost_cents=st.integers(0, 90_000),
    loss_permille=st.integers(0, 900),
)
written = st.builds(
    PriceSheet,
    pieces=st.integers(1, 500),
    lines=st.lists(lines, max_size=9).map(tuple),
    shares=st.dictionaries(st.sampled_from(SHARES), st.integers(0, 200)),
    surplus_permille=st.integers(0, 200),
    hour_cents=st.none() | st.integers(1, 10_000),
)
settled = settings(derandomize=True, max_examples=200, deadline=None)


class TestSums:
    def test_shares_a_batch_over_its_pieces(self):
        assert BATCH.hours == 267  # 8 hours for 30 pieces
        assert BATCH.recipe().costs == {LineKind.MATERIAL: 220, LineKind.PACKING: 100}
        assert BATCH.price() == 1005  # (3.20 + 5.34) / (1 - 5 % - 10 %)

    @settled
    @given(written)
    def test_the_pieces_pay_the_batch_and_no_centavo_is_lost(self, sheet):
        whole = sum(line.batch_cents for line in sheet.bought)

        assert sum(sheet.parts()) == -(-whole // sheet.pieces)
        assert sum(sheet.recipe().costs.values()) == sum(sheet.parts())

    @settled
    @given(written, st.integers(1, 2_000_000))
    def test_adds_up_to_the_price_wherever_it_covers_what_is_bought(self, sheet, price):
        if rest_of(price, sheet.recipe()) >= 0:
            assert groups_of(sheet.composition(price)).sum == price

    @settled
    @given(written)
    def test_is_the_least_price_that_pays_hours_and_surplus(self, sheet):
        price, asked = sheet.price(), sheet.asked()

        assert rest_of(price, asked) >= asked.work(sheet.hour_cents or 0)
        assert price == 0 or rest_of(price - 1, asked) < asked.work(sheet.hour_cents or 0)

    @settled
    @given(written, st.integers(1, 2_000_000))
    def test_both_directions_are_each_others_inverse(self, sheet, price):
        hour = hour_for(price, sheet.asked())
        if hour is None or hour < 0:
            return

        back = sheet.price(hour)

        assert back <= price
        assert hour_for(back, sheet.asked()) == hour

    def test_warns_of_an_hour_under_what_the_assembly_decided(self):
        found = concerns(1000, BATCH.recipe(), 737, 2500)

        assert Concern.UNDER_TARGET in [each.concern for each in found]
        assert [each.concern for each in concerns(2000, BATCH.recipe(), 737, 2500)] == []


class TestChanges:
    def test_tells_what_is_another_new_or_gone(self):
        straw, ink = (
            LineInput(LineKind.MATERIAL, cents, label=name)
            for name, cents in (("palha", 300), ("tinta", 200))
        )
        dearer = LineInput(LineKind.MATERIAL, 400, label="palha")

        assert changes([straw, ink], [dearer, LineInput(LineKind.LABOUR, 900, 2000)]) == [
            Change(LineKind.MATERIAL, "palha", 300, 400),
            Change(LineKind.LABOUR, "", None, 2000),
            Change(LineKind.MATERIAL, "tinta", 200, None),
        ]
        assert changes([straw], [straw]) == []


class TestWriteSheet:
    def test_keeps_what_was_typed_with_the_version_it_made(self):
        product = make_product()

        version = price_sheets.write_sheet(product.id, 1005, BATCH, **BY)

        assert queries.sheet_of(version.id) == BATCH
        assert product.price_cents == 1005
        assert version.materials_cents == 220
        assert sum(line.total_cents for line in version.lines) == 1005

    def test_stays_the_version_it_is_when_nothing_differs(self):
        product = make_product()
        both = [price_sheets.write_sheet(product.id, 1005, BATCH, **BY).id for _ in range(2)]

        assert both[0] == both[1]

    def test_is_not_lost_by_another_name(self):
        product = make_product()
        price_sheets.write_sheet(product.id, 1005, BATCH, **BY)

        products.save_product(product.id, {"name": "Tipiti"}, **BY)

        assert queries.sheet_of(product.version_id) == BATCH

    def test_refuses_a_worker_of_another_group(self):
        stranger = make_member(make_enterprise())
        sheet = PriceSheet(1, (Input(LineKind.LABOUR, "", 1000, member_id=stranger.id),))

        with pytest.raises(NotOfTheGroup):
            price_sheets.write_sheet(make_product().id, 900, sheet, **BY)

    def test_refuses_the_product_of_another_group(self):
        ana, _ = make_producer()
        product = make_product()

        with pytest.raises(NotFound):
            price_sheets.write_sheet(product.id, 900, BATCH, by=person_of(ana), now=NOW)


class TestReprice:
    def test_takes_the_sheet_along(self):
        product = make_product()
        price_sheets.write_sheet(product.id, 1005, BATCH, **BY)

        version = price_sheets.reprice(product.id, 1200, **BY)

        assert version.number == 2
        assert queries.sheet_of(version.id) == BATCH
        assert version.makers_cents == 1200 - 320 - 60

    def test_takes_a_composition_without_a_sheet_along(self):
        parts = [LineInput(LineKind.MATERIAL, 800), LineInput(LineKind.LABOUR, 850, 2000)]
        product = make_published(lines=parts)

        version = price_sheets.reprice(product.id, 3000, **BY)

        assert (version.materials_cents, version.makers_cents) == (800, 2200)


class TestPages:
    @pytest.fixture(autouse=True)
    def opened(self, client, log_in):
        self.client = client
        self.user, enterprise = make_producer()
        log_in(self.user)
        self.member = enterprise.live_members[0]
        self.product = make_product(enterprise=enterprise)
        self.url = f"/painel/produtos/{self.product.id}/preco"

    def sheet(self):
        product = db.session.get(Product, self.product.id, populate_existing=True)
        return queries.sheet_of(product.version_id)

    def typed(self, **more):
        return {
            "pieces": "30",
            "materials-0-label": "arumã",
            "materials-0-amount": "4",
            "materials-0-measure": "feixe",
            "materials-0-cost": "15,00",
            "work-0-member": str(self.member.id),
            "work-0-hours": "8",
            "overheads-0-kind": "packing",
            "overheads-0-cost": "30,00",
            "price": "10,00",
        } | more

    def test_keeps_lines_and_price(self):
        answer = self.client.post(f"{self.url}/planilha", data=self.typed())

        assert answer.status_code == 302
        sheet = self.sheet()
        assert [line.kind for line in sheet.lines] == ["material", "labour", "packing"]
        assert sheet.lines[1].member_id == self.member.id
        assert 'value="arumã"' in self.client.get(f"{self.url}/planilha").text

    @pytest.mark.parametrize("part", ["materials", "work", "overheads"])
    def test_one_more_line_keeps_what_was_typed(self, part):
        answer = self.client.post(f"{self.url}/planilha", data=self.typed(more=part, price="dez"))

        assert answer.status_code == 200
        assert f'name="{part}-1-' in answer.text
        assert 'value="dez"' in answer.text
        assert 'value="feixe"' in answer.text

    @pytest.mark.parametrize("pressed", [{"more": "work"}, {"reckon": "1"}, {}])
    def test_shows_again_what_no_page_offered(self, pressed):
        odd = self.typed(**{"overheads-0-kind": "=zq"}, **pressed)

        answer = self.client.post(f"{self.url}/planilha", data=odd)

        assert answer.status_code == (200 if "more" in pressed else 422)
        assert "arumã" in answer.text

    def test_says_what_an_hour_is_left_with_at_a_price(self):
        answer = self.client.post(f"{self.url}/planilha", data=self.typed(reckon="1"))

        assert "R$26.21" in answer.text  # (10.00 - 3.00) / 0.267
        assert self.sheet() is None

    def test_finds_the_enterprise_that_sells_a_material(self):
        seller = make_enterprise(name="Casa do Arumã")
        typed = self.typed(**{"materials-0-supplier": "casa do aruma"})

        self.client.post(f"{self.url}/planilha", data=typed)

        line = self.sheet().lines[0]
        assert (line.supplier_id, line.solidarity) == (seller.id, True)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"materials-0-supplier": "Ninguém"},
            {"materials-0-label": ""},
            {"materials-0-amount": ""},
            {"work-0-hours": ""},
            {"pieces": "0"},
            {"price": ""},
            {"surplus": "50", "taxes": "50"},
            {"work-0-member": "999999"},
        ],
    )
    def test_says_beside_the_field_what_is_wrong(self, wrong):
        answer = self.client.post(f"{self.url}/planilha", data=self.typed(**wrong))

        assert answer.status_code == 422
        assert 'class="err"' in answer.text

    def test_another_price_in_the_short_form_keeps_the_sheet(self):
        self.client.post(f"{self.url}/planilha", data=self.typed())
        short = {
            "material": "2,00",
            "packing": "1,00",
            "hours": "0,267",
            "hour": "26,21",
            "price": "12,00",
        }

        self.client.post(self.url, data=short)

        assert self.sheet().pieces == 30
        product = db.session.get(Product, self.product.id, populate_existing=True)
        assert product.price_cents == 1200

    def test_history_tells_what_changed_and_who_did_it(self):
        self.client.post(f"{self.url}/planilha", data=self.typed())
        dearer = self.typed(**{"materials-0-cost": "30,00"})
        self.client.post(f"{self.url}/planilha", data=dearer)

        page = self.client.get(f"{self.url}/historico").text

        assert "R$2.00 → <strong>R$4.00" in page
        assert self.user.name in page

    def test_begins_with_what_the_short_form_told(self):
        prices.set_price(self.product.id, 900, [LineInput(LineKind.MATERIAL, 900)], **BY)

        assert 'value="9,00"' in self.client.get(f"{self.url}/planilha").text


def test_knows_which_costs_are_not_materials():
    assert {LineKind.MATERIAL, *OVERHEADS} == set(BOUGHT)
