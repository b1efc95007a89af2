"""What a till does about answers that break off, and about another tab that is sending."""

from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests import browser
from tests.journeys import fairing
from tests.journeys.conftest import Served
from tests.journeys.test_till import address, sell, sent

pytestmark = pytest.mark.only("sqlite")  # whatever the house keeps its rows in
__all__ = ["address"]
A_WHILE = 10_000  # milliseconds: longer than the first pause
NOTHING_UNDER_WAY = "navigator.locks.request('caixa-envio', () => 0)"
A_BATCH, REST = 50, 10
BREAKS_OFF, ANOTHER = "js/till/back.", "css/tokens."
MANY = [
    [{"product": 1, "enterprise": 1, "name": "Castanha", "quantity": 1, "price_cents": 39_90}]
] * (A_BATCH + REST)


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


def test_tries_soon_again_once_some_of_it_got_through(
    house: Served, chromium: Browser, address: str
) -> None:
    """An hour without a line makes a till patient; half a queue that arrived ends that."""
    fates = iter(["lost"] * 6 + ["told", "lost", "told"])

    def weather(route: Route) -> None:
        route.continue_() if next(fates) == "told" else route.fulfill(body="{}")

    with browser.opened_page(
        chromium, house.url, browser.PHONE, has_touch=True, service_workers="block"
    ) as page:
        page.clock.install()
        page.goto(address)
        expect(page.locator("#net-text")).not_to_be_empty()
        fairing.queue(page, MANY)
        page.route("**/caixa/envio", weather)
        page.evaluate("dispatchEvent(new Event('online'))")
        page.evaluate(NOTHING_UNDER_WAY)
        for _try in range(6):
            page.clock.run_for(30 * A_WHILE)
            page.evaluate(NOTHING_UNDER_WAY)
        expect(page.locator("#unsent")).to_have_text(str(REST))
        page.clock.run_for(A_WHILE)
        expect(page.locator("#unsent")).to_have_text("0")
    assert len(sent(house)) == A_BATCH + REST


def test_is_kept_on_the_device_though_a_part_of_it_broke_off(
    house: Served, chromium: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, and asks again for what is missing alone; then it opens without a network."""
    asked, real = Counter[str](), house.app.wsgi_app

    def poor_line(environ: Any, start: Any) -> Any:
        for part in (BREAKS_OFF, ANOTHER):
            asked[part] += part in environ["PATH_INFO"] and by_worker(environ)
        if BREAKS_OFF in environ["PATH_INFO"] and by_worker(environ) and asked[BREAKS_OFF] == 1:
            start("503 Service Unavailable", [("Content-Length", "0")])
            return [b""]
        return real(environ, start)

    monkeypatch.setattr(house.app, "wsgi_app", poor_line)
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        page.clock.install()
        page.goto(address)
        expect(page.locator("#unkept")).to_be_visible()
        page.clock.run_for(A_WHILE)
        fairing.kept_on_the_device(page)
        expect(page.locator("#unkept")).to_be_hidden()
        page.context.set_offline(True)
        page.reload()
        expect(fairing.tile(page, "Castanha")).to_be_visible()
    assert asked == {BREAKS_OFF: 2, ANOTHER: 1}


def by_worker(environ: Any) -> bool:
    return bool(environ.get("HTTP_SEC_FETCH_DEST") == "empty")
