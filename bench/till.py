"""What a seller at a fair waits for on an old phone: the clock on the wall, in a browser.

A processor six times slower than this one. The till is opened without a network, as it is in the
morning at a fair; what was sold is sent over a line of 400 ms there and back and 50 kB/s.

**Source:** as `bench.phone`.
"""

import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from bench.measure import Figure
from bench.phone import LINE, MOST_RUNS, SLOWER, address_of, painted
from bench.shop import SELLER, Shop
from checks import missing
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations.tills import bind_till
from tests import browser

MAKER, SALES, PIECES = 1, 200, 3
BYTES_A_SECOND = 50_000
FAIR_LINE = LINE | {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
PATIENCE_MS = 120_000
SHOWN = """() => new Promise((done) => {
  const look = () => document.querySelector(".pos button") ? done(performance.now() / 1000)
    : requestAnimationFrame(look);
  look();
})"""
SOLD = """async ([often, pieces]) => {
  const at = document.body.dataset;
  const [store, book] = await Promise.all([import(at.store), import(at.book)]);
  const token = await store.get("token");
  const { goods } = await store.get(`load:${token}`);
  for (let sale = 0; sale < often; sale++) {
    const lines = [];
    for (let i = 0; i < pieces; i++) book.add(lines, goods[(sale + i) % goods.length]);
    const id = book.code(), due = book.total(lines);
    const paid = { tenders: book.tenders(due, 0, 0), total_cents: due };
    const body = { id, made_at: new Date().toISOString(), lines, ...paid };
    await store.keep(token, { id, kind: "sale", body });
  }
}"""
"""Keeps sales as the page does, by the page's own modules."""


def opening(shop: Shop) -> Figure:
    """Measure from the tap on its icon until goods can be touched, without a network."""
    with _chromium() as started:
        runs = min(shop.size.rounds, MOST_RUNS)
        value = statistics.median([_opened(started, shop) for _ in range(runs)])
        with _page(started, address_of(shop.servers.floor)) as page:
            _slow(page)
            floor = painted(page, "/hello")
    return Figure("till.opening", value, "s", floor, "a page of bare Flask, which is near")


def sending(shop: Shop) -> Figure:
    """Measure how long 200 sales of three pieces, made without a network, take to be sent."""
    with _chromium() as started, _loaded(started, shop) as page:
        page.context.set_offline(True)
        page.evaluate(SOLD, [SALES, PIECES])
        sent: list[int] = []
        page.on("request", lambda asked: sent.append(len(asked.post_data_buffer or b"")))
        value = _sent(page)
        floor = sum(sent) / BYTES_A_SECOND + LINE["latency"] / 1000
        parts = {"kB": sum(sent) / 1000, "requests": float(len(sent))}
    return Figure("till.sending", value, "s", floor, "reckoned: its bytes at once", parts)


FIGURES: dict[str, Callable[[Shop], Figure]] = {"till.opening": opening, "till.sending": sending}


def _opened(started: Browser, shop: Shop) -> float:
    with _loaded(started, shop) as page:
        device = page.context
        page.close()
        device.set_offline(True)
        again = device.new_page()
        device.set_offline(True)  # a new page has a line of its own, until it is told
        _slow(again)
        again.goto("/caixa", wait_until="commit")
        return float(again.evaluate(SHOWN))


def _sent(page: Page) -> float:
    """Return after how many seconds of a poor line nothing waits to be sent any more."""
    _slow(page)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    page.context.set_offline(False)
    line.send("Network.emulateNetworkConditions", FAIR_LINE)
    began = page.evaluate("performance.now()")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#unsent")).to_have_text("0", timeout=PATIENCE_MS)
    return float(page.evaluate("performance.now()") - began) / 1000


@contextmanager
def _chromium() -> Iterator[Browser]:
    missing.put_in_place("chromium fonts-liberation", "libatomic1")
    with browser.chromium() as started:
        yield started


@contextmanager
def _loaded(started: Browser, shop: Shop) -> Iterator[Page]:
    """Bind a phone to a stall's till, and load it where there is a network."""
    with _page(started, address_of(shop.servers.house)) as page:
        page.goto(f"/caixa#{_token(shop)}")
        expect(page.locator(".pos button").first).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        page.wait_for_function("navigator.serviceWorker.controller !== null")
        yield page


def _token(shop: Shop) -> str:
    with shop.app.app_context():
        fair = db.session.scalars(sa.select(Fair).where(Fair.slug == shop.fair_slug)).one()
        told = (fair.id, fair.days[0].id, MAKER, SELLER + MAKER - 1)
        return bind_till(*told, by=HOUSE, now=clock.now()).token


@contextmanager
def _page(started: Browser, url: str) -> Iterator[Page]:
    with browser.opened_page(started, url, browser.PHONE, has_touch=True) as page:
        page.set_default_timeout(60_000)
        yield page


def _slow(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
