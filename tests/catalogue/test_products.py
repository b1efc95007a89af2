import pytest
import sqlalchemy as sa

from marketplace.catalogue.errors import (
    BadPrice,
    Blocked,
    Incomplete,
    NotSelling,
    OtherSegment,
    QuotaReached,
    TooManyPhotos,
)
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.invariants import named
from marketplace.catalogue.models.prices import LineKind, PriceVersion
from marketplace.catalogue.models.products import Product, Showing
from marketplace.catalogue.operations import lists, photos, prices, products
from marketplace.catalogue.queries import lists as list_queries
from marketplace.catalogue.queries import products as queries
from marketplace.catalogue.signals import product_changed
from marketplace.core import search
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import consequences, signals
from marketplace.enterprises.models import Segment, Standing
from tests.factories.catalogue import make_product, make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

BY = {"by": HOUSE, "now": NOW}
STRANGER = {"by": Person(id=9), "now": NOW}
BASKET = [
    LineInput(LineKind.MATERIAL, 1290),
    LineInput(LineKind.TRANSPORT, 860),
    LineInput(LineKind.LABOUR, 932, 6000, total_cents=5592),
]


def found(text):
    return list(db.session.execute(search.matching("product", text).select).scalars())


def broken():
    return {rule for rule, query in named.items() if list(db.session.scalars(query))}


def category(slug, segment=Segment.CRAFTS):
    lists.load_reference(NOW)
    return db.session.scalar(list_queries.category_by_slug(segment, slug))


class TestCreateProduct:
    def test_begins_a_draft_however_little_is_known(self):
        product = products.create_product(make_enterprise().id, **BY)

        assert (product.showing, product.name, product.price_cents) == (Showing.DRAFT, "", 0)
        assert not broken()

    def test_takes_segment_and_category_from_what_the_enterprise_made_last(self):
        bags, enterprise = category("bolsas"), make_enterprise()
        make_product(enterprise=enterprise, category_id=bags.id)

        assert make_product(enterprise=enterprise).category == bags

    def test_numbers_the_products_of_an_enterprise(self):
        enterprise = make_enterprise(code="E77")

        codes = [make_product(enterprise=enterprise, code=code).code for code in ("", "P7741", "")]

        assert codes == ["P7701", "P7741", "P7742"]

    def test_gives_two_products_of_one_name_two_addresses(self):
        one, other = make_product(name="Cesto de arumã"), make_product(name="Cesto de arumã")

        assert one.slug == f"cesto-de-aruma-{one.id}" != other.slug

    def test_prices_and_stocks_it_at_once(self):
        product = make_product(price_cents=8600, lines=BASKET, left=3)

        assert (product.price_cents, product.materials_cents) == (8600, None)
        assert not broken()

    def test_is_for_those_who_act_for_the_enterprise(self):
        with pytest.raises(NotFound):
            products.create_product(make_enterprise().id, **STRANGER)


class TestSaveProduct:
    def test_changes_only_the_fields_named(self):
        product = make_product(name="Rede", description="De tucum")

        products.save_product(product.id, {"name": "Rede de casal", "weight_grams": 1900}, **BY)

        assert (product.name, product.description) == ("Rede de casal", "De tucum")

    def test_keeps_materials_in_their_order_once_each(self):
        product = make_product(materials=["arumã", "Arumã ", "", "cipó-titica"])

        assert [(m.label, m.folded) for m in product.materials] == [
            ("arumã", "aruma"),
            ("cipó-titica", "cipo-titica"),
        ]

    def test_says_nothing_where_nothing_changed(self):
        product, heard = make_product(name="Rede", materials=["tucum"]), []
        shown = product.shown_version
        with product_changed.connected_to(lambda _s, **news: heard.append(news)):
            products.save_product(product.id, {"name": " Rede", "materials": ["tucum"]}, **BY)

        assert (product.shown_version, heard) == (shown, [])

    def test_keeps_the_address_of_what_was_on_sale(self):
        product = make_published(name="Rede")

        products.save_product(product.id, {"name": "Rede de casal"}, **BY)

        assert product.slug == f"rede-{product.id}"

    def test_refuses_to_take_the_name_from_what_is_on_sale(self):
        with pytest.raises(Incomplete):
            products.save_product(make_published().id, {"name": ""}, **BY)

    def test_refuses_a_category_of_another_segment(self):
        honey = category("mel", Segment.FARMING)

        with pytest.raises(OtherSegment):
            products.save_product(make_product().id, {"category_id": honey.id}, **BY)

    def test_drops_the_category_when_the_segment_changes(self):
        product = make_product(category_id=category("bolsas").id)

        products.save_product(product.id, {"segment": Segment.CASSAVA}, **BY)

        assert product.category_id is None

    def test_knows_no_other_fields(self):
        with pytest.raises(TypeError, match="showing"):
            products.save_product(make_product().id, {"showing": "published"}, **BY)

    def test_is_for_those_who_act_for_the_enterprise(self):
        with pytest.raises(NotFound):
            products.save_product(make_product().id, {"name": "x"}, **STRANGER)


