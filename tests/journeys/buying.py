"""A buyer's afternoon, without an account: search, basket, reservation; with script or without."""

import re
from typing import NamedTuple

from playwright.sync_api import Page

BUYER, MOBILE = "Lúcia Andrade", "(92) 99988-7766"


class Part(NamedTuple):
    """One enterprise's part of a purchase, as the buyer's page tells it; centavos."""

    code: str  # 2481-A
    handover_code: str
    total_cents: int


class Bought(NamedTuple):
    """What the buyer is left with: sums of each page passed, and the parts by enterprise."""

    address: str
    basket_cents: int
    checkout_cents: int
    to_pay_cents: int
    parts: dict[str, Part]


def cents(text: str) -> int:
    """Read the only amount in a text: ``R$ 1.234,56``."""
    ((whole, part),) = re.findall(r"R\$\s*([\d.]+),(\d\d)", text)
    return int(whole.replace(".", "") + part)


def amount(page: Page, selector: str) -> int:
    return cents(page.locator(selector).inner_text())


def buy(page: Page, fair: str, wanted: dict[str, int]) -> Bought:
    """Put so many of each product into the basket, and reserve all of it for the fair.

    The first product is found by a search without accents, the next in the list, the last on the
    fair's own page.
    """
    searched, listed, shown = wanted
    _search(page, "cesto aruma")
    _put_in(page, searched, wanted[searched])
    page.click('main form#basket a[href="/produtos"]')
    _put_in(page, listed, wanted[listed])
    page.click('.tabbar a[href="/feiras"]')
    page.click(f'main h2 a:has-text("{fair}")')
    _put_in(page, shown, wanted[shown])
    basket = amount(page, "aside dd.sum")
    page.click('aside button[name="go"]')
    checkout = _reserve(page)
    return Bought(page.url, basket, checkout, amount(page, "#cash"), _parts(page))


def _search(page: Page, words: str) -> None:
    page.goto("/")
    page.fill("#busca", words)
    page.click("form.search button")


def _put_in(page: Page, product: str, quantity: int) -> None:
    page.click(f'main .pcard a:text-is("{product}")')
    page.fill('main input[name="quantity"]', str(quantity))
    page.click('main form[action="/cesta/itens"] button.btn--lg')
    page.wait_for_url("**/cesta?posto=*")


def _reserve(page: Page) -> int:
    page.wait_for_url("**/finalizar")
    page.check('input[name="plan"][value^="c"]')
    page.select_option('select[name^="window_"]', index=1)
    page.fill("#name", BUYER)
    page.fill("#mobile", MOBILE)
    total = amount(page, "aside dd.sum")
    assert page.input_value("#total") == str(total)
    page.click("aside button.btn--lg")
    page.wait_for_url("**/pedidos/*")
    return total


def _parts(page: Page) -> dict[str, Part]:
    """Read the codes to be told at the stalls, and each part's total."""
    told = page.locator(".card--sun dl.dl")
    terms, codes = told.locator("dt").all_inner_texts(), told.locator("dd").all_inner_texts()
    found = {}
    for term, code in zip(terms, codes, strict=True):
        number, enterprise = term.split(", ")[:2]
        part = page.locator(f"article#{number[-1]}")
        total = cents(part.locator("ul > li:last-child").inner_text())
        found[enterprise] = Part(number, code.replace(" ", ""), total)
    return found
