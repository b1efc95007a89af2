import csv
import io
from http import HTTPStatus
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.catalogue import fair_price
from marketplace.catalogue.fair_price import LineInput, Recipe
from marketplace.catalogue.models.prices import LineKind, PriceVersion
from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import StockMovement
from marketplace.catalogue.operations import importing, lists, prices
from marketplace.catalogue.queries import lists as list_queries
from marketplace.catalogue.queries import products as queries
from marketplace.catalogue.queries import sheets
from marketplace.catalogue.sheet_columns import COLUMNS, headers
from marketplace.catalogue.sheet_rows import read_rows
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.core.sheets import reading, writing
from marketplace.core.sheets.errors import BadSheet
from marketplace.enterprises.models import Segment, Standing
from tests.factories.catalogue import make_product, make_published, photo_file
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer

BY = {"by": HOUSE, "now": NOW}
EXAMPLES = Path(__file__).parents[2] / "demo/data/products.csv"
EXAMPLE_ROWS = list(csv.DictReader(io.StringIO(EXAMPLES.read_text(encoding="utf-8"))))
ENTERPRISES = sorted({row["enterprise_code"] for row in EXAMPLE_ROWS})


@pytest.fixture(autouse=True)
def _categories():
    lists.load_reference(NOW)


def read(content, enterprise):
    return read_rows(
        reading.read(content),
        enterprise_code=enterprise.code,
        segment=enterprise.segment,
        categories=db.session.scalars(list_queries.categories(retired=True)).all(),
    )


def bring(content, enterprise):
    rows = read(content, enterprise).rows
    return importing.bring_all(enterprise.id, rows, publish=True, **BY)


def sheet(*rows, separator=";", encoding="utf-8"):
    return "\r\n".join(separator.join(row) for row in rows).encode(encoding)


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def traces():
    return [count(model) for model in (Product, PriceVersion, StockMovement, Entry)]


class TestTheExamples:
    def test_come_in_go_out_and_come_in_again_unchanged(self):
        groups = [make_enterprise(code=code) for code in ENTERPRISES]

        created = [bring(EXAMPLES.read_bytes(), group).created for group in groups]
        assert sum(created) == 190

        before = traces()
        for group, number in zip(groups, created, strict=True):
            assert bring(EXAMPLES.read_bytes(), group) == (0, 0, number)
            for language, write in (("pt_BR", writing.write_csv), ("en", writing.write_xlsx)):
                out = write(headers(language), sheets.sheet_of(group.id))
                assert bring(out, group) == (0, 0, number)
        assert traces() == before

    def test_come_out_as_they_came_in(self):
        group = make_enterprise(code="E06")
        bring(EXAMPLES.read_bytes(), group)
        came = [row for row in EXAMPLE_ROWS if row["enterprise_code"] == "E06"]

        out = [
            dict(zip((c.name for c in COLUMNS), row, strict=True))
            for row in sheets.sheet_of(group.id)
        ]

        assert [row["code"] for row in out] == [row["code"] for row in came]
        for told, given in zip(out, came, strict=True):
            assert told["labour_hours"].replace(",", ".") == f"{float(given['labour_hours']):.3f}"
            assert told["description"] == given["description"]
            assert told["materials"] == given["materials"]

    def test_show_where_the_money_goes(self):
        group = make_enterprise(code="E01")
        bring(EXAMPLES.read_bytes(), group)

        bag = db.session.scalar(queries.by_code(group.id, "P0101"))

        assert (bag.price_cents, bag.maker_cents, bag.materials_cents) == (14500, 11700, 2800)
        assert bag.real_hour_cents == 1300
        assert bag.showing is Showing.PUBLISHED


