"""What is known of an enterprise, its stalls, people, products, reservations and buyers."""

from typing import Any, NamedTuple

from marketplace.enterprises.models import Kind, Segment
from marketplace.fairs.models.calls import Mark
from marketplace.reports.indicators.asked import Trait


class Seller(NamedTuple):
    """An enterprise and its traits; whether it is approved, hence eligible for places."""

    id: int
    segment: Segment
    kind: Kind
    zone: str
    women_led: bool
    approved: bool

    def trait(self, trait: Trait) -> Any:
        traits = (self.segment, self.zone, self.kind, self.women_led)
        return dict(zip((Trait.SEGMENT, Trait.ZONE, Trait.KIND, Trait.LED), traits, strict=True))[
            trait
        ]


class Stand(NamedTuple):
    """A stall of an enterprise at a fair that is over."""

    enterprise_id: int
    fair_id: int
    mark: Mark | None
    told: bool  # what it sold there

    @property
    def came(self) -> bool:
        return self.told or self.mark is Mark.PRESENT

    @property
    def expected(self) -> bool:
        """Whether it should tell what it sold: nobody says that it stayed away."""
        return self.told or self.mark not in (Mark.ABSENT, Mark.EXCUSED)


class People(NamedTuple):
    enterprise_id: int
    members: int
    women: int
    known: int  # whose sex is told
    board: int
    women_on_board: int


class Goods(NamedTuple):
    enterprise_id: int
    published: int
    composed: int


class Reserved(NamedTuple):
    """Orders to be collected by a day of the period."""

    enterprise_id: int
    collected: int
    missed: int
    open: int


class Buyers(NamedTuple):
    buyers: int
    new: int
    again: int  # with an earlier purchase, or a second one
    purchases: int  # of them
    at_tills: int  # by people whom nobody asked who they are
