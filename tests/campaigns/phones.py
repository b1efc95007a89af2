"""Phones at a fair, a browser each: its profile outlives tabs, crashes and power cuts."""

import os
import random
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any, NamedTuple

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests import browser
from tests.browser import FLAGS, PHONE
from tests.journeys import fairing

NINE_DAYS_SLOW = """
const real = Date;
const away = -9 * 24 * 60 * 60 * 1000;
class Wrong extends real {
  constructor(...given) { given.length ? super(...given) : super(real.now() + away); }
  static now() { return real.now() + away; }
}
Date = Wrong;
"""
KEPT = """async () => {
  const store = await import(document.body.dataset.store);
  return store.all();
}"""
ONLINE = "dispatchEvent(new Event('online'))"
UNDONE_OF, WAYS = 10, ("cash", "cash", "cash", "own_pix", "machine")
PATIENCE_MS, TRIES, OPENINGS = 5_000, 60, 3
MOST_SECONDS = 120  # of one act; those of a page's own code, and tabs that close, know no limit


class Good(NamedTuple):
    id: int
    enterprise_id: int
    name: str
    price_cents: int


class Phone:
    """A device that is a till; ``sold`` is what its seller believes to have sold."""

    def __init__(self, program: Playwright, profile: Path, url: str, *, slow: bool = False) -> None:
        self._program, self.profile, self._url, self._slow = program, profile, url, slow
        self.till_id, self.goods = 0, list[Good]()
        self.sold: list[int] = []  # of each sale, what was due; centavos
        self.undone = 0
        self.returned: list[int] = []  # of each piece that came back, what was given for it
        self.faults: list[str] = []
        self.context = self._switched_on()
        self.page = self._tab()

    def load(self, address: str) -> None:
        fairing.load(self.page, address, self.goods[0].name)

    def sell(self, chance: random.Random, mishap: str) -> None:
        """Sell something by taps; ``mishap`` befalls the phone while it keeps that."""
        for good in chance.choices(self.goods, k=chance.randint(1, 3)):
            fairing.tile(self.page, good.name).tap()
        due = self._charge(chance.choice(WAYS))
        if mishap != "none":
            self.befall(mishap)
            if self.page.locator("#paybar").is_visible():  # not kept: the seller presses again
                assert self._charge("cash") == due
        self.sold.append(due)
        if mishap == "none" or self.page.locator("#done").is_visible():
            expect(self.page.locator("#done")).to_be_visible()
            if chance.randrange(UNDONE_OF) == 0:
                self._undo()

    def queue(self, chance: random.Random, number: int) -> None:
        """Sell so often by the page's own code, without touching."""
        sales = [self._lines(chance) for _sale in range(number)]
        with self._in_time():
            fairing.queue(self.page, sales)
        self.sold += [sum(one["quantity"] * one["price_cents"] for one in lines) for lines in sales]

    def give_back(self, chance: random.Random) -> None:
        """Take a piece of some sale of this phone back by taps, and give its money back."""
        self.page.locator("[data-tab=vendas]").tap()
        sales = self.page.locator("#sales button", has_text="Devolução ou troca")
        if number := sales.count():
            sales.nth(chance.randrange(number)).tap()
            line = self.page.locator("#back-lines li").first
            if line.locator("output").inner_text() == "0":
                line.locator("button").last.tap()
            if given := _cents(self.page.locator("#back-total").inner_text()):
                self.page.fill("#back-why", "Quebrou")
                self.page.locator("#back-form button[value=money]").tap()
                expect(self.page.locator("#back-done")).to_be_visible()
                self.returned.append(given)
        self.page.locator("[data-tab=vender]").tap()

    def befall(self, mishap: str) -> None:
        """Lose the tab, the browser or the power, and go on in a new one."""
        with self._in_time():
            self._lose(mishap)
        self.page.goto("/caixa")
        expect(fairing.tile(self.page, self.goods[0].name)).to_be_visible()

    def _lose(self, mishap: str) -> None:
        if mishap == "tab":
            self._end(tabs=True)
            self.page.close()
            self.page = self._tab()
        else:
            if mishap == "power":
                self._end()
            with suppress(Error):
                self.context.close()
            self.context = self._switched_on()
            self.page = self._tab()

    def send(self) -> None:
        """Have signal again and again, as half of the answers are lost, until all is sent."""
        unsent = self.page.locator("#unsent")
        for _try in range(TRIES):
            with self._in_time():
                self.page.evaluate(ONLINE)
            with suppress(AssertionError):
                expect(unsent).to_have_text("0", timeout=PATIENCE_MS)
                return
        raise AssertionError(f"{unsent.inner_text()} were never sent")

    def kept(self) -> list[dict[str, Any]]:
        """Return all that the device did, as it keeps that."""
        with self._in_time():
            rows: list[dict[str, Any]] = self.page.evaluate(KEPT)
        return rows

    def close(self) -> None:
        with self._in_time(), suppress(Error):
            self.context.close()

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """End the browser, and so whatever is asked of it, when an act does not end by itself."""
        alarm = Timer(MOST_SECONDS, self._end)
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()

    def _lines(self, chance: random.Random) -> list[dict[str, object]]:
        goods = chance.sample(self.goods, k=chance.randint(1, 3))
        return [
            {
                "product": good.id,
                "enterprise": good.enterprise_id,
                "name": good.name,
                "quantity": chance.randint(1, 3),
                "price_cents": good.price_cents,
            }
            for good in goods
        ]

    def _charge(self, way: str) -> int:
        """Press the button that keeps the sale, and wait for nothing; return what was due."""
        self.page.locator("#paybar a").tap()
        self.page.locator(f"#charge input[name=way][value={way}]").check()
        due = self.page.locator("[data-view=cobrar] .price--l").first.inner_text()
        self.page.locator("#charge button.btn--ok").tap()
        return _cents(due)

    def _undo(self) -> None:
        self.page.locator("#done-undo").tap()
        self.page.locator("#undo-form button.btn--x").tap()
        expect(self.page.locator("#done")).to_be_hidden()
        self.undone += 1

    def _switched_on(self) -> BrowserContext:
        context = self._program.chromium.launch_persistent_context(
            self.profile,
            executable_path=browser.program(),
            args=FLAGS.split(),
            base_url=self._url,
            viewport=PHONE,
            locale="pt-BR",
            has_touch=True,
        )
        if self._slow:
            context.add_init_script(NINE_DAYS_SLOW)
        return context

    def _tab(self) -> Page:
        page = self._opened()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def _opened(self) -> Page:
        """Open a tab, and again if its process, which the browser held ready, ended with others."""
        for _try in range(OPENINGS):
            with suppress(Error):
                return self.context.new_page()
        return self.context.new_page()

    def _end(self, *, tabs: bool = False) -> None:
        """End the browser of this profile as an empty battery does, or only its tabs."""
        told = f"--user-data-dir={self.profile}"
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = re.split("[ \0]", (process / "cmdline").read_text())
                kinds = [word for word in words if word.startswith("--type=")]
                if told in words and kinds == ["--type=renderer"] * tabs:
                    os.kill(int(process.name), signal.SIGKILL)


def _cents(shown: str) -> int:
    return int("".join(sign for sign in shown if sign.isdigit()))
