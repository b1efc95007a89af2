"""A day at the till: loaded before, sold without a network, the tab gone, all sent in the end."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from marketplace.catalogue.models.stock import Stock
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs.models.tills import Till, TillHandover, TillSale
from marketplace.fairs.operations.cashiers import add_cashier
from marketplace.fairs.queries.till_accounts import drawers
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, State
from marketplace.orders.models.tenders import Tender
from marketplace.orders.operations.checkout import Buyer
from marketplace.payments.models.payments import Method
from tests import browser
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import soon
from tests.factories.tills import make_bound, make_reserved
from tests.journeys import fairing
from tests.journeys.conftest import Served

ON_THE_DEVICE = pytest.mark.only("sqlite")  # whatever the house keeps its rows in
KB = 1024
GOODS = {"Castanha": 39_90, "Farinha d'água": 14_00, "Colar de açaí": 72_00}


@pytest.fixture
def address(house: Served) -> str:
    """Bind a till of a stall with three products; return the address that opens it."""
    with house.app.app_context():
        _user, seller = make_producer()
        for name, cents in GOODS.items():
            make_published(enterprise=seller, name=name, price_cents=cents, left=50)
        fair = make_announced(seller, days=(soon(0)["day"],), now=clock.now())
        return f"/caixa#{make_bound(seller, fair=fair, now=clock.now()).token}"


def tile(page: Page, name: str) -> Locator:
    return page.locator(".pos button", has_text=name)


def sell(page: Page, *names: str) -> int:
    """Sell by taps alone, in cash; return how many it took."""
    for name in names:
        tile(page, name).tap()
    page.locator("#paybar a").tap()
    page.locator("#charge button.btn--ok").tap()
    expect(page.locator("#done")).to_be_visible()
    return len(names) + 2


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(tile(page, "Castanha")).to_be_visible()
    fairing.kept_on_the_device(page)


def sent(house: Served) -> list[tuple[int, str]]:
    with house.app.app_context():
        rows = db.session.execute(sa.select(TillSale.sequence, TillSale.code))
        return sorted((row[0], row[1]) for row in rows)


@pytest.mark.scenario(56)
def test_sells_all_day_without_a_network(house: Served, chromium: Browser, address: str) -> None:
    """Cash paid while the device is offline is kept there, and counted once."""
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        opened(page, address)
        device = page.context
        device.set_offline(True)
        taps = {sell(page, "Castanha", "Farinha", "Castanha") for _sale in range(20)}
        assert taps == {5}
        expect(page.locator("#unsent")).to_have_text("20")
        expect(page.locator("#net-text")).to_have_text("Sem internet. Pode vender!")
        page.goto("about:blank")  # what is closed at once has a line again while it ends
        page.close()  # as the phone does when it needs the room

        page = device.new_page()
        device.set_offline(True)  # a new page has a line of its own, until it is told
        page.goto("/caixa")
        expect(page.locator("#unsent")).to_have_text("20")
        for _sale in range(5):
            sell(page, "Colar")
        assert sent(house) == []
        device.set_offline(False)
        expect(page.locator("#unsent")).to_have_text("0", timeout=30_000)

        assert [number for number, _code in sent(house)] == list(range(1, 26))
        page.locator("[data-tab=vendas]").tap()
        expect(page.locator("#progress-text")).to_have_text("25 de 25 enviadas")
    with house.app.app_context():
        total = db.session.scalar(sa.select(sa.func.sum(SaleFact.gross_cents)))
        assert total == 20 * (2 * 39_90 + 14_00) + 5 * 72_00
        assert set(db.session.scalars(sa.select(SaleFact.occurred_on))) == {soon(0)["day"]}
        assert db.session.scalar(sa.select(sa.func.sum(Stock.sold_count))) == 65
        assert invariants.broken() == {}


WRONG_CLOCK = """
const real = Date;
const away = -9 * 24 * 60 * 60 * 1000;
class Wrong extends real {
  constructor(...given) { given.length ? super(...given) : super(real.now() + away); }
  static now() { return real.now() + away; }
}
Date = Wrong;
"""


@ON_THE_DEVICE
def test_sells_with_a_clock_nine_days_wrong(house: Served, chromium: Browser, address: str) -> None:
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        page.add_init_script(WRONG_CLOCK)
        opened(page, address)
        expect(page.locator("#day-note")).to_be_visible()
        sell(page, "Castanha")
        expect(page.locator("#unsent")).to_have_text("0")
    with house.app.app_context():
        kept = db.session.scalars(sa.select(TillSale)).one()
        assert kept.told_at is not None
        assert 8 <= (kept.received_at - kept.told_at).days <= 9
        assert db.session.scalars(sa.select(SaleFact.occurred_on)).one() == soon(0)["day"]


def test_counts_once_what_it_sent_twice(house: Served, chromium: Browser, address: str) -> None:
    """The answer is lost after the house kept the sale; the same is sent again."""
    lost = []
    with browser.opened_page(
        chromium, house.url, browser.PHONE, has_touch=True, service_workers="block"
    ) as page:

        def lose(route: Route) -> None:
            answer = route.fetch()
            lost.append(answer.json()["results"])
            route.abort("internetdisconnected")

        page.goto(address)
        page.route("**/caixa/envio", lose, times=2)
        sell(page, "Castanha")
        expect(page.locator("#net-text")).to_have_text("Sem internet. Pode vender!")
        sell(page, "Colar")
        page.locator("[data-tab=vendas]").tap()
        page.locator("#send").tap()
        expect(page.locator("#queue")).to_have_text("Tudo enviado")
    assert [row["result"] for row in lost[0]] == ["new"]
    assert [number for number, _code in sent(house)] == [1, 2]


def test_undoes_a_sale_without_a_network(house: Served, chromium: Browser, address: str) -> None:
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        opened(page, address)
        page.context.set_offline(True)
        sell(page, "Castanha")
        page.locator("#done-undo").tap()
        page.locator("#undo-form button.btn--x").tap()
        expect(page.locator("#unsent")).to_have_text("2")
        page.locator("[data-tab=vendas]").tap()
        expect(page.locator("#sales .badge")).to_have_text("desfeita")
        expect(page.locator("#sales .item")).to_have_text(re.compile("desfeita por "))
        expect(page.locator("#sold")).to_have_text(re.compile("0,00"))
        page.context.set_offline(False)
        expect(page.locator("#unsent")).to_have_text("0")
    with house.app.app_context():
        assert db.session.scalars(sa.select(Order.state)).one() is State.VOIDED
        assert invariants.broken() == {}


@ON_THE_DEVICE
def test_is_paid_in_several_ways_and_by_another_value(
    house: Served, chromium: Browser, address: str
) -> None:
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        opened(page, address)
        tile(page, "Colar").tap()
        page.locator("#other").tap()
        page.fill("#other-value", "12,5")
        page.locator("#other-form button.btn").first.tap()
        page.locator("#paybar a").tap()
        page.locator("#less summary").tap()
        page.fill("#less-sum", "4,50")
        page.locator("#charge button.btn--ok").tap()
        expect(page.locator("#wrong")).to_be_visible()  # a discount has its reason
        page.fill("#less-why", "Freguesa")
        page.locator("#parts summary").tap()
        page.fill("#part-pix", "30")
        page.fill("#part-card", "20,00")
        page.fill("#part-social", "5")
        page.fill("#part-barter", "3,00")
        expect(page.locator("#part-cash")).to_have_text(re.compile("22,00"))
        page.locator("#charge button.btn--ok").tap()
        expect(page.locator("#wrong")).to_have_text(re.compile("em troca"))
        page.fill("#barter-what", "Couve")
        page.locator("#charge button.btn--ok").tap()
        expect(page.locator("#done")).to_be_visible()
        expect(page.locator("#unsent")).to_have_text("0")
        page.locator("[data-tab=vendas]").tap()
        page.locator("#sales button", has_text="Recibo").tap()
        expect(page.locator("#receipt-text")).to_have_text(re.compile("Desconto: R.*4,50.*80,00"))
    with house.app.app_context():
        given = sa.select(Tender.method, Tender.amount_cents)
        assert dict(db.session.execute(given).all()) == {
            Method.CASH: 22_00,
            Method.OWN_PIX: 30_00,
            Method.MACHINE: 20_00,
            Method.SOCIAL: 5_00,
            Method.BARTER: 3_00,
        }


@ON_THE_DEVICE
def test_is_worked_with_keys_alone(house: Served, chromium: Browser, address: str) -> None:
    """Typing the start of a name, Enter; then the ways of paying are reached by Tab."""
    with browser.opened_page(chromium, house.url, browser.DESK) as page:
        opened(page, address)
        page.focus("#find")
        page.keyboard.type("acai")  # without its accents
        page.keyboard.press("Enter")
        expect(page.locator("aside .item")).to_have_count(1)
        more = page.locator("aside").get_by_role("button", name="Aumentar: Colar de açaí")
        more.focus()
        page.keyboard.press("Enter")
        expect(page.locator("aside output")).to_have_text("2")
        expect(more).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Cobrar")).to_be_focused()
        page.keyboard.press("Tab")  # what is sold, then how it is paid
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("#done")).to_be_visible()
        expect(page.locator("#unsent")).to_have_text("0")
    with house.app.app_context():
        assert db.session.scalars(sa.select(Tender.method)).one() is Method.OWN_PIX


@ON_THE_DEVICE
def test_goods_that_come_late_undo_nothing(house: Served, chromium: Browser, address: str) -> None:
    """On a poor line the fair's goods come again while somebody pays: the way chosen stays."""
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        opened(page, address)
        late: list[Route] = []
        page.route("**/caixa/carga", lambda route: late.append(route), times=1)
        with page.expect_request("**/caixa/carga"):
            page.goto("/caixa")
        tile(page, "Colar").tap()
        page.locator("#paybar a").tap()
        page.locator("#charge label").filter(has=page.locator("[value=own_pix]")).tap()
        answer = late[0].fetch()
        late[0].fulfill(response=answer, json=answer.json() | {"fair": "Feira de agora"})
        expect(page.locator("#where")).to_have_text(re.compile("Feira de agora"))
        page.locator("#charge button.btn--ok").tap()
        expect(page.locator("#done")).to_be_visible()
        expect(page.locator("#unsent")).to_have_text("0")
    with house.app.app_context():
        assert db.session.scalars(sa.select(Tender.method)).one() is Method.OWN_PIX


