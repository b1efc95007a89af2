"""Tags as printed: read back by a reader of QR that is not ours, from a scan of 150 dpi."""

from collections import Counter

import pytest

from marketplace.catalogue import price_tags
from marketplace.catalogue.label_sheets import SHEETS
from marketplace.catalogue.models.products import Product, Unit
from tests.factories.catalogue import make_product, make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.paper import MM, Paper

SELLER = "Associação das Mulheres Artesãs do Alto Rio Negro"
NAMES = ("Cesto", "Farinha de mandioca d'água do Uarini, amarela, ovinha, de forno a lenha")
WHITE = 255


def goods(number):
    """Return so many products that are not kept: short and long names, small and large prices."""
    return [
        Product(
            id=123_000 + at,
            name=NAMES[at % 2],
            code=f"P{12_000 + at}",
            price_cents=(899, 1_234_56)[at // 2 % 2],
            unit=Unit.PIECE if at % 3 else Unit.TIN,
            unit_grams=None if at % 3 else 12_000,
            makers_permille=(None, 672)[at % 2],
        )
        for at in range(number)
    ]


def middle_of(sheet, number):
    """Return where the middle of a label is on its sheet, in millimetres; the first is 0."""
    down, across = divmod(number, sheet.columns)
    left = sheet.left + across * (sheet.width + sheet.gap)
    return left + sheet.width / 2, sheet.top + down * sheet.height + sheet.height / 2


@pytest.fixture(scope="module", params=SHEETS.values(), ids=SHEETS)
def full(request, app):
    """A full sheet of each kind: the sheet, its products, their addresses, what was printed."""
    sheet, was = request.param, app.config["BASE_URL"]
    printed = goods(sheet.places)
    app.config["BASE_URL"] = "https://economiasolidaria.manaus.am.gov.br"
    with app.test_request_context("/"):
        made = price_tags.printed([(each, 1) for each in printed], sheet, 1, SELLER)
        addresses = [price_tags.address_of(each) for each in printed]
    app.config["BASE_URL"] = was
    return sheet, printed, addresses, Paper(made)


class TestFullSheet:
    def test_every_code_is_read_back_from_its_own_label(self, full):
        sheet, _printed, addresses, paper = full
        assert len(paper) == 1
        read = {code.says: code for code in paper.codes()}
        assert read.keys() == set(addresses)
        for number, address in enumerate(addresses):
            x, y = middle_of(sheet, number)
            assert 0 < read[address].x - x < sheet.width / 2
            assert abs(read[address].y - y) < 1

    def test_says_in_letters_what_the_code_says(self, full):
        _sheet, printed, addresses, paper = full
        text = paper.text(0)
        for product in printed:
            assert product.code in text
        assert text.count("R$1,234.56") == sum(p.price_cents == 1_234_56 for p in printed)
        assert Counter(paper.pictures) == Counter(addresses)

    def test_prints_nothing_beside_its_labels(self, full):
        sheet, _printed, _addresses, paper = full
        picture = paper.picture(0).convert("L")
        for number in range(sheet.places):
            x, y = middle_of(sheet, number)
            edges = (
                x - sheet.width / 2,
                y - sheet.height / 2,
                x + sheet.width / 2,
                y + sheet.height / 2,
            )
            picture.paste(
                WHITE,
                tuple(
                    round(edge * MM) + more
                    for edge, more in zip(edges, (-2, -2, 2, 2), strict=True)
                ),
            )
        assert picture.getextrema() == (WHITE, WHITE)

    def test_is_for_any_printer_and_any_reader(self, full):
        paper = full[-1]
        assert not paper.faults_in_grey()
        assert paper.is_tagged
        assert paper.language == "en"
        assert paper.title == f"Price tags of {SELLER}"


class TestPage:
    @pytest.fixture
    def enterprise(self, log_in):
        mara, enterprise = make_producer()
        log_in(mara)
        return enterprise

    def test_prints_so_many_of_each_from_the_first_free_label_on(self, client, enterprise):
        baskets = make_published(enterprise=enterprise)
        hammock = make_published(enterprise=enterprise)
        asked = f"sheet=A4360&start=20&n{baskets.id}=2&n{hammock.id}=1"
        answer = client.get(f"/painel/etiquetas/folha.pdf?{asked}")
        assert answer.content_type == "application/pdf"
        paper = Paper(answer.data)
        assert [len(paper.codes(page)) for page in (0, 1)] == [2, 1]
        assert min(code.y for code in paper.codes(0)) > 297 - 15.15 - 38.1
        says = Counter(code.says for page in (0, 1) for code in paper.codes(page))
        assert says == {
            f"http://localhost/p/{baskets.id}": 2,
            f"http://localhost/p/{hammock.id}": 1,
        }

    def test_prints_neither_anothers_products_nor_drafts(self, client, enterprise):
        others, draft = make_published(), make_product(enterprise=enterprise)
        answer = client.get(f"/painel/etiquetas/folha.pdf?n{others.id}=1&n{draft.id}=1&sheet=A4360")
        assert answer.location.startswith("/painel/etiquetas?")

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("sheet=A4360", "Say how many tags"),
            ("sheet=A4360&{n}=0", "Say how many tags"),
            ("sheet=A4360&{n}=651", "At most 650 tags"),
            ("sheet=A4360&{n}=two", "digits alone"),
            ("sheet=A4360&{n}=1&start=22", "This sheet has 21 labels."),
            ("sheet=B5&{n}=1", "Not a valid choice."),
        ],
    )
    def test_asks_again_for_what_cannot_be_printed(self, client, enterprise, asked, said):
        query = asked.format(n=f"n{make_published(enterprise=enterprise).id}")
        answer = client.get(f"/painel/etiquetas/folha.pdf?{query}", follow_redirects=True)
        assert said in answer.text

    def test_a_whole_sheet_fits_the_last_one(self, client, enterprise):
        product = make_published(enterprise=enterprise)
        answer = client.get(f"/painel/etiquetas/folha.pdf?sheet=A4351&start=65&n{product.id}=650")
        assert len(Paper(answer.data)) == 11


class TestAddressOnATag:
    def test_leads_to_the_product_in_the_readers_language(self, client):
        product = make_published(enterprise=make_enterprise())
        assert client.get(f"/p/{product.id}").location == f"/produtos/{product.slug}"
        assert client.get(f"/es/p/{product.id}").location == f"/es/produtos/{product.slug}"

    def test_leads_nowhere_while_the_product_is_a_draft(self, client):
        assert client.get(f"/p/{make_product().id}").status_code == 404
