"""Facts of sale, straight into the table: what reports count."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from marketplace.core.database import db, operation
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.facts import Channel, Confidence, FactKind, SaleFact
from marketplace.orders.operations import rollups
from tests.factories.enterprises import make_enterprise

_serial = count(1)


def make_fact(enterprise: Enterprise | None = None, **given: Any) -> SaleFact:
    """Return a sale of R$ 10,00 on 15 March 2030; ``given`` says what is different."""
    enterprise = enterprise or make_enterprise()
    facts = {
        "key": f"fact:{next(_serial)}",
        "kind": FactKind.SALE,
        "occurred_on": date(2030, 3, 15),
        "recorded_at": datetime(2030, 3, 15, 18, tzinfo=UTC),
        "division_id": enterprise.division_id,
        "channel": Channel.FAIR_STALL,
        "confidence": Confidence.ORDER,
        "enterprise_id": enterprise.id,
        "enterprise_name": enterprise.name,
        "enterprise_kind": enterprise.kind,
        "municipality_code": enterprise.municipality_code,
        "municipality_name": "Manaus",
        "zone": "sul",
        "zone_name": "Sul",
        "segment": enterprise.segment,
        "quantity": 1,
        "gross_cents": 10_00,
    }
    return _recorded(facts | given)


@operation
def _recorded(facts: dict[str, Any]) -> SaleFact:
    fact = SaleFact(**facts)
    db.session.add(fact)
    db.session.flush()
    rollups.add([fact.key])
    return fact
