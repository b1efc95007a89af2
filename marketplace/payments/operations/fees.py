"""Noting what paying online is reckoned to cost, whenever the settings say something else."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import Person
from marketplace.payments import methods, settings
from marketplace.payments.models.fees import PaymentFee
from marketplace.payments.queries import fees

NONE = (0, 0)


@operation(isolation="SERIALIZABLE")
def note_fees(*, by: Person, now: datetime) -> int:
    """Note the fee of each online way that differs from what was noted last; return how many."""
    told, known = settings.rates(), fees.last()
    changed = [way for way in sorted(methods.online()) if known.get(way) != told.get(way, NONE)]
    for way in changed:
        rate, fixed = told.get(way, NONE)
        facts = {"method": way, "rate": rate, "fixed_cents": fixed}
        db.session.add(PaymentFee(valid_from=now, **facts))
        audit.record("payment_fee_noted", by=by, now=now, **facts)
    return len(changed)
