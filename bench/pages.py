"""What public pages cost, read by visitors nobody knows."""

from collections.abc import Callable

from bench import goods, words
from bench.measure import Figure
from bench.shop import Shop

UNIT = "ms CPU/page"
SAMPLE, PER_PAGE = 50, 24
CARDS = "bare Flask, the same rows by the driver, cards by Jinja:"


def listing(shop: Shop) -> Figure:
    """Measure one category by price, any of its pages."""
    last = max(1, shop.size.products // goods.CATEGORIES // PER_PAGE)
    asked = [
        (goods.category_of(shop.chance.randrange(goods.CATEGORIES)), shop.chance.randint(1, last))
        for _ in range(SAMPLE)
    ]
    paths = [f"/produtos?categoria={c['slug']}&ordem=menor_preco&pagina={n}" for c, n in asked]
    bare = [f"/listing?category={c['id']}&start={(n - 1) * PER_PAGE}" for c, n in asked]
    return _figure(shop, "page.listing", paths, bare, f"{CARDS} 24 and a count")


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
    slugs = [goods.product_slug(shop.chance.randint(1, shop.size.products)) for _ in range(SAMPLE)]
    paths, bare = [f"/produtos/{s}" for s in slugs], [f"/product?slug={s}" for s in slugs]
    return _figure(shop, "page.product", paths, bare, f"{CARDS} 1")


def home(shop: Shop) -> Figure:
    return _figure(shop, "page.home", ["/"], ["/home"], f"{CARDS} 8 and a count")


def fair(shop: Shop) -> Figure:
    path = f"/feiras/{shop.fair_slug}"
    return _figure(shop, "page.fair", [path], ["/fair"], f"{CARDS} 12 and a count")


def _figure(shop: Shop, name: str, paths: list[str], bare: list[str], does: str) -> Figure:
    value = shop.meter.get_ms(shop.app, paths)
    return Figure(name, value, UNIT, shop.meter.get_ms(shop.bare, bare), does)


FIGURES: dict[str, Callable[[Shop], Figure]] = {
    "page.listing": listing,
    "page.search": search,
    "page.product": product,
    "page.home": home,
    "page.fair": fair,
}
