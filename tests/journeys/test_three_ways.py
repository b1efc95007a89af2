"""A newcomer pays baskets of three by card, by Pix and by boleto; each maker sees its share."""

import re

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.orders.models.orders import Order, State
from marketplace.orders.operations import moves
from marketplace.payments.models.payments import Method
from tests.browser import DESK, opened_page
from tests.journeys.buying import cents
from tests.journeys.registering import log_in
from tests.journeys.test_paying import (
    PRICES,
    order_with,
    pay_at_the_bank,
    say_who_pays,
    shop,
    states,
)

__all__ = ["shop"]
PIX_FEE = 30  # the second's part of 1,19 %: of what goes back the house bears it


def pay_by_card(page, shop):
    order_with(page, shop, "card")
    page.get_by_role("link", name="Pagar com cartão").click()
    page.get_by_role("button", name="Pagar: o banco aceita").click()


def pay_by_pix(page, shop, browser):
    order_with(page, shop, "pix")
    pay_at_the_bank(browser, shop, page.get_by_label("Código Pix").inner_text())
    page.get_by_role("button", name="Já paguei, atualizar").click()


def pay_by_boleto(page, shop, browser):
    order_with(page, shop, "boleto")
    say_who_pays(page)
    number = page.get_by_label("Número do boleto").inner_text()
    pay_at_the_bank(browser, shop, re.sub(r"[ .]", "", number), "Boleto")
    page.get_by_role("button", name="Já paguei, atualizar").click()


def arrived(page):
    page.get_by_role("heading", name="Seu pagamento chegou").wait_for()


def shares(house, shop, browser):
    """Return what each maker's statement says was paid for it on the site, less what went back."""
    found = []
    for seller in shop.sellers:
        with opened_page(browser, house.url, DESK) as panel:
            log_in(panel, seller).goto("/painel/dinheiro")
            told = panel.locator(".kpi", has_text="Pago pelo site para você").locator("b")
            found.append(cents(told.inner_text()))
    return found


def give_back_one_line(house, method):
    """Let the second maker refuse what was paid so: one line of that basket."""
    with house.app.app_context():
        paid = db.session.query(Order).filter(Order.method == method).order_by(Order.letter)
        moves.refuse_order(paid.all()[1].id, reason="Acabou", by=HOUSE, now=clock.now())
    house.do_the_queue()


def follow(page, house, shop, browser):
    pay_by_card(page, shop)
    arrived(page)
    pay_by_pix(page, shop, browser)
    arrived(page)
    pay_by_boleto(page, shop, browser)
    arrived(page)
    house.do_the_queue()
    assert set(states(house)) == {State.PLACED}
    assert shares(house, shop, browser) == [3 * price for price in PRICES]

    give_back_one_line(house, Method.PIX)

    first, second, third = (3 * price for price in PRICES)
    went = PRICES[1] - PIX_FEE
    assert shares(house, shop, browser) == [first, second - went, third]


def test_with_script(phone, house, shop, chromium):
    follow(phone, house, shop, chromium)


def test_without_script(plain_phone, house, shop, chromium):
    follow(plain_phone, house, shop, chromium)
