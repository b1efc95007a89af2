"""What a buyer waits for on an old phone with a poor line: the clock on the wall, in a browser.

400 ms there and back, 400 kbit/s each way, a processor six times slower than this one. What a page
weighs is held by the tests; here is what that comes to.

**Source:** Chrome DevTools Protocol, `Network.emulateNetworkConditions` (bytes a second) and
`Emulation.setCPUThrottlingRate`.
"""

import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from bench import goods
from bench.measure import Figure
from bench.served import Served
from bench.shop import Shop
from checks import missing
from tests import browser

BYTES_A_SECOND, SLOWER, MOST_RUNS = 400_000 // 8, 6, 3
LINE = {"offline": False, "latency": 400}
LINE |= {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) =>
  done(list.getEntries().at(-1).startTime / 1000)
).observe({type: "largest-contentful-paint", buffered: true}))"""


def listing(shop: Shop) -> Figure:
    """Measure a first visit to the list of products, until its largest part is painted."""
    value, floor = _compared(shop, lambda page: painted(page, "/produtos"))
    return Figure("phone.listing", value, "s", floor, "a page of bare Flask, as far away")


def order(shop: Shop) -> Figure:
    """Measure a buyer's way from a product to the page of the order: four pages, two forms."""
    path = f"/produtos/{goods.product_slug(shop.products_of(1)[0])}"
    value, floor = _compared(shop, lambda page: _ordered(page, path, shop.collection_id))
    return Figure("phone.order", value, "s", floor, "a page of bare Flask, as far away")


FIGURES: dict[str, Callable[[Shop], Figure]] = {"phone.listing": listing, "phone.order": order}


def _compared(shop: Shop, act: Callable[[Page], float]) -> tuple[float, float]:
    missing.put_in_place("chromium fonts-liberation", "libatomic1")
    runs = min(shop.size.rounds, MOST_RUNS)
    house, floor = (address_of(it) for it in (shop.servers.house, shop.servers.floor))
    with browser.chromium() as started:
        value = statistics.median([_on_a_phone(started, house, act) for _ in range(runs)])
        return value, _on_a_phone(started, floor, lambda page: painted(page, "/hello"))


def address_of(server: Served) -> str:
    """Return an address that the house takes for its own."""
    return f"http://{server.host}:{server.port}"


def _on_a_phone(started: Browser, url: str, act: Callable[[Page], float]) -> float:
    with _slow_page(started, url) as page:
        return act(page)


@contextmanager
def _slow_page(started: Browser, url: str) -> Iterator[Page]:
    with browser.opened_page(started, url, browser.PHONE, has_touch=True) as page:
        page.set_default_timeout(60_000)
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LINE)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        yield page


def painted(page: Page, path: str) -> float:
    """Open a page; return after how many seconds its largest part was painted."""
    page.goto(path, wait_until="load")
    return float(page.evaluate(PAINTED))


def _ordered(page: Page, path: str, collection_id: int) -> float:
    began = time.monotonic()
    page.goto(path)
    page.click('main form[action="/cesta/itens"] button.btn--lg')
    page.wait_for_url("**/cesta?posto=*")
    page.click('button[name="go"]')
    page.wait_for_url("**/finalizar")
    page.check(f'input[name="plan"][value="c{collection_id}"]')
    page.select_option(f'select[name="window_{collection_id}"]', index=1)
    page.fill("#name", "Lúcia Andrade")
    page.fill("#mobile", "(92) 99999-0000")
    page.click("aside button.btn--lg")
    page.wait_for_url(re.compile("/pedidos/"))
    return time.monotonic() - began