@ON_THE_DEVICE
def test_saves_its_queue_as_a_file(house: Served, chromium: Browser, address: str) -> None:
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        opened(page, address)
        page.context.set_offline(True)
        sell(page, "Castanha")
        page.locator("[data-tab=vendas]").tap()
        with page.expect_download() as download:
            page.locator("#export").click()
        told = json.loads(Path(download.value.path()).read_text("utf-8"))
    (queue,) = told["tills"]
    assert [sale["total_cents"] for sale in queue["sales"]] == [39_90]
    assert isinstance(queue["till"], int)
    assert address.partition("#")[2] not in json.dumps(told)


FULL = "IDBObjectStore.prototype.add = () => { throw new DOMException('', 'QuotaExceededError') }"


@ON_THE_DEVICE
def test_never_says_kept_when_there_is_no_room(
    house: Served, chromium: Browser, address: str
) -> None:
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        page.add_init_script(FULL)
        page.goto(address)
        tile(page, "Castanha").tap()
        page.locator("#paybar a").tap()
        page.locator("#charge button.btn--ok").tap()
        expect(page.locator("#wrong")).to_have_text(re.compile("Anote no papel"))
        expect(page.locator("#done")).to_be_hidden()
        expect(
            page.locator("#charge [data-total], [data-view=cobrar] .price--l").first
        ).to_be_visible()
    assert sent(house) == []


