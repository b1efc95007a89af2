import io
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.lists import Category
from marketplace.catalogue.models.prices import PriceVersion
from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import lists, photos
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment, Standing
from tests.factories.catalogue import make_product, make_published, photo_file
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer

BY = {"by": HOUSE, "now": NOW}
RECKONED = {"material": "12,90", "packing": "8,60", "hours": "6", "hour": "9,32"}


@pytest.fixture
def own(log_in):
    user, enterprise = make_producer()
    log_in(user)
    return enterprise


def reread(product):
    return db.session.get(Product, product.id, populate_existing=True)


def left(product):
    return db.session.get(Stock, product.id, populate_existing=True).left_count


class TestNew:
    def test_asks_for_photo_name_and_price_only(self, client, own):
        page = client.get("/painel/produtos/novo").text

        assert page.count('class="label"') <= 4
        assert 'capture="environment"' in page

    def test_publishes_with_a_photo_in_one_go(self, client, own):
        form = {"photo": photo_file(), "name": "Peneira", "price": "35,00", "left": "4"}

        page = client.post(
            "/painel/produtos", data=form | {"act": "publish"}, follow_redirects=True
        )

        assert "Peneira is on sale" in page.text
        product = db.session.scalars(sa.select(Product)).one()
        assert (product.showing, product.price_cents) == (Showing.PUBLISHED, 3500)
        assert product.picture
        assert left(product) == 4

    def test_keeps_a_draft_however_little_was_typed(self, client, own):
        page = client.post("/painel/produtos", data={"act": "draft"}, follow_redirects=True)

        assert "No name yet is kept as a draft" in page.text

    def test_says_what_is_missing_and_keeps_what_was_typed(self, client, own):
        page = client.post("/painel/produtos", data={"act": "publish", "price": "3,50"})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Write the name of the product" in page.text
        assert 'value="3,50"' in page.text

    def test_asks_again_for_the_photo_of_a_form_that_came_back(self, client, own):
        again = "Choose the photo again"
        typed = {"name": "Rede", "act": "publish"}
        assert again not in client.post("/painel/produtos", data=typed).text
        assert again in client.post("/painel/produtos", data=typed | {"photo": photo_file()}).text

    def test_refuses_a_file_that_is_no_photo(self, client, own):
        form = {"photo": (io.BytesIO(b"<svg/>"), "x.svg"), "name": "Rede", "price": "1"}

        page = client.post("/painel/produtos", data=form | {"act": "publish"})

        assert "could not read this photo" in page.text
        assert db.session.scalars(sa.select(Product)).all() == []

    def test_makes_one_product_of_a_form_that_came_twice(self, client, own):
        form = {"name": "Rede", "price": "780,00", "act": "publish", "key": "abc"}
        for _ in range(2):
            client.post("/painel/produtos", data=form)

        assert len(db.session.scalars(sa.select(Product)).all()) == 1

    def test_keeps_the_draft_of_a_group_that_may_not_sell_yet(self, client, log_in):
        user, _enterprise = make_producer(standing=Standing.IN_ANALYSIS)
        log_in(user)
        form = {"name": "Rede", "price": "780,00", "act": "publish"}

        page = client.post("/painel/produtos", data=form, follow_redirects=True)

        assert "once it is approved" in page.text
        assert db.session.scalars(sa.select(Product.showing)).one() is Showing.DRAFT


class TestIndex:
    def test_lists_what_is_theirs_with_its_state(self, client, own):
        make_published(name="Cesto", enterprise=own, left=0)
        make_product(name="Rede", enterprise=own)
        make_published(name="De outro grupo")

        page = client.get("/painel/produtos").text

        assert "Cesto" in page
        assert "Rede" in page
        assert "De outro grupo" not in page
        assert "Sold out (1)" in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("q=aruma", ["Cesto"]),
            ("estado=draft", ["Rede"]),
            ("estado=esgotado", []),
            ("q=P9901", []),
        ],
    )
    def test_finds_by_words_and_state(self, client, own, query, found):
        make_published(name="Cesto de arumã", enterprise=own)
        make_product(name="Rede", enterprise=own)

        page = client.get(f"/painel/produtos?{query}").text

        assert [name for name in ("Cesto", "Rede") if name in page] == found


