"""A fair from the call for its places to its report: 40 groups, 24 places, 60 orders, 3 tills."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from marketplace.accounts.models import Role
from marketplace.catalogue.models.products import Product
from marketplace.catalogue.models.stock import MovementKind, Stock, StockMovement
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise, Segment
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.lists import ClosingList
from marketplace.fairs.models.splits import DeskShare
from marketplace.fairs.operations import offers
from marketplace.fairs.queries import calls
from marketplace.orders.errors import OverLimit
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, OrderLine
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import moves
from marketplace.orders.operations.checkout import Buyer
from marketplace.orders.operations.offers import Wanted
from marketplace.payments.chart import AccountName
from marketplace.payments.models.ledger import LedgerAccount
from marketplace.payments.queries.ledger import balance
from tests.browser import DESK, PHONE
from tests.factories import calls as applying
from tests.factories.accounts import make_division, make_staff
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.orders import choose_collection, make_basket, place
from tests.journeys import fairing, registering
from tests.journeys.conftest import Served
from tests.journeys.days import Days

NAME, GROUPS, PLACES, ORDERS = "Feira da Ponta Negra", 40, 24, 60
QUOTAS = {"artesanato": 6, "extrativismo": 4, "reciclagem": 3, "mandioca": 4}
PRICE, AT_FAIR = 25_00, 20_00  # what each piece costs, and what that of the first stall does there
SOLD = 12, 8, 5  # at two stalls and at the common desk, which sells for the first of them
HANDED = 1 + 1, 2 + 2  # pieces of two orders at each stall
COUNTED = "280,00", "300,00"
APART, EACH = 12, 3  # pieces that each group sets apart, and how many one person may have of them
Open = Callable[..., Page]


class Cast(NamedTuple):
    """Who plays: logins of staff and of the groups' producers, by group; where, and when."""

    staff: str
    finance: str
    cashier: str
    zone: str
    groups: dict[int, str]


@pytest.fixture
def days(monkeypatch: pytest.MonkeyPatch) -> Days:
    return Days(monkeypatch)


@pytest.fixture
def cast(house: Served, days: Days) -> Cast:
    """Forty approved groups of five segments, each with a producer and twenty pieces."""
    with house.app.app_context():
        division, now = make_division(), days.now()
        segments = list(Segment)
        made = {}
        for number in range(GROUPS):
            group = make_enterprise(
                name=f"Grupo {number + 1:02d}",
                division=division,
                segment=segments[number % len(segments)],
                registered_at=now,
                standing_since=now,
            )
            user, _group = make_producer(enterprise=group)
            made[group.id] = str(user.mobile)
            goods = {"name": f"Peça {number + 1:02d}", "price_cents": PRICE, "left": 20}
            make_published(enterprise=group, now=now, **goods)
        staff = make_staff(Role.ARTICULATION, division, name="Célia Souza")
        desk = make_staff("desk_till", division, name="Nete do Caixa")
        pays = make_staff(Role.FINANCE, division, name="Ivo Prado")
        logins = (str(staff.mobile), str(pays.mobile))
        return Cast(*logins, str(desk.name), division.time_zone, made)