class TestAFileAsPeopleSendIt:
    ROWS = (
        ["código", "nome", "preço (R$)", "estoque", "categoria", "unidade"],
        ["A1", "Rede de casal", "1.234,56", "3", "redes", "un"],
        ["A2", "Cesto com tampão", "R$ 86,00", "dois", "cestaria", "un"],
        ["A3", '=HYPERLINK("http://x")', "12,50", "1", "nada", "metro cúbico"],
        ["A4", "Colar de açaí", "=1+1", "", "biojoias", "un"],
    )

    def test_is_read_in_latin_1_with_semicolons_and_pt_br_numbers(self):
        rows = read(sheet(*self.ROWS, encoding="latin-1"), make_enterprise()).rows

        assert [(row.number, row.name, row.price_cents, row.left) for row in rows] == [
            (2, "Rede de casal", 123456, 3)
        ]

    def test_has_each_bad_cell_named_by_column_letter_and_row(self):
        found = read(sheet(*self.ROWS, encoding="latin-1"), make_enterprise())

        assert [(f.place, f.text) for f in found.faults] == [
            ("D3", "dois"),
            ("E4", "nada"),
            ("F4", "metro cúbico"),
            ("C5", "=1+1"),
        ]
        assert found.left_out == 3

    def test_says_in_which_form_each_column_of_numbers_was_read(self):
        content = sheet(["nome", "preço", "peso"], ["Rede", "1,234.56", "1.900"], separator="\t")

        found = read(content, make_enterprise())

        forms = {header: (f.sample, f.ambiguous) for header, f in found.formats.items()}
        assert forms == {"preço": ("1,234.56", False), "peso": ("1.234,56", True)}
        assert found.rows[0].fields["weight_grams"] == 1900

    def test_keeps_a_formula_as_the_text_it_is_and_writes_it_harmless(self):
        group = make_enterprise()
        bring(sheet(["nome", "preço"], ["=1+1", "3,00"]), group)

        assert db.session.scalars(sa.select(Product.name)).one() == "=1+1"
        out = writing.write_csv(headers("en"), sheets.sheet_of(group.id))
        assert b"'=1+1" in out
        assert bring(out, group) == (0, 0, 1)

    def test_may_have_english_headers_and_columns_we_do_not_know(self):
        content = sheet(["name", "price_brl", "cor"], ["Rede", "780.00", "azul"], separator=",")

        found = read(content, make_enterprise())

        assert found.rows[0].price_cents == 78000
        assert found.ignored == ["cor"]

    @pytest.mark.parametrize(
        ("header", "cell", "place"),
        [
            ("preço", "0", "B2"),
            ("preço", "1000001", "B2"),
            ("horas", "99999999", "B2"),
            ("ncm", "123", "B2"),
            ("segmento", "mineração", "B2"),
            ("código", "Ç 1", "B2"),
            ("técnica", "x" * 81, "B2"),
        ],
    )
    def test_has_what_is_out_of_bounds_named(self, header, cell, place):
        found = read(sheet(["nome", header], ["Rede", cell]), make_enterprise())

        assert [fault.place for fault in found.faults] == [place]

    def test_has_a_product_that_stands_twice_named(self):
        rows = (["nome", "código"], ["Rede", "A1"], ["Cesto", "a1"], ["Anel", ""], ["ANEL", ""])

        assert [f.place for f in read(sheet(*rows), make_enterprise()).faults] == ["B3", "A5"]

    @pytest.mark.parametrize("rows", [(["preço"], ["1"]), (["nome", "preço", "price"], ["a"])])
    def test_is_refused_without_names_or_with_a_column_twice(self, rows):
        with pytest.raises(BadSheet):
            read(sheet(*rows), make_enterprise())

    def test_leaves_out_rows_of_other_groups_and_counts_them(self):
        rows = (["nome", "grupo"], ["Rede", "E98"], ["Cesto", "e99"], ["Anel", ""])

        found = read(sheet(*rows), make_enterprise(code="E99"))

        assert ([row.name for row in found.rows], found.of_others) == (["Cesto", "Anel"], 1)

    def test_finds_a_category_of_another_segment_where_none_is_told(self):
        (row,) = read(sheet(["nome", "categoria"], ["Mel", "mel"]), make_enterprise()).rows

        assert row.fields["segment"] is Segment.FARMING


class TestBringing:
    def test_makes_no_duplicate_of_what_has_no_code(self):
        group, content = make_enterprise(), sheet(["nome", "preço"], ["Rede", "780,00"])

        assert bring(content, group) == (1, 0, 0)
        assert bring(content, group) == (0, 0, 1)

    def test_touches_only_the_columns_that_are_there(self):
        product = make_published(name="Rede", description="De tucum", left=4)

        bring(sheet(["código", "nome"], [product.code, "Rede de casal"]), product.enterprise)

        db.session.refresh(product)
        assert (product.name, product.description) == ("Rede de casal", "De tucum")
        assert product.price_cents == 2500

    def test_begins_a_version_where_the_price_differs_and_keeps_the_composition(self):
        recipe = Recipe({LineKind.MATERIAL: 500, LineKind.LOSSES: 100}, {LineKind.FUND: 50}, 1000)
        lines = fair_price.lines_for(2500, recipe)
        product = make_published(lines=lines)

        bring(
            sheet(["código", "nome", "preço"], [product.code, product.name, "30"]),
            product.enterprise,
        )

        db.session.refresh(product)
        assert (product.price_cents, product.materials_cents, product.fund_cents) == (
            3000,
            600,
            150,
        )
        assert count(PriceVersion) == 2

    def test_keeps_a_richer_composition_whose_figures_are_the_sheets(self):
        lines = [
            LineInput(LineKind.MATERIAL, 500, label="arumã"),
            LineInput(LineKind.MATERIAL, 200, label="tinta"),
            LineInput(LineKind.PACKING, 300),
            LineInput(LineKind.LABOUR, 750, 2000),
        ]
        product = make_published(price_cents=2500, lines=lines)
        out = writing.write_csv(headers("pt_BR"), sheets.sheet_of(product.enterprise_id))

        assert bring(out, product.enterprise) == (0, 0, 1)
        assert queries.lines_of(product.version_id)[0].label == "arumã"

    def test_counts_the_stock_that_the_sheet_tells(self):
        product = make_published(left=4)

        bring(
            sheet(["código", "nome", "estoque"], [product.code, product.name, "9"]),
            product.enterprise,
        )

        assert sheets.known_products(product.enterprise_id)[0].left == 9

    def test_leaves_stock_alone_of_what_is_made_to_order(self):
        product = make_published(to_order=True)
        content = sheet(["código", "nome", "estoque"], [product.code, product.name, "9"])

        assert bring(content, product.enterprise) == (0, 0, 1)
        assert product.supply is Supply.TO_ORDER

    def test_leaves_drafts_where_the_group_may_not_sell_yet(self):
        bring(sheet(["nome", "preço"], ["Rede", "1"]), make_enterprise(standing=Standing.SENT))

        assert db.session.scalars(sa.select(Product.showing)).one() is Showing.DRAFT


