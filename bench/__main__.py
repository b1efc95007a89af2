"""`./run bench`: a line per figure: value, what it may be at most, floor, what the floor does."""

import argparse
import logging
import platform
import sys
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from importlib.metadata import version
from itertools import product

from bench import boot, exports, orders, pages, paid, phone, reports, shop, till
from bench.load import __main__ as load
from bench.load import uploads
from bench.measure import Figure, Size
from bench.shop import Shop
from checks import postgres

FIGURES: dict[str, Callable[[Shop], Figure]] = {
    **pages.FIGURES,
    **orders.FIGURES,
    **paid.FIGURES,
    **reports.FIGURES,
    **exports.FIGURES,
    **boot.FIGURES,
    **phone.FIGURES,
    **till.FIGURES,
}
HEAD_PAGE = [name for name in FIGURES if name.startswith("report.head_page")]
MOST: dict[str, float] = {
    "page.listing": 1.5,
    "page.search": 1.5,
    "page.product": 1.2,
    "page.cached": 0.3,
    "order.purchase": 15,
    "order.pix": 25,
    "webhook.receipt": 3,
    "report.month_by_category": 40,
    **dict.fromkeys(HEAD_PAGE, 150),
    "export.memory": 50,
    "till.opening": 1,
    "till.sending": 20,
}
"""What the figures are meant to stay under, in their units, on SQLite with 10,000 products."""
MOST_OF_MANY: dict[int, dict[str, float]] = {
    1_000_000: {"report.month_by_category": 60},
    10_000_000: dict.fromkeys(HEAD_PAGE, 250),
}
"""The same, where there are so many lines of sale."""
PROGRAMS: dict[str, Callable[[list[str]], None]] = {"load": load.main, "uploads": uploads.main}
"""What is more than a figure: by its first word, with options of its own."""
FEWEST = 20  # products: a basket needs several makers with several
Before = dict[str, float]


def main() -> None:
    if sys.argv[1:2] and sys.argv[1] in PROGRAMS:
        PROGRAMS[sys.argv[1]](sys.argv[2:])
        return
    asked = _options().parse_args()
    logging.disable(logging.INFO)  # a line per request
    first: Before = {}
    with ExitStack() as stack:
        for url in [_address(stack, name) for name in asked.database]:
            for products, lines in product(asked.products, asked.lines):
                run(Size(products, lines), asked.name, url=url, first=first, split=asked.split)


def run(
    size: Size,
    names: Iterable[str] = (),
    *,
    url: str = "sqlite://",
    first: Before,
    split: bool = False,
) -> None:
    """Print the figures whose names begin so, all if none are given; beside those of a first run.

    ``split`` tells the parts of a figure too. What ``first`` lacks is entered there.
    """
    with shop.opened(size, url) as filled:
        print(told(filled))
        print(header(first))
        for name in chosen(names):
            for line in lines(FIGURES[name](filled), size, first, split=split):
                print(line, flush=True)
        print()


def chosen(names: Iterable[str]) -> list[str]:
    """Return the figures that begin with any of these names, in their own order."""
    wanted = tuple(names)
    return [name for name in FIGURES if name.startswith(wanted or "")]


def told(filled: Shop) -> str:
    """Return on what the figures are taken."""
    size = filled.size
    flask = f"Python {platform.python_version()}, Flask {version('flask')}"
    served = f"waitress {version('waitress')} over loopback"
    goods = f"{size.products:,} products of {filled.makers} makers, {size.lines:,} lines of sale"
    return f"{filled.engine}, {flask}, {served}; {goods}"


def header(first: Before) -> str:
    beside = f"{'of first':>9}" if first else ""
    titles = f"{'value':>10} {'unit':<12} {'at most':>8}{beside} {'floor':>9} {'ratio':>7}"
    return f"{'name':<26} {titles}  what the floor does"


def lines(figure: Figure, size: Size, first: Before, *, split: bool) -> Iterator[str]:
    """Yield how a figure is told, and each of its parts if asked."""
    many = [told for least, told in MOST_OF_MANY.items() if size.lines >= least]
    most = ChainMap(*reversed(many), MOST).get(figure.name)
    limit = f"{most:g}{' ' if figure.value <= most else '!'}" if most else ""
    beside = f"{figure.value / first[figure.name]:>7.2f} x" if figure.name in first else ""
    floor = f"{figure.floor:>9.3f} {figure.ratio:>7.1f}  {figure.floor_does}"
    yield f"{figure.name:<26} {figure.value:>10.3f} {figure.unit:<12} {limit:>8}{beside} {floor}"
    for name, value in figure.parts.items() if split else ():
        yield f"  {name:<24} {value:>10.3f}"
    first.setdefault(figure.name, figure.value)


def _options() -> argparse.ArgumentParser:
    reader = argparse.ArgumentParser(
        prog="./run bench",
        allow_abbrev=False,
        description="Figures, each beside its floor; '!' marks what is over what it may be."
        " Several sizes or databases are run one after another and told beside the first.",
    )
    reader.add_argument("--products", type=_numbers(FEWEST), default=[1000], metavar="N[,N]")
    reader.add_argument("--lines", type=_numbers(1), default=[10_000], metavar="N[,N]")
    reader.add_argument(
        "--database",
        type=lambda typed: typed.split(","),
        default=["sqlite"],
        metavar="NAME[,NAME]",
        help="sqlite, postgresql (a server of its own, thrown away) or the address of a database"
        " beside which others may be created",
    )
    reader.add_argument("--split", action="store_true", help="tell the steps of a purchase")
    known = f"the beginning of: {', '.join(FIGURES)}"
    reader.add_argument("name", nargs="*", type=_known, help=known)
    return reader


def _numbers(fewest: int) -> Callable[[str], list[int]]:
    def numbers(typed: str) -> list[int]:
        found = [int(number) for number in typed.split(",")]
        if min(found) < fewest:
            raise argparse.ArgumentTypeError(f"at least {fewest}")
        return found

    return numbers


def _known(name: str) -> str:
    if not chosen([name]):
        raise argparse.ArgumentTypeError(f"no figure begins with {name}: {', '.join(FIGURES)}")
    return name


def _address(stack: ExitStack, name: str) -> str:
    if name == "postgresql":
        return stack.enter_context(postgres.throw_away_server(durable=True))
    return "sqlite://" if name == "sqlite" else name


if __name__ == "__main__":
    main()
