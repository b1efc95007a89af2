"""A basket of three is paid by one Pix, card or boleto, at a sandbox that is its own program."""

import re
from typing import NamedTuple

import pytest

from marketplace.core.database import db
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations.collections import WindowPlan
from serving import bank
from tests import programs
from tests.browser import PHONE, axe, opened_page, sideways
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.orders import at, make_collection, soon
from tests.journeys.buying import cents

DAYS = 25  # until the fair: a boleto takes its time
PRICES = (8600, 2500, 1390)


class Shop(NamedTuple):
    bank: str  # address of the sandbox
    paths: list[str]  # of the products
    sellers: list[str]  # with which mobiles their makers log in


@pytest.fixture
def shop(house, tmp_path):
    """A house that pays through a sandbox and hears from it, with a product of each of three."""
    sellers, makers = zip(
        *(make_producer(name=f"Grupo {name}") for name in ("Açaí", "Barro", "Cipó")), strict=True
    )
    goods = [
        make_published(enterprise=maker, price_cents=price)
        for maker, price in zip(makers, PRICES, strict=True)
    ]
    day, noon = soon(DAYS), at(12, soon(DAYS)["day"])
    make_collection(*makers, **day, windows=(WindowPlan(day["opens_at"], noon, 20),))
    house.app.config["STRIPE_METHODS"] = {"pix": (119, 0), "card": (399, 39), "boleto": (0, 345)}
    house.app.config["BASE_URL"] = house.url  # where the card's page leads back to
    with bank.beside(tmp_path) as wait:
        bank.pay_through(there := wait(), house.app, house.url, tmp_path)
        paths = [f"/produtos/{product.slug}" for product in goods]
        opened = Shop(there, paths, [seller.mobile for seller in sellers])
        db.session.remove()  # PostgreSQL ends what stands idle in a transaction for half a minute
        yield opened


def order_with(page, shop, method):
    """Fill the basket and order; return the sum of the checkout page, in centavos."""
    for path in shop.paths:
        page.goto(path)
        page.get_by_role("button", name="Pôr na cesta").click()
        page.wait_for_url("**/cesta?posto=*")
    page.get_by_role("button", name="Continuar").click()
    page.get_by_label("Nome").fill("Lúcia Andrade")
    page.get_by_label("Celular com DDD").fill("(92) 99999-0000")
    page.locator("select[name^=window_]").select_option(index=1)
    page.locator(f"input[name=method][value={method}]").check()
    total = cents(page.locator("aside dd.sum").inner_text())
    page.get_by_role("button", name="Confirmar o pedido").click()
    page.wait_for_url(re.compile("/pagamento(/boleto)?$"))
    return total


def pay_at_the_bank(browser, shop, code, kind="Pix"):
    """Be somebody with a banking app: find the payment by its code, and pay it."""
    with opened_page(browser, shop.bank, PHONE, java_script_enabled=False) as app:
        app.goto("/")
        app.get_by_role("link", name=re.compile(f"^{kind}, ")).first.click()
        assert app.locator("code").inner_text() == code
        app.get_by_role("button", name="Pagar agora").click()
        app.get_by_text("Pago.", exact=True).wait_for()


def states(house):
    with house.app.app_context():
        return [order.state for order in db.session.query(Order)]


def follow(page, house, shop, browser):
    """Order, pay, come back, and see the codes; the codes were nowhere before."""
    total = order_with(page, shop, "pix")
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


def follow_by_card(page, house, shop):
    """Order, be refused once, pay, and be led back to where it is known already."""
    total = order_with(page, shop, "card")
    assert cents(page.locator("#pay").inner_text()) == total
    assert sideways(page) <= 0
    page.get_by_role("link", name="Pagar com cartão").click()
    page.wait_for_url(f"{shop.bank}/pay/*")
    page.get_by_role("button", name="O banco recusa", exact=True).click()
    page.get_by_text("O banco recusou este cartão").wait_for()
    page.get_by_role("button", name="O banco pergunta, e aceita").click()
    page.wait_for_url("**/pagamento")
    page.get_by_role("heading", name="Seu pagamento chegou").wait_for()
    assert page.get_by_text("pagos com cartão").is_visible()
    assert set(states(house)) == {State.PLACED}
    page.get_by_role("link", name="Ver o pedido", exact=True).click()
    codes = page.locator(".card--sun dd").all_inner_texts()
    assert len([code for code in codes if re.fullmatch("[0-9]{3} [0-9]{3}", code)]) == 3


