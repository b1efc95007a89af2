"""A lost order is found again by number, mobile and a code."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one
from marketplace.core.identifiers import BadIdentifier
from marketplace.core.identifiers import mobile as normalised
from marketplace.core.rights import Person
from marketplace.orders.errors import LookupFailed
from marketplace.orders.models.orders import LookupCode, Order, Purchase
from marketplace.orders.queries import orders as order_queries
from marketplace.orders.signals import lookup_code_issued

KEPT = timedelta(minutes=30)
MOST_TRIES = 5


@operation
def issue_lookup_code(order_id: int, *, by: Person, now: datetime) -> str:
    """Return a new 6-digit code, for 30 minutes, to be sent or read out by seller or staff.

    :raises NotFound: if ``by`` neither acts for the order's enterprise nor is its staff.
    """
    order = find_one(order_queries.handed_over_by(by).where(Order.id == order_id))
    return _issue(order.purchase_id, by=by, now=now)


@operation
def mail_lookup_code(number: int, mobile: str, *, by: Person, now: datetime) -> None:
    """Send a code to the purchase's e-mail address, if both fit and it has one; else nothing."""
    purchase = db.session.scalar(_purchase(number, mobile))
    if purchase is not None and purchase.buyer_email:
        code = _issue(purchase.id, by=by, now=now)
        lookup_code_issued.send(purchase_id=purchase.id, code=code, by=by, now=now)


def find_purchase(number: int, mobile: str, code: str, *, now: datetime) -> str:
    """Return the link key of a purchase to who knows number, mobile and code; five tries each.

    :raises LookupFailed: alike for whatever does not fit.
    """
    if not (link_key := _redeem(number, mobile, code, now=now)):
        raise LookupFailed
    return link_key


def fits(purchase_id: int, code: str, *, now: datetime) -> bool:
    """Whether a code of this purchase holds; the caller counts the tries."""
    known = _live_code(purchase_id, now)
    return known is not None and hmac.compare_digest(known.code_hash, _hashed(known.salt, code))


@operation
def _redeem(number: int, mobile: str, code: str, *, now: datetime) -> str:
    """Use up a code, or count the try; a refusal would not be counted."""
    purchase = db.session.scalar(_purchase(number, mobile))
    known = _live_code(purchase.id, now) if purchase else None
    if purchase is None or known is None:
        return ""
    known.tries += 1
    if not hmac.compare_digest(known.code_hash, _hashed(known.salt, code.strip())):
        return ""
    known.used_at = now
    return purchase.link_key


def _issue(purchase_id: int, *, by: Person, now: datetime) -> str:
    """Make a code; those made before no longer open anything."""
    older = sa.update(LookupCode).where(
        LookupCode.purchase_id == purchase_id, LookupCode.used_at.is_(None)
    )
    db.session.execute(older.values(used_at=now))
    code, salt = f"{secrets.randbelow(10**6):06d}", secrets.token_hex(8)
    made = {"made_by_id": by.id, "made_at": now, "expires_at": now + KEPT}
    kept = LookupCode(purchase_id=purchase_id, salt=salt, code_hash=_hashed(salt, code), **made)
    db.session.add(kept)
    audit.record("lookup_code_issued", by=by, now=now, purchase_id=purchase_id)
    return code


def _purchase(number: int, mobile: str) -> sa.Select[Purchase]:
    try:
        reached = normalised(mobile)
    except BadIdentifier:
        reached = ""
    query = sa.select(Purchase).where(Purchase.number == number)
    return query.where(Purchase.buyer_mobile == reached)


def _live_code(purchase_id: int, now: datetime) -> LookupCode | None:
    live = sa.select(LookupCode).where(
        LookupCode.purchase_id == purchase_id,
        LookupCode.used_at.is_(None),
        LookupCode.expires_at > now,
        LookupCode.tries < MOST_TRIES,
    )
    locked = live.order_by(LookupCode.id.desc()).limit(1).with_for_update()
    return db.session.scalar(locked.execution_options(populate_existing=True))


def _hashed(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}:{code}".encode()).hexdigest()
