"""Tills to test with, and what they tell."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import User
from marketplace.catalogue.models.products import Product
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.models import Enterprise
from marketplace.fairs import schemas
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.matters import Matter
from marketplace.fairs.models.sheets import PaperSheet
from marketplace.fairs.models.splits import BankingKind, DeskSplit
from marketplace.fairs.models.tills import Till, TillSale
from marketplace.fairs.operations import bankings, splits, sync
from marketplace.fairs.operations.sheets import Typed, type_sheet
from marketplace.fairs.operations.tills import Bound, bind_till
from marketplace.fairs.told import Answer
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Collection
from tests.factories.accounts import make_staff
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_announced
from tests.factories.orders import choose_collection, make_order
from tests.factories.payouts import finance

_serial = count(1)
Row = dict[str, Any]


def make_code(number: int | None = None) -> str:
    """Return a UUID of version 7; each call another one."""
    return f"0193a0b2-0000-7000-8000-{next(_serial) if number is None else number:012x}"


def make_bound(
    enterprise: Enterprise | None = None,
    *,
    desk: bool = False,
    fair: Fair | None = None,
    user: User | None = None,
    now: datetime = NOW,
) -> Bound:
    """Bind a till to the first day of a fair, at a stall or at the common desk."""
    enterprise = enterprise or make_enterprise()
    fair = fair or make_announced(enterprise, now=now)
    user = user or _seller(enterprise, desk=desk)
    seller = None if desk else enterprise.id
    return bind_till(fair.id, fair.days[0].id, seller, user.id, by=HOUSE, now=now)


def make_till(enterprise: Enterprise | None = None, **given: Any) -> Till:
    return db.session.get_one(Till, make_bound(enterprise, **given).till_id)


def _seller(enterprise: Enterprise, *, desk: bool) -> User:
    if desk:
        return make_staff("desk_till", enterprise.division)
    return make_producer("stall_till", enterprise=enterprise)[0]


def line(product: Product, quantity: int = 1, price_cents: int | None = None) -> Row:
    price = product.price_cents if price_cents is None else price_cents
    return {
        "product": product.id,
        "enterprise": product.enterprise_id,
        "name": "",
        "quantity": quantity,
        "price_cents": price,
    }


def reduced(product: Product, quantity: int, price_cents: int) -> Row:
    """Return a line of something sold for less than it costs."""
    return line(product, quantity, price_cents) | {"listed_cents": product.price_cents}


def other(enterprise: Enterprise, cents: int, name: str = "Outro valor") -> Row:
    """Return a line of something that is in no catalogue."""
    unnamed = {"product": None, "enterprise": enterprise.id, "name": name}
    return unnamed | {"quantity": 1, "price_cents": cents}


def told_sale(*lines: Row, tenders: dict[str, int] | None = None, **given: Any) -> Row:
    """Return a sale as a till sends it, in cash unless told otherwise."""
    total = sum(one["quantity"] * one["price_cents"] for one in lines)
    number = next(_serial)
    return {
        "id": make_code(),
        "sequence": number,
        "made_at": "2026-12-05T10:00:00-04:00",
        "lines": list(lines),
        "tenders": tenders or {"cash": total},
        "total_cents": total,
    } | given


def told_void(sale: Row, **given: Any) -> Row:
    told = {"id": make_code(), "sequence": next(_serial), "made_at": sale["made_at"]}
    return told | {"sale": sale["id"], "reason": "Engano"} | given


def told_return(*lines: Row, sale: Row | None = None, **given: Any) -> Row:
    """Return what was brought back, of a sale that the device has unless told otherwise."""
    back = [
        {name: value for name, value in one.items() if name != "listed_cents"} | {"kept_out": False}
        if "kept_out" not in one
        else one
        for one in lines
    ]
    told = {"id": make_code(), "sequence": next(_serial), "made_at": "2026-12-05T12:00:00-04:00"}
    told |= {"lines": back, "reason": "Quebrou", "receipt": None, "sale": sale and sale["id"]}
    cents = sum(one["quantity"] * one["price_cents"] for one in back)
    return told | {"amount_cents": cents} | given


def told_handover(order: Order, /, **given: Any) -> Row:
    """Return a reservation given against its code and paid in cash, unless told otherwise."""
    lines = [{"line": one.id, "quantity": one.charged} for one in order.lines]
    told = {"id": make_code(), "sequence": next(_serial), "made_at": "2026-12-05T11:00:00-04:00"}
    told |= {"order": order.id, "lines": lines, "code": order.handover_code, "reason": ""}
    return told | {"tenders": {"cash": order.total_cents}} | given


def told_count(kind: str, cents: int, **given: Any) -> Row:
    told = {"id": make_code(), "sequence": next(_serial), "made_at": "2026-12-05T08:00:00-04:00"}
    return (
        told | {"kind": kind, "amount_cents": cents, "expected_cents": None, "reason": ""} | given
    )


def body(
    sales: Iterable[Row] = (),
    voids: Iterable[Row] = (),
    sent_at: str = "2026-12-05T17:00:00-04:00",
    **later: Iterable[Row],
) -> bytes:
    rows = {"sales": [*sales], "voids": [*voids]} | {kind: [*some] for kind, some in later.items()}
    return json.dumps({"sent_at": sent_at} | rows).encode()


def send(
    till: Till,
    *sales: Row,
    voids: Iterable[Row] = (),
    now: datetime = NOW + timedelta(days=12),
    **later: Iterable[Row],
) -> list[Answer]:
    """Have a till tell these, at noon of its fair day unless told otherwise."""
    batch = schemas.batch(body(sales, voids, **later))
    return list(sync.take_in(till.id, batch, now=now))


def make_matters(till: Till, now: datetime = NOW) -> tuple[Matter, Matter]:
    """Have a stall's till sell beyond the count, by Pix; return what is to be settled of both."""
    seller = db.session.get_one(Enterprise, till.enterprise_id)
    goods = make_published(enterprise=seller, left=1)
    sale = told_sale(line(goods, 3), tenders={"own_pix": 3 * goods.price_cents})
    send(till, sale, now=now)
    query = sa.select(Matter).join(TillSale).where(TillSale.code == sale["id"]).order_by(Matter.id)
    beyond, pix = db.session.scalars(query)
    return beyond, pix


