"""What tills send, made into values: each row by itself, so that a bad one hinders no other.

**Source:** RFC 9562, 5.7 (UUID version 7).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask_babel import gettext as _

from marketplace.core import strict_json
from marketplace.fairs.errors import BatchUnreadable
from marketplace.fairs.models.counts import CountKind
from marketplace.fairs.row_values import CODE, BadRow, code_in, count, fields, instant, refuse, text
from marketplace.fairs.told import (
    Batch,
    Filed,
    ToldBack,
    ToldCount,
    ToldHandover,
    ToldLine,
    ToldReturn,
    ToldSale,
    ToldVoid,
    Unreadable,
)
from marketplace.payments.models.payments import Method

MOST_ROWS, MOST_LINES, MOST_PIECES = 200, 60, 999
MOST_FILED, MOST_TILLS = 2000, 5
MOST_CENTS, MOST_TOTAL_CENTS, MOST_SEQUENCE = 100_000_00, 1_000_000_00, 10**9
NAME_LENGTH, REASON_LENGTH, CODE_LENGTH = 60, 120, 6
TENDERS = {
    method.value: method
    for method in (Method.CASH, Method.OWN_PIX, Method.MACHINE, Method.SOCIAL, Method.BARTER)
}
SALE = {"id", "sequence", "made_at", "lines", "tenders", "total_cents"}
VOID = {"id", "sequence", "made_at", "sale", "reason"}
GIVEN = {"line", "quantity"}
LINE = {"product", "enterprise", "name", "quantity", "price_cents"}
HANDOVER = {"id", "sequence", "made_at", "order", "lines", "code", "reason", "tenders"}
COUNT = {"id", "sequence", "made_at", "kind", "amount_cents", "expected_cents", "reason"}
BATCH = {"sent_at", "sales", "voids"}
RETURN = {"id", "sequence", "made_at", "lines", "amount_cents", "reason", "sale", "receipt"}
BACK = {"product", "enterprise", "name", "quantity", "price_cents", "kept_out"}
LATER = ("handovers", "counts", "returns")
"""What tills of an older version do not send."""
Row = TypeVar("Row", ToldSale, ToldVoid, ToldHandover, ToldCount, ToldReturn)


def batch(body: bytes) -> Batch:
    """Read what a till sent.

    :raises BatchUnreadable: if it is no batch, or has more than 200 rows.
    """
    return _batch(_read(body), MOST_ROWS)


def filed(body: bytes) -> list[Filed]:
    """Read the file in which a device saved its queue: that of each till to which it was bound.

    :raises BatchUnreadable: if it is none, or has more than 2,000 rows.
    """
    told = _read(body)
    if not isinstance(told, dict) or set(told) != {"tills"} or not isinstance(told["tills"], list):
        raise BatchUnreadable
    return [_filed(one) for one in told["tills"][:MOST_TILLS]]


def _filed(told: Any) -> Filed:
    if not isinstance(told, dict) or type(told.get("till")) not in (int, type(None)):
        raise BatchUnreadable
    rest = {name: value for name, value in told.items() if name != "till"}
    return Filed(told.get("till"), _batch(rest, MOST_FILED))


def _read(body: bytes) -> Any:
    try:
        return strict_json.read(body)
    except strict_json.BadJson as error:
        raise BatchUnreadable from error


def _batch(told: Any, most: int) -> Batch:
    if not isinstance(told, dict) or not BATCH <= set(told) <= BATCH | {*LATER}:
        raise BatchUnreadable
    rows = {kind: told.get(kind, []) for kind in ("sales", "voids", *LATER)}
    if not all(isinstance(some, list) for some in rows.values()):
        raise BatchUnreadable
    if sum(map(len, rows.values())) > most:
        raise BatchUnreadable
    return Batch(
        instant(told["sent_at"]),
        tuple(_row(sale, _sale) for sale in rows["sales"]),
        tuple(_row(void, _void) for void in rows["voids"]),
        tuple(_row(given, _handover) for given in rows["handovers"]),
        tuple(_row(one, _counted) for one in rows["counts"]),
        tuple(_row(back, _returned) for back in rows["returns"]),
    )


def _row(told: Any, read: Callable[[dict[str, Any]], Row]) -> Row | Unreadable:
    code = told.get("id") if isinstance(told, dict) else None
    known = code if isinstance(code, str) and CODE.fullmatch(code) else ""
    try:
        if not known:
            refuse(_("It has no number of its own."))
        return read(told)
    except BadRow as bad:
        return Unreadable(known, str(bad))


def _sale(told: dict[str, Any]) -> ToldSale:
    fields(told, SALE, {"discount", "cashier", "bartered"})
    lines = told["lines"]
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_LINES:
        refuse(_("It has no items, or too many."))
    sale = ToldSale(
        **_common(told),
        lines=tuple(map(_line, lines)),
        tenders=(paid := _tenders(told["tenders"])),
        total_cents=count(told["total_cents"], MOST_TOTAL_CENTS),
        **_discount(told.get("discount")),
        bartered=_bartered(told, paid),
    )
    sold = sum(line.quantity * line.price_cents for line in sale.lines)
    if not sold == sale.total_cents == sum(sale.tenders.values()):
        refuse(_("Items, total and what was paid do not add up."))
    less = sum(line.quantity * _less(line) for line in sale.lines)
    if less != sale.discount_cents:
        refuse(_("Items, total and what was paid do not add up."))
    return sale


def _bartered(told: dict[str, Any], paid: Mapping[Method, int]) -> str:
    """Return what was given in exchange: told where something was, and only there."""
    what = text(told.get("bartered", ""), REASON_LENGTH)
    if (Method.BARTER in paid) != bool(what):
        refuse(_("It does not say what was given in exchange."))
    return what


def _less(line: ToldLine) -> int:
    """Return by how much less one piece was sold than it costs."""
    return 0 if line.listed_cents is None else line.listed_cents - line.price_cents


def _discount(told: Any) -> dict[str, Any]:
    if told is None:
        return {}
    fields(told, {"cents", "reason"})
    reason = text(told["reason"], REASON_LENGTH)
    if not reason:
        refuse(_("A discount has a reason."))
    return {"discount_cents": count(told["cents"], MOST_TOTAL_CENTS), "reason": reason}


def _void(told: dict[str, Any]) -> ToldVoid:
    fields(told, VOID, {"cashier"})
    sale, reason = told["sale"], text(told["reason"], REASON_LENGTH)
    if not (isinstance(sale, str) and CODE.fullmatch(sale)):
        refuse(_("It does not say which sale it undoes."))
    return ToldVoid(**_common(told), sale_code=sale, reason=reason)


def _handover(told: dict[str, Any]) -> ToldHandover:
    fields(told, HANDOVER, {"cashier", "bartered"})
    lines, code, reason = told["lines"], told["code"], text(told["reason"], REASON_LENGTH)
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_LINES:
        refuse(_("It has no items, or too many."))
    if not isinstance(code, str) or len(code) > CODE_LENGTH or not (code or reason):
        refuse(_("It has neither the buyer's code nor a reason."))
    paid = _tenders(told["tenders"]) if told["tenders"] != {} else {}
    if len(paid) > 1:
        refuse(_("It does not say how it was paid."))
    return ToldHandover(
        **_common(told),
        order_id=count(told["order"], MOST_SEQUENCE),
        pieces=dict(map(_given, lines)),
        buyers_code=code,
        reason="" if code else reason,
        method=next(iter(paid), None),
        paid_cents=sum(paid.values()),
        bartered=_bartered(told, paid),
    )


def _counted(told: dict[str, Any]) -> ToldCount:
    fields(told, COUNT, {"cashier", "social_cents"})
    expected = told["expected_cents"]
    if not isinstance(told["kind"], str) or told["kind"] not in set(CountKind):
        refuse(_("It does not say what was counted."))
    return ToldCount(
        **_common(told),
        kind=CountKind(told["kind"]),
        amount_cents=count(told["amount_cents"], MOST_TOTAL_CENTS, least=0),
        expected_cents=None
        if expected is None
        else count(expected, MOST_TOTAL_CENTS, least=-MOST_TOTAL_CENTS),
        reason=text(told["reason"], REASON_LENGTH),
        social_cents=count(told["social_cents"], MOST_TOTAL_CENTS, least=0)
        if "social_cents" in told
        else None,
    )


def _returned(told: dict[str, Any]) -> ToldReturn:
    fields(told, RETURN, {"cashier", "exchange"})
    lines, reason = told["lines"], text(told["reason"], REASON_LENGTH)
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_LINES:
        refuse(_("It has no items, or too many."))
    if not reason:
        refuse(_("It does not say why it came back."))
    back = ToldReturn(
        **_common(told),
        lines=tuple(map(_back, lines)),
        amount_cents=count(told["amount_cents"], MOST_TOTAL_CENTS),
        reason=reason,
        sale_code=code_in(told["sale"]),
        receipt=_receipt(told["receipt"]),
        exchange_code=code_in(told.get("exchange")),
    )
    if sum(line.quantity * line.price_cents for line in back.lines) != back.amount_cents:
        refuse(_("Items, total and what was paid do not add up."))
    return back


def _back(told: Any) -> ToldBack:
    fields(told, BACK)
    if not isinstance(told["kept_out"], bool):
        refuse(_("It is not written as this version of the till writes."))
    line = _line({name: value for name, value in told.items() if name != "kept_out"})
    named = (line.name, line.quantity, line.price_cents, told["kept_out"])
    return ToldBack(line.enterprise_id, line.product_id, *named)


def _receipt(told: Any) -> tuple[int, int] | None:
    if told is None:
        return None
    fields(told, {"till", "sequence"})
    return count(told["till"], MOST_SEQUENCE), count(told["sequence"], MOST_SEQUENCE)


def _given(told: Any) -> tuple[int, int]:
    fields(told, GIVEN)
    return count(told["line"], MOST_SEQUENCE), count(told["quantity"], MOST_PIECES, least=0)


def _common(told: dict[str, Any]) -> dict[str, Any]:
    plain = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return {
        "cashier_id": count(told["cashier"], MOST_SEQUENCE) if "cashier" in told else None,
        "code": told["id"],
        "sequence": count(told["sequence"], MOST_SEQUENCE),
        "told_at": instant(told["made_at"]),
        "digest": hashlib.sha256(plain.encode()).hexdigest(),
    }


def _line(told: Any) -> ToldLine:
    fields(told, LINE, {"listed_cents"})
    product, name = told["product"], text(told["name"], NAME_LENGTH)
    if product is not None:
        count(product, MOST_SEQUENCE)
    elif not name:
        refuse(_("An item has neither product nor name."))
    return ToldLine(
        enterprise_id=count(told["enterprise"], MOST_SEQUENCE),
        product_id=product,
        name=name,
        quantity=count(told["quantity"], MOST_PIECES),
        price_cents=count(told["price_cents"], MOST_CENTS),
        listed_cents=count(told["listed_cents"], MOST_CENTS) if "listed_cents" in told else None,
    )


def _tenders(told: Any) -> Mapping[Method, int]:
    if not isinstance(told, dict) or not told or not set(told) <= set(TENDERS):
        refuse(_("It does not say how it was paid."))
    return {TENDERS[name]: count(cents, MOST_TOTAL_CENTS) for name, cents in told.items()}
