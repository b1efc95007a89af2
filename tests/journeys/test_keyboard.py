"""With keys alone: a buyer orders, a producer publishes, staff vet; the focus is always seen."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.accounts.models import Role
from marketplace.core import clock, reference
from tests.browser import DESK
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import soon
from tests.journeys import registering
from tests.journeys.conftest import Served

pytestmark = pytest.mark.only("sqlite")  # keys do the same on both databases

MOST_STOPS = 120
FOCUS = """(selector) => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  const ring = [it, it.parentElement].some((el) => getComputedStyle(el).outlineStyle !== "none");
  const inside = box.bottom > 0 && box.top < innerHeight;
  return { there: it.matches(selector), seen: it === document.body || (ring && inside),
           name: it.outerHTML.slice(0, 120) };
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is wanted has the focus, which must be seen at each stop."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS, selector)
        assert stop["seen"], stop["name"]
        if stop["there"]:
            return
    raise AssertionError(f"{selector} is not reached on {page.url}")


def press(page: Page, selector: str, where: str) -> None:
    """Go to a link or button, press Enter and be where it leads: the end of an address."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(where))


def write(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def has_focus(page: Page, selector: str) -> bool:
    return bool(page.evaluate(FOCUS, selector)["there"])


def test_a_buyer_orders(house: Served, desk: Page) -> None:
    with house.app.app_context():
        reference.load_all(clock.now())
        group, now = make_enterprise(name="Mulheres do Arumã"), clock.now()
        make_published(enterprise=group, name="Cesto de arumã", now=now)
        make_announced(group, days=(soon()["day"],), now=now)
    desk.goto("/")
    press(desk, "a.skip", "#conteudo")
    assert has_focus(desk, "main")
    desk.goto("/")
    write(desk, "#busca", "cesto aruma")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/produtos?q=*")
    press(desk, ".pcard a", "/produtos/cesto")
    write(desk, 'main input[name="quantity"]', "2")
    press(desk, 'main form[action="/cesta/itens"] button.btn--lg', r"/cesta\?posto=")
    press(desk, 'button[name="go"]', "/finalizar$")
    order(desk)


def order(page: Page) -> None:
    """Choose, send the rest empty, go from the summary to the first field, and fill it in."""
    tab_to(page, 'input[name="plan"]')
    page.keyboard.press("Space")
    tab_to(page, 'select[name^="window_"]')
    page.keyboard.press("ArrowDown")
    tab_to(page, "aside button.btn--lg")
    page.keyboard.press("Enter")
    page.locator("[data-errsum]").wait_for()
    assert has_focus(page, "[data-errsum]")
    tab_to(page, '[data-errsum] a[href="#name"]')
    page.keyboard.press("Enter")
    assert has_focus(page, "#name")
    page.keyboard.type("Lúcia Andrade")
    write(page, "#mobile", "(92) 99988-7766")
    tab_to(page, 'input[name="method"]')
    page.keyboard.press("ArrowDown")
    press(page, "aside button.btn--lg", "/pedidos/")
    expect(page.locator("h1")).to_contain_text("Pedido")


def test_a_producer_publishes(
    house: Served, open_browser: Callable[..., Page], tmp_path: Path
) -> None:
    with house.app.app_context():
        reference.load_all(clock.now())
        mobile = str(make_producer()[0].mobile)
    page = registering.log_in(open_browser(DESK), mobile)
    photo = registering.photo_of(tmp_path, "cesto.jpg")
    page.on("filechooser", lambda chooser: chooser.set_files(photo))
    page.goto("/painel")
    press(page, 'main a[href="/painel/produtos/novo"]', "/novo$")
    tab_to(page, "#photo")
    page.keyboard.press("Space")
    page.locator("[data-photo-state]", has_text="KB").wait_for()
    write(page, "#name", "Cesto de arumã")
    write(page, "#price", "86,35")
    write(page, 'input[name="left"]', "5")
    press(page, 'button[value="publish"]', r"/painel/produtos/\d+$")
    expect(page.locator('main form[action$="/retirada"]')).to_be_visible()


def test_staff_vet(house: Served, open_browser: Callable[..., Page]) -> None:
    with house.app.app_context():
        reference.load_all(clock.now())
        case = make_enterprise(standing="sent")
        make_producer(enterprise=case)
        mobile = str(make_staff(Role.ARTICULATION, case.division).mobile)
        address = f"/gestao/empreendimentos/{case.id}"
    page = registering.log_in(open_browser(DESK), mobile)
    page.goto("/gestao/empreendimentos")
    press(page, f'main a[href="{address}"]', address)
    press(page, f'main form[action="{address}/analise"] button', address)
    expect(page.locator('main form[action$="/analise"]')).to_have_count(0)
    press(page, f'main form[action="{address}/aprovacao"] button', address)
    expect(page.locator('main a[href$="/suspensao"]')).to_be_visible()
