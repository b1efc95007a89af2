"""What an enterprise shows, and the days on which it is away."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marketplace.core import audit
from marketplace.core.database import operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts, naming, queries
from marketplace.enterprises.errors import (
    NotOpenForChange,
    PauseEndsEarly,
)
from marketplace.enterprises.models import SETTLED, Enterprise, Standing
from marketplace.enterprises.signals import enterprise_changed
from marketplace.enterprises.steps import columns_of

VETTED = columns_of(("name", "kind", "legal", "founded", "segments", "place"))


@operation
def change_profile(
    enterprise_id: int, *, mobile: str, email: str, story: str, by: Person, now: datetime
) -> Enterprise:
    """Change how the enterprise is reached and what it tells of itself.

    Its name, kind and place were vetted: the Division changes those.

    :raises NotFound: if ``by`` does not run it.
    :raises NotOpenForChange: unless it was approved once.
    """
    enterprise = _settled(enterprise_id, by)
    enterprise.mobile, enterprise.email, enterprise.story = mobile, email, story
    return _changed(enterprise, "profile_changed", by=by, now=now)


@operation
def correct_record(
    enterprise_id: int, fields: Mapping[str, Any], *, by: Person, now: datetime
) -> Enterprise:
    """Change what was vetted (name, kind, CNPJ, line of work, place), by the Division.

    ``fields`` are columns of those marks. The address of its page stays.

    :raises NotFound: outside ``by``'s Divisions.
    :raises OwnEnterprise: if ``by`` belongs to it.
    :raises NotOpenForChange: for a draft, which is the group's own, or other columns.
    :raises CnpjTaken: if another has that CNPJ.
    """
    enterprise = lock_one(queries.cases_of(by).where(Enterprise.id == enterprise_id))
    conflicts.keep_out(by, enterprise)
    if enterprise.standing is Standing.DRAFT or not VETTED.issuperset(fields):
        raise NotOpenForChange
    naming.claim_cnpj(fields.get("cnpj"), but=enterprise_id)
    changed = {name for name, value in fields.items() if getattr(enterprise, name) != value}
    for name in changed:
        setattr(enterprise, name, fields[name])
    audit.record("record_corrected", by=by, now=now, fields=sorted(changed))
    return _changed(enterprise, "profile_changed", by=by, now=now)


@operation
def set_photo(
    enterprise_id: int, photo: str | None, *, alt: str = "", by: Person, now: datetime
) -> Enterprise:
    """Show this picture of `core.pictures`, or none.

    :raises NotFound: as ``change_profile``.
    :raises NotOpenForChange: as ``change_profile``.
    """
    enterprise = _settled(enterprise_id, by)
    enterprise.photo, enterprise.photo_alt = photo, alt if photo else ""
    return _changed(enterprise, "photo_set", by=by, now=now)


@operation
def pause(
    enterprise_id: int,
    first_day: date,
    *,
    last_day: date | None,
    note: str = "",
    by: Person,
    now: datetime,
) -> Enterprise:
    """Announce days away, both included; without a last day until further notice.

    :raises NotFound: if ``by`` does not run it.
    :raises PauseEndsEarly: if the last day is before the first.
    """
    enterprise = lock_one(queries.run_by(by, enterprise_id))
    if last_day is not None and last_day < first_day:
        raise PauseEndsEarly
    enterprise.paused_from, enterprise.paused_until = first_day, last_day
    enterprise.pause_note = note
    return _changed(enterprise, "pause_announced", by=by, now=now)


@operation
def resume(enterprise_id: int, *, by: Person, now: datetime) -> Enterprise:
    """Take the announced days away back: the enterprise sells."""
    enterprise = lock_one(queries.run_by(by, enterprise_id))
    enterprise.paused_from = enterprise.paused_until = None
    enterprise.pause_note = ""
    return _changed(enterprise, "pause_ended", by=by, now=now)


def _settled(enterprise_id: int, by: Person) -> Enterprise:
    enterprise = lock_one(queries.run_by(by, enterprise_id))
    if enterprise.standing not in SETTLED:
        raise NotOpenForChange
    return enterprise


def _changed(enterprise: Enterprise, what: str, *, by: Person, now: datetime) -> Enterprise:
    enterprise.version += 1
    audit.record(what, by=by, now=now, enterprise_id=enterprise.id)
    enterprise_changed.send(enterprise_id=enterprise.id, by=by, now=now)
    return enterprise
