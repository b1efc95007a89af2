"""What tills send, made into values: each row by itself, so that a bad one hinders no other.

**Source:** RFC 9562, 5.7 (UUID version 7).
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Set
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

from flask_babel import gettext as _

from marketplace.core import strict_json
from marketplace.core.text import clean
from marketplace.fairs.errors import BatchUnreadable
from marketplace.fairs.models.counts import CountKind
from marketplace.fairs.told import (
    Batch,
    Filed,
    ToldCount,
    ToldHandover,
    ToldLine,
    ToldSale,
    ToldVoid,
    Unreadable,
)
from marketplace.payments.models.payments import Method

MOST_ROWS, MOST_LINES, MOST_PIECES = 200, 60, 999
MOST_FILED, MOST_TILLS = 2000, 5
MOST_CENTS, MOST_TOTAL_CENTS, MOST_SEQUENCE = 100_000_00, 1_000_000_00, 10**9
NAME_LENGTH, REASON_LENGTH, CODE_LENGTH = 60, 120, 6
HANDED = {method.value: method for method in (Method.CASH, Method.OWN_PIX, Method.MACHINE)}
TENDERS = HANDED | {method.value: method for method in (Method.SOCIAL, Method.BARTER)}
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
SALE = {"id", "sequence", "made_at", "lines", "tenders", "total_cents"}
VOID = {"id", "sequence", "made_at", "sale", "reason"}
GIVEN = {"line", "quantity"}
LINE = {"product", "enterprise", "name", "quantity", "price_cents"}
HANDOVER = {"id", "sequence", "made_at", "order", "lines", "code", "reason", "tenders"}
COUNT = {"id", "sequence", "made_at", "kind", "amount_cents", "expected_cents", "reason"}
BATCH = {"sent_at", "sales", "voids"}
LATER = ("handovers", "counts")
"""What tills of an older version do not send."""
Row = TypeVar("Row", ToldSale, ToldVoid, ToldHandover, ToldCount)


class _BadRow(ValueError):
    """Its text says what is wrong with the row."""


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
        _instant(told["sent_at"]),
        tuple(_row(sale, _sale) for sale in rows["sales"]),
        tuple(_row(void, _void) for void in rows["voids"]),
        tuple(_row(given, _handover) for given in rows["handovers"]),
        tuple(_row(count, _counted) for count in rows["counts"]),
    )


def _row(told: Any, read: Callable[[dict[str, Any]], Row]) -> Row | Unreadable:
    code = told.get("id") if isinstance(told, dict) else None
    known = code if isinstance(code, str) and CODE.fullmatch(code) else ""
    try:
        if not known:
            _refuse(_("It has no number of its own."))
        return read(told)
    except _BadRow as bad:
        return Unreadable(known, str(bad))


def _sale(told: dict[str, Any]) -> ToldSale:
    _fields(told, SALE, {"discount", "cashier", "bartered"})
    lines = told["lines"]
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_LINES:
        _refuse(_("It has no items, or too many."))
    sale = ToldSale(
        **_common(told),
        lines=tuple(map(_line, lines)),
        tenders=_tenders(told["tenders"]),
        total_cents=_count(told["total_cents"], MOST_TOTAL_CENTS),
        **_discount(told.get("discount")),
        bartered=_text(told.get("bartered", ""), REASON_LENGTH),
    )
    if (Method.BARTER in sale.tenders) != bool(sale.bartered):
        _refuse(_("It does not say what was given in exchange."))
    sold = sum(line.quantity * line.price_cents for line in sale.lines)
    if not sold == sale.total_cents == sum(sale.tenders.values()):
        _refuse(_("Items, total and what was paid do not add up."))
    less = sum(line.quantity * _less(line) for line in sale.lines)
    if less != sale.discount_cents:
        _refuse(_("Items, total and what was paid do not add up."))
    return sale


def _less(line: ToldLine) -> int:
    """Return by how much less one piece was sold than it costs."""
    return 0 if line.listed_cents is None else line.listed_cents - line.price_cents


def _discount(told: Any) -> dict[str, Any]:
    if told is None:
        return {}
    _fields(told, {"cents", "reason"})
    reason = _text(told["reason"], REASON_LENGTH)
    if not reason:
        _refuse(_("A discount has a reason."))
    return {"discount_cents": _count(told["cents"], MOST_TOTAL_CENTS), "reason": reason}


def _void(told: dict[str, Any]) -> ToldVoid:
    _fields(told, VOID, {"cashier"})
    sale, reason = told["sale"], _text(told["reason"], REASON_LENGTH)
    if not (isinstance(sale, str) and CODE.fullmatch(sale)):
        _refuse(_("It does not say which sale it undoes."))
    return ToldVoid(**_common(told), sale_code=sale, reason=reason)


def _handover(told: dict[str, Any]) -> ToldHandover:
    _fields(told, HANDOVER, {"cashier"})
    lines, code, reason = told["lines"], told["code"], _text(told["reason"], REASON_LENGTH)
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST_LINES:
        _refuse(_("It has no items, or too many."))
    if not isinstance(code, str) or len(code) > CODE_LENGTH or not (code or reason):
        _refuse(_("It has neither the buyer's code nor a reason."))
    paid = _tenders(told["tenders"], HANDED) if told["tenders"] != {} else {}
    if len(paid) > 1:
        _refuse(_("It does not say how it was paid."))
    return ToldHandover(
        **_common(told),
        order_id=_count(told["order"], MOST_SEQUENCE),
        pieces=dict(map(_given, lines)),
        buyers_code=code,
        reason="" if code else reason,
        method=next(iter(paid), None),
        paid_cents=sum(paid.values()),
    )


def _counted(told: dict[str, Any]) -> ToldCount:
    _fields(told, COUNT, {"cashier", "social_cents"})
    expected = told["expected_cents"]
    if told["kind"] not in set(CountKind):
        _refuse(_("It does not say what was counted."))
    return ToldCount(
        **_common(told),
        kind=CountKind(told["kind"]),
        amount_cents=_count(told["amount_cents"], MOST_TOTAL_CENTS, least=0),
        expected_cents=None
        if expected is None
        else _count(expected, MOST_TOTAL_CENTS, least=-MOST_TOTAL_CENTS),
        reason=_text(told["reason"], REASON_LENGTH),
        social_cents=_count(told["social_cents"], MOST_TOTAL_CENTS, least=0)
        if "social_cents" in told
        else None,
    )


def _given(told: Any) -> tuple[int, int]:
    _fields(told, GIVEN)
    return _count(told["line"], MOST_SEQUENCE), _count(told["quantity"], MOST_PIECES)


def _common(told: dict[str, Any]) -> dict[str, Any]:
    plain = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return {
        "cashier_id": _count(told["cashier"], MOST_SEQUENCE) if "cashier" in told else None,
        "code": told["id"],
        "sequence": _count(told["sequence"], MOST_SEQUENCE),
        "told_at": _instant(told["made_at"]),
        "digest": hashlib.sha256(plain.encode()).hexdigest(),
    }


def _line(told: Any) -> ToldLine:
    _fields(told, LINE, {"listed_cents"})
    product, name = told["product"], _text(told["name"], NAME_LENGTH)
    if product is not None:
        _count(product, MOST_SEQUENCE)
    elif not name:
        _refuse(_("An item has neither product nor name."))
    return ToldLine(
        enterprise_id=_count(told["enterprise"], MOST_SEQUENCE),
        product_id=product,
        name=name,
        quantity=_count(told["quantity"], MOST_PIECES),
        price_cents=_count(told["price_cents"], MOST_CENTS),
        listed_cents=_count(told["listed_cents"], MOST_CENTS) if "listed_cents" in told else None,
    )


def _tenders(told: Any, ways: Mapping[str, Method] = TENDERS) -> Mapping[Method, int]:
    if not isinstance(told, dict) or not told or not set(told) <= set(ways):
        _refuse(_("It does not say how it was paid."))
    return {ways[name]: _count(cents, MOST_TOTAL_CENTS) for name, cents in told.items()}


def _fields(told: Any, names: set[str], more: Set[str] = frozenset()) -> None:
    """Look whether it has these names; ``more`` may be there too."""
    if not isinstance(told, dict) or not names <= set(told) <= names | more:
        _refuse(_("It is not written as this version of the till writes."))


def _count(told: Any, most: int, least: int = 1) -> int:
    if type(told) is not int or not least <= told <= most:
        _refuse(_("A number in it is missing or out of range."))
    return int(told)


def _text(told: Any, longest: int) -> str:
    if not isinstance(told, str) or len(kept := clean(told)) > longest:
        _refuse(_("A text in it is missing or too long."))
    return kept


def _instant(told: Any) -> datetime | None:
    """Return what a device's clock said, as far as that is an instant at all."""
    try:
        told_at = datetime.fromisoformat(told)
        return told_at.astimezone(UTC) if told_at.tzinfo else None
    except (TypeError, ValueError, OverflowError):
        return None


def _refuse(why: str) -> NoReturn:
    raise _BadRow(why)
