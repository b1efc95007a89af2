"""Keeping what was in the drawer of a till."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import find_one
from marketplace.fairs.models.counts import TillCount
from marketplace.fairs.operations.telling import NEW, check_cashier, claim, known, seller_of
from marketplace.fairs.queries import tills
from marketplace.fairs.told import ToldCount


@operation(keyed=True)
def record_count(till_id: int, told: ToldCount, *, now: datetime) -> str:
    """Keep a float, a withdrawal or a count; return whether that is ``new`` or was ``known``.

    Amounts in centavos of BRL.

    :raises AnotherSale: if another one has its number.
    """
    till = find_one(tills.by_id(till_id))
    cents = {"amount_cents": told.amount_cents, "expected_cents": told.expected_cents}
    check_cashier(till, told)
    cents["cashier_id"] = told.cashier_id
    cents["social_cents"] = told.social_cents
    facts = {"kind": told.kind, "reason": told.reason} | cents
    if not claim(TillCount, till, told, now, **facts):
        return known(db.session.scalar(_by_code(told.code)), told)
    audit.record(
        "till_counted", by=seller_of(till, told), now=now, till_id=till_id, what=told.kind.value
    )
    return NEW


def _by_code(code: str) -> sa.Select[TillCount]:
    return sa.select(TillCount).where(TillCount.code == code)
