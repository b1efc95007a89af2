"""`./run bench`: a line per figure: name, value, unit, floor, ratio, and what the floor does."""

import argparse
import logging
import platform
from collections.abc import Callable, Iterable
from importlib.metadata import version

from bench import boot, orders, pages, reports, shop
from bench.measure import HEADER, Figure, Size
from bench.shop import Shop

FIGURES: dict[str, Callable[[Shop], Figure]] = {
    **pages.FIGURES,
    **orders.FIGURES,
    **reports.FIGURES,
    **boot.FIGURES,
}
FEWEST = 20  # products: a basket needs several makers with several


def main() -> None:
    reader = argparse.ArgumentParser(prog="./run bench", allow_abbrev=False)
    reader.add_argument("--products", type=int, default=1000, metavar="N")
    reader.add_argument("--lines", type=int, default=10_000, metavar="N")
    reader.add_argument("name", nargs="*", help=f"the beginning of: {', '.join(FIGURES)}")
    asked = reader.parse_args()
    if asked.products < FEWEST or asked.lines < 1:
        reader.error(f"at least {FEWEST} products and 1 line are needed")
    if unknown := [name for name in asked.name if not chosen([name])]:
        reader.error(f"no figure begins with {', '.join(unknown)}: {', '.join(FIGURES)}")
    logging.disable(logging.INFO)  # a line per request
    run(Size(asked.products, asked.lines), asked.name)


def run(size: Size, names: Iterable[str] = ()) -> None:
    """Print the figures whose names begin so, all of them if none are given."""
    with shop.opened(size) as filled:
        print(told(filled))
        print(HEADER)
        for name in chosen(names):
            print(FIGURES[name](filled).line(), flush=True)


def chosen(names: Iterable[str]) -> list[str]:
    """Return the figures that begin with any of these names, in their own order."""
    wanted = tuple(names)
    return [name for name in FIGURES if name.startswith(wanted or "")]


def told(filled: Shop) -> str:
    """Return on what the figures are taken."""
    size = filled.size
    flask = f"Python {platform.python_version()}, Flask {version('flask')}"
    goods = f"{size.products:,} products of {filled.makers} makers, {size.lines:,} lines of sale"
    return f"{filled.engine}, {flask}; {goods}; in process, no network"


if __name__ == "__main__":
    main()