@ON_THE_DEVICE
def test_is_light(
    house: Served, chromium: Browser, address: str, record_property: Callable[[str, str], None]
) -> None:
    """Everything but pictures, as it came over the line."""
    with browser.opened_page(
        chromium, house.url, browser.PHONE, has_touch=True, service_workers="block"
    ) as page:
        came: list[Request] = []
        page.on("requestfinished", lambda request: came.append(request))
        page.goto(address)
        expect(tile(page, "Castanha")).to_be_visible()
        parts = [one for one in came if not urlsplit(one.url).path.startswith("/static/illus")]
        weight = sum(one.sizes()["responseBodySize"] for one in parts)
    assert 10 * KB < weight <= 60 * KB, f"{weight} bytes"
    record_property("told", f"till: {weight} bytes in {len(parts)} answers, pictures apart")


@ON_THE_DEVICE
def test_can_be_used_by_all(house: Served, chromium: Browser, address: str) -> None:
    """Each view, with a sale in it, at 360 and 1280: axe-core, and nothing wider than the page."""
    for size in (browser.PHONE, browser.DESK):
        with browser.opened_page(chromium, house.url, size) as page:
            opened(page, address)
            page.evaluate(browser.UNSTUCK)
            tile(page, "Castanha").click()
            faults = []
            for view in ("vender", "cobrar", "vendas", "reservas", "fechar"):
                page.evaluate("view => { location.hash = view }", view)
                expect(page.locator(f"[data-view={view}]")).to_be_visible()
                faults += [*browser.axe(page), *["sideways"] * bool(browser.sideways(page))]
                if view == "cobrar":
                    page.context.set_offline(True)
                    page.locator("#charge button.btn--ok").click()
                    expect(page.locator("#done")).to_be_visible()
                    faults += browser.axe(page)
            page.evaluate("location.hash = 'vendas'")
            page.locator("#sales button", has_text="Recibo").click()
            faults += browser.axe(page)
            page.locator("#receipt-dialog button.btn--q").click()
            page.evaluate("location.hash = 'vender'")
            page.locator("#other").click()
            faults += browser.axe(page)
        assert faults == []


