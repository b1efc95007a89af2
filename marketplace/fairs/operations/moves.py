"""The one way in which a fair takes another state."""

from datetime import datetime

from marketplace.core import audit
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.fairs.models.fairs import Fair, FairMove, FairState


def move_fair(fair: Fair, state: FairState, reason: str, *, by: Person, now: datetime) -> None:
    """Let a locked fair take a state, and write down who said so, when and why."""
    fair.state = state
    db.session.add(FairMove(fair_id=fair.id, state=state, reason=reason, by_id=by.id, moved_at=now))
    audit.record(f"fair_{state.value}", by=by, now=now, fair_id=fair.id)
