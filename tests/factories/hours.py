"""What assemblies decide about their hour, noted by the operation."""

import io
from datetime import date
from typing import Any

from marketplace.catalogue.models.hours import HourDecision
from marketplace.catalogue.operations.hours import Vote, note_hour
from marketplace.core import papers
from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from tests.factories.clock import NOW
from tests.factories.enterprises import make_producer, person_of

MINUTE = b"%PDF-1.4 ata da assembleia %%EOF"


def make_hour(
    enterprise: Enterprise | None = None, cents: int = 20_00, **given: Any
) -> HourDecision:
    """Note R$ 20 an hour, voted on 1 November 2026, with its paper, by a manager of the group."""
    manager, enterprise = make_producer("manager", enterprise)
    told = {"decided_on": date(2026, 11, 1), "minute": "Ata 3"} | given
    vote = Vote(cents, file=papers.take_in(io.BytesIO(MINUTE)), **told)
    return db.session.get_one(
        HourDecision, note_hour(enterprise.id, vote, by=person_of(manager), now=NOW)
    )
