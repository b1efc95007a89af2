from contextlib import contextmanager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.catalogue import filters
from marketplace.catalogue.fair_price import LineInput
from marketplace.catalogue.filters import Filters, Order
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.operations import lists, photos, prices, products
from marketplace.catalogue.queries import cards, choices
from marketplace.catalogue.queries import lists as list_queries
from marketplace.catalogue.queries.listing import listing
from marketplace.catalogue.queries.pages import product_page
from marketplace.catalogue.queries.products import Truth, stock_truth
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Segment
from tests.factories.accounts import make_division
from tests.factories.catalogue import make_product, make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

DAY = date(2026, 11, 23)
BY = {"by": HOUSE, "now": NOW}


def names(**arguments):
    asked = {
        name: [value] if isinstance(value, str) else value for name, value in arguments.items()
    }
    return [card.name for card in listing(filters.read(asked), day=DAY).items]


def category(slug, segment=Segment.CRAFTS):
    lists.load_reference(NOW)
    return db.session.scalar(list_queries.category_by_slug(segment, slug))


@contextmanager
def statements():
    said = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append(statement)

    engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


class TestFilters:
    def test_leave_out_what_makes_no_sense(self):
        asked = {
            "segmento": ["nada"],
            "retirada": ["correio"],
            "municipio": ["Manaus"],
            "preco_min": ["-3"],
            "preco_max": ["muito"],
            "ordem": ["'"],
            "pagina": ["0"],
        }

        assert filters.read(asked) == Filters()

    def test_order_by_fit_only_with_a_question(self):
        assert filters.read({"ordem": ["relevancia"]}).order is Order.NEWEST
        assert filters.read({"q": ["rede"]}).order is Order.FITTING
        assert filters.read({"q": ["rede"], "ordem": ["menor_preco"]}).order is Order.CHEAPEST

    def test_count_those_that_are_on(self):
        asked = {"segmento": ["artesanato", "mandioca"], "preco_max": ["20"], "q": ["rede"]}

        assert filters.read(asked).narrowing == 3


