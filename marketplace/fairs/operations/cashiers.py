"""Letting others sell on a till by a PIN, and ending that."""

import secrets
from datetime import datetime

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.fairs import pins
from marketplace.fairs.models.cashiers import TillCashier
from marketplace.fairs.models.tills import Till
from marketplace.fairs.queries import cashiers, tills


@operation
def add_cashier(till_id: int, user_id: int, *, by: Person, now: datetime) -> str:
    """Let somebody sell on a till; return their 6-digit PIN, told this once. Again: a new PIN.

    :raises NotFound: unless ``by`` sees to the till's fair, and the person may sell there.
    """
    till = lock_one(tills.visible_to(by).where(Till.id == till_id))
    if user_id not in dict(cashiers.may_sell_on(till)):
        raise NotFound
    pin = f"{secrets.randbelow(10**6):06d}"
    salt, pin_hash = pins.salted(pin)
    kept = db.session.scalar(cashiers.of_person(till_id, user_id))
    if kept is None:
        kept = TillCashier(till_id=till_id, user_id=user_id, added_at=now, added_by_id=by.id)
        db.session.add(kept)
    kept.pin_salt, kept.pin_hash, kept.ended_at = salt, pin_hash, None
    audit.record("cashier_added", by=by, now=now, till_id=till_id, user_id=user_id)
    return pin


@operation
def end_cashier(till_id: int, user_id: int, *, by: Person, now: datetime) -> None:
    """Let somebody sell no more on a till; it learns that when it loads, what was sold stays.

    :raises NotFound: unless ``by`` sees to the till's fair, and the person sells there.
    """
    find_one(tills.visible_to(by).where(Till.id == till_id))
    kept = lock_one(cashiers.of_person(till_id, user_id))
    if kept.ended_at is None:
        kept.ended_at = now
        audit.record("cashier_ended", by=by, now=now, till_id=till_id, user_id=user_id)
