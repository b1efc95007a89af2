"""What may be asked of the figures."""

import enum
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.reports.periods import Period


class Dimension(enum.StrEnum):
    """By what the figures are grouped; the values are those of addresses, in Portuguese."""

    MONTH = "mes"
    SEGMENT = "segmento"
    CATEGORY = "categoria"
    ENTERPRISE = "empreendimento"
    KIND = "tipo"
    MUNICIPALITY = "municipio"
    NEIGHBOURHOOD = "bairro"
    ZONE = "zona"
    CHANNEL = "canal"
    FAIR = "feira"
    LED = "direcao"  # True: by women


NUMBERED = frozenset({Dimension.ENTERPRISE, Dimension.MUNICIPALITY, Dimension.FAIR})
"""Those whose keys are numbers."""
# A council member sees totals, never a single enterprise's sales (`docs/rights.md`).
FOR_COUNCIL = frozenset(
    {Dimension.MONTH, Dimension.SEGMENT, Dimension.KIND, Dimension.ZONE, Dimension.CHANNEL}
)


@dataclass(frozen=True)
class Question:
    """What is asked of the facts: a period, its filters, and by what to group."""

    period: Period
    by: Dimension = Dimension.MONTH
    division_ids: frozenset[int] = frozenset()  # none: every Division's
    filters: dict[Dimension, str | int] = field(default_factory=dict)
    as_of: datetime | None = None