@pytest.mark.scenario(28)
def test_by_card_with_script(phone, house, shop):
    follow_by_card(phone, house, shop)


@pytest.mark.scenario(28)
def test_by_card_without_script(plain_phone, house, shop):
    follow_by_card(plain_phone, house, shop)


def say_who_pays(page, tax_id="529.982.247-25"):
    page.get_by_label("CPF ou CNPJ").fill(tax_id)
    page.get_by_label("E-mail").fill("lucia@example.org")
    page.get_by_label("CEP").fill("69000-000")
    page.get_by_label("Rua e número").fill("Rua das Mangueiras, 7")
    page.get_by_label("Cidade").fill("Manaus")
    page.get_by_label("Estado (UF)").select_option("AM")
    page.get_by_role("button", name="Gerar o boleto").click()


def follow_by_boleto(page, house, shop, browser):
    """Order, say who pays, wrongly first, pay at the bank, and see it here."""
    total = order_with(page, shop, "boleto")
    assert cents(page.get_by_role("heading", level=2).first.inner_text()) == total
    say_who_pays(page, tax_id="529.982.247-26")
    assert page.get_by_text("Este CPF não está certo").first.is_visible()
    assert page.get_by_label("CPF ou CNPJ").input_value() == "529.982.247-26"
    assert page.get_by_label("Rua e número").input_value() == "Rua das Mangueiras, 7"
    say_who_pays(page)
    page.get_by_label("Número do boleto").wait_for()
    assert cents(page.locator("#pay").inner_text()) == total
    assert sideways(page) <= 0
    number = page.get_by_label("Número do boleto").inner_text()
    page.get_by_text("Mostrar o código de barras").click()
    assert page.get_by_role("img", name="Código de barras").is_visible()
    pay_at_the_bank(browser, shop, re.sub(r"[ .]", "", number), "Boleto")
    house.do_the_queue()
    page.get_by_role("button", name="Já paguei, atualizar").click()
    page.get_by_role("heading", name="Seu pagamento chegou").wait_for()
    assert page.get_by_text("pagos com boleto").is_visible()
    assert set(states(house)) == {State.PLACED}


def test_by_boleto_with_script(phone, house, shop, chromium):
    follow_by_boleto(phone, house, shop, chromium)


def test_by_boleto_without_script(plain_phone, house, shop, chromium):
    follow_by_boleto(plain_phone, house, shop, chromium)


@pytest.mark.scenario(16)
def test_who_changes_to_pix_can_pay_by_card_no_more(plain_phone, house, shop, chromium):
    order_with(plain_phone, shop, "card")
    closed = plain_phone.get_by_role("link", name="Pagar com cartão").get_attribute("href")
    plain_phone.get_by_role("button", name="Prefiro pagar com Pix").click()
    plain_phone.get_by_label("Código Pix").wait_for()
    plain_phone.wait_for_load_state()  # what it leaves half loaded would be told as a fault
    plain_phone.goto(closed)
    assert plain_phone.get_by_text("Esta página já foi usada ou venceu.").is_visible()


def test_the_card_page_can_be_used_by_all(house, shop, open_browser):
    page = open_browser(PHONE)
    order_with(page, shop, "card")
    assert axe(page) == []


def test_the_code_is_copied_and_the_page_can_be_used_by_all(house, shop, open_browser):
    page = open_browser(PHONE, permissions=["clipboard-read", "clipboard-write"])
    order_with(page, shop, "pix")
    assert axe(page) == []
    page.get_by_role("button", name="Copiar código Pix").click()
    page.get_by_text("Copiado").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Código Pix").inner_text()


def test_who_sells_is_told_by_the_news_though_the_buyer_never_comes_back(
    phone, house, shop, chromium
):
    order_with(phone, shop, "pix")
    code = phone.get_by_label("Código Pix").inner_text()
    phone.goto("about:blank")
    pay_at_the_bank(chromium, shop, code)
    assert programs.until(lambda: house.do_the_queue() or State.PLACED in states(house))
    assert set(states(house)) == {State.PLACED}
