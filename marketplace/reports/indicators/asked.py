"""What may be asked of an indicator, and what it answers."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from marketplace.reports.periods import Period


class Trait(enum.StrEnum):
    """By what an indicator may be split or filtered; the values are those of addresses."""

    SEGMENT = "segmento"
    ZONE = "zona"
    KIND = "tipo"
    LED = "direcao"  # True: by women, at least half of the board
    CHANNEL = "canal"


OF_SELLERS = frozenset({Trait.SEGMENT, Trait.ZONE, Trait.KIND, Trait.LED})
OF_SALES = OF_SELLERS | {Trait.CHANNEL}
NOTHING: frozenset[Trait] = frozenset()


@dataclass(frozen=True)
class Asked:
    """A period of whole months, the Divisions (none: all) and what is filtered.

    ``zone`` is the time zone of the days.
    """

    period: Period
    division_ids: frozenset[int]
    zone: str
    filters: Mapping[Trait, Any] = field(default_factory=dict)


class Value(NamedTuple):
    """What is told: so much of so much, and of how much of the whole that is known.

    Centavos where money, minutes where hours; ``denominator`` 1 where it is a plain sum, 0 where
    there is nothing to tell. ``told`` of ``of`` is the coverage, 0 of 0 where there is none.
    """

    numerator: int = 0
    denominator: int = 0
    told: int = 0
    of: int = 0


HIDDEN = Value(told=-1, of=-1)
"""Of so few enterprises that it would tell what one of them sold."""
