"""Settling what sales at tills left open."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.database import operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import conflicts
from marketplace.fairs.errors import ReasonNeeded
from marketplace.fairs.models.matters import Matter, Outcome
from marketplace.fairs.queries import tills
from marketplace.orders.operations import at_till, spot

NOTE_LENGTH = 300


@operation
def settle_difference(matter_id: int, note: str, *, by: Person, now: datetime) -> Matter:
    """Note what was found out about a difference; nothing of the sale changes.

    :raises NotFound: unless ``by`` sees to that fair. :raises ReasonNeeded: without a note.
    :raises OwnEnterprise: if ``by`` belongs to who sold it.
    """
    matter = lock_one(tills.settled_by(by).where(Matter.id == matter_id))
    conflicts.keep_out(by, matter.enterprise)
    if not (kept := clean(note)[:NOTE_LENGTH]):
        raise ReasonNeeded
    _settle(matter, Outcome.LOOKED_AT, by=by, now=now, note=kept)
    return matter


@operation
def confirm_pix(matter_id: int, *, arrived: bool, by: Person, now: datetime) -> Matter:
    """Note whether a Pix told by a till arrived at the enterprise's key: its own people look.

    :raises NotFound: unless ``by`` acts for the enterprise.
    """
    matter = lock_one(tills.pix_looked_at_by(by).where(Matter.id == matter_id))
    if matter.settled_at is None and matter.tender_id is not None:
        spot.settle_tender(matter.tender_id, arrived=arrived, by=by, now=now)
    elif matter.settled_at is None and matter.handover is not None:
        at_till.settle_pix(matter.handover.order_id, arrived=arrived, by=by, now=now)
    outcome = Outcome.ARRIVED if arrived else Outcome.NOT_ARRIVED
    _settle(matter, outcome, by=by, now=now)
    return matter


def _settle(matter: Matter, outcome: Outcome, *, by: Person, now: datetime, note: str = "") -> None:
    """Settle it once; a second press changes nothing."""
    if matter.settled_at is None:
        matter.settled_at, matter.settled_by_id = now, by.id
        matter.outcome, matter.note = outcome, note
        audit.record("matter_settled", by=by, now=now, matter_id=matter.id, outcome=outcome.value)
