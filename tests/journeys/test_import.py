"""Spreadsheets through the pages: real ones come in, go out and come back; bad ones say where."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Role, User
from marketplace.catalogue.models.products import Product, Showing
from marketplace.catalogue.models.stock import Stock
from marketplace.core import clock, invariants, reference
from marketplace.core.database import Model, db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise, Member
from marketplace.enterprises.operations import members, vetting
from tests.browser import DESK, axe, sideways
from tests.conftest import FreshClient
from tests.factories.accounts import make_staff, make_user
from tests.factories.enterprises import make_producer, person_of
from tests.journeys.conftest import Served
from tests.journeys.registering import log_in, press

DATA = Path(__file__).parents[2] / "demo/data"
ENTERPRISES, PRODUCTS = DATA / "enterprises.csv", DATA / "products.csv"
KEPT = ("products", "product_materials", "price_versions", "composition_lines", "stock")
KEPT += ("stock_movements", "search_documents", "enterprises", "members")
LATIN = """nome;preço (R$);estoque;descrição
Rede de tucumã;1.234,56;3;Com varandas de crochê
Cesto de arumã;caro;2;Preço que não é número
Colher de pau;12,00;2,5;Meia colher não há
Peneira;=10+2;1;Uma fórmula no preço
Tipiti;98,00;4;"=HYPERLINK(""http://example.org"";""ver"")"
"""
Opener = Callable[..., Page]
BAD = {"B3": "caro", "C4": "2,5", "B5": "=10+2"}


class Looked(NamedTuple):
    """What a preview counts: rows that are new, that change, that stay, that are left out."""

    new: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0


class Office(NamedTuple):
    """A Division's staff: who takes the sheet in, who approves; and its rows of the sheet."""

    mobile: str
    head: Person
    own: int


@pytest.fixture
def offices(house: Served) -> list[Office]:
    """Have the lists that come with the house, and staff of both Divisions."""
    with house.app.app_context():
        reference.load_all(clock.now())
        return [office_of("manaus", 12), office_of("guajara-mirim", 6)]


def office_of(slug: str, own: int) -> Office:
    division = db.session.scalars(accounts.division_called(slug)).one()
    vets, head = make_staff(Role.ARTICULATION, division), make_staff(Role.HEAD, division)
    return Office(str(vets.mobile), person_of(head), own)


def look(page: Page, address: str, file: Path) -> Looked:
    """Send a sheet and return what its preview counts."""
    page.goto(address)
    page.set_input_files("#sheet", file)
    press(page, "main form[enctype] button", r"/importar/[\w-]+")
    assert axe(page) == []
    return Looked(*map(int, page.locator("main .kpi b").all_inner_texts()))


def kept(house: Served) -> dict[str, list[str]]:
    """Return every row that is kept of enterprises and products."""
    tables = [Model.metadata.tables[name] for name in KEPT]
    with house.app.app_context():
        return {t.name: sorted(map(repr, db.session.execute(sa.select(t)))) for t in tables}


class TestTheExamples:
    def test_come_in_go_out_and_come_back_unchanged(
        self, house: Served, offices: list[Office], open_browser: Opener, tmp_path: Path
    ) -> None:
        for office in offices:
            page = log_in(open_browser(DESK), office.mobile)
            enterprises_come_in(house, page, office.own, tmp_path / "planilha.csv")
        client, ids = manager_of_all(house, offices)
        for key in ids:
            works_for(client, key)
            assert brought(client, PRODUCTS.read_bytes(), "products.csv") > 0
        before = kept(house)
        assert (len(before["enterprises"]), len(before["products"])) == (18, 190)

        for key in ids:
            works_for(client, key)
            for name in ("produtos.csv", "produtos.xlsx"):
                out = client.get(f"/painel/produtos/{name}").data
                assert brought(client, out, name) == 0

        assert kept(house) == before
        with house.app.app_context():
            assert invariants.broken() == {}


def enterprises_come_in(house: Served, page: Page, own: int, out: Path) -> None:
    """Look at the sheet, find nothing saved, take one's own in; it and what goes out change none.

    The rows of the other Division are left out.
    """
    address, others, before = "/gestao/empreendimentos/importar", 18 - own, kept(house)
    assert look(page, address, ENTERPRISES) == Looked(new=own, bad=others)
    assert kept(house) == before
    press(page, 'main form[action$="/confirmacao"] button', "/gestao/empreendimentos")
    taken = kept(house)
    assert len(taken["enterprises"]) == len(before["enterprises"]) + own
    with page.expect_download() as download:
        page.click('main a[href*="planilha.csv"]')
    download.value.save_as(out)
    for file, bad in ((ENTERPRISES, others), (out, 0)):
        assert look(page, address, file) == Looked(same=own, bad=bad)
        assert page.locator('main form[action$="/confirmacao"]').count() == 0
    assert kept(house) == taken


