"""A served house and browsers before it: a person's afternoon, told through pages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from marketplace.core import clock, queue
from tests import browser
from tests.conftest import opened
from tests.databases import Databases


class Served(NamedTuple):
    """A house and where it is served."""

    app: Flask
    url: str

    def do_the_queue(self, *, periods_too: bool = False) -> None:
        """Do what a worker would have done by now; ``periods_too``, what it does by itself."""
        with self.app.app_context():
            if periods_too:
                queue.enqueue_periodic(now=clock.now())
            queue.work_all(now=clock.now())


@pytest.fixture
def house(databases: Databases, blank: str, tmp_path: Path) -> Iterator[Served]:
    """A house in Portuguese, served on a port, with real commits."""
    with (
        opened(databases, blank, tmp_path, BABEL_DEFAULT_LOCALE="pt_BR") as app,
        browser.served(app) as url,
    ):
        yield Served(app, url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as started:
        yield started


@pytest.fixture
def phone(chromium: Browser, house: Served) -> Iterator[Page]:
    with browser.opened_page(chromium, house.url, browser.PHONE, has_touch=True) as page:
        yield page


@pytest.fixture
def desk(chromium: Browser, house: Served) -> Iterator[Page]:
    with browser.opened_page(chromium, house.url, browser.DESK) as page:
        yield page


@pytest.fixture
def plain_phone(chromium: Browser, house: Served) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    options = {"java_script_enabled": False, "has_touch": True}
    with browser.opened_page(chromium, house.url, browser.PHONE, **options) as page:
        yield page


@pytest.fixture
def open_browser(chromium: Browser, house: Served) -> Iterator[Callable[..., Page]]:
    """Opens one more browser before the house, as large as told: for stories of many people."""
    with ExitStack() as stack:
        opened_page = partial(browser.opened_page, chromium, house.url)
        yield lambda size, **options: stack.enter_context(opened_page(size, **options))
