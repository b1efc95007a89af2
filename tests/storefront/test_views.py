"""A view test checks the door only: what is shown, where one is sent."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marketplace.catalogue.operations.lists import load_reference
from marketplace.catalogue.queries import lists
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment, Standing
from marketplace.fairs.operations import calendar as fairs
from marketplace.storefront import queries
from marketplace.storefront.views import TOPICS
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.fairs import make_announced, make_fair

TEXTS = Path("templates/storefront/texts")
FAR = {"now": datetime(2026, 1, 5, 14, tzinfo=UTC)}


def structured(page):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    return json.loads(found[1])


class TestIndex:
    def test_counts_enterprises_and_shows_what_came_last(self, client):
        make_published(name="Cesto de arumã com tampa")

        page = client.get("/")

        assert "Cesto de arumã com tampa" in page.text
        assert "1 solidarity enterprise." in page.text

    def test_lets_no_enterprise_fill_the_new_ones_and_puts_the_sold_out_last(self, client):
        busy = make_enterprise()
        make_published(name="Pote de barro")
        for name in ("Rede azul", "Rede branca", "Rede crua"):
            make_published(name=name, enterprise=busy, left=0 if name == "Rede crua" else 5)

        page = client.get("/")

        shown = ("Rede branca", "Pote de barro", "Rede azul", "Rede crua")
        places = [page.text.index(name) for name in shown]
        assert places == sorted(places)

    def test_says_so_when_nothing_is_on_sale(self, client):
        assert "Nothing is on sale yet." in client.get("/").text

    def test_sets_no_cookie(self, client):
        assert "Set-Cookie" not in client.get("/").headers


class TestProducts:
    def test_finds_without_accents(self, client):
        make_published(name="Cesto de arumã com tampa")
        make_published(name="Mel de jandaíra")

        page = client.get("/produtos?q=cesto+aruma")

        assert "Cesto de arumã com tampa" in page.text
        assert "Mel de jandaíra" not in page.text

    def test_offers_a_category_that_two_segments_share_once(self, client):
        load_reference(NOW)
        bags = db.session.scalar(lists.category_by_slug(Segment.CRAFTS, "bolsas"))
        make_published(category_id=bags.id)

        page = client.get("/produtos?categoria=bolsas")

        assert page.text.count('<option value="bolsas" selected>') == 2  # phone and desktop

    def test_says_beside_a_price_that_it_cannot_be_read_and_keeps_it(self, client):
        page = client.get("/produtos?preco_min=cheap")

        assert "Write a price, like 45.00" in page.text
        assert 'value="cheap"' in page.text

    def test_mends_a_typo_and_says_so(self, client):
        make_published(name="Polpa de cupuaçu")

        page = client.get("/produtos?q=cupuasu")

        assert "Polpa de cupuaçu" in page.text
        assert "Showing results for" in page.text

    def test_offers_a_way_out_when_nothing_fits(self, client):
        assert "No product fits." in client.get("/produtos?preco_max=1").text

    @pytest.mark.parametrize(
        "odd", ["pagina=-1", "pagina=9e9", "preco_min=abc", "segmento=x", "municipio=%00", "ordem="]
    )
    def test_leaves_out_what_makes_no_sense(self, client, odd):
        assert client.get(f"/produtos?{odd}").status_code == 200


class TestProduct:
    def test_tells_who_made_it_and_the_price(self, client):
        basket = make_published(price_cents=86_00)

        page = client.get(f"/produtos/{basket.slug}")

        assert basket.enterprise.name in page.text
        assert "R$\N{NO-BREAK SPACE}86" in page.text or "R$86.00" in page.text
        assert structured(page)["offers"]["price"] == "86.00"

    def test_says_how_many_are_left(self, client):
        basket = make_published(left=3)

        assert "Only 3 left" in client.get(f"/produtos/{basket.slug}").text

    def test_offers_no_basket_for_what_is_sold_out(self, client):
        basket = make_published(left=0)

        page = client.get(f"/produtos/{basket.slug}")

        assert "Sold out." in page.text
        assert "Add to basket" not in page.text

    def test_escapes_what_the_maker_wrote(self, client):
        basket = make_published(name="<script>alert(1)</script>")

        assert "<script>alert" not in client.get(f"/produtos/{basket.slug}").text

    def test_is_not_there_for_one_that_is_not_published(self, client):
        assert client.get("/produtos/none").status_code == 404


class TestMakers:
    def test_lists_those_approved(self, client):
        approved = make_enterprise(name="Trançado do Norte")
        draft = make_enterprise(standing=Standing.DRAFT)
        db.session.commit()

        page = client.get("/quem-faz?q=trancado")

        assert approved.name in page.text
        assert draft.name not in page.text


class TestEnterprise:
    def test_shows_its_products_and_where_it_will_be(self, client):
        basket = make_published()
        fair = make_announced(basket.enterprise, days=(datetime(2099, 12, 5, tzinfo=UTC).date(),))

        page = client.get(f"/quem-faz/{basket.enterprise.slug}")

        assert basket.name in page.text
        assert fair.name in page.text

    def test_never_shows_cpf_or_home(self, client):
        maker = make_enterprise(responsible_cpf="52998224725", address="Rua da Casa, 7")

        page = client.get(f"/quem-faz/{maker.slug}")

        assert "52998224725" not in page.text
        assert "Rua da Casa" not in page.text


class TestFair:
    def test_is_not_there_before_it_is_announced(self, client):
        assert client.get(f"/feiras/{make_fair().slug}").status_code == 404

    def test_says_why_it_was_cancelled(self, client):
        fair = make_announced(make_enterprise())
        fairs.cancel_fair(fair.id, "Chuva forte", by=HOUSE, now=NOW)

        assert "Chuva forte" in client.get(f"/feiras/{fair.slug}").text

    def test_lists_the_stalls(self, client):
        maker = make_enterprise()
        fair = make_announced(maker)

        page = client.get(f"/feiras/{fair.slug}")

        assert maker.name in page.text
        assert structured(page)["startDate"] == "2026-12-05T08:00:00-04:00"


class TestTexts:
    NAMES = (*TOPICS, "privacidade", "termos", "acessibilidade")

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("prefix", ["", "/es", "/en"])
    def test_are_there_in_each_language(self, client, name, prefix):
        path = f"/ajuda/{name}" if name in TOPICS else f"/{name}"

        assert client.get(prefix + path).status_code == 200

    @pytest.mark.parametrize("name", NAMES)
    def test_have_the_same_parts_in_each_language(self, name):
        def parts(language):
            return re.findall(r"<(h2|p|ul|ol|li)>", (TEXTS / language / f"{name}.html").read_text())

        assert parts("pt_BR") == parts("es") == parts("en")

    @pytest.mark.parametrize("prefix", ["", "/es", "/en"])
    def test_of_privacy_leads_to_where_people_do_it_themselves(self, client, prefix):
        page = client.get(f"{prefix}/privacidade").text

        pages = ("meus-dados", "quem-viu", "dados", "permissoes", "apagamento")
        for path in (*(f"/conta/{name}" for name in pages), "/pedidos"):
            assert f'href="{prefix}{path}"' in page

    def test_know_no_other_topic(self, client):
        assert client.get("/ajuda/../segredo").status_code == 404


class TestSiteMap:
    def test_names_every_public_page(self, client):
        basket = make_published()

        text = client.get("/sitemap.xml").text

        assert f"/produtos/{basket.slug}</loc>" in text
        assert f"/quem-faz/{basket.enterprise.slug}</loc>" in text


class TestSplitTen:
    @pytest.mark.parametrize("parts", [[1, 1, 1, 0, 0], [333, 333, 334, 7, 13], [5, 0, 0, 0, 0]])
    def test_adds_up_to_ten_reais(self, parts):
        assert sum(queries.split_ten(parts)) == 1000