class TestListing:
    def test_shows_only_what_is_on_sale(self):
        make_product(name="Rascunho", price_cents=100)
        withdrawn = make_published(name="Retirado")
        products.withdraw_product(withdrawn.id, **BY)
        away = make_enterprise(paused_from=DAY, paused_until=DAY)
        make_published(name="De férias", enterprise=away)
        make_published(name="À venda")

        assert names() == ["À venda"]

    def test_shows_again_what_comes_back_from_a_pause(self):
        make_published(enterprise=make_enterprise(paused_until=DAY, paused_from=DAY))

        assert listing(Filters(), day=DAY + timedelta(days=1)).total == 1

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"segmento": "mandioca"}, ["Farinha"]),
            ({"segmento": ["mandioca", "artesanato"]}, ["Farinha", "Bolsa"]),
            ({"categoria": "bolsas"}, ["Bolsa"]),
            ({"categoria": "mel"}, []),
            ({"tecnica": "TRANCADO"}, ["Bolsa"]),
            ({"material": "fibra de tucumã"}, ["Bolsa"]),
            ({"municipio": "1302603"}, ["Bolsa"]),
            ({"preco_min": "20"}, ["Bolsa"]),
            ({"preco_max": "19,99"}, ["Farinha"]),
            ({"preco_min": "15,00", "preco_max": "15,00"}, ["Farinha"]),
            ({"retirada": "entrega"}, ["Farinha"]),
            ({"retirada": ["entrega", "feira"]}, ["Farinha", "Bolsa"]),
            ({"q": "tucuma", "preco_max": "10"}, []),
        ],
    )
    def test_keeps_to_the_filters(self, asked, found):
        crafts = {"technique": "trançado", "materials": ["fibra de tucumã"]}
        make_published(name="Bolsa", category_id=category("bolsas").id, price_cents=9800, **crafts)
        elsewhere = make_enterprise(
            segment=Segment.CASSAVA, division=make_division(municipality_code=1100106)
        )
        make_published(
            name="Farinha", enterprise=elsewhere, price_cents=1500, by_delivery=True, at_fair=False
        )

        assert names(**asked) == found

    @pytest.mark.parametrize(
        ("order", "found"),
        [
            ("novos", ["Rede", "Cesto", "Anel"]),
            ("menor_preco", ["Anel", "Cesto", "Rede"]),
            ("maior_preco", ["Rede", "Cesto", "Anel"]),
            ("quem_faz", ["Anel", "Cesto", "Rede"]),
        ],
    )
    def test_sorts(self, order, found):
        for name, price, makers in (("Anel", 1000, 900), ("Cesto", 5000, 2500), ("Rede", 9000, 0)):
            lines = [
                LineInput(LineKind.SURPLUS, makers),
                LineInput(LineKind.MATERIAL, price - makers),
            ]
            make_published(name=name, price_cents=price, lines=lines if makers else [])

        assert names(ordem=order) == found

    def test_gives_pages_of_24_with_the_number_found(self):
        for _ in range(25):
            make_published()

        first, beyond = (listing(Filters(page=page), day=DAY) for page in (1, 9))

        assert (len(first.items), first.total, first.pages) == (24, 25, 2)
        assert (len(beyond.items), beyond.number) == (1, 2)

    def test_counts_what_fits_in_each_segment_and_category_whichever_is_chosen(self):
        bags = category("bolsas")
        make_published(category_id=bags.id)
        make_published()
        make_published(enterprise=make_enterprise(segment=Segment.CASSAVA))

        found = listing(filters.read({"segmento": ["mandioca"]}), day=DAY)

        assert found.per_segment == {"artesanato": 2, "mandioca": 1}
        assert found.per_category == {"bolsas": 1}
        assert found.total == 1

    def test_finds_without_accents_and_says_how_it_mended_a_typo(self):
        make_published(name="Cesto de arumã")

        assert names(q="cesto aruma") == ["Cesto de arumã"]
        found = listing(filters.read({"q": ["sesto de arumã"]}), day=DAY)
        assert (found.total, found.corrected) == (1, "cesto de arumã")

    @pytest.mark.parametrize("asked", [{}, {"segmento": ["artesanato"], "material": ["x"]}])
    def test_asks_the_database_the_same_number_of_times_however_many_there_are(self, asked):
        anew, again = [], []
        for _ in range(2):
            for _ in range(3):
                make_published(materials=["x"])
            db.session.expire_all()
            for counted in (anew, again):
                with statements() as said:
                    listing(filters.read(asked), day=DAY)
                counted.append(len(said))

        assert anew == [4, 4]  # numbers of the generation, shelves, ids, cards
        assert again == [2, 2]

    def test_keeps_what_it_found_until_something_on_sale_changes(self):
        cheap, dear = make_published(price_cents=1000), make_published(price_cents=9000)
        asked = filters.read({"ordem": ["menor_preco"]})
        assert [card.id for card in listing(asked, day=DAY).items] == [cheap.id, dear.id]

        prices.set_price(cheap.id, 9900, **BY)
        assert [card.id for card in listing(asked, day=DAY).items] == [dear.id, cheap.id]

        products.withdraw_product(dear.id, **BY)
        assert listing(asked, day=DAY).per_segment == {"artesanato": 1}
        assert listing(asked, day=DAY).total == 1

    def test_keeps_nothing_of_a_day_for_another(self):
        make_published(enterprise=make_enterprise(paused_until=DAY, paused_from=DAY))

        totals = [listing(Filters(), day=DAY + timedelta(days=n)).total for n in (-1, 0, 1)]

        assert totals == [1, 0, 1]


class TestCards:
    def test_tell_stock_and_parts(self):
        lines = [LineInput(LineKind.SURPLUS, 2000), LineInput(LineKind.MATERIAL, 500)]
        make_published(name="Cesto", lines=lines, left=3)

        (card,) = listing(Filters(), day=DAY, address="/es/produtos/").items

        assert (card.parts, card.stock, card.left) == ((2000, 500, 0, 0, 0), "last", 3)
        assert card.url == f"/es/produtos/{card.slug}"

    def test_of_an_enterprise_are_its_own(self):
        own = make_published()
        make_published()

        assert [c.id for c in cards.of_enterprise(own.enterprise_id, day=DAY)] == [own.id]

    def test_beside_a_product_come_first_from_its_maker(self):
        product = make_published()
        other = make_published()
        own = make_published(enterprise=product.enterprise)
        make_published(enterprise=make_enterprise(segment=Segment.CASSAVA))

        assert [c.id for c in cards.neighbours(product, day=DAY)] == [own.id, other.id]


