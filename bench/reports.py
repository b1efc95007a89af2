"""What the Division's figures cost, counted from every line of sale."""

from collections.abc import Callable
from datetime import timedelta

from bench.measure import Figure
from bench.shop import HEAD, Shop
from marketplace.core import clock

YEAR = 364  # days: a year of facts, and the year before beside it
UNIT = "ms CPU/page"


def month_by_category(shop: Shop) -> Figure:
    """Measure the report by category over a year, with the year before beside it."""
    today = clock.now().date()
    first, last = (today - timedelta(days=days) for days in (YEAR, 1))
    path = f"/gestao/relatorios?por=categoria&de={first}&ate={last}"
    bare = f"/by_category?first={first - timedelta(days=YEAR)}&last={last}"
    does = "bare Flask, month x category of both years by the driver, rows by Jinja"
    return _figure(shop, "report.month_by_category", path, bare, does)


def head_page(shop: Shop) -> Figure:
    """Measure the first page of who heads the Division."""
    today = clock.now().date()
    bare = f"/by_segment?first={today.year}-01-01&last={today}"
    does = "bare Flask, month x segment of the year by the driver, rows by Jinja"
    return _figure(shop, "report.head_page", "/gestao", bare, does)


def head_page_by_channel(shop: Shop) -> Figure:
    """Measure the same page with the filter that the most rows must be read for."""
    today = clock.now().date()
    bare = f"/by_segment?first={today.year}-01-01&last={today}"
    does = "bare Flask, month x segment of the year by the driver, rows by Jinja"
    path = f"/gestao?periodo={today.year}&canal=online_fair"
    return _figure(shop, "report.head_page_by_channel", path, bare, does)


def _figure(shop: Shop, name: str, path: str, bare: str, does: str) -> Figure:
    value = shop.meter.get_ms(shop.servers.house, [path], shop.cookie_of(HEAD))
    return Figure(name, value, UNIT, shop.meter.get_ms(shop.servers.floor, [bare]), does)


FIGURES: dict[str, Callable[[Shop], Figure]] = {
    "report.month_by_category": month_by_category,
    "report.head_page": head_page,
    "report.head_page_by_channel": head_page_by_channel,
}
