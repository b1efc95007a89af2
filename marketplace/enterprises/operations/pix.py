"""The Pix key of an enterprise: a changed one waits, and every manager hears of it at once.

**Source:** `docs/adr/0015-who-may-open-what.md`; the wait and the notice are what stops a stranger
who got into one manager's account from being paid in the group's place.
"""

from datetime import datetime, timedelta

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.identifiers import PixKey
from marketplace.core.rights import CODE, PASSWORD, Person, ask_proof
from marketplace.enterprises import news, pix_history, queries
from marketplace.enterprises.errors import (
    NoPixChange,
    NotOpenForChange,
    PixChangeWaits,
    ReasonNeeded,
    SamePix,
)
from marketplace.enterprises.models import SETTLED, Enterprise, PixDecision, PixStep
from marketplace.enterprises.pix_keys import Pix

WAIT = timedelta(hours=72)
PROOF = frozenset({PASSWORD, CODE})


@operation
def change_pix(
    enterprise_id: int,
    key: PixKey | None,
    *,
    holder: str = "",
    reason: str = "",
    by: Person,
    now: datetime,
) -> PixDecision:
    """Take payments with another Pix key, or with none, from 72 hours on; the first key at once.

    The key in use counts until then. All who manage the enterprise are told.

    :raises ProveFirst: unless ``by`` gave password and code a moment ago.
    :raises NotFound: if ``by`` does not manage it: nobody else touches payout data.
    :raises NotOpenForChange: unless it was approved once.
    :raises PixChangeWaits: while a change waits.
    :raises SamePix: if it is the one in use.
    :raises ReasonNeeded: without a reason, unless it is the first.
    """
    if "house" not in by.roles:
        ask_proof(by, PROOF)
    enterprise = _managed(enterprise_id, by, now)
    if enterprise.pix_waits(now):
        raise PixChangeWaits
    pix = Pix(key.value, key.kind, holder) if key else Pix()
    if pix == enterprise.pix_at(now):
        raise SamePix
    is_first = not pix_history.had_pix(enterprise)
    if not (is_first or reason.strip()):
        raise ReasonNeeded
    counts_at = now if is_first else now + WAIT
    enterprise.await_pix(pix, counts_at=counts_at)
    enterprise.settle_pix(now)
    given = {"reason": reason.strip(), "counts_at": counts_at}
    return _decided(enterprise, PixStep.ASKED, pix, given, by=by, now=now)


@operation
def cancel_pix_change(enterprise_id: int, *, reason: str, by: Person, now: datetime) -> PixDecision:
    """Leave the Pix key as it is, whoever of the managers asked for another; no proof is needed.

    :raises NotFound: if ``by`` does not manage it.
    :raises NoPixChange: if none waits any more.
    :raises ReasonNeeded: without a reason.
    """
    enterprise = _managed(enterprise_id, by, now)
    counts_at = enterprise.pix_next_at
    if counts_at is None:
        raise NoPixChange
    if not reason.strip():
        raise ReasonNeeded
    cancelled = enterprise.pix_at(counts_at)
    enterprise.await_pix(None)
    given = {"reason": reason.strip(), "counts_at": counts_at}
    return _decided(enterprise, PixStep.CANCELLED, cancelled, given, by=by, now=now)


def _managed(enterprise_id: int, by: Person, now: datetime) -> Enterprise:
    enterprise = lock_one(queries.managed(by, enterprise_id))
    if enterprise.standing not in SETTLED:
        raise NotOpenForChange
    enterprise.settle_pix(now)
    return enterprise


def _decided(
    enterprise: Enterprise,
    step: PixStep,
    pix: Pix,
    given: dict[str, object],
    *,
    by: Person,
    now: datetime,
) -> PixDecision:
    decision = PixDecision(
        enterprise=enterprise, step=step, by_id=by.id, decided_at=now, **_columns(pix), **given
    )
    db.session.add(decision)
    db.session.flush()
    audit.record(f"pix_{step.value}", by=by, now=now, enterprise_id=enterprise.id)
    news.tell_pix(enterprise, decision, now=now)
    return decision


def _columns(pix: Pix) -> dict[str, str]:
    return {"key": pix.key, "key_kind": pix.kind, "holder": pix.holder}
