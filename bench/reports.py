"""What the Division's figures cost, over every line of sale."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bench.measure import Figure
from bench.shop import HEAD, Shop
from marketplace.core import clock

YEAR = 364  # days: a year of facts, and the year before beside it
UNIT = "ms CPU/page"
FILTERS = {
    "segment": "segmento=artesanato",
    "zone": "zona=leste",
    "kind": "tipo=informal_group",
    "led": "direcao=mulheres",
    "channel": "canal=online_fair",
}
"""Each filter of the head's page, as an address tells it."""


def month_by_category(shop: Shop) -> Figure:
    """Measure the report by category over a year, with the year before beside it."""
    today = clock.now().date()
    first, last = (today - timedelta(days=days) for days in (YEAR, 1))
    path = f"/gestao/relatorios?por=categoria&de={first}&ate={last}"
    bare = f"/by_category?first={first - timedelta(days=YEAR)}&last={last}"
    does = "bare Flask, month x category of both years by the driver, rows by Jinja"
    return _figure(shop, "report.month_by_category", path, bare, does)


def head_page(shop: Shop, asked: str = "") -> Figure:
    """Measure the first page of who heads the Division: figures, chart, ranking and goals."""
    year = clock.now().year
    bare = f"/by_segment?first={year}01&last={year}12"
    does = "bare Flask, the year's roll-ups by the driver, rows by Jinja"
    name = f"report.head_page{f'_by_{asked}' if asked else ''}"
    path = f"/gestao?periodo={year}&{FILTERS[asked]}" if asked else "/gestao"
    return _figure(shop, name, path, bare, does)


def _figure(shop: Shop, name: str, path: str, bare: str, does: str) -> Figure:
    value = shop.meter.get_ms(shop.servers.house, [path], shop.cookie_of(HEAD))
    return Figure(name, value, UNIT, shop.meter.get_ms(shop.servers.floor, [bare]), does)


FIGURES: dict[str, Callable[[Shop], Figure]] = {
    "report.month_by_category": month_by_category,
    "report.head_page": head_page,
    **{f"report.head_page_by_{asked}": partial(head_page, asked=asked) for asked in FILTERS},
}