class TestStock:
    @pytest.mark.parametrize(
        ("form", "after"), [({"more": "1"}, 6), ({"less": "1"}, 4), ({"quantity": "12"}, 12)]
    )
    def test_changes_from_the_list(self, client, own, form, after):
        product = make_published(enterprise=own)
        form = {f"quantity-{product.id}" if k == "quantity" else k: v for k, v in form.items()}

        answer = client.post(f"/painel/produtos/{product.id}/estoque", data=form)

        assert answer.status_code == HTTPStatus.FOUND
        assert left(product) == after

    @pytest.mark.parametrize("typed", ["", "-1", "três", "1,5", "9999999"])
    def test_says_why_a_number_was_not_taken(self, client, own, typed):
        product = make_published(enterprise=own)

        page = client.post(
            f"/painel/produtos/{product.id}/estoque",
            data={f"quantity-{product.id}": typed},
            follow_redirects=True,
        )

        assert "flash--err" in page.text
        assert left(product) == 5


class TestEditor:
    def post(self, client, product, block, **form):
        path = f"/painel/produtos/{product.id}/{block}"
        return client.post(path, data=form, follow_redirects=True)

    def test_is_not_there_for_another_groups_product(self, client, own):
        assert client.get(f"/painel/produtos/{make_product().id}").status_code == 404

    def test_keeps_the_texts(self, client, own):
        product = make_product(enterprise=own)

        self.post(client, product, "texto", name="Rede", description="De tucum\r\nforte")

        assert (reread(product).name, product.description) == ("Rede", "De tucum\nforte")

    def test_forgets_once_what_the_device_kept_of_a_block_that_arrived(self, client, own):
        product = make_product(enterprise=own)

        page = self.post(client, product, "texto", name="Rede")

        mark = f'data-draft-done="product-{product.id}-text"'
        assert mark in page.text
        assert mark not in client.get(f"/painel/produtos/{product.id}").text

    def test_shows_a_refused_block_with_what_was_typed(self, client, own):
        product = make_product(enterprise=own)

        page = self.post(client, product, "texto", name="", description="Quase perdido")

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "Quase perdido" in page.text
        assert 'href="#name"' in page.text

    def test_keeps_category_technique_and_materials(self, client, own):
        lists.load_reference(NOW)
        bags = db.session.scalars(sa.select(Category).where(Category.slug == "bolsas")).first()
        product = make_product(enterprise=own)
        form = {"kind": f"c:{bags.id}", "technique": "trançado", "materials-0": "tucum"}

        self.post(client, product, "tipo", **form)

        assert (reread(product).category, product.technique) == (bags, "trançado")
        assert [material.label for material in product.materials] == ["tucum"]

    def test_takes_a_segment_without_a_category(self, client, own):
        product = make_product(enterprise=own)

        self.post(client, product, "tipo", kind="s:mandioca")

        assert (reread(product).segment, product.category_id) == (Segment.CASSAVA, None)

    def test_keeps_unit_and_weight(self, client, own):
        product = make_product(enterprise=own)

        self.post(client, product, "medidas", unit="lata", unit_grams="12.000", weight_grams="")

        assert (reread(product).unit, product.unit_grams) == ("lata", 12_000)

    def test_keeps_how_it_is_sold(self, client, own):
        product = make_product(enterprise=own)
        form = {"supply": "to_order", "lead_days": "10", "by_delivery": "y"}

        self.post(client, product, "venda", **form)

        assert (reread(product).supply, product.lead_days) == (Supply.TO_ORDER, 10)
        assert (product.at_fair, product.by_delivery) == (False, True)

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            ({"supply": "to_order", "at_fair": "y"}, "in how many days"),
            ({"supply": "stock", "left": "1"}, "at least one way"),
        ],
    )
    def test_says_what_is_missing_of_how_it_is_sold(self, client, own, form, said):
        page = self.post(client, make_product(enterprise=own), "venda", **form)

        assert said in page.text

    def test_puts_on_sale_and_takes_off(self, client, own):
        product = make_product(enterprise=own, price_cents=100)

        self.post(client, product, "publicacao")
        assert reread(product).showing is Showing.PUBLISHED
        self.post(client, product, "retirada")
        assert reread(product).showing is Showing.WITHDRAWN

    @pytest.mark.parametrize(
        ("lacking", "said"), [("name", "name of"), ("price", "Write the price")]
    )
    def test_says_what_a_product_on_sale_must_have(self, client, own, lacking, said):
        given = {"name": {"name": "", "price_cents": 1}, "price": {}}[lacking]

        page = self.post(client, make_product(enterprise=own, **given), "publicacao")

        assert said in page.text
        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


