"""Totals that are declared."""

import io
from typing import Any

from marketplace.accounts.models import Division
from marketplace.core import clock, papers
from marketplace.core.database import db
from marketplace.reports.models.declared import DeclaredTotal, Sureness
from marketplace.reports.operations.declaring import Past, declare_past
from tests.factories.issued import head_of

PAPER = b"%PDF-1.7 planilha de 2019 %%EOF"
USUAL: dict[str, Any] = {
    "year": 2019,
    "month": 11,
    "amount_cents": 12_345_00,
    "sureness": Sureness.DOCUMENTED,
    "source": "Planilha da Feira do Largo",
}


def make_past(**more: Any) -> Past:
    """Return a total to be declared: November of 2019, unless told."""
    return Past(**(USUAL | more))


def make_declared(division: Division, **more: Any) -> DeclaredTotal:
    """Declare a total, with its paper."""
    past = make_past(**({"file": papers.take_in(io.BytesIO(PAPER))} | more))
    made = declare_past(division.id, past, by=head_of(division), now=clock.now())
    return db.session.get_one(DeclaredTotal, made)
