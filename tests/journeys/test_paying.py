"""A basket of three enterprises is paid by one Pix, at a sandbox that is a program of its own."""

import re
from typing import NamedTuple

import pytest

from marketplace.core.database import db
from marketplace.orders.models.orders import Order, State
from serving import bank
from tests import programs
from tests.browser import PHONE, axe, opened_page, sideways
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise
from tests.factories.orders import make_collection, soon
from tests.journeys.buying import cents


class Shop(NamedTuple):
    bank: str  # address of the sandbox
    paths: list[str]  # of the products


@pytest.fixture
def shop(house, tmp_path):
    """A house that pays through a sandbox and hears from it, with a product of each of three."""
    makers = [make_enterprise(name=f"Grupo {name}") for name in ("Açaí", "Barro", "Cipó")]
    goods = [
        make_published(enterprise=maker, price_cents=price)
        for maker, price in zip(makers, (8600, 2500, 1390), strict=True)
    ]
    make_collection(*makers, **soon())
    house.app.config["STRIPE_METHODS"] = {"pix": (119, 0)}
    with bank.beside(tmp_path) as wait:
        bank.pay_through(there := wait(), house.app, house.url, tmp_path)
        yield Shop(there, [f"/produtos/{product.slug}" for product in goods])


def order_with_pix(page, shop):
    """Fill the basket and order; return the sum of the checkout page, in centavos."""
    for path in shop.paths:
        page.goto(path)
        page.get_by_role("button", name="Pôr na cesta").click()
        page.wait_for_url("**/cesta#*")
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Nome").fill("Lúcia Andrade")
    page.get_by_label("Celular com DDD").fill("(92) 99999-0000")
    page.locator("select[name^=window_]").select_option(index=1)
    page.locator("input[name=method][value=pix]").check()
    total = cents(page.locator("aside dd.sum").inner_text())
    page.get_by_role("button", name="Confirmar o pedido").click()
    page.wait_for_url("**/pagamento")
    return total


def pay_at_the_bank(browser, shop, code):
    """Be somebody with a banking app: find the payment by its code, and pay it."""
    with opened_page(browser, shop.bank, PHONE, java_script_enabled=False) as app:
        app.goto("/")
        app.get_by_role("link", name=re.compile("^Pix, ")).first.click()
        assert app.locator("code").inner_text() == code
        app.get_by_role("button", name="Pagar agora").click()
        assert app.get_by_text("Pago.").is_visible()


def states(house):
    with house.app.app_context():
        return [order.state for order in db.session.query(Order)]


def follow(page, house, shop, browser):
    """Order, pay, come back, and see the codes; the codes were nowhere before."""
    total = order_with_pix(page, shop)
    assert total == 8600 + 2500 + 1390
    assert cents(page.locator("#pay").inner_text()) == total
    assert sideways(page) <= 0
    code = page.get_by_label("Código Pix").inner_text()
    page.get_by_role("link", name="Ver o pedido, ou desistir dele").click()
    assert page.get_by_text("Esperando pagamento").first.is_visible()
    assert page.locator(".card--sun").count() == 0
    page.get_by_role("link", name="Pagar agora").click()
    pay_at_the_bank(browser, shop, code)
    house.do_the_queue()
    page.get_by_role("button", name="Já paguei, atualizar").click()
    page.get_by_role("heading", name="Seu pagamento chegou").wait_for()
    assert set(states(house)) == {State.PLACED}
    page.get_by_role("link", name="Ver o pedido", exact=True).click()
    codes = page.locator(".card--sun dd").all_inner_texts()
    assert len([code for code in codes if re.fullmatch("[0-9]{3} [0-9]{3}", code)]) == 3


def test_with_script(phone, house, shop, chromium):
    follow(phone, house, shop, chromium)


def test_without_script(plain_phone, house, shop, chromium):
    follow(plain_phone, house, shop, chromium)


def test_the_code_is_copied_and_the_page_can_be_used_by_all(house, shop, open_browser):
    page = open_browser(PHONE, permissions=["clipboard-read", "clipboard-write"])
    order_with_pix(page, shop)
    assert axe(page) == []
    page.get_by_role("button", name="Copiar código Pix").click()
    page.get_by_text("Copiado").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Código Pix").inner_text()


def test_who_sells_is_told_by_the_news_though_the_buyer_never_comes_back(
    phone, house, shop, chromium
):
    order_with_pix(phone, shop)
    code = phone.get_by_label("Código Pix").inner_text()
    phone.goto("about:blank")
    pay_at_the_bank(chromium, shop, code)
    assert programs.until(lambda: house.do_the_queue() or State.PLACED in states(house))
    assert set(states(house)) == {State.PLACED}
