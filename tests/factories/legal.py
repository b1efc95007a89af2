"""Figures of laws, as a source tells them."""

from datetime import date
from typing import Any

from marketplace.catalogue.models.legal import LegalFigure, LegalKind
from tests.factories.accounts import saved


def make_figure(**given: Any) -> LegalFigure:
    """Return the minimum price of a kilo of chestnuts in 2026, which nobody checked."""
    told = {
        "kind": LegalKind.MINIMUM_PRICE,
        "subject": "Castanha-do-brasil em casca",
        "region": "Norte",
        "amount_cents": 3_67,
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
        "act": "Portaria Mapa 868/2025",
        "source": "several newspapers",
    }
    return saved(LegalFigure(**told | given))