def test_from_the_call_for_places_to_the_report(
    house: Served, days: Days, cast: Cast, open_browser: Open, tmp_path: Path
) -> None:
    today = clock.today(cast.zone, days.now())
    fair_day = today + timedelta(days=10)
    staff = registering.log_in(open_browser(DESK), cast.staff)
    fair_id = fairing.plan_fair(staff, name=NAME, day=fair_day)
    fairing.call_for_places(staff, fair_id, places=PLACES, quotas=QUOTAS, today=today)
    first = next(iter(cast.groups))
    group = registering.log_in(open_browser(PHONE, has_touch=True), cast.groups[first])
    fairing.apply(group, fair_id, "Cestos e redes")
    all_others_apply(house, days, fair_id, set(cast.groups) - {first})

    days.go_to(today + timedelta(days=4), 9, cast.zone)
    staff = registering.log_in(open_browser(DESK), cast.staff)
    fairing.draw(staff, fair_id)
    held, waiting = drawn(house, fair_id)
    assert (len(held), len(waiting)) == (PLACES, GROUPS - PLACES)
    again = fairing.drawn_again(open_browser(PHONE), slug_of(house, fair_id), tmp_path)
    assert [outcome for _number, outcome in again].count("waiting") == GROUPS - PLACES
    assert again == kept_outcomes(house, fair_id)
    leaver = registering.log_in(open_browser(PHONE, has_touch=True), cast.groups[held[-1]])
    fairing.give_up(leaver, fair_id)
    (called,) = {*holders(house, fair_id)} - {*held[:-1]}
    assert called in first_of_each_segment(house, waiting)

    fairing.announce(staff, fair_id)
    chosen, *others = holders(house, fair_id)
    seller = registering.log_in(open_browser(PHONE, has_touch=True), cast.groups[chosen])
    apart = {"pieces": APART, "each": EACH, "price": "20,00"}
    fairing.set_apart(seller, fair_id, piece_of(house, chosen), **apart)
    all_others_set_apart(house, days, fair_id, others)
    sees_what_is_apart(open_browser(PHONE), slug_of(house, fair_id))
    ordered = orders_are_placed(house, days, fair_id)

    days.go_to(fair_day - timedelta(days=1), 19, cast.zone)
    house.do_the_queue(periods_too=True)
    staff = registering.log_in(open_browser(DESK), cast.staff)
    staff.goto(f"/gestao/feiras/{fair_id}/listas")
    expect(staff.locator("main tbody tr")).to_have_count(PLACES)
    assert listed(house, fair_id) == ordered
    what_was_apart_went_back(house, ordered)

    sellers = holders(house, fair_id)[:2]
    tills = [open_browser(PHONE, has_touch=True) for _till in range(3)]
    places = [*(name_of(house, seller) for seller in sellers), cast.cashier]
    for till, where, seller in zip(tills, places, [*sellers, sellers[0]], strict=True):
        address = fairing.bind_till(staff, fair_id, where)
        fairing.load(till, address, piece_of(house, seller))
        till.context.set_offline(True)

    days.go_to(fair_day, 12, cast.zone)
    for till, seller, times in zip(tills, [*sellers, sellers[0]], SOLD, strict=True):
        fairing.sell(till, piece_of(house, seller), times)
    for till, seller, counted in zip(tills, sellers, COUNTED, strict=False):
        fairing.hand_over(till, codes_of(house, seller)[:2])
        fairing.close_drawer(till, counted)
    for till in tills:
        fairing.send(till)

    staff = registering.log_in(open_browser(DESK), cast.staff)
    fairing.mark_present(staff, fair_id, absent=holders(house, fair_id)[-1])
    finance = registering.log_in(open_browser(DESK), cast.finance)
    fairing.share_out(staff, finance, fair_id)
    the_desk_is_shared_out(house, fair_id, chosen)
    the_figures_agree(house, staff, fair_id)


def all_others_apply(house: Served, days: Days, fair_id: int, groups: set[int]) -> None:
    with house.app.app_context():
        call = db.session.scalars(calls.of_fair(fair_id)).one()
        for group_id in sorted(groups):
            group = db.session.get_one(Enterprise, group_id)
            applying.apply(call, group, now=days.now())


def all_others_set_apart(house: Served, days: Days, fair_id: int, groups: list[int]) -> None:
    with house.app.app_context():
        for group_id in groups:
            query = sa.select(Product.id).where(Product.enterprise_id == group_id)
            goods, wanted = db.session.scalars(query).one(), Wanted(APART, EACH)
            offers.set_apart(fair_id, group_id, goods, wanted, by=HOUSE, now=days.now())


def sees_what_is_apart(visitor: Page, slug: str) -> None:
    """Read on the fair's page what each stall set apart, and that one sells it there alone."""
    visitor.goto(f"/feiras/{slug}")
    apart = visitor.locator("main section", has=visitor.locator("#ap")).locator("li")
    expect(apart).to_have_count(PLACES)
    expect(apart.filter(has_text="Só nesta feira")).to_have_count(1)


def what_was_apart_went_back(house: Served, ordered: dict[int, int]) -> None:
    """Hold the movements of each group's pieces apart against what was reserved of them."""
    with house.app.app_context():
        moved = sa.func.sum(StockMovement.apart_change)
        query = sa.select(Product.enterprise_id, StockMovement.kind, moved).join(Product)
        grouped = query.group_by(Product.enterprise_id, StockMovement.kind).having(moved != 0)
        found = {(group, kind): pieces for group, kind, pieces in db.session.execute(grouped)}
    expected: dict[tuple[int, MovementKind], int] = {}
    for group, reserved in ordered.items():
        expected[group, MovementKind.SET_APART] = APART
        expected[group, MovementKind.HELD] = -reserved
        expected[group, MovementKind.BROUGHT_BACK] = reserved - APART
    assert found == expected


def slug_of(house: Served, fair_id: int) -> str:
    with house.app.app_context():
        return db.session.get_one(Fair, fair_id).slug


def drawn(house: Served, fair_id: int) -> tuple[list[int], list[int]]:
    """Return who got a place, and who waits, in the order of the draw."""
    with house.app.app_context():
        call = db.session.scalars(calls.of_fair(fair_id)).one()
        lots = sorted(calls.lots(call.draw.id), key=lambda lot: lot.position)
        got = [lot.application.enterprise_id for lot in lots if lot.outcome != "waiting"]
        return got, [lot.application.enterprise_id for lot in lots if lot.outcome == "waiting"]


def kept_outcomes(house: Served, fair_id: int) -> list[tuple[str, str]]:
    with house.app.app_context():
        call = db.session.scalars(calls.of_fair(fair_id)).one()
        return [(str(lot.number), lot.outcome.value) for lot in calls.lots(call.draw.id)]


