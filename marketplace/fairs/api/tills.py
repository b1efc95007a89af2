"""The doors of the till's app: what it loads before a fair, what it sold, a sale of another till.

All ask for the till's token in `Authorization: Bearer …`. No other page can make a browser send
that, so no form's token is asked for; no cookie is read.

**Source:** RFC 6750, 2.1; RFC 9457, "Problem Details for HTTP APIs".
"""

import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from marketplace.core import clock, csrf
from marketplace.core.assets import static_url
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.look import SEGMENTS, drawing
from marketplace.core.pictures import picture_url
from marketplace.core.rights import MB, anyone
from marketplace.fairs import pins, schemas
from marketplace.fairs.errors import TillRevoked, TillUnknown
from marketplace.fairs.models.cashiers import TillCashier
from marketplace.fairs.models.tills import Till
from marketplace.fairs.operations import sync
from marketplace.fairs.queries import cashiers, returns, tills
from marketplace.orders.models.orders import Order
from marketplace.orders.queries import at_till

bp = Blueprint("till_api", __name__)
csrf.exempt("till_api.create")  # told by the token in a header, which no form can send
BEARER = "Bearer "
RECEIPT = re.compile(r"([1-9][0-9]{0,8})-([1-9][0-9]{0,8})")


@bp.get("/caixa/carga", endpoint="show", allow=anyone)
def show() -> ResponseReturnValue:
    """Tell a till what it may sell, for whom, and what is reserved there: no stock, no sales.

    Of buyers it learns the first name, of their code what lets it be checked.
    """
    return _told(_load(_in_use(now := clock.now()), now))


@bp.get("/caixa/venda", endpoint="show_sale", allow=anyone)
def show_sale() -> ResponseReturnValue:
    """Tell a till what of a sale can be brought back to it, by the number on the receipt."""
    till, typed = _in_use(clock.now()), RECEIPT.fullmatch(request.args.get("recibo", ""))
    if typed is None:
        raise NotFound
    sale = find_one(returns.by_receipt(int(typed[1]), int(typed[2])))
    if not (lines := returns.still_out(sale, till)):
        raise NotFound
    return _told({"sale": sale.code, "lines": [line._asdict() for line in lines]})


@bp.post("/caixa/envio", endpoint="create", allow=anyone, limit=MB)
def create() -> ResponseReturnValue:
    """Take in what a till sold, at most 200 sales at once; answer for each of them."""
    till_id = _till(clock.now()).id
    batch = schemas.batch(request.get_data(cache=False))
    answers = sync.take_in(till_id, batch, now=clock.now())
    rows = [{"id": a.code, "result": a.result, "reason": a.reason} for a in answers]
    return _told({"results": rows, "received_at": clock.now().isoformat()})


def _till(now: datetime) -> Till:
    """Return the till whose token was sent.

    :raises TillUnknown: if there is none, or its day is long past.
    """
    sent = request.headers.get("Authorization", "")
    till = db.session.scalar(tills.by_token(sent.removeprefix(BEARER)))
    if till is None or not sent.startswith(BEARER) or not till.is_heard(now):
        raise TillUnknown
    return till


def _in_use(now: datetime) -> Till:
    """Return the till whose token was sent, if it may still sell.

    :raises TillUnknown: as `_till`. :raises TillRevoked: if it may not.
    """
    till = _till(now)
    if till.revoked_at or till.user.is_closed or till.collection.cancelled_at:
        raise TillRevoked
    return till


def _load(till: Till, now: datetime) -> dict[str, Any]:
    sellers, day = tills.sellers_of(till), till.collection
    goods = tills.goods_of((seller[0] for seller in sellers), till.fair_id)
    kinds = sorted({one.segment for one in goods})
    return {
        "till": till.id,
        "fair": day.title,
        "place": day.place,
        "day": day.day.isoformat(),
        "zone": day.time_zone,
        "desk": till.enterprise_id is None,
        "user": till.user_id,
        "cashiers": [_cashier(one) for one in cashiers.of_till(till.id)],
        "cashier": till.user.name.partition(" ")[0],
        "loaded_at": now.isoformat(),
        "segments": [{"id": kind, "name": str(SEGMENTS[kind].name)} for kind in kinds],
        "sellers": [dict(zip(("id", "name", "stall"), seller, strict=True)) for seller in sellers],
        "goods": [_good(one) for one in goods],
        "reserved": [] if till.is_late(now) else _reserved(till, [seller[0] for seller in sellers]),
        "ends_at": day.ends_at.isoformat(),
        "rounds": pins.ROUNDS,
    }


def _cashier(one: TillCashier) -> dict[str, Any]:
    known = {"salt": one.pin_salt, "hash": one.pin_hash}
    return {"id": one.user_id, "name": one.user.name.partition(" ")[0]} | known


def _reserved(till: Till, sellers: list[int]) -> list[dict[str, Any]]:
    return [_reservation(order) for order in at_till.reserved(till.collection_id, sellers)]


def _reservation(order: Order) -> dict[str, Any]:
    salt, code_hash = pins.salted(order.handover_code)
    return {
        "id": order.id,
        "code": order.code,
        "enterprise_id": order.enterprise_id,
        "name": order.purchase.buyer_name.partition(" ")[0],
        "due_cents": 0 if order.is_prepaid else order.total_cents,
        "lines": [
            {"line": one.id, "quantity": one.charged, "name": one.name}
            for one in order.lines
            if one.charged  # none of it: less of it came, or a shortage left nothing
        ],
        "salt": salt,
        "hash": code_hash,
    }


def _good(one: tills.Offered) -> dict[str, Any]:
    shown = {"picture": _picture(one)}
    names = ("id", "enterprise_id", "code", "name", "price_cents", "segment")
    return {name: getattr(one, name) for name in names} | shown


def _picture(one: tills.Offered) -> str:
    """Return the smallest picture: a photo, or else the drawing of its segment."""
    return picture_url(one.picture, 320) if one.picture else static_url(drawing("", one.segment))


def _told(facts: dict[str, Any]) -> Response:
    answer = jsonify(facts)
    answer.headers["Cache-Control"] = "no-store"
    return answer
