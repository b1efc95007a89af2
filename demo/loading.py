"""The order in which the demonstration is put in, and what it prints in the end."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from demo import at_fairs, bank, cast, council, fair_trade, groups, history
from demo.before import declare_before, have_sent
from demo.cast import Login
from marketplace.accounts.models import Division, Role, User, Zone
from marketplace.accounts.queries import person_of
from marketplace.core import clock
from marketplace.core.clock import instant_of
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise
from marketplace.enterprises.operations import facilitation
from marketplace.fairs.models.fairs import Fair
from marketplace.opendata import operations as publishing
from marketplace.opendata import queries as open_accounts
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import Way, Window
from marketplace.orders.operations import moves, places
from marketplace.orders.operations.choosing import Choice
from marketplace.payments.models.payments import Method
from marketplace.reports.operations.exports import ask_export
from marketplace.reports.periods import Period

SHOWN = "E01"  # the enterprise whose producer the demonstration logs in
HOURS = {str(weekday): ["08:00", "14:00"] for weekday in range(1, 6)}
DELIVERY_CENTS = {"rural": 28_00, "outro-municipio": 35_00}
Say = Callable[[str], None]


def is_loaded() -> bool:
    return (
        db.session.scalar(sa.select(Enterprise.id).where(Enterprise.is_demo).limit(1)) is not None
    )


def load(now: datetime, say: Say, *, purchases: int = history.PURCHASES) -> list[str]:
    """Put everything in; returns the lines that tell a newcomer how to log in.

    ``purchases`` is how many are made at a fair of the last year, on average.
    """
    divisions = {d.slug: d.id for d in db.session.scalars(sa.select(Division))}
    manaus, border = (
        db.session.get_one(Division, divisions[s]) for s in ("manaus", "guajara-mirim")
    )
    began = now - timedelta(days=740)
    hired = cast.hire(manaus, 10, now=began)
    hired_there = cast.hire(border, 30, now=began)
    enterprises = groups.register(
        person_of(hired[Role.ARTICULATION][0].id),
        person_of(hired_there[Role.ARTICULATION][0].id),
        now=began,
    )
    groups.stock_shop(enterprises, now=began)
    say("Enterprises and products are in; now two years of sales.")
    _open_places(manaus.id, border.id, now=began)
    logins = [login for _user, login in hired.values()] + _hands(hired, now=began)
    _tell_the_past(purchases, now=now, say=say)
    seats = (Role.COUNCIL, Role.QUALIFICATION, Role.FINANCE, Role.HEAD)
    fair_trade.tell(divisions["manaus"], [hired[seat][0] for seat in seats], now=now)
    this_year = clock.today(db.session.get_one(Division, divisions["manaus"]).time_zone, now).year
    year = Period(date(this_year, 1, 1), date(this_year, 12, 31))
    ask_export(divisions["manaus"], year, by=person_of(hired[Role.HEAD][0].id), now=now)
    sample = _plan_the_future(now=now)
    groups.let_some_wait(
        db.session.get_one(Division, divisions["manaus"]).municipality_code, now=now
    )
    for month in open_accounts.due(now):
        publishing.publish_month(month, by=HOUSE, now=now)
    council.tell(divisions["manaus"], {role: one[0].id for role, one in hired.items()}, now=now)
    bank.tell(divisions["manaus"], person_of(hired[Role.FINANCE][0].id), now=now)
    return _lines(logins, sample)


def _open_places(manaus_id: int, border_id: int, *, now: datetime) -> None:
    """Open a service point in each municipality, and price deliveries by zone."""
    named = (
        (manaus_id, "Loja da Economia Solidária", "Rua Miranda Leão, 100, Centro"),
        (border_id, "Sala do Empreendedor", "Avenida 15 de Novembro, 930"),
    )
    for division_id, name, address in named:
        places.open_point(division_id, name=name, address=address, hours=HOURS, by=HOUSE, now=now)
    for zone_id, slug in db.session.execute(sa.select(Zone.id, Zone.slug)).all():
        cents = DELIVERY_CENTS.get(slug, 14_00)
        places.set_delivery_price(zone_id, price_cents=cents, days=4, by=HOUSE, now=now)


def _hands(hired: dict[Role, tuple[User, Login]], *, now: datetime) -> list[Login]:
    """Let more people work for the enterprise shown, and name its logins."""
    enterprise_id = db.session.scalars(
        sa.select(Enterprise.id).where(Enterprise.code == SHOWN)
    ).one()
    manager = groups.manager_of(enterprise_id)
    name, number = db.session.execute(
        sa.select(User.name, User.mobile).where(User.id == manager.id)
    ).one()
    key = cast.set_up_app(manager.id or 0, now=now)
    second, till = groups.add_hands(enterprise_id, now=now)
    helper = hired[Role.FACILITATOR][1]
    facilitation.accept_facilitator(enterprise_id, mobile=helper.mobile, by=manager, now=now)
    return [
        Login("producer (manages Grupo Fio de Tucum)", name, number or "", key),
        Login("second member of the same enterprise", second.name, second.mobile or ""),
        Login("stall till of the same enterprise", till.name, till.mobile or ""),
    ]


def _tell_the_past(purchases: int, *, now: datetime, say: Say) -> None:
    """Write declared totals for the first year and real orders for the second."""
    for division in db.session.scalars(sa.select(Division).order_by(Division.id)).all():
        zone, division_id = division.time_zone, division.id
        today = clock.today(zone, now)
        half = today - timedelta(days=365)
        there = _of(division_id)
        if not there:
            continue
        declare_before(division_id, half - timedelta(days=365), now=now)
        have_sent(division_id, now=now)
        history.declare_older(there, half - timedelta(days=365), half, now=now)
        _hold_fairs(division_id, Past([e.id for e in there], half, today, purchases))
        say(f"{division.name}: done.")
    history.take_stock(now=now)
    history.keep_quiet(now=now)


def _of(division_id: int) -> list[Enterprise]:
    query = sa.select(Enterprise).where(Enterprise.division_id == division_id)
    return list(db.session.scalars(query.order_by(Enterprise.code)))


@dataclass(frozen=True)
class Past:
    """The fairs of a Division from one day to another, and who sold there."""

    sellers: list[int]
    first: date
    today: date
    purchases: int


def _hold_fairs(division_id: int, past: Past) -> None:
    """Hold a fair every three weeks in Manaus, every two months on the border; each grows."""
    division = db.session.get_one(Division, division_id)
    zone, kinds = division.time_zone, history.PLACES[division.slug]
    chance = random.Random(history.SEED + division_id)  # noqa: S311 - a story, not a secret
    every, size = (3, 1.0) if len(kinds) > 1 else (8, 0.5)
    days = list(history.saturdays(past.first, past.today - timedelta(days=2)))[::every]
    for turn, day in enumerate(days):
        planned = instant_of(day - timedelta(days=26), time(10), zone)
        there = chance.sample(past.sellers, k=min(len(past.sellers), 11))
        division = db.session.get_one(Division, division_id)
        fair = history.hold_fair(division, kinds[turn % len(kinds)], day, there, now=planned)
        number = max(1, round(past.purchases * size * (0.7 + 0.6 * turn / len(days))))
        history.sell_at(fair, there, number, chance)
        if day == days[-1]:
            at_fairs.sell_at_tills(fair)
        else:
            at_fairs.close(fair)


def _plan_the_future(*, now: datetime) -> Purchase:
    """Announce the coming fairs and place some orders for the first; return the one to show."""
    first = None
    for division in db.session.scalars(sa.select(Division).order_by(Division.id)).all():
        today = clock.today(division.time_zone, now)
        sellers = [e.id for e in _of(division.id)]
        venue = at_fairs.look_for_places(division.id, now=now)
        there_too = {"venue_id": venue.id, "place": venue.name}
        days = list(history.saturdays(today + timedelta(days=5), today + timedelta(days=60)))[::3]
        for turn, day in enumerate(days):
            kinds = history.PLACES[db.session.get_one(Division, division.id).slug]
            there = sellers[:14] if turn < 2 else []  # the third is still being planned
            place = kinds[turn % len(kinds)] | ({} if there else there_too)
            fair = history.hold_fair(division, place, day, there, now=now - timedelta(days=9))
            first = first or fair.id
            if not there:
                at_fairs.call_for(fair, _of(division.id), now=now)
    return _order_for(first or 0, now=now)


def _order_for(fair_id: int, *, now: datetime) -> Purchase:
    """Place a few orders for a coming fair; some are accepted, one is ready."""
    fair = db.session.get_one(Fair, fair_id)
    collection_id = fair.days[0].collection_id or 0
    windows = sa.select(Window.id).where(Window.collection_id == collection_id)
    ids = list(db.session.scalars(windows.order_by(Window.starts_at)))
    goods = history.goods_of([shown.enterprise_id for shown in fair.exhibitors])
    chance = random.Random(history.SEED + 9)  # noqa: S311
    made: list[Purchase] = []
    for turn in range(8):
        basket = (
            _of_three(history.in_stock(goods), chance)
            if turn < 3
            else (history.chosen_goods(history.in_stock(goods), chance))
        )
        choices = {
            enterprise_id: Choice(
                Way.COLLECTION,
                Method.OWN_PIX,
                collection_id=collection_id,
                window_id=ids[turn % len(ids)],
            )
            for enterprise_id in {item.enterprise_id for item, _ in basket}
        }
        placed = now - timedelta(hours=20 - turn)
        made.append(history.order(basket, choices, turn, f"demo:next:{turn}", now=placed))
    _answer([purchase.id for purchase in made[1:5]], now=now)
    return made[0]


def _of_three(goods: list[history.Goods], chance: random.Random) -> list[tuple[history.Goods, int]]:
    """Return one product of the enterprise shown and one of each of two others."""
    sellers = list(dict.fromkeys(item.enterprise_id for item in goods))[:3]
    pieces = [[item for item in goods if item.enterprise_id == seller] for seller in sellers]
    return [(chance.choice(theirs), 1) for theirs in pieces]


def _answer(purchase_ids: list[int], *, now: datetime) -> None:
    query = sa.select(Order.id).where(Order.purchase_id.in_(purchase_ids)).order_by(Order.id)
    for turn, order_id in enumerate(db.session.scalars(query).all()):
        moves.accept_order(order_id, by=HOUSE, now=now - timedelta(hours=2))
        if turn % 3 == 0:
            moves.mark_ready(order_id, by=HOUSE, now=now - timedelta(hours=1))


def _lines(logins: list[Login], sample: Purchase) -> list[str]:
    width = max(len(login.role) for login in logins)
    lines = [f"Password of every login: {cast.PASSWORD}", ""]
    lines += [f"{login.role:<{width}}  {login.mobile}  {login.name}" for login in logins]
    lines += [
        "",
        "Staff are asked for a second step when they sign in, and who manages a group before",
    ]
    lines += [
        "its Pix key changes; the page shows the code of these invented people. For an app of"
    ]
    lines += ["your own, their keys:"]
    lines += [f"{login.role:<{width}}  {login.key}" for login in logins if login.key]
    codes = ", ".join(f"{order.letter} {order.handover_code}" for order in sample.orders)
    lines += ["", f"Sample order {sample.number}: /pedidos/{sample.link_key}"]
    return [*lines, f"Hand-over codes: {codes}"]