class TestSetPrice:
    def test_keeps_the_five_groups_while_they_add_up(self):
        product = make_product()

        version = prices.set_price(product.id, 7742, BASKET, **BY)

        assert (version.makers_cents, version.materials_cents) == (5592, 1290)
        assert (product.maker_cents, product.real_hour_cents, version.minutes) == (5592, 932, 360)
        assert not broken()

    def test_begins_a_version_for_each_change_and_keeps_the_old_ones(self):
        product = make_product(price_cents=1000)

        prices.set_price(product.id, 1200, **BY)

        assert [v.price_cents for v in queries.versions_of(product.id)] == [1200, 1000]

    def test_keeps_the_version_when_price_and_lines_are_the_same(self):
        product = make_product()

        same = [prices.set_price(product.id, 7742, BASKET, **BY).id for _ in range(2)]

        assert same[0] == same[1]
        assert prices.set_price(product.id, 7742, BASKET[:2], **BY).number == 2

    @pytest.mark.parametrize("price", [0, -1, 100_000_001])
    def test_refuses_what_is_no_price(self, price):
        with pytest.raises(BadPrice):
            prices.set_price(make_product().id, price, **BY)


class TestPublishProduct:
    def test_puts_it_on_sale_where_a_search_finds_it(self):
        product = make_product(name="Paneiro de arumã", price_cents=100, materials=["cipó"])
        assert found("paneiro") == []

        products.publish_product(product.id, **BY)

        assert found("paneiro") == found("cipo") == [product.id]
        assert product.published_at == NOW

    @pytest.mark.parametrize(
        ("lacking", "missing"), [({"name": ""}, ["name"]), ({"price_cents": 0}, ["price_cents"])]
    )
    def test_refuses_without_a_name_or_a_price(self, lacking, missing):
        product = make_product(**{"name": "Rede", "price_cents": 100} | lacking)

        with pytest.raises(Incomplete) as refused:
            products.publish_product(product.id, **BY)

        assert refused.value.facts == {"missing": missing}

    @pytest.mark.parametrize(
        ("standing", "refusal"), [(Standing.IN_ANALYSIS, NotSelling), (Standing.SUSPENDED, Blocked)]
    )
    def test_refuses_while_the_enterprise_may_not_sell(self, standing, refusal):
        product = make_product(enterprise=make_enterprise(standing=standing), price_cents=100)

        with pytest.raises(refusal):
            products.publish_product(product.id, **BY)


class TestWithdrawProduct:
    def test_takes_it_off_sale_and_out_of_the_search(self):
        product = make_published(name="Paneiro")

        products.withdraw_product(product.id, **BY)

        assert product.showing is Showing.WITHDRAWN
        assert found("paneiro") == []