def first_of_each_segment(house: Served, waiting: list[int]) -> set[int]:
    """Return who may be called up: the next in line, or of a segment that has less than is kept."""
    with house.app.app_context():
        first: dict[Segment, int] = {}
        for group_id in waiting:
            first.setdefault(db.session.get_one(Enterprise, group_id).segment, group_id)
        return set(first.values())


def holders(house: Served, fair_id: int) -> list[int]:
    with house.app.app_context():
        fair = db.session.get_one(Fair, fair_id)
        return [shown.enterprise_id for shown in fair.exhibitors]


def name_of(house: Served, enterprise_id: int) -> str:
    with house.app.app_context():
        return db.session.get_one(Enterprise, enterprise_id).name


def piece_of(house: Served, enterprise_id: int) -> str:
    return name_of(house, enterprise_id).replace("Grupo", "Peça")


def orders_are_placed(house: Served, days: Days, fair_id: int) -> dict[int, int]:
    """Have sixty people reserve one to three pieces each, which are promised.

    Return each group's pieces.
    """
    wanted = dict.fromkeys(holders(house, fair_id), 0)
    with house.app.app_context():
        fair = db.session.get_one(Fair, fair_id)
        collection = db.session.get_one(Collection, fair.days[0].collection_id)
        for number in range(ORDERS):
            seller = list(wanted)[number % PLACES]
            goods = db.session.scalars(
                sa.select(Product).where(Product.enterprise_id == seller)
            ).one()
            window = collection.windows[number % len(collection.windows)].id
            token = make_basket(goods, quantity=1 + number % 3, now=days.now())
            choices = {seller: choose_collection(collection, window_id=window)}
            buyer = Buyer(f"Pessoa {number + 1}", f"(92) 99999-{number:04d}")
            (order,) = place(token, choices, buyer=buyer, now=days.now()).orders
            moves.accept_order(order.id, by=HOUSE, now=days.now())
            wanted[seller] += 1 + number % 3
        token = make_basket(goods, quantity=EACH, now=days.now())
        with pytest.raises(OverLimit):  # the last one has some already
            place(token, choices, buyer=buyer, now=days.now())
        db.session.rollback()
    return wanted


def listed(house: Served, fair_id: int) -> dict[int, int]:
    """Return how many pieces each group's only list tells."""
    with house.app.app_context():
        query = sa.select(ClosingList).where(ClosingList.fair_id == fair_id)
        lists = list(db.session.scalars(query))
        assert len({one.enterprise_id for one in lists}) == len(lists)
        return {one.enterprise_id: one.pieces for one in lists}


def codes_of(house: Served, seller: int) -> list[tuple[str, str]]:
    """Return what the buyers of a group tell at its stall: number and code."""
    with house.app.app_context():
        query = sa.select(Order).where(Order.enterprise_id == seller).order_by(Order.id)
        return [(order.code, order.handover_code) for order in db.session.scalars(query)]


def the_desk_is_shared_out(house: Served, fair_id: int, seller: int) -> None:
    """Hold the split of the desk, at the price of that fair, against the books."""
    with house.app.app_context():
        share = db.session.scalars(sa.select(DeskShare)).one()
        taken = SOLD[2] * AT_FAIR
        assert (share.enterprise_id, share.cash_cents, share.due_cents) == (seller, taken, taken)
        assert balance(AccountName("cash_box", fair_id)) == taken
        assert balance(AccountName("payable", seller)) == -taken
        straight = sa.select(sa.func.sum(LedgerAccount.balance_cents))
        straight = straight.where(LedgerAccount.code.like("direct_received:%"))
        first, second = SOLD[0] + HANDED[0], SOLD[1] + HANDED[1]
        assert db.session.scalar(straight) == first * AT_FAIR + second * PRICE


def the_figures_agree(house: Served, staff: Page, fair_id: int) -> None:
    """Hold the report against the lines of sale, the books and what was moved in stock."""
    staff.goto(f"/gestao/feiras/{fair_id}/relatorio")
    told = fairing.told_volume(staff)
    with house.app.app_context():
        pieces = sum(SOLD) + sum(HANDED)
        assert told == db.session.scalar(sa.select(sa.func.sum(SaleFact.gross_cents)))
        of_first = SOLD[0] + SOLD[2] + HANDED[0]
        assert told == of_first * AT_FAIR + (pieces - of_first) * PRICE
        line = OrderLine.price_cents * OrderLine.handed_over
        assert told == db.session.scalar(sa.select(sa.func.sum(line)))
        kept = sa.select(sa.func.sum(SaleFact.quantity)).where(SaleFact.fair_id == fair_id)
        assert db.session.scalar(kept) == pieces
        assert db.session.scalar(sa.select(sa.func.sum(Stock.sold_count))) == pieces
        moved = sa.select(sa.func.sum(StockMovement.sold_change))
        assert db.session.scalar(moved) == pieces
        assert db.session.scalar(sa.select(sa.func.sum(Stock.apart_count))) == 0
        assert invariants.broken() == {}
    expect(staff.locator("main")).to_contain_text(f"4 de {ORDERS}")
    expect(staff.locator("main")).to_contain_text(f"2 de {PLACES - 1}")
