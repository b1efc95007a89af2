"""The page of each refusal before a browser: it can be used as every other page can."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Browser

from marketplace.core import error_pages
from tests import browser
from tests.browser import PHONE, opened_page
from tests.conftest import opened
from tests.databases import Databases
from tests.journeys.test_every_page import fingers_and_keys, large_letters, looks, widths

pytestmark = pytest.mark.only("sqlite")  # pages look alike on both databases

ADDRESS, ENDPOINT = "/healthz", "core.show_health"  # whose answer is changed for a page


class Street(NamedTuple):
    app: Flask
    url: str


@pytest.fixture(scope="module")
def street(
    databases: Databases, blank: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("refusals")
    with (
        opened(databases, blank, folder, BABEL_DEFAULT_LOCALE="pt_BR") as app,
        browser.served(app) as url,
    ):
        yield Street(app, url)


@pytest.mark.parametrize("plain", [False, True], ids=["usual", "plain"])
def test_every_refusal_can_be_used(
    street: Street, chromium: Browser, monkeypatch: pytest.MonkeyPatch, plain: bool
) -> None:
    """Their pages are shown with 200, so that those of faults are no faults of this test."""
    written = error_pages._plain if plain else error_pages._page
    faults = []
    with opened_page(chromium, street.url, PHONE, has_touch=True) as page:
        for status, (title, message) in ({**error_pages.TEXTS, 500: error_pages.BROKEN}).items():
            told: dict[str, Any] = {"status": status, "title": title, "message": message}
            told |= {"request_id": "0123456789ab", "wait": "60"}
            monkeypatch.setitem(street.app.view_functions, ENDPOINT, lambda t=told: written(t))
            page.set_viewport_size(PHONE)
            page.goto(ADDRESS)
            assert f"Erro {status}" in page.locator("main").inner_text()
            said = [*widths(page), *looks(page), *fingers_and_keys(page), *large_letters(page)]
            faults += [f"{status}: {fault}" for fault in said]
    assert not faults, "\n".join(faults)
