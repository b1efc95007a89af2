"""What public pages cost, read by visitors nobody knows."""

from collections.abc import Callable

from bench import goods, words
from bench.bulk import Row
from bench.measure import Figure
from bench.served import Browser
from bench.shop import Shop

UNIT = "ms CPU/page"
SAMPLE, PER_PAGE = 50, 24
CARDS = "bare Flask, the same rows by the driver, cards by Jinja:"


def listing(shop: Shop) -> Figure:
    """Measure one category by price, any of its pages."""
    asked = _categories(shop)
    paths = [_listing_path(category, number) for category, number in asked]
    bare = [f"/listing?category={c['id']}&start={(n - 1) * PER_PAGE}" for c, n in asked]
    return _figure(shop, "page.listing", paths, bare, f"{CARDS} 24 and a count")


def cached(shop: Shop) -> Figure:
    """Measure the same pages where the house keeps them; each was asked for before."""
    paths = listing_paths(shop)
    length = len(Browser(shop.servers.caching).get(paths[0]).body.encode())
    value = shop.meter.get_ms(shop.servers.caching, paths)
    floor = shop.meter.get_ms(shop.servers.floor, [f"/ready?length={length}"])
    does = "bare Flask, as many bytes that are ready"
    return Figure("page.cached", value, UNIT, floor, does)


def search(shop: Shop) -> Figure:
    """Measure two words that some products hold both of, as a visitor types them."""
    numbers = [shop.chance.randint(1, shop.size.products) for _ in range(SAMPLE)]
    asked = [(words.thing(n), words.material(n).split()[0]) for n in numbers]
    bare = [words.found_by(*pair) for pair in asked]
    joined = {"sqlite": "* AND ", "postgresql": ":* %26 "}[shop.backend]
    end = joined.split()[0]
    return _figure(
        shop,
        "page.search",
        [f"/produtos?q={first}+{second}" for first, second in asked],
        [f"/search?q={joined.join(terms)}{end}" for terms in bare],
        f"{CARDS} 24, ranked",
    )


def product(shop: Shop) -> Figure:
    slugs = _slugs(shop)
    paths, bare = [f"/produtos/{s}" for s in slugs], [f"/product?slug={s}" for s in slugs]
    return _figure(shop, "page.product", paths, bare, f"{CARDS} 1")


def home(shop: Shop) -> Figure:
    return _figure(shop, "page.home", ["/"], ["/home"], f"{CARDS} 8 and a count")


def fair(shop: Shop) -> Figure:
    path = f"/feiras/{shop.fair_slug}"
    return _figure(shop, "page.fair", [path], ["/fair"], f"{CARDS} 12 and a count")


def listing_paths(shop: Shop) -> list[str]:
    return [_listing_path(category, number) for category, number in _categories(shop)]


def product_paths(shop: Shop) -> list[str]:
    return [f"/produtos/{slug}" for slug in _slugs(shop)]


def _slugs(shop: Shop) -> list[str]:
    return [goods.product_slug(shop.chance.randint(1, shop.size.products)) for _ in range(SAMPLE)]


def _listing_path(category: Row, number: int) -> str:
    return f"/produtos?categoria={category['slug']}&ordem=menor_preco&pagina={number}"


def _categories(shop: Shop) -> list[tuple[Row, int]]:
    """Return some categories, each with the number of a page of its listing."""
    last = max(1, shop.size.products // goods.CATEGORIES // PER_PAGE)
    return [
        (goods.category_of(shop.chance.randrange(goods.CATEGORIES)), shop.chance.randint(1, last))
        for _ in range(SAMPLE)
    ]


def _figure(shop: Shop, name: str, paths: list[str], bare: list[str], does: str) -> Figure:
    value = shop.meter.get_ms(shop.servers.house, paths)
    return Figure(name, value, UNIT, shop.meter.get_ms(shop.servers.floor, bare), does)


FIGURES: dict[str, Callable[[Shop], Figure]] = {
    "page.listing": listing,
    "page.search": search,
    "page.product": product,
    "page.home": home,
    "page.fair": fair,
    "page.cached": cached,
}