def send(client, content, name="produtos.csv"):
    form = {"sheet": (io.BytesIO(content), name)}
    return client.post("/painel/produtos/importar", data=form, follow_redirects=True)


class TestPages:
    CONTENT = sheet(["nome", "preço", "peso"], ["Rede", "780,00", "x"], ["Cesto", "86,00", "640"])

    @pytest.fixture
    def own(self, log_in):
        user, enterprise = make_producer()
        log_in(user)
        return enterprise

    def test_show_what_would_happen_and_save_nothing(self, client, own):
        page = send(client, self.CONTENT)

        assert "Nothing is saved yet" in page.text
        assert ">C2<" in page.text
        assert "as in 1.234,56" in page.text
        assert count(Product) == 0

    def test_save_once_confirmed(self, client, own):
        path = send(client, self.CONTENT).request.path

        page = client.post(path, data={"act": "publish"}, follow_redirects=True)

        assert "1 new product" in page.text
        assert [p.name for p in db.session.scalars(sa.select(Product))] == ["Cesto"]
        assert client.post(path).status_code == HTTPStatus.NOT_FOUND

    def test_say_why_a_file_cannot_be_read(self, client, own):
        page = send(client, b"\x00\x01\x02")

        assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "could not read this file" in page.text

    def test_ask_for_a_file_when_none_was_sent(self, client, own):
        assert "Choose the spreadsheet" in client.post("/painel/produtos/importar").text

    def test_keep_the_sheet_of_one_group_from_another(self, client, own, log_in):
        path = send(client, self.CONTENT).request.path
        log_in(make_producer()[0])

        assert client.get(path).status_code == HTTPStatus.NOT_FOUND

    def test_put_photos_to_the_products_that_name_them(self, client, own):
        bring(sheet(["nome", "foto"], ["Rede", "foto.jpg"], ["Cesto", "outra.jpg"]), own)

        client.post("/painel/produtos/importar/fotos", data={"photos": [photo_file()]})

        assert list(sheets.waiting_for_photos(own.id)) == ["outra.jpg"]

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_give_a_file_that_comes_in_unchanged(self, client, own, kind):
        make_product(enterprise=own, name="Rede", price_cents=100)
        make_product(name="De outro grupo")

        content = client.get(f"/painel/produtos/produtos.{kind}").data

        assert bring(content, own) == (0, 0, 1)


class TestCommand:
    def run(self, app, tmp_path, content, *more):
        file = tmp_path / "produtos.csv"
        file.write_bytes(content)
        return app.test_cli_runner().invoke(args=["import-products", str(file), *more])

    def test_only_looks_unless_told_yes(self, app, tmp_path):
        make_enterprise(code="E99")
        content = sheet(["nome", "preço"], ["Rede", "780,00"])

        said = self.run(app, tmp_path, content, "--enterprise", "E99")
        assert "1 row(s) would change something; nothing was saved" in said.output
        said = self.run(app, tmp_path, content, "--enterprise", "E99", "--yes")

        assert "1 created, 0 changed, 0 unchanged" in said.output
        assert (said.exit_code, count(Product)) == (0, 1)

    def test_names_bad_cells_and_exits_1(self, app, tmp_path):
        make_enterprise(code="E99")
        content = sheet(["nome", "preço"], ["Rede", "caro"], ["Cesto", "86,00"])

        said = self.run(app, tmp_path, content, "--enterprise", "E99", "--yes")

        assert "B2 (preço): 'caro'" in said.output
        assert (said.exit_code, count(Product)) == (1, 1)

    def test_says_when_there_is_no_such_enterprise(self, app, tmp_path):
        said = self.run(app, tmp_path, b"nome\nRede", "--enterprise", "E00")

        assert said.exit_code == 1
        assert "Error: " in said.output


def test_a_version_of_the_price_is_kept_with_each_change():
    product = make_product(price_cents=100)
    prices.set_price(product.id, 200, **BY)

    assert sheets.figures_of(queries.lines_of(product.version_id)) is None