@ON_THE_DEVICE
def test_sends_what_was_sold_while_it_was_sending(
    house: Served, chromium: Browser, address: str
) -> None:
    """The second sale is kept while the answer to the first is on its way, and asks for itself."""
    waiting: list[Route] = []
    with browser.opened_page(
        chromium, house.url, browser.PHONE, has_touch=True, service_workers="block"
    ) as page:
        page.goto(address)
        page.route("**/caixa/envio", lambda route: waiting.append(route), times=1)
        sell(page, "Castanha")
        sell(page, "Colar")
        expect(page.locator("#unsent")).to_have_text("2")
        waiting[0].continue_()
        expect(page.locator("#unsent")).to_have_text("0")
    assert [number for number, _code in sent(house)] == [1, 2]


def test_hands_reservations_over_and_closes_the_drawer_without_a_network(
    house: Served, chromium: Browser
) -> None:
    """One is given against its code, after a wrong one; then a float, a withdrawal, a count."""
    now = clock.now()
    with house.app.app_context():
        _user, seller = make_producer()
        fair = make_announced(seller, days=(soon(2)["day"],), now=now)
        bound = make_bound(seller, fair=fair, now=now)
        till = db.session.get_one(Till, bound.till_id)
        order = make_reserved(till, buyer=Buyer("Lúcia Andrade", "(92) 99999-0000"), now=now)
        rosa, _group = make_producer("stall_till", enterprise=seller)
        pin, cashier = add_cashier(till.id, rosa.id, by=HOUSE, now=now), rosa.id
        reserved, code, group = order.id, order.handover_code, seller.name
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        page.goto(f"/caixa#{bound.token}")
        expect(page.locator("#till-name")).to_have_text(group)
        fairing.kept_on_the_device(page)
        page.context.set_offline(True)
        page.locator("#who-change").tap()
        page.select_option("#who-choice", str(cashier))
        page.fill("#who-pin", f"{(int(pin) + 1) % 10**6:06d}")
        page.locator("#who-form button").first.tap()
        expect(page.locator("#who-wrong")).to_have_text(re.compile("Tentativas restantes: 4"))
        faults = browser.axe(page)
        page.fill("#who-pin", pin)
        page.locator("#who-form button").first.tap()
        expect(page.locator("#who-dialog")).to_be_hidden()
        page.locator("[data-tab=reservas]").tap()
        page.locator("#reserved button", has_text="Entregar").tap()
        page.fill("#reserve-code", wrong)
        page.locator("#reserve-form button.btn--ok").tap()
        expect(page.locator("#reserve-wrong")).to_have_text(re.compile("Tentativas restantes: 4"))
        faults += browser.axe(page)
        page.fill("#reserve-code", code)
        page.locator("#reserve-form input[value=barter]").check()
        page.locator("#reserve-form button.btn--ok").tap()
        expect(page.locator("#reserve-wrong")).to_be_visible()  # what was given has its name
        expect(page.locator("#reserve-barter")).to_be_visible()
        faults += browser.axe(page)
        page.locator("#reserve-form input[value=cash]").check()
        expect(page.locator("#reserve-barter")).to_be_hidden()
        page.locator("#reserve-form button.btn--ok").tap()
        expect(page.locator("#reserve-done")).to_have_text(re.compile("Entregue: Lúcia"))
        expect(page.locator("#reserved .badge")).to_have_text("Entregue")
        page.locator("[data-tab=fechar]").tap()
        for kind, amount, reason in (("opening", "20", ""), ("withdrawal", "50,00", "Cofre")):
            page.fill(f"#{kind}-amount", amount)
            if reason:
                page.fill(f"#{kind}-reason", reason)
            page.locator(f"#{kind}-form button").tap()
            expect(page.locator(f"#{kind}-amount")).to_have_value("")
        page.fill("#closing-amount", "19,00")
        expect(page.locator("#closing-told")).to_have_text(re.compile("20,00.*1,00"))
        page.locator("#closing-form button").tap()
        expect(page.locator("#closing-wrong")).to_be_visible()  # a difference has its reason
        page.fill("#closing-reason", "Troco")
        page.locator("#closing-form button").tap()
        expect(page.locator("#unsent")).to_have_text("4")
        page.context.set_offline(False)
        expect(page.locator("#unsent")).to_have_text("0")
        assert [*faults, *browser.axe(page)] == []
    with house.app.app_context():
        assert db.session.get_one(Order, reserved).state is State.HANDED_OVER
        drawer = drawers([bound.till_id])[bound.till_id]
        assert (drawer.due_cents, drawer.difference_cents) == (20_00, -1_00)
        assert db.session.scalars(sa.select(TillHandover.cashier_id)).one() == cashier
        assert invariants.broken() == {}
