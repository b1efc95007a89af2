"""A day at three tills with a line that breaks: what was sold arrives, and once.

Real browsers before real server processes. The line is cut and comes back, a server is killed, half
of the answers are lost after the house has kept what was sent; tabs crash, browsers are restarted,
power goes while a sale is being kept. One stall has two phones, of which one is nine days slow; the
third phone is the common desk's of another fair, on another day. 200 sales by taps, 2,000 by the
page's own code; some pieces come back. In the end house and phones say the same, sale by sale.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from playwright.sync_api import sync_playwright

from marketplace.catalogue.models.stock import Stock
from marketplace.core import clock, invariants
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import Till, TillSale, TillVoid
from marketplace.fairs.queries.till_accounts import accounts, drawers
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, OrderLine, Purchase
from marketplace.orders.models.places import Collection
from tests.campaigns.lines import Line
from tests.campaigns.phones import Good, Phone
from tests.campaigns.scale import SQLITE_IF_BRIEF, scaled
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import soon
from tests.factories.tills import make_bound

pytestmark = SQLITE_IF_BRIEF

SEED = 20_261_127
TAPS, BY_CODE, AT_ONCE = scaled(200), scaled(2000), 20
BACK = max(4, TAPS // 20)
NAMES = ("Castanha", "Farinha", "Colar", "Mel", "Cesto")
LEFT = (5, 40, 1000, 1000, 0)  # of some more is sold than there is
CENTS = (39_90, 14_00, 72_00, 25_50, 110_00)
MISHAPS = (*["none"] * 12, "tab", "tab", "browser", "power")
WEATHER = (*["as it is"] * 6, "cut", "cut", "back", "back", "kill")


class Fairs(NamedTuple):
    """Phones, and how each of them is opened."""

    phones: list[Phone]
    line: Line
    chance: random.Random


def goods_of(seller: Enterprise) -> list[Good]:
    found = []
    for name, cents, left in zip(NAMES, CENTS, LEFT, strict=True):
        called = f"{name} {seller.id}"
        product = make_published(
            enterprise=seller, name=called, price_cents=cents, left=left, now=clock.now()
        )
        found.append(Good(product.id, seller.id, called, cents))
    return found


@pytest.fixture
def fairs(place, web, tmp_path) -> Iterator[Fairs]:
    """Two fairs with three tills, each loaded while there was a line."""
    chance, now = random.Random(SEED), clock.now()  # noqa: S311 - of a test
    (_ana, stall), (_bia, other) = make_producer(), make_producer()
    db.session.get_one(Enterprise, other.id).division_id = stall.division_id
    db.session.commit()
    first = make_announced(stall, days=(soon(0)["day"],), now=now)
    second = make_announced(stall, other, days=(soon(3)["day"],), now=now)
    ours, theirs = goods_of(stall), goods_of(other)
    bound = [make_bound(stall, fair=first, now=now) for _ in range(2)]
    bound.append(make_bound(stall, fair=second, desk=True, now=now))
    goods = (ours, ours, ours + theirs)
    line = Line(web, chance)
    with ExitStack() as stack:
        program = stack.enter_context(sync_playwright())
        stack.enter_context(line.open())
        phones = []
        for number, (one, some) in enumerate(zip(bound, goods, strict=True)):
            phone = Phone(program, tmp_path / f"phone-{number}", line.url, slow=number == 1)
            stack.callback(phone.close)
            phone.till_id, phone.goods = one.till_id, some
            phone.load(f"/caixa#{one.token}")
            phones.append(phone)
        yield Fairs(phones, line, chance)


def change_weather(fairs, web):
    """Let the line be cut or come back; a killed server is started again when it does."""
    weather = fairs.chance.choice(WEATHER)
    if weather == "kill" and not fairs.line.cut:
        web[0].kill()
    fairs.line.cut = {"cut": True, "kill": True, "back": False}.get(weather, fairs.line.cut)
    if not fairs.line.cut:
        revive(web)


def revive(web):
    if web[0].process.poll() is not None:
        web[0].start()
        web[0].wait()


def sell_all_day(fairs, web):
    """Mix sales by taps and by code with pieces that come back, in any weather."""
    acts = ["tap"] * TAPS + ["code"] * (BY_CODE // AT_ONCE) + ["back"] * BACK
    fairs.chance.shuffle(acts)
    mishaps = Counter()
    for act in acts:
        change_weather(fairs, web)
        phone = fairs.chance.choice(fairs.phones)
        if act == "code":
            phone.queue(fairs.chance, AT_ONCE)
        elif act == "back":
            phone.give_back(fairs.chance)
        else:
            mishap = fairs.chance.choice(MISHAPS)
            mishaps[mishap] += 1
            phone.sell(fairs.chance, mishap)
    return mishaps


def test_nothing_is_lost_or_counted_twice(fairs, web, record_property):
    fairs.line.losing = True
    mishaps = sell_all_day(fairs, web)
    fairs.line.cut = False
    revive(web)
    for phone in fairs.phones:
        phone.send()

    kept = {phone.till_id: phone.kept() for phone in fairs.phones}
    db.session.remove()
    for phone in fairs.phones:
        agrees(phone, kept[phone.till_id])
        assert phone.faults == []
    stock_agrees([row for rows in kept.values() for row in rows])
    assert invariants.broken() == {}
    assert {"told", "cut", "lost", "torn"} <= set(fairs.line.fates)  # or it was not tried
    sold = sum(len(phone.sold) for phone in fairs.phones)
    record_property(
        "told",
        f"tills: seed {SEED}, {sold} sales, {sum(p.undone for p in fairs.phones)} undone,"
        f" {sum(len(p.returned) for p in fairs.phones)} pieces back, 0 lost, 0 twice;"
        f" sent {dict(fairs.line.fates)}; befell {dict(mishaps)}",
    )


def agrees(phone: Phone, rows: list[dict[str, Any]]) -> None:
    """Compare what a seller knows, what the phone kept and what the house has of one till."""
    sales = {row["id"]: row["body"] for row in rows if row["kind"] == "sale"}
    voids = {row["id"]: row["body"]["sale"] for row in rows if row["kind"] == "void"}
    returns = {row["id"]: row["body"]["amount_cents"] for row in rows if row["kind"] == "return"}
    assert {row["state"] for row in rows} == {"sent"}
    assert sorted(body["total_cents"] for body in sales.values()) == sorted(phone.sold)
    assert len(voids) == phone.undone
    assert sorted(returns.values()) == sorted(phone.returned)
    assert [row["body"]["sequence"] for row in rows] == list(range(1, len(rows) + 1))

    of_till = TillSale.till_id == phone.till_id
    told = db.session.execute(
        sa.select(TillSale.code, TillSale.sequence, TillSale.total_cents).where(of_till)
    )
    assert {tuple(row) for row in told} == {
        (code, body["sequence"], body["total_cents"]) for code, body in sales.items()
    }
    undone = sa.select(TillVoid.code, TillSale.code).join(TillSale).where(of_till)
    assert dict(db.session.execute(undone).all()) == voids
    back = sa.select(TillReturn.code, TillReturn.amount_cents)
    back = back.where(TillReturn.till_id == phone.till_id)
    assert dict(db.session.execute(back).all()) == returns
    live = {code: body for code, body in sales.items() if code not in voids.values()}
    cash = sum(body["tenders"].get("cash", 0) for body in live.values())
    total = sum(body["total_cents"] for body in live.values())
    given = sum(returns.values())
    assert drawers([phone.till_id])[phone.till_id].due_cents == cash - given
    account = accounts([phone.till_id])[phone.till_id]
    assert (account.total_cents, account.returned_cents, account.missing) == (total, given, 0)
    assert facts_of(phone) == {fair_day(phone): total - given}


def fair_day(phone):
    till = db.session.get_one(Till, phone.till_id)
    return till.fair_id, db.session.get_one(Collection, till.collection_id).day


def facts_of(phone):
    """Return what was sold by a till, by fair and day."""
    query = (
        sa.select(SaleFact.fair_id, SaleFact.occurred_on, sa.func.sum(SaleFact.gross_cents))
        .join(OrderLine, OrderLine.id == SaleFact.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Purchase, Purchase.id == Order.purchase_id)
        .join(TillSale, TillSale.purchase_id == Purchase.id)
        .where(TillSale.till_id == phone.till_id)
        .group_by(SaleFact.fair_id, SaleFact.occurred_on)
    )
    return {(fair_id, day): cents for fair_id, day, cents in db.session.execute(query)}


def stock_agrees(rows):
    """Compare pieces: sold is what the phones sold, and what was sold beyond the count is named."""
    undone = {row["body"]["sale"] for row in rows if row["kind"] == "void"}
    sold = Counter()
    for row in rows:
        signs = {"sale": 0 if row["id"] in undone else 1, "return": -1}
        if sign := signs.get(row["kind"]):
            for line in row["body"]["lines"]:
                sold[line["product"]] += sign * line["quantity"]
    counted = db.session.execute(sa.select(Stock.product_id, Stock.sold_count))
    assert {product: pieces for product, pieces in counted if pieces} == dict(+sold)
    beyond = sa.select(sa.func.sum(Matter.pieces)).where(Matter.kind == MatterKind.STOCK)
    assert db.session.scalar(beyond) > 0