class TestPhotos:
    def test_show_the_first_one_in_lists(self):
        product = make_product()

        first, second = (photos.add_photo(product.id, name, **BY) for name in ("aa", "bb"))
        assert product.picture == "aa"
        photos.order_photos(product.id, [second.id], **BY)
        assert product.picture == "bb"
        photos.remove_photo(product.id, second.id, **BY)
        assert (product.picture, product.photos) == ("aa", [first])

    def test_are_kept_once_each(self):
        product = make_product()

        assert photos.add_photo(product.id, "aa", **BY) == photos.add_photo(product.id, "aa", **BY)

    def test_are_at_most_eight(self):
        product = make_product()
        for number in range(8):
            photos.add_photo(product.id, f"p{number}", **BY)

        with pytest.raises(TooManyPhotos):
            photos.add_photo(product.id, "p8", **BY)

    def test_have_room_for_so_many_in_an_enterprise(self, monkeypatch):
        monkeypatch.setattr(photos, "MOST_PER_ENTERPRISE", 1)
        enterprise = make_enterprise()
        photos.add_photo(make_product(enterprise=enterprise).id, "aa", **BY)

        with pytest.raises(QuotaReached):
            photos.add_photo(make_product(enterprise=enterprise).id, "bb", **BY)

    def test_of_another_product_are_not_there(self):
        photo = photos.add_photo(make_product().id, "aa", **BY)

        with pytest.raises(NotFound):
            photos.remove_photo(make_product().id, photo.id, **BY)
        with pytest.raises(NotFound):
            photos.order_photos(make_product().id, [photo.id], **BY)


class TestWhenAnEnterpriseIsSuspended:
    def suspend(self, enterprise):
        signals.enterprise_suspended.send(enterprise_id=enterprise.id, **BY)

    def test_says_before_how_many_products_leave(self, app):
        product = make_published()

        with app.test_request_context():
            assert consequences.of_suspending(product.enterprise_id) == [
                "1 product leaves the shop"
            ]

    def test_takes_its_products_off_sale_and_puts_the_same_back(self):
        enterprise = make_enterprise()
        on_sale, draft = make_published(enterprise=enterprise), make_product(enterprise=enterprise)

        self.suspend(enterprise)
        assert (on_sale.showing, draft.showing) == (Showing.BLOCKED, Showing.DRAFT)
        signals.enterprise_reinstated.send(enterprise_id=enterprise.id, **BY)

        assert (on_sale.showing, draft.showing) == (Showing.PUBLISHED, Showing.DRAFT)

    def test_finds_its_products_by_a_new_name(self):
        product = make_published()
        product.enterprise.name = "Mãos do Cuieiras"
        db.session.commit()

        signals.enterprise_changed.send(enterprise_id=product.enterprise_id, **BY)

        assert found("cuieiras") == [product.id]


class TestFrozen:
    def test_is_the_product_as_it_is_now(self):
        product = make_published(price_cents=7742, lines=BASKET, to_order=True)

        frozen = queries.frozen(product.id)

        assert (frozen.price_cents, frozen.makers_cents, frozen.minutes) == (7742, 5592, 360)
        assert (frozen.to_order, frozen.lead_days, frozen.segment) == (True, 10, "artesanato")
        assert frozen.published is True

    def test_has_no_groups_while_they_do_not_add_up(self):
        assert queries.frozen(make_published().id).makers_cents is None

    def test_is_not_found_of_none(self):
        with pytest.raises(NotFound):
            queries.frozen(10**9)


class TestInvariants:
    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ("UPDATE stock SET left_count = left_count + 1", "stock_is_the_sum_of_its_movements"),
            (
                "UPDATE stock_movements SET kind = 'held'",
                "held_sold_and_left_are_what_was_received",
            ),
            ("UPDATE products SET maker_cents = 1", "shows_its_present_price"),
            ("UPDATE price_versions SET fund_cents = 9", "groups_add_up_to_the_price"),
            ("UPDATE composition_lines SET total_cents = 9", "groups_add_up_to_the_price"),
            ("UPDATE products SET name = ''", "on_sale_has_a_name_and_a_price"),
            (
                "UPDATE enterprises SET standing = 'suspended'",
                "on_sale_is_of_an_enterprise_that_is_not_suspended",
            ),
            ("UPDATE products SET version_id = NULL", "present_version_is_the_last"),
        ],
    )
    def test_find_what_breaks_them(self, change, rule):
        make_published(price_cents=7742, lines=BASKET)
        assert not broken()

        db.session.execute(sa.text(change))

        assert f"catalogue.{rule}" in broken()


def test_forgets_no_version_in_the_count():
    product = make_product(price_cents=1)
    prices.set_price(product.id, 2, **BY)

    numbers = sa.select(PriceVersion.number).order_by(PriceVersion.number)
    assert list(db.session.scalars(numbers)) == [1, 2]
    assert db.session.scalar(sa.select(Product.version_id)) == product.version_id
