"""What a price leaves an hour with, reckoned anew with what changed since it was made.

Four things change it without its group: the wage's hour, the fund's rate, the payment fee, and
what a material costs in a newer sheet of the same group. Amounts are centavos of one unit, rates
hundredths of a percent. Pure: no database, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from marketplace.catalogue.fair_price import MOST_SHARED, Recipe, hour_for, price_for
from marketplace.catalogue.models.prices import LineKind
from marketplace.catalogue.price_sheet import Input, PriceSheet
from marketplace.core.text import fold

Material = tuple[str, str]  # its name as compared, and its measure


@dataclass(frozen=True)
class Dearer:
    """A material that costs otherwise now, in centavos of one measure."""

    label: str
    before: int
    after: int


@dataclass(frozen=True)
class Terms:
    """What a price is held against: the wage's hour, the fund's rate, and the dearest fee."""

    floor: int
    rate: int
    fee: int


@dataclass(frozen=True)
class Review:
    """A price whose hour fell under the floor since it was made, and what would mend it."""

    before: Terms
    after: Terms
    hour_before: int
    hour_after: int
    materials: tuple[Dearer, ...]
    recipe: Recipe
    sheet: PriceSheet | None

    @property
    def proposal(self) -> int | None:
        """Return the least price that leaves an hour the floor; none where shares take too much."""
        if self.recipe.shared > MOST_SHARED:
            return None
        return price_for(self.recipe, self.after.floor)


def material_key(line: Input) -> Material:
    return fold(line.label), fold(line.measure)


def review(
    price_cents: int,
    hour_before: int,
    made_of: Recipe | PriceSheet,
    costs: Mapping[Material, int],
    *,
    before: Terms,
    after: Terms,
) -> Review | None:
    """Return what became of a price, if its hour fell under the floor since; ``costs`` are today's.

    **Source:** an hour of the minimum wage is the month divided by 220 (act of each year).
    """
    sheet, materials = None, ()  # type: PriceSheet | None, tuple[Dearer, ...]
    if isinstance(made_of, PriceSheet):
        sheet, materials = _at_costs(made_of, costs)
        sheet = replace(sheet, shares=_shares(sheet.shares, before, after))
        recipe = sheet.recipe()
    else:
        recipe = replace(made_of, shares=_shares(made_of.shares, before, after))
    changed = bool(materials) or (before.rate, before.fee) != (after.rate, after.fee)
    hour = hour_for(price_cents, recipe) if changed else hour_before
    if hour is None or hour >= after.floor or hour_before < before.floor:
        return None
    return Review(before, after, hour_before, hour, materials, recipe, sheet)


def _at_costs(
    sheet: PriceSheet, costs: Mapping[Material, int]
) -> tuple[PriceSheet, tuple[Dearer, ...]]:
    lines, changed = [], []
    for line in sheet.lines:
        cost = costs.get(material_key(line), line.unit_cost_cents)
        if line.kind is LineKind.MATERIAL and cost != line.unit_cost_cents:
            changed.append(Dearer(line.label, line.unit_cost_cents, cost))
            line = replace(line, unit_cost_cents=cost)
        lines.append(line)
    return replace(sheet, lines=tuple(lines)), tuple(changed)


def _shares(shares: Mapping[LineKind, int], before: Terms, after: Terms) -> dict[LineKind, int]:
    """Return the shares with the fund's rate and the fee changed by as much, in thousandths."""
    fund = max(0, shares.get(LineKind.FUND, 0) + _permille(after.rate - before.rate))
    told = {LineKind.FUND: fund, LineKind.PAYMENT_FEE: _fee(shares, before, after)}
    return {**shares, **{kind: part for kind, part in told.items() if part or kind in shares}}


def _fee(shares: Mapping[LineKind, int], before: Terms, after: Terms) -> int:
    """Return the fee's share; a group that foresaw more than it costs now keeps what it wrote."""
    wrote = shares.get(LineKind.PAYMENT_FEE, 0)
    changed = wrote + _permille(after.fee - before.fee)
    return max(0, min(changed, max(wrote, _permille(after.fee))))


def _permille(hundredths: int) -> int:
    """Return thousandths for hundredths of a percent, half up."""
    return (hundredths + 5) // 10