class TestChoices:
    def test_offer_only_what_something_on_sale_has(self):
        make_product(technique="crochê", materials=["linha"])
        for _ in range(2):
            make_published(technique="trançado", materials=["Arumã"])

        assert choices.materials(day=DAY) == (("aruma", "Arumã", 2),)
        assert choices.techniques(day=DAY) == (("trancado", "trançado", 2),)
        assert choices.municipalities(day=DAY) == (("1302603", "Manaus", 2),)

    def test_are_those_of_this_moment(self):
        product = make_published(technique="trançado", materials=["Arumã"])
        assert [c.value for c in choices.materials(day=DAY)] == ["aruma"]

        products.save_product(product.id, {"materials": ["Tucumã"], "technique": ""}, **BY)

        assert [c.value for c in choices.materials(day=DAY)] == ["tucuma"]
        assert choices.techniques(day=DAY) == ()
        assert choices.offered("pt_BR", day=DAY).materials == (("tucuma", "Tucumã", 1),)

    def test_call_what_was_chosen_by_its_name_and_what_nobody_has_as_it_was_asked(self):
        make_published(technique="trançado", materials=["Arumã"])
        asked = {"material": ["aruma"], "tecnica": ["nenhuma"], "municipio": ["1302603"]}
        asked |= {"categoria": ["cestas", "velha"]}

        chosen = choices.chosen(
            filters.read(asked), {"cestas": "Cestas"}, choices.offered("pt_BR", day=DAY)
        )

        assert chosen == choices.Chosen(
            categories=(("cestas", "Cestas"), ("velha", "velha")),
            material="Arumã",
            principle="",
            technique="nenhuma",
            municipality="Manaus",
        )

    def test_leave_out_a_place_where_nobody_is(self):
        nobody = choices.offered("pt_BR", day=DAY)

        assert choices.chosen(filters.read({"municipio": ["1302603"]}), {}, nobody)[-1] == ""
        assert choices.chosen(filters.read({}), {}, nobody) == ((), "", "", "", "")


class TestStockTruth:
    @pytest.mark.parametrize(
        ("left", "facts", "truth"),
        [
            (0, {}, Truth.SOLD_OUT),
            (1, {}, Truth.LAST_FEW),
            (3, {}, Truth.LAST_FEW),
            (4, {}, Truth.IN_STOCK),
            (4, {"only_at_fair": True}, Truth.AT_FAIR_ONLY),
            (2, {"only_at_fair": True}, Truth.LAST_FEW),
            (0, {"to_order": True}, Truth.TO_ORDER),
        ],
    )
    def test_says_the_gravest(self, left, facts, truth):
        assert stock_truth(left, **{"to_order": False} | facts) is truth


class TestProductPage:
    def test_tells_all_of_a_product_in_two_statements_beside_the_generation(self):
        lines = [LineInput(LineKind.LABOUR, 900, 2000), LineInput(LineKind.MATERIAL, 700)]
        product = make_published(name="Cesto", materials=["arumã"], lines=lines)
        photos.add_photo(product.id, "aa", alt="De frente", **BY)
        slug = product.slug

        with statements() as said:
            page = product_page(slug, day=DAY)
        with statements() as said_again:
            again = product_page(slug, day=DAY)

        assert (page.row.name, page.row.minutes, page.materials) == ("Cesto", 120, ("arumã",))
        assert (page.photos, page.parts) == ((("aa", "De frente"),), (1800, 700, 0, 0, 0))
        assert (page.can_be_bought, page.row.municipality) == (True, "Manaus")
        assert (again, len(said), len(said_again)) == (page, 3, 2)

    def test_says_that_its_maker_is_away(self):
        away = make_enterprise(paused_from=DAY, paused_until=DAY)

        assert not product_page(make_published(enterprise=away).slug, day=DAY).can_be_bought

    def test_is_not_there_for_a_draft(self):
        with pytest.raises(NotFound):
            product_page(make_product(price_cents=100).slug, day=DAY)
