"""Two years of sales: the older one as declared totals, the last one ordered and handed over.

Magnitudes after what the Division published: about R$ 300 a place at a fair, some ten places here.
Everything is drawn from one seed, so that two demonstrations tell the same story.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from demo import cast
from marketplace.accounts.models import Division
from marketplace.catalogue.models.products import Product, Showing, Supply
from marketplace.catalogue.models.stock import Stock
from marketplace.catalogue.operations import stock
from marketplace.core.clock import instant_of
from marketplace.core.database import db, operation
from marketplace.core.queue import Job
from marketplace.core.rights import HOUSE, VISITOR
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.fairs.models.fairs import Fair, HostKind
from marketplace.fairs.models.series import FairSeries
from marketplace.fairs.operations import calendar as fairs
from marketplace.fairs.operations import exhibitors, series
from marketplace.fairs.plans import DayPlan, FairPlan, SeriesPlan
from marketplace.orders.models.facts import Channel, FactKind
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Way, Window
from marketplace.orders.operations import baskets, checkout, handovers, moves
from marketplace.orders.operations.checkout import Buyer
from marketplace.orders.operations.choosing import Choice
from marketplace.orders.operations.facts import Declared, declare_total
from marketplace.payments.models.payments import Method

SEED = 20261122
PLACES: dict[str, tuple[dict[str, Any], ...]] = {
    "manaus": (
        {
            "name": "Feira Solidária do Largo",
            "place": "Largo de São Sebastião",
            "address": "Rua 10 de Julho, Centro",
            "latitude": -3_130_300,
            "longitude": -60_023_400,
        },
        {
            "name": "Feira Solidária da Ponta Negra",
            "place": "Anfiteatro da Ponta Negra",
            "address": "Avenida Coronel Teixeira",
            "latitude": -3_063_900,
            "longitude": -60_105_100,
        },
        {
            "name": "Feira Solidária no Distrito",
            "place": "Refeitório da fábrica",
            "address": "Distrito Industrial",
            "host": "Fábrica Igarapé (exemplo)",
            "host_kind": HostKind.FACTORY,
            "host_only": True,
        },
    ),
    "guajara-mirim": (
        {
            "name": "Feira da Beira-Rio",
            "place": "Praça da Beira-Rio",
            "address": "Avenida Beira-Rio",
            "latitude": -10_783_100,
            "longitude": -65_339_700,
        },
    ),
}
RULES = """A banca fica aberta até o fim da feira, com alguém do grupo presente.
Cada preço fica à vista, com a etiqueta da feira.
Quem vende diz à equipe, no fim do dia, quanto vendeu.
Comida: touca, avental e gelo. Cada grupo limpa o seu lugar."""
STALLS = """E 1 2 3 4 5 6 7
- - - - - - - -
8 9 10 11 12 13 14 15
- - - - - - - -
16 17 18 19 20 21 22 B
P P 23 24 25 26 27 28"""
PROGRAMME = [
    {"hour": "08:00", "what": "Abertura e café regional", "who": "tapioca, pupunha e suco"},
    {"hour": "10:00", "what": "Oficina de preço justo", "who": "com a equipe da Divisão, 20 vagas"},
    {"hour": "16:00", "what": "Carimbó e gambá", "who": ""},
]
OPENS, CLOSES = time(8), time(17)
PURCHASES = 32  # of one fair in the last year, on average


@dataclass(frozen=True)
class Goods:
    """A product as the history buys it."""

    id: int
    enterprise_id: int
    price_cents: int


def saturdays(first: date, last: date) -> Iterator[date]:
    day = first + timedelta(days=(5 - first.weekday()) % 7)
    while day <= last:
        yield day
        day += timedelta(days=7)


def hold_fair(
    division: Division, place: dict[str, Any], day: date, sellers: list[int], *, now: datetime
) -> Fair:
    """Plan a fair of one day with a stall for each seller; without sellers it is not announced."""
    zone = division.time_zone
    plan = FairPlan(
        **place,
        series_id=_series_of(division.id, place["name"], now),
        rules=RULES,
        municipality_code=division.municipality_code,
        reservations_close_at=instant_of(day - timedelta(days=1), time(18), zone),
        days=(DayPlan(day, OPENS, CLOSES),),
        access_note="Rampa, banheiro adaptado e intérprete de Libras das 9h às 13h",
        about="Produtos de quem faz, com o preço aberto: você vê para onde vai cada real.",
        programme=PROGRAMME,
        stall_plan=STALLS,
        window_minutes=60,
        window_capacity=60,
    )
    return _hold(division.id, plan, sellers, now=now)


@operation
def _series_of(division_id: int, name: str, now: datetime) -> int:
    """Return the series of the fairs of that name, started where there is none yet."""
    query = sa.select(FairSeries.id).where(FairSeries.division_id == division_id)
    if known := db.session.scalar(query.where(FairSeries.name == name)):
        return known
    told = "Produtos de grupos da economia solidária, com o preço aberto."
    made = series.start_series(division_id, SeriesPlan(name, told, 2), by=HOUSE, now=now)
    made.is_demo = True
    return made.id


@operation
def _hold(division_id: int, plan: FairPlan, sellers: list[int], *, now: datetime) -> Fair:
    fair = fairs.plan_fair(division_id, plan, by=HOUSE, now=now)
    fair.is_demo = True
    for number, enterprise_id in enumerate(sellers, 1):
        exhibitors.place_exhibitor(fair.id, enterprise_id, str(number), by=HOUSE, now=now)
    if sellers:
        fairs.announce_fair(fair.id, by=HOUSE, now=now)
    return fair


def declare_older(enterprises: list[Enterprise], first: date, last: date, *, now: datetime) -> None:
    """Write the months before as totals that the groups told at the end of each fair."""
    chance = random.Random(SEED)  # noqa: S311 - a story, not a secret
    told = [(e.id, e.code, e.segment) for e in enterprises]
    for day in list(saturdays(first, last))[::2]:
        growth = 0.6 + 0.4 * (day - first).days / max(1, (last - first).days)
        _declare_day(
            chance.sample(told, k=min(10, len(told))), day, growth, chance.random(), now=now
        )


@operation
def _declare_day(
    told: list[tuple[int, str, Segment]], day: date, growth: float, seed: float, *, now: datetime
) -> None:
    chance = random.Random(seed)  # noqa: S311
    for enterprise_id, code, segment in told:
        cents = round(chance.triangular(80_00, 900_00, 280_00) * growth)
        sale = Declared(enterprise_id, day, segment, Channel.FAIR_STALL, cents)
        declare_total(sale, key=f"demo:{code}:{day}", by=HOUSE, now=now)
        if chance.random() < 0.2:  # one in five took an order too
            order = replace(sale, gross_cents=round(cents * 0.3), kind=FactKind.ORDER_TAKEN)
            declare_total(order, key=f"demo:{code}:{day}:order", by=HOUSE, now=now)


def goods_of(enterprise_ids: list[int], supply: Supply = Supply.STOCK) -> list[Goods]:
    query = sa.select(Product.id, Product.enterprise_id, Product.price_cents).where(
        Product.enterprise_id.in_(enterprise_ids),
        Product.showing == Showing.PUBLISHED,
        Product.supply == supply,
    )
    return [Goods(*row) for row in db.session.execute(query.order_by(Product.id))]


def sell_at(fair: Fair, sellers: list[int], number: int, chance: random.Random) -> None:
    """Have people order for a past fair, most the day before, and collect on its day."""
    day = fair.days[0]
    opens = instant_of(day.day, OPENS, fair.time_zone)
    eve = instant_of(day.day - timedelta(days=1), time(9), fair.time_zone)
    collection_id, early = day.collection_id or 0, fair.made_at + timedelta(hours=1)
    windows = list(
        db.session.scalars(
            sa.select(Window.id)
            .where(Window.collection_id == collection_id)
            .order_by(Window.starts_at)
        )
    )
    goods, bulky = goods_of(sellers), goods_of(sellers, Supply.TO_ORDER)
    ordered = _order_all(collection_id, windows, goods, number, chance.random(), now=eve)
    if bulky:
        ordered += _commission(collection_id, windows[0], chance.choice(bulky), now=early)
    _hand_over_all(ordered, chance.random(), now=opens + timedelta(hours=2))


@operation
def _commission(collection_id: int, window_id: int, item: Goods, *, now: datetime) -> list[int]:
    """Order one piece to be made, and have it accepted: an *encomenda*."""
    way = Choice(Way.COLLECTION, Method.CASH, collection_id=collection_id, window_id=window_id)
    key = f"demo:{collection_id}:made"
    made = order([(item, 1)], {item.enterprise_id: way}, 7, key, now=now)
    moves.accept_order(made.orders[0].id, by=HOUSE, now=now + timedelta(hours=1))
    return [made.id]


@operation
def _order_all(
    collection_id: int,
    windows: list[int],
    goods: list[Goods],
    number: int,
    seed: float,
    *,
    now: datetime,
) -> list[int]:
    chance = random.Random(seed)  # noqa: S311
    made = []
    for turn in range(number):
        moment = now + timedelta(minutes=chance.randrange(8 * 60))
        basket = chosen_goods(goods, chance)
        choices = {
            enterprise_id: Choice(
                Way.COLLECTION,
                Method.OWN_PIX if chance.random() < 0.6 else Method.CASH,
                collection_id=collection_id,
                window_id=windows[turn % len(windows)],
            )
            for enterprise_id in {item.enterprise_id for item, _ in basket}
        }
        made.append(order(basket, choices, turn, f"demo:{collection_id}:{turn}", now=moment).id)
    return made


def chosen_goods(goods: list[Goods], chance: random.Random) -> list[tuple[Goods, int]]:
    """Return some products of one or two makers; dear ones less often, cheap ones in numbers."""
    sellers = sorted({item.enterprise_id for item in goods})
    near = chance.sample(sellers, k=min(len(sellers), chance.choice((1, 1, 2))))
    chosen: dict[int, Goods] = {}
    for seller in near:
        theirs = [item for item in goods if item.enterprise_id == seller]
        weights = [1 / (20_00 + item.price_cents) for item in theirs]
        wanted = chance.choices(theirs, weights, k=chance.randint(3, 6))
        chosen |= {item.id: item for item in wanted}
    return [
        (item, chance.randint(1, 3) if item.price_cents < 40_00 else 1) for item in chosen.values()
    ]


def order(
    basket: list[tuple[Goods, int]],
    choices: dict[int, Choice],
    turn: int,
    key: str,
    *,
    now: datetime,
) -> Purchase:
    token = None
    for item, pieces in basket:
        token = baskets.put_in(token, item.id, pieces, by=VISITOR, now=now).token
    address = "compradora@example.org" if key.startswith("demo:next:") else ""
    buyer = Buyer(cast.buyer(turn), cast.mobile(5000 + turn), address)
    placed = checkout.place_order(
        token or "", checkout_key=key, buyer=buyer, choices=choices, by=VISITOR, now=now
    )
    return db.session.get_one(Purchase, placed.id)


@operation
def _hand_over_all(purchase_ids: list[int], seed: float, *, now: datetime) -> None:
    chance = random.Random(seed)  # noqa: S311
    query = sa.select(Order.id, Order.handover_code, Order.method).where(
        Order.purchase_id.in_(purchase_ids)
    )
    for order_id, code, method in db.session.execute(query.order_by(Order.id)).all():
        moment = now + timedelta(minutes=chance.randrange(5 * 60))
        if chance.random() < 0.03:
            reason = "Não conseguimos produzir a tempo"
            moves.refuse_order(order_id, reason=reason, by=HOUSE, now=now - timedelta(hours=12))
        else:
            handovers.hand_over(order_id, code, paid_with=method, by=HOUSE, now=moment)


def in_stock(goods: list[Goods]) -> list[Goods]:
    """Return those of which a few are left."""
    left = sa.select(Stock.product_id).where(Stock.left_count >= 5)
    ids = set(db.session.scalars(left))
    return [item for item in goods if item.id in ids]


def take_stock(*, now: datetime) -> None:
    """Count what is left down to what a shop of this size would have."""
    chance = random.Random(SEED + 2)  # noqa: S311
    ids = list(
        db.session.scalars(
            sa.select(Product.id)
            .where(Product.supply == Supply.STOCK, Product.is_demo)
            .order_by(Product.id)
        )
    )
    _count({product_id: chance.choice((0, 1, 2, 3, 5, 8, 12, 20)) for product_id in ids}, now=now)


@operation
def _count(left: dict[int, int], *, now: datetime) -> None:
    for product_id, pieces in left.items():
        stock.count_stock(product_id, pieces, reason="Contagem", by=HOUSE, now=now)


@operation
def keep_quiet(*, now: datetime) -> None:
    """Let nobody be told today what happened long ago."""
    old = sa.delete(Job).where(Job.done_at.is_(None), Job.run_at < now - timedelta(days=2))
    db.session.execute(old)
