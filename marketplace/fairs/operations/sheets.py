"""Typing what was sold on paper, and taking it back where it was typed wrongly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import clean
from marketplace.enterprises import conflicts
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.errors import NotAtThisFair, NothingTyped, NotThisDay, ReasonNeeded
from marketplace.fairs.models.fairs import Fair, FairDay
from marketplace.fairs.models.sheets import PAID, PaperSheet
from marketplace.fairs.queries import calendar, sheets, tills
from marketplace.orders.models.facts import Channel, Confidence
from marketplace.orders.operations import facts
from marketplace.orders.operations.facts import Declared

NOTE_LENGTH = 200


@dataclass(frozen=True)
class Typed:
    """What stands on a sheet, in centavos by way of paying; ``in_hand`` if somebody holds it."""

    cash_cents: int
    pix_cents: int
    card_cents: int
    in_hand: bool
    note: str = ""
    social_cents: int = 0
    barter_cents: int = 0

    @property
    def cents(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in PAID.values()}


@operation(keyed=True)
def type_sheet(
    fair_id: int,
    day_id: int,
    enterprise_id: int,
    typed: Typed,
    *,
    key: str,
    by: Person,
    now: datetime,
) -> PaperSheet:
    """Count what an enterprise sold on paper as totals of that day; no stock and no book moves.

    The same ``key`` again changes nothing.

    :raises NotFound: unless ``by`` sees to that fair. :raises NotThisDay: unless it has that day.
    :raises NotAtThisFair: if the enterprise has no place there. :raises NothingTyped: for nothing.
    :raises OwnEnterprise: if ``by`` belongs to it.
    """
    if known := db.session.scalar(sa.select(PaperSheet).where(PaperSheet.key == key)):
        return known
    fair = find_one(calendar.visible_to(by).where(Fair.id == fair_id))
    day = db.session.scalar(tills.open_day(day_id).where(FairDay.fair_id == fair.id))
    if day is None or day.collection_id is None:
        raise NotThisDay(fair=fair.name)
    group = _exhibitor(day.collection_id, enterprise_id, by)
    if sum(typed.cents.values()) <= 0:
        raise NothingTyped
    sheet = PaperSheet(
        key=key,
        fair_id=fair.id,
        collection_id=day.collection_id,
        enterprise_id=group.id,
        in_hand=typed.in_hand,
        note=clean(typed.note)[:NOTE_LENGTH],
        typed_at=now,
        typed_by_id=by.id,
        **typed.cents,
    )
    db.session.add(sheet)
    db.session.flush()
    for name, declared in _declared(sheet, group):
        facts.declare_total(declared, key=name, by=by, now=now)
    audit.record("sheet_typed", by=by, now=now, sheet_id=sheet.id, fair_id=fair.id)
    return sheet


@operation
def undo_sheet(sheet_id: int, reason: str, *, by: Person, now: datetime) -> PaperSheet:
    """Take back what was typed; a second press changes nothing.

    :raises NotFound: unless ``by`` sees to its fair. :raises ReasonNeeded: without one.
    :raises OwnEnterprise: if ``by`` belongs to who sold.
    """
    sheet = lock_one(sheets.visible_to(by).where(PaperSheet.id == sheet_id))
    conflicts.keep_out(by, sheet.enterprise)
    if not (kept := clean(reason)[:NOTE_LENGTH]):
        raise ReasonNeeded
    if sheet.undone_at is None:
        sheet.undone_at, sheet.undone_by_id, sheet.undone_reason = now, by.id, kept
        for name, _one in _declared(sheet, sheet.enterprise):
            facts.take_back_declared(name, by=by, now=now)
        audit.record("sheet_undone", by=by, now=now, sheet_id=sheet.id)
    return sheet


def _exhibitor(collection_id: int, enterprise_id: int, by: Person) -> Enterprise:
    if (group := db.session.get(Enterprise, enterprise_id)) is None:
        raise NotFound
    if not tills.stands_at(collection_id, enterprise_id):
        raise NotAtThisFair(enterprise=group.name)
    conflicts.keep_out(by, group)
    return group


def _declared(sheet: PaperSheet, group: Enterprise) -> Iterator[tuple[str, Declared]]:
    """Yield a total for each way of paying, by the key under which it is counted."""
    day, confidence = sheet.collection, Confidence.SLIP if sheet.in_hand else Confidence.DECLARED
    for method, name in PAID.items():
        if cents := getattr(sheet, name):
            yield (
                f"sheet:{sheet.id}:{method}",
                Declared(
                    enterprise_id=group.id,
                    day=day.day,
                    segment=group.segment,
                    channel=Channel.FAIR_STALL,
                    gross_cents=cents,
                    fair_id=sheet.fair_id,
                    fair_name=day.title,
                    confidence=confidence,
                    payment_method=method.value,
                ),
            )
