"""The page with every macro: axe-core has nothing against it, and it fits a small phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests import browser
from tests.core.gallery import gallery

pytestmark = pytest.mark.only("sqlite")  # pages look alike on both databases

EASE = Path(__file__).with_name("ease.js").read_text(encoding="utf-8")
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
        page.evaluate(browser.UNSTUCK)
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
        assert page.evaluate("getComputedStyle(document.body).minHeight") == "0px"  # no empty sheet
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == "rgb(255, 255, 255)"


def test_nothing_moves_for_who_asked_for_rest(chromium: Browser, url: str) -> None:
    with browser.opened_page(chromium, url, browser.PHONE, reduced_motion="reduce") as page:
        page.goto("/galeria")
        assert page.evaluate(EASE, {"part": "still"}) == []
        page.emulate_media(reduced_motion="no-preference")
        assert page.evaluate(EASE, {"part": "still"}) != []


def test_the_current_place_is_told_in_the_readers_own_colours(chromium: Browser, url: str) -> None:
    """**Source:** CSS Color Adjustment 1, "Forced Color Palettes"; WCAG 2.2, 1.4.1."""
    ground = "([one]) => getComputedStyle(one).backgroundColor"
    with browser.opened_page(chromium, url, browser.PHONE, forced_colors="active") as page:
        page.goto("/galeria")
        for place in (".tabbar", ".tabs"):
            here = page.eval_on_selector_all(f"{place} [aria-current]", ground)
            elsewhere = page.eval_on_selector_all(f"{place} a:not([aria-current])", ground)
            assert here != elsewhere, place
