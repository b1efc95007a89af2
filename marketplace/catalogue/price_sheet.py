"""A price written by lines for a batch: what went in, who worked, and what one piece comes to.

Amounts are centavos of the whole batch until they are shared over its pieces; quantities and hours
are thousandths; losses and shares are thousandths too. Pure: no database, no clock.

**Source:** Decreto 7.358/2010, art. 2, V (a fair price is built by dialogue and transparency).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from marketplace.catalogue.fair_price import BOUGHT, LineInput, Recipe, lines_for, price_for
from marketplace.catalogue.models.prices import LineKind
from marketplace.core.money import split

OVERHEADS = tuple(kind for kind in BOUGHT if kind is not LineKind.MATERIAL)


@dataclass(frozen=True)
class Input:
    """One line as typed: a material, somebody's hours, or what else the batch costs.

    For work, ``amount`` is hours and ``member_id`` who of the group; a free name is its label.
    """

    kind: LineKind
    label: str = ""
    amount: int = 1000
    unit_cost_cents: int = 0
    measure: str = ""
    loss_permille: int = 0
    solidarity: bool = False
    supplier_id: int | None = None
    member_id: int | None = None

    @property
    def batch_cents(self) -> int:
        """What it costs in the batch, with what is lost on top of what goes in, half up."""
        if self.kind is LineKind.LABOUR:
            return 0  # its worth is the hour's, which the sheet says once
        whole = self.amount * self.unit_cost_cents * (1000 + self.loss_permille)
        return (2 * whole + 1_000_000) // 2_000_000


@dataclass(frozen=True)
class PriceSheet:
    """All that was typed of one batch."""

    pieces: int = 1
    lines: tuple[Input, ...] = ()
    shares: Mapping[LineKind, int] = field(default_factory=dict)
    surplus_permille: int = 0
    hour_cents: int | None = None

    @property
    def bought(self) -> tuple[Input, ...]:
        return tuple(line for line in self.lines if line.kind in BOUGHT)

    @property
    def batch_hours(self) -> int:
        return sum(line.amount for line in self.lines if line.kind is LineKind.LABOUR)

    @property
    def hours(self) -> int:
        """Thousandths of hours in one piece, half up; never none where somebody worked."""
        worked = self.batch_hours
        return max(1, (2 * worked + self.pieces) // (2 * self.pieces)) if worked else 0

    @property
    def is_empty(self) -> bool:
        return not any(
            line.amount and (line.batch_cents or line.kind is LineKind.LABOUR)
            for line in self.lines
        )

    def parts(self) -> list[int]:
        """Return what each bought line costs in one piece.

        They add up to the batch's cost shared over its pieces, rounded up to the centavo, so that
        the pieces together pay the batch.
        """
        costs = [line.batch_cents for line in self.bought]
        if not (whole := sum(costs)):
            return [0] * len(costs)
        return split(-(-whole // self.pieces), costs)

    def recipe(self) -> Recipe:
        """Return what one piece is made of, as the short form asks it."""
        costs: dict[LineKind, int] = {}
        for line, cents in zip(self.bought, self.parts(), strict=True):
            costs[line.kind] = costs.get(line.kind, 0) + cents
        kept = {kind: cents for kind, cents in costs.items() if cents}
        shares = {kind: permille for kind, permille in self.shares.items() if permille}
        return Recipe(kept, shares, self.hours, self.hour_cents)

    def asked(self) -> Recipe:
        """Return the recipe with the group's surplus as one more share of the price."""
        recipe = self.recipe()
        if not self.surplus_permille:
            return recipe
        return replace(recipe, shares={**recipe.shares, LineKind.SURPLUS: self.surplus_permille})

    def price(self, hour_cents: int | None = None) -> int:
        """Return the least price that pays all of it and the surplus (hours to price).

        :raises ValueError: if the shares leave too little of any price.
        """
        return price_for(self.asked(), hour_cents)

    def composition(self, price_cents: int) -> list[LineInput]:
        """Return the lines of one piece at a price: each material by its name, then the rest."""
        each = [
            LineInput(line.kind, cents, label=line.label)
            for line, cents in zip(self.bought, self.parts(), strict=True)
            if cents
        ]
        rest = [line for line in lines_for(price_cents, self.recipe()) if line.kind not in BOUGHT]
        return each + rest


@dataclass(frozen=True)
class Change:
    """What differs between two versions of a price: centavos, hours or a share, in thousandths."""

    kind: LineKind
    label: str
    before: int | None
    after: int | None


def changes(before: list[LineInput], after: list[LineInput]) -> list[Change]:
    """Return what was changed from one composition to the next, in the order of the lines.

    Hours are compared as hours, shares of the price as shares, all else in centavos; the surplus
    is what remains and so is left out.
    """
    then, now = _told(before), _told(after)
    keys = [*now, *(key for key in then if key not in now)]
    return [
        Change(*key, then.get(key), now.get(key)) for key in keys if then.get(key) != now.get(key)
    ]


def _told(lines: list[LineInput]) -> dict[tuple[LineKind, str], int]:
    told: dict[tuple[LineKind, str], int] = {}
    for line in lines:
        if line.kind is LineKind.SURPLUS:
            continue
        key = (line.kind, line.label)
        told[key] = told.get(key, 0) + (
            line.total if line.kind in BOUGHT else line.amount_thousandths
        )
    return told