def make_reserved(till: Till, *, left: int = 5, **given: Any) -> Order:
    """Reserve two of a product for the day of a till, to be paid there."""
    collection = db.session.get_one(Collection, till.collection_id)
    group = given.pop("enterprise", None) or db.session.get_one(Enterprise, till.enterprise_id)
    goods = make_published(enterprise=group, left=left)
    return make_order(products=[goods], choice=choose_collection(collection), **given)


def make_sheet(
    group: Enterprise, *, fair: Fair | None = None, by: Person = HOUSE, now: datetime = NOW
) -> PaperSheet:
    """Type a sheet of a group: 30,00 in cash and 12,50 by card."""
    fair = fair or make_announced(group, now=now)
    typed = Typed(30_00, 0, 12_50, in_hand=True, note="Caderno")
    key = f"sheet-{next(_serial)}"
    return type_sheet(fair.id, fair.days[0].id, group.id, typed, key=key, by=by, now=now)


def results(answers: Iterable[Answer]) -> list[str]:
    return [answer.result for answer in answers]


def make_split(group: Enterprise, *, approved: bool = False, now: datetime = NOW) -> DeskSplit:
    """Have a desk sell one thing of a group, and somebody prepare the split of that day."""
    fair = make_announced(group, now=now)
    till = make_till(group, desk=True, fair=fair, now=now)
    goods = make_published(enterprise=group, left=9)
    half = {"cash": 20_00, "machine": 5_00}
    send(till, told_sale(line(goods, price_cents=25_00), tenders=half), now=now)
    by: Any = {"by": finance(group.division), "now": now}
    split_id = splits.prepare_split(fair.id, fair.days[0].id, **by)
    if approved:
        splits.approve_split(split_id, by=finance(group.division), now=now)
    return db.session.get_one(DeskSplit, split_id)


def make_banking(group: Enterprise, *, by: Person | None = None, now: datetime = NOW) -> int:
    """Note that the cash of a split is at the bank, as somebody of finance."""
    split = make_split(group, approved=True, now=now)
    by, told = by or finance(group.division), {"counted_cents": 20_00, "proof": "D1"}
    return bankings.note_banking(split.fair_id, BankingKind.CASH, by=by, now=now, **told)  # type: ignore[arg-type]