class TestPrice:
    def test_reckons_without_keeping(self, client, own):
        product = make_product(enterprise=own)

        form = RECKONED | {"price": "", "reckon": "1"}

        page = client.post(f"/painel/produtos/{product.id}/preco", data=form)

        assert "R$77.42" in page.text
        assert reread(product).price_cents == 0

    @pytest.mark.parametrize(("hour", "offered"), [("9,32", True), ("", False)])
    def test_offers_the_price_that_an_hour_asked_for_comes_to(self, client, own, hour, offered):
        product = make_product(enterprise=own)
        form = RECKONED | {"hour": hour, "price": "86,00", "reckon": "1"}

        page = client.post(f"/painel/produtos/{product.id}/preco", data=form)

        assert ("Use R$" in page.text) is offered

    def test_answers_the_sum_alone_to_a_page_that_asks_while_somebody_types(self, client, own):
        product = make_product(enterprise=own)

        part = client.get(
            f"/painel/produtos/{product.id}/conta", query_string=RECKONED | {"price": "60,00"}
        ).text

        assert "<html" not in part
        assert "lower than the cost, which is R$77.42" in part
        assert "left with R$6.41" in part

    def test_keeps_the_price_although_it_is_under_cost(self, client, own):
        product = make_product(enterprise=own)

        client.post(f"/painel/produtos/{product.id}/preco", data=RECKONED | {"price": "60,00"})

        assert (reread(product).price_cents, product.maker_cents) == (6000, 3850)

    def test_uses_the_price_suggested(self, client, own):
        product = make_product(enterprise=own)
        form = RECKONED | {"price": "60,00", "use": "77,42"}

        client.post(f"/painel/produtos/{product.id}/preco", data=form)

        assert reread(product).price_cents == 7742

    def test_makes_no_version_of_a_price_kept_as_it_was(self, client, own):
        product = make_product(enterprise=own)
        for _ in range(2):
            client.post(f"/painel/produtos/{product.id}/preco", data=RECKONED | {"price": "80,00"})

        assert len(db.session.scalars(sa.select(PriceVersion)).all()) == 1

    @pytest.mark.parametrize("price", ["", "12.5", "grátis", "0"])
    def test_says_so_when_no_price_was_typed(self, client, own, price):
        product = make_product(enterprise=own)

        page = client.post(f"/painel/produtos/{product.id}/preco", data={"price": price})

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY

    def test_offers_to_publish_anyway_beside_the_warning(self, client, own, app):
        lists.load_reference(NOW)
        product = make_product(enterprise=own)

        form = {"hours": "10", "material": "5", "price": "20,00"}
        client.post(f"/painel/produtos/{product.id}/preco", data=form)
        page = client.get(f"/painel/produtos/{product.id}").text

        assert "less than the hour of the minimum wage, R$7.37" in page
        assert "Publish anyway" in page


class TestPhotos:
    def test_are_added_described_reordered_and_deleted(self, client, own):
        product = make_product(name="Cesto", enterprise=own)
        path = f"/painel/produtos/{product.id}/fotos"

        client.post(path, data={"photos": [photo_file("red"), photo_file("blue")]})
        first, second = reread(product).photos
        client.post(f"{path}/{second.id}", data={"alt": "Visto de cima"})
        client.post(f"{path}/{second.id}/capa")
        client.post(f"{path}/{first.id}/exclusao")

        assert [(p.alt, p.file_name) for p in reread(product).photos] == [
            ("Visto de cima", "foto.jpg")
        ]

    def test_of_another_group_are_not_there(self, client, own):
        other = make_product(enterprise=make_enterprise())
        picture = photos.add_photo(other.id, "aa", **BY)

        answer = client.post(f"/painel/produtos/{other.id}/fotos/{picture.id}/exclusao")

        assert answer.status_code == HTTPStatus.NOT_FOUND
