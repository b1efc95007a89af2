"""Saying under which regime of tax a group sells."""

from datetime import datetime

from marketplace.catalogue.errors import UnknownRegime
from marketplace.catalogue.models.regimes import RegimeWord
from marketplace.catalogue.queries import regimes
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import queries as enterprises


@operation
def say_regime(enterprise_id: int, regime: str, *, by: Person, now: datetime) -> None:
    """Note a group's regime of tax; empty for none of those in the tables.

    :raises NotFound: unless ``by`` manages the group. :raises UnknownRegime: for another word.
    """
    enterprise = lock_one(enterprises.managed(by, enterprise_id))
    if regime and regime not in regimes.known():
        raise UnknownRegime
    last = regimes.of_enterprise(enterprise.id)
    if regime == (last.regime if last else None):
        return
    told = {"enterprise_id": enterprise.id, "regime": regime, "said_at": now, "by_id": by.id}
    db.session.add(RegimeWord(**told))
    audit.record("regime_said", by=by, now=now, enterprise_id=enterprise.id, regime=regime)
