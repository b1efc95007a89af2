"""What a price is made of: the five groups, the hour that remains, and both ways between them.

All amounts are centavos of one unit; hours are thousandths of an hour; shares are thousandths of
the price. Pure: no database, no clock.

**Source:** Decreto 7.358/2010, art. 2, V (a fair price is built by dialogue and transparency).
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.catalogue.models.prices import GROUP_OF, Group, LineKind
from marketplace.core.money import split

BOUGHT = (
    LineKind.MATERIAL,
    LineKind.LOSSES,
    LineKind.ENERGY,
    LineKind.TOOLS,
    LineKind.SPACE,
    LineKind.PACKING,
    LineKind.TRANSPORT,
)
SHARES = (LineKind.FUND, LineKind.PAYMENT_FEE, LineKind.TAXES)
MOST_SHARED = 900  # thousandths of the price; above, no price would cover the work


@dataclass(frozen=True)
class LineInput:
    """One input: so much of something at so much each.

    ``total_cents`` is told where amount times unit cost does not come out at the centavo meant.
    """

    kind: LineKind
    unit_cost_cents: int
    amount_thousandths: int = 1000
    label: str = ""
    total_cents: int | None = None

    @property
    def total(self) -> int:
        if self.total_cents is not None:
            return self.total_cents
        return _half_up(self.amount_thousandths * self.unit_cost_cents, 1000)


@dataclass(frozen=True)
class Groups:
    """The five parts a buyer sees, in their fixed order."""

    makers: int
    materials: int
    packing: int
    fund: int
    fees: int

    @property
    def sum(self) -> int:
        return self.makers + self.materials + self.packing + self.fund + self.fees

    @property
    def parts(self) -> tuple[int, int, int, int, int]:
        return (self.makers, self.materials, self.packing, self.fund, self.fees)


@dataclass(frozen=True)
class Recipe:
    """What the editor asks: costs by kind, shares of the price by kind, hours, worth of an hour."""

    costs: Mapping[LineKind, int] = field(default_factory=dict)
    shares: Mapping[LineKind, int] = field(default_factory=dict)
    hours: int = 0
    hour_cents: int | None = None

    @property
    def bought(self) -> int:
        return sum(self.costs.values())

    @property
    def shared(self) -> int:
        """Thousandths of the price that go to fund, fees and taxes."""
        return sum(self.shares.values())

    def work(self, hour_cents: int) -> int:
        """Return what the hours cost at that much each, rounded up."""
        return -(-self.hours * hour_cents // 1000)


class Concern(enum.StrEnum):
    UNDER_COST = "under_cost"
    UNDER_WAGE = "under_wage"
    UNDER_TARGET = "under_target"


@dataclass(frozen=True)
class PriceConcern:
    """What to think over before publishing, with the price that would mend it; never a refusal."""

    concern: Concern
    cents: int  # the cost, or what an hour is left with
    floor_cents: int  # the cost again, or the floor of an hour
    use_cents: int


def groups_of(lines: Iterable[LineInput]) -> Groups:
    """Sum the lines by group."""
    sums = dict.fromkeys(Group, 0)
    for line in lines:
        sums[GROUP_OF[line.kind]] += line.total
    return Groups(*(sums[group] for group in Group))


def shown_groups(price_cents: int, lines: Sequence[LineInput]) -> Groups | None:
    """Return the groups while they add up to the price; else none may be shown."""
    groups = groups_of(lines)
    return groups if lines and groups.sum == price_cents else None


def hours_of(lines: Iterable[LineInput]) -> int:
    """Return the thousandths of hours of work in one unit."""
    return sum(line.amount_thousandths for line in lines if line.kind is LineKind.LABOUR)


def minutes_of(lines: Iterable[LineInput]) -> int:
    return _half_up(hours_of(lines) * 60, 1000)


def real_hour(price_cents: int, lines: Sequence[LineInput]) -> int | None:
    """Return what an hour of work is left with, rounded down; none without hours.

    ``(price - materials - packing - fund - fees) / hours``; below zero where these exceed it.
    """
    hours, groups = hours_of(lines), groups_of(lines)
    if not hours:
        return None
    return (price_cents - (groups.sum - groups.makers)) * 1000 // hours


def price_for(recipe: Recipe, hour_cents: int | None = None) -> int:
    """Return the least price that pays every cost, every share and the hours (hours to price).

    The hour is worth ``hour_cents``, or else what the recipe says.

    :raises ValueError: if the shares leave too little of any price.
    """
    if recipe.shared > MOST_SHARED:
        raise ValueError("shares of the price leave nothing for the work")
    worth = recipe.hour_cents or 0 if hour_cents is None else hour_cents
    needed = recipe.bought + recipe.work(worth)
    return max(0, (needed * 1000 - 500) // (1000 - recipe.shared) + 1)  # shares round half up


def rest_of(price_cents: int, recipe: Recipe) -> int:
    """Return what stays with the makers: the price less what is bought and shared."""
    return price_cents - recipe.bought - _half_up(price_cents * recipe.shared, 1000)


def hour_for(price_cents: int, recipe: Recipe) -> int | None:
    """Return what an hour is left with at this price (price to hour); none without hours."""
    return rest_of(price_cents, recipe) * 1000 // recipe.hours if recipe.hours else None


def lines_for(price_cents: int, recipe: Recipe) -> list[LineInput]:
    """Write a recipe as lines that add up to the price, where the price is not under its costs.

    Labour is paid first, up to the worth of an hour; what then remains is the group's surplus.
    """
    lines = [LineInput(kind, cents) for kind, cents in recipe.costs.items() if cents]
    lines += _share_lines(price_cents, recipe)
    rest = max(0, rest_of(price_cents, recipe))
    labour = _labour(rest, recipe)
    left = rest - (labour.total if labour else 0)
    lines += [labour] if labour else []
    return lines + ([LineInput(LineKind.SURPLUS, left)] if left else [])


def recipe_of(price_cents: int, lines: Iterable[LineInput]) -> Recipe:
    """Read lines back as what the editor asks; several lines of a kind become one."""
    costs: dict[LineKind, int] = {}
    shares: dict[LineKind, int] = {}
    hours, hour_cents = 0, None
    for line in lines:
        if line.kind in SHARES:
            shares[line.kind] = shares.get(line.kind, 0) + _permille(line, price_cents)
        elif line.kind in BOUGHT:
            costs[line.kind] = costs.get(line.kind, 0) + line.total
        elif line.kind is LineKind.LABOUR:
            hours, hour_cents = hours + line.amount_thousandths, line.unit_cost_cents
    return Recipe(costs, shares, hours, hour_cents)


def concerns(
    price_cents: int, recipe: Recipe, wage_floor_cents: int, target_cents: int | None = None
) -> list[PriceConcern]:
    """Return what to warn of: a price under its cost, an hour under what an hour should leave.

    That is the minimum wage's hour, and the hour that the group's assembly decided, if it did.

    **Source:** an hour of the minimum wage is the month divided by 220 (act of each year).
    """
    if not price_cents or recipe.shared > MOST_SHARED:
        return []
    found = []
    cost = price_cents - rest_of(price_cents, recipe) + recipe.work(recipe.hour_cents or 0)
    if price_cents < cost:
        use = price_for(recipe, recipe.hour_cents or wage_floor_cents)
        found.append(PriceConcern(Concern.UNDER_COST, cost, cost, use))
    hour = hour_for(price_cents, recipe)
    floors = ((Concern.UNDER_WAGE, wage_floor_cents), (Concern.UNDER_TARGET, target_cents or 0))
    for concern, floor in floors:
        if hour is not None and hour < floor:
            found.append(PriceConcern(concern, max(0, hour), floor, price_for(recipe, floor)))
    return found


def _labour(rest: int, recipe: Recipe) -> LineInput | None:
    if not recipe.hours:
        return None
    if (worth := recipe.hour_cents) is None:
        hour = rest * 1000 // recipe.hours
        return LineInput(LineKind.LABOUR, hour, recipe.hours, total_cents=rest)
    paid = min(recipe.work(worth), rest)  # the worth stays as typed, also where it is not reached
    return LineInput(LineKind.LABOUR, worth, recipe.hours, total_cents=paid)


def _permille(line: LineInput, price_cents: int) -> int:
    if line.unit_cost_cents == price_cents or not price_cents:
        return line.amount_thousandths
    return _half_up(line.total * 1000, price_cents)


def _share_lines(price_cents: int, recipe: Recipe) -> list[LineInput]:
    shares = {kind: permille for kind, permille in recipe.shares.items() if permille}
    if not shares:
        return []
    totals = split(_half_up(price_cents * recipe.shared, 1000), list(shares.values()))
    return [
        LineInput(kind, price_cents, permille, total_cents=total)
        for (kind, permille), total in zip(shares.items(), totals, strict=True)
    ]


def _half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
