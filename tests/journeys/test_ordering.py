"""Somebody orders on a phone, with script and without; somebody reads a code at the stall."""

import re

import pytest

from marketplace.core import clock
from tests.browser import axe
from tests.factories.accounts import PASSWORD
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.orders import (
    choose_collection,
    make_collection,
    make_delivery,
    make_order,
    soon,
)


@pytest.fixture
def shop(house):
    """Return the address of a product that is had at a fair or at home."""
    product = make_published(
        enterprise=make_enterprise(name="Mãos do Cuieiras"),
        name="Cesto de arumã",
        price_cents=8600,
        by_delivery=True,
    )
    make_collection(product.enterprise, **soon())
    make_delivery(product.enterprise)
    return f"/produtos/{product.slug}"


def to_checkout(page, shop):
    page.goto(shop)
    page.get_by_role("button", name="Pôr na cesta").click()
    page.get_by_role("button", name="Continuar").click()
    assert page.url.endswith("/finalizar")


def say_who(page):
    page.get_by_label("Nome").fill("Lúcia Andrade")
    page.get_by_label("Celular com DDD").fill("(92) 99999-0000")


def test_a_phone_without_script_orders_home(plain_phone, shop):
    page = plain_phone
    to_checkout(page, shop)
    say_who(page)
    page.get_by_text("Receber em casa").click()
    page.get_by_role("button", name="Ver as opções").click()
    page.get_by_label("Zona da cidade").select_option(index=1)
    page.get_by_label("Endereço").fill("Rua das Flores, 10")
    page.get_by_role("button", name="Pedir e pagar ao receber").click()
    assert page.get_by_text("O total agora é R$ 100,00.").is_visible()
    page.get_by_role("button", name="Pedir e pagar ao receber").click()
    assert page.get_by_role("heading", name=re.compile("^Pedido [0-9]+$")).is_visible()
    assert page.get_by_text("Rua das Flores, 10").first.is_visible()


def test_with_script_the_page_follows_each_choice(phone, shop):
    page = phone
    to_checkout(page, shop)
    say_who(page)
    assert axe(page) == []
    page.get_by_text("Receber em casa").click()
    zone = page.get_by_label("Zona da cidade")
    zone.wait_for()
    page.get_by_label("Endereço").fill("Rua das Flores, 10")
    zone.select_option(index=1)
    page.get_by_text("R$ 100,00").first.wait_for()
    assert page.get_by_label("Nome").input_value() == "Lúcia Andrade"
    assert page.get_by_label("Endereço").input_value() == "Rua das Flores, 10"
    assert axe(page) == []
    page.get_by_role("button", name="Pedir e pagar ao receber").click()
    page.get_by_role("heading", name=re.compile("^Pedido [0-9]+$")).wait_for()
    assert axe(page) == []


def test_the_stall_opens_an_order_by_its_picture(phone, house):
    product = make_published(price_cents=8600)
    fair = make_collection(product.enterprise, **soon())
    order = make_order(products=[product], choice=choose_collection(fair), now=clock.now())
    seller, _enterprise = make_producer("stall_till", enterprise=product.enterprise)
    phone.goto("/entrar")
    phone.locator("[name=identifier]").fill(seller.mobile)
    phone.locator("[name=password]").fill(PASSWORD)
    phone.locator("main form").get_by_role("button", name="Entrar").click()
    phone.goto(f"/painel/entregas#{order.code}-{order.handover_code}")
    assert phone.get_by_label("Número do pedido").input_value() == order.code
    phone.get_by_role("button", name="Abrir o pedido").click()
    assert axe(phone) == []
    phone.get_by_role("button", name="Recebi e entreguei").click()
    assert phone.get_by_text("R$ 172,00").first.is_visible()