def manager_of_all(house: Served, offices: list[Office]) -> tuple[FreshClient, list[int]]:
    """Approve the enterprises, let one person manage them all, and return their browser."""
    client, now = house.app.test_client(), clock.now()
    assert isinstance(client, FreshClient)
    with house.app.app_context():
        user = make_user(name="Jaciara Lima")
        for office in offices:
            for key in db.session.scalars(of_division(office.head)).all():
                approve(key, user, by=office.head, now=now)
        client.log_in(user)
        return client, list(db.session.scalars(sa.select(Enterprise.id).order_by(Enterprise.id)))


def of_division(head: Person) -> sa.Select[int]:
    return sa.select(Enterprise.id).where(Enterprise.division_id.in_(head.divisions))


def approve(enterprise_id: int, user: User, *, by: Person, now: datetime) -> None:
    first = sa.select(sa.func.min(Member.id)).where(Member.enterprise_id == enterprise_id)
    told = {"name": user.name, "mobile": str(user.mobile)}
    members.appoint_manager(db.session.scalars(first).one(), **told, by=by, now=now)
    vetting.take_up(enterprise_id, by=by, now=now)
    vetting.approve(enterprise_id, by=by, now=now)


def works_for(client: FreshClient, enterprise_id: int) -> None:
    client.post("/painel/empreendimento", data={"enterprise_id": enterprise_id})


def brought(client: FreshClient, content: bytes, name: str) -> int:
    """Take a sheet in through the pages; return how many rows changed anything."""
    file = {"sheet": (io.BytesIO(content), name)}
    preview = client.post("/painel/produtos/importar", data=file).location
    page = client.get(preview).text
    new, changed, _same, bad = map(int, re.findall(r'class="card kpi">.*?<b>(\d+)</b>', page))
    assert bad == 0
    client.post(preview, data={"act": "publish"})
    return new + changed


class TestABadSheet:
    def test_says_which_cells_and_brings_the_rest(
        self, house: Served, phone: Page, tmp_path: Path
    ) -> None:
        with house.app.app_context():
            reference.load_all(clock.now())
            mobile = str(make_producer(name="Redes do Lago")[0].mobile)
        file = tmp_path / "lista.csv"
        file.write_bytes(LATIN.encode("cp1252"))

        log_in(phone, mobile)
        address = "/painel/produtos/importar"
        assert look(phone, address, file) == Looked(new=2, bad=3)
        assert cells_named(phone) == BAD
        assert "1.234,56" in phone.locator('section[aria-labelledby="forms"]').inner_text()
        assert sideways(phone) <= 0
        assert kept(house)["products"] == []
        press(phone, 'main form button[value="publish"]', "/painel/produtos")
        assert on_sale(house) == {"Rede de tucumã": (1_234_56, 3), "Tipiti": (98_00, 4)}

        assert look(phone, address, file) == Looked(same=2, bad=3)
        with phone.expect_download() as download:
            phone.goto(address)
            phone.click('main a[href$="produtos.csv"]')
        out = Path(download.value.path()).read_text(encoding="utf-8-sig")
        assert "\"'=HYPERLINK(" in out
        assert "Com varandas de crochê" in out


def cells_named(page: Page) -> dict[str, str]:
    """Return what is written in each bad cell, by its place."""
    rows = page.locator('section[aria-labelledby="faults"] tbody tr')
    assert all(reason.strip() for reason in rows.locator("td:last-child").all_inner_texts())
    places = rows.locator("th").all_inner_texts()
    return dict(zip(places, rows.locator("td:nth-child(3)").all_text_contents(), strict=True))


def on_sale(house: Served) -> dict[str, tuple[int, int]]:
    """Return price in centavos and pieces left by name."""
    told = sa.select(Product.name, Product.price_cents, Stock.left_count)
    told = told.join(Stock, Stock.product_id == Product.id)
    with house.app.app_context():
        rows = db.session.execute(told.where(Product.showing == Showing.PUBLISHED))
        return {name: (cents, left) for name, cents, left in rows}
