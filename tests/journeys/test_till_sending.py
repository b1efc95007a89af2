"""What a till does about answers that break off, and about another tab that is sending."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests import browser
from tests.journeys.conftest import Served
from tests.journeys.test_till import address, sell, sent

pytestmark = pytest.mark.only("sqlite")  # whatever the house keeps its rows in
__all__ = ["address"]
A_WHILE = 10_000  # milliseconds: longer than the first pause


@pytest.mark.parametrize("told", ['{"results": [{"id"', "<p>Wi-Fi</p>", "{}"])
def test_sends_again_by_itself_what_had_no_whole_answer(
    house: Served, chromium: Browser, address: str, told: str
) -> None:
    """An answer that broke off, or is that of a hotel's network: nobody has to touch anything."""
    with browser.opened_page(
        chromium, house.url, browser.PHONE, has_touch=True, service_workers="block"
    ) as page:
        page.clock.install()
        page.goto(address)
        page.route("**/caixa/envio", lambda route: route.fulfill(body=told), times=1)
        with page.expect_response("**/caixa/envio"):
            sell(page, "Castanha")
        expect(page.locator("#net-text")).to_have_text("Sem internet. Pode vender!")
        assert sent(house) == []
        page.clock.run_for(A_WHILE)
        expect(page.locator("#unsent")).to_have_text("0")
    assert [number for number, _code in sent(house)] == [1]


def test_sends_what_was_sold_while_another_tab_was_sending(
    house: Served, chromium: Browser, address: str
) -> None:
    waiting: list[Route] = []
    with browser.opened_page(
        chromium, house.url, browser.PHONE, has_touch=True, service_workers="block"
    ) as page:
        page.goto(address)
        page.route("**/caixa/envio", lambda route: waiting.append(route), times=1)
        sell(page, "Castanha")
        other = page.context.new_page()
        other.goto("/caixa")
        sell(other, "Colar")
        expect(other.locator("#unsent")).to_have_text("2")
        waiting[0].continue_()
        expect(other.locator("#unsent")).to_have_text("0")
    assert [number for number, _code in sent(house)] == [1, 2]
