"""`./run bench uploads`: what a buyer waits while 40 people send photos over a bad line.

The same visits and purchases are played without and with them, in turns, so that what else the
machine does falls on both.
"""

import argparse
import logging
from collections.abc import Iterator
from itertools import chain, product

from bench.load import scene, town
from bench.load.played import Line, Played, play
from bench.load.scene import Scene, Uploads
from bench.load.town import Town
from bench.measure import Size
from bench.shop import SELLER
from checks import missing

CLIENTS, TURNS, MOST = 40, 3, 2  # double
PAGES, PURCHASES = 10.0, 1.0  # a second
SEED = 20_261_127
FRONTS = ["nothing", "nginx"]


def main(words: list[str]) -> None:
    asked = _options().parse_args(words)
    logging.disable(logging.INFO)
    size = Size(asked.products, asked.products)
    for database, front in product(asked.database.split(","), asked.front.split(",")):
        if front == "nginx":
            missing.put_in_place("nginx-light")
        with town.addressed(database) as url, town.built(size, url, front) as built:
            print(
                f"{built.shop.engine}, {town.PROCESSES} web processes, {front} in front;"
                f" {asked.clients} slow uploads; {TURNS} turns of {asked.seconds:g} s each way"
            )
            for line in measured(built, asked.clients, asked.seconds):
                print(line.told(), flush=True)


def measured(built: Town, clients: int, seconds: float) -> Iterator[Line]:
    """Play without and with so many uploads, in turns, and yield the figures."""
    path = f"/painel/produtos/{built.shop.products_of(1)[0]}/fotos"
    cookies = built.place.log_in(SELLER).cookies.items()
    sent = Uploads(clients, path, "; ".join(f"{name}={value}" for name, value in cookies))
    alone = built.scene(seconds, PAGES, PURCHASES, seed=SEED)
    play(built, alone._replace(seed=SEED - 1))
    met = [play(built, turn) for turn in _turns(alone, sent)]
    return lines(met[::2], met[1::2])


def lines(alone: list[Played], beside: list[Played]) -> Iterator[Line]:
    """Yield how many times as long buyers wait beside uploads as without."""
    before, then = _waits(alone), _waits(beside)
    for share in (0.5, 0.95):
        was, now = scene.percentile(before, share), scene.percentile(then, share)
        told = f"{was:.1f} ms without, {now:.1f} ms with, of {len(then):,}"
        yield Line(f"uploads.slower_p{share * 100:.0f}", now / was, "times", MOST, told)
    faults = [met.told["faults"] for met in (*alone, *beside)]
    told = ", ".join(f"{number} x {name}" for each in faults for name, number in each.items())
    yield Line("uploads.errors", sum(sum(each.values()) for each in faults), "", 0, told)


def _turns(alone: Scene, sent: Uploads) -> Iterator[Scene]:
    for turn in range(TURNS):
        yield alone._replace(seed=SEED + turn)
        yield alone._replace(seed=SEED + turn, uploads=sent)


def _waits(met: list[Played]) -> list[float]:
    return list(chain.from_iterable(chain(*(each.told["waits"].values() for each in met))))


def _options() -> argparse.ArgumentParser:
    reader = argparse.ArgumentParser(prog="./run bench uploads", allow_abbrev=False)
    reader.add_argument("--clients", type=int, default=CLIENTS, metavar="N")
    reader.add_argument("--seconds", type=float, default=15, metavar="N", help="of a turn")
    reader.add_argument("--products", type=int, default=1000, metavar="N")
    reader.add_argument("--database", default="sqlite,postgresql", metavar="NAME[,NAME]")
    reader.add_argument("--front", default=",".join(FRONTS), metavar="NAME[,NAME]")
    return reader
