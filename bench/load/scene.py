"""Who comes when and asks for what: settled before anybody comes, the same for the same seed.

Arrivals keep to their instants however slow the answers are, and a wait counts from the instant at
which it should have begun: a house that stalls cannot make its visitors come later.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

SHARES = {"listing": 40, "product": 30, "search": 10, "home": 10, "fair": 5, "maker": 5}
"""Of a hundred pages, how many are of which kind."""
STEPS = (
    ("put", 0.0),
    ("put", 0.5),
    ("put", 1.0),
    ("basket", 1.5),
    ("form", 2.5),
    ("order", 4.0),
    ("receipt", 4.5),
)
"""A purchase: what its buyer does, and how many seconds after coming."""
FULL_ALREADY = 2.5  # seconds: a basket that is full already is looked at from here on
Paths = dict[str, list[str]]


class Visit(NamedTuple):
    """Somebody who looks at one page."""

    at: float  # seconds after the beginning
    kind: str
    path: str


class Purchase(NamedTuple):
    """Somebody who puts products into a basket and orders them."""

    at: float
    products: tuple[int, ...]
    token: str = ""  # of the basket that holds them already

    def steps(self) -> list[tuple[str, float]]:
        """Return what is left to do, and when, in seconds after coming."""
        first = FULL_ALREADY if self.token else 0
        return [(kind, after - first) for kind, after in STEPS if after >= first]


class Uploads(NamedTuple):
    """People on a bad line who send a photo all the while, a few bytes at a time."""

    clients: int
    path: str
    cookie: str
    piece: int = 20  # bytes
    pause_seconds: float = 0.1


class Scene(NamedTuple):
    """What is to happen; rates are per second."""

    seconds: float
    pages: float
    purchases: float
    paths: Paths
    baskets: list[tuple[int, ...]]
    collection_id: int
    window_ids: list[int]
    seed: int
    full: bool = False  # whether baskets are full before their buyers come
    uploads: Uploads | None = None

    def visits(self) -> Iterator[Visit]:
        """Yield who looks around, in order of coming."""
        chance = random.Random(f"visits {self.seed}")  # noqa: S311 - the same on every run
        kinds, weights = list(SHARES), list(SHARES.values())
        for at in instants(self.pages, self.seconds, chance):
            [kind] = chance.choices(kinds, weights)
            yield Visit(at, kind, chance.choice(self.paths[kind]))

    def bought(self) -> Iterator[Purchase]:
        """Yield who buys, in order of coming; all have ordered before the end."""
        chance = random.Random(f"purchases {self.seed}")  # noqa: S311 - the same on every run
        for n, at in enumerate(instants(self.purchases, self.seconds - STEPS[-1][1], chance)):
            token = f"full-{self.seed}-{n}" if self.full else ""
            yield Purchase(at, tuple(chance.choice(self.baskets)), token)

    def written(self) -> str:
        return json.dumps(self._asdict())

    @classmethod
    def read(cls, written: str) -> "Scene":
        told: dict[str, Any] = json.loads(written)
        sent = told.pop("uploads")
        return cls(**told, uploads=Uploads(*sent) if sent else None)


def instants(rate: float, seconds: float, chance: random.Random) -> list[float]:
    """Return when people come who know nothing of each other, in all as many as the rate says."""
    return sorted(chance.uniform(0, seconds) for _ in range(round(rate * seconds)))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that so large a share of all do not exceed; 0 of none."""
    if not values:
        return 0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def growth(samples: Sequence[tuple[float, float]]) -> float:
    """Return by how much the second number of each pair grows while the first grows by one.

    The line of least squares through all of them; 0 through fewer than two.
    """
    number = len(samples)
    if number < 2:
        return 0
    middle_x = sum(x for x, _ in samples) / number
    middle_y = sum(y for _, y in samples) / number
    spread = sum((x - middle_x) * (x - middle_x) for x, _ in samples)
    return sum((x - middle_x) * (y - middle_y) for x, y in samples) / spread
