"""The page with every macro: axe-core has nothing against it, and it fits a small phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import browser
from tests.core.gallery import gallery

SMALL = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with browser.served(gallery()) as url:
        yield url


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [SMALL, browser.PHONE, browser.DESK], ids=["320", "360", "1280"])
def test_every_macro_can_be_used_by_everybody(
    chromium: Browser, url: str, size: dict[str, int], theme: str
) -> None:
    with browser.opened_page(chromium, url, size, color_scheme=theme) as page:
        page.goto("/galeria")
        assert browser.sideways(page) <= 0
        assert browser.axe(page) == []


def test_on_paper_only_the_content_stays(chromium: Browser, url: str) -> None:
    with browser.opened_page(chromium, url, browser.DESK, color_scheme="dark") as page:
        page.goto("/galeria")
        page.emulate_media(media="print")
        for gone in ("header .top", ".tabbar", "footer", ".btn >> nth=0"):
            assert not page.is_visible(gone)
        assert page.is_visible(".print-head")
        assert page.is_visible("table thead >> nth=0")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(255, 255, 255)"
