"""Indicators of what was sold, from the roll-up by seller: each a function of its sums."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from marketplace.core.database import rows
from marketplace.orders.models.facts import Channel
from marketplace.orders.models.rollups import SalesBySeller
from marketplace.reports.indicators.asked import Asked, Trait, Value
from marketplace.reports.periods import month_key

COLUMN: dict[Trait, Any] = {
    Trait.SEGMENT: SalesBySeller.segment,
    Trait.ZONE: SalesBySeller.zone,
    Trait.KIND: SalesBySeller.enterprise_kind,
    Trait.LED: SalesBySeller.women_led,
    Trait.CHANNEL: SalesBySeller.channel,
}


class Sums(NamedTuple):
    """Signed sums of the facts of one enterprise in a group, as `SalesBySeller` names them."""

    enterprise_id: int
    volume_cents: int
    by_records_cents: int  # told by a till, an order or a slip
    makers_cents: int
    composed_cents: int
    timed_cents: int
    earned_cents: int
    minutes: int
    timed_pieces: int
    under_floor_pieces: int
    pieces: int
    women_milli: int
    fund_cents: int
    at_fairs_cents: int
    institutional_cents: int


def sums(asked: Asked, by: Trait | None) -> dict[Any, list[Sums]]:
    """Return, for each group, the sums of each enterprise that sold; in one statement."""
    statement = _statement(by, frozenset(asked.filters), within=bool(asked.division_ids))
    values = {f"is_{trait.value}": value for trait, value in asked.filters.items()}
    values |= {"division_ids": sorted(asked.division_ids)}
    values |= {"first": month_key(asked.period.first), "last": month_key(asked.period.last)}
    found: dict[Any, list[Sums]] = {}
    for row in rows(statement, values):
        found.setdefault(row[0], []).append(Sums(*row[1:]))
    return found


@cache
def _statement(by: Trait | None, filters: frozenset[Trait], *, within: bool) -> sa.Select[Any]:
    of = SalesBySeller
    key = COLUMN[by] if by else sa.null()
    bodies = sa.case((of.channel == Channel.INSTITUTIONAL, of.sales_cents + of.orders_cents))
    summed = (
        of.sales_cents + of.orders_cents,
        of.by_till_cents + of.by_order_cents + of.by_slip_cents,
        *(of.makers_cents, of.composed_cents, of.timed_cents, of.earned_cents, of.minutes),
        *(of.timed_pieces, of.under_floor_pieces, of.pieces, of.women_milli, of.fund_cents),
        *(of.at_fairs_cents, sa.func.coalesce(bodies, 0)),
    )
    where = [of.month.between(sa.bindparam("first"), sa.bindparam("last"))]
    if within:
        where.append(of.division_id.in_(sa.bindparam("division_ids", expanding=True)))
    where += [COLUMN[each] == sa.bindparam(f"is_{each.value}") for each in sorted(filters)]
    counted = [sa.cast(sa.func.sum(each), sa.BigInteger) for each in summed]
    groups = [of.enterprise_id, *([key] if by else [])]
    return sa.select(key, of.enterprise_id, *counted).where(*where).group_by(*groups)


def total(of: list[Sums], name: str) -> int:
    return sum(getattr(each, name) for each in of)


def volume(of: list[Sums]) -> Value:
    """Return Σ of sales and orders taken, centavos.

    **Source:** `docs/adr/0006`; the Division publishes sales and orders together.
    """
    cents = total(of, "volume_cents")
    return Value(cents, 1, total(of, "by_records_cents"), cents)


def _share(part: str, whole: str, told: str, of_all: str) -> Callable[[list[Sums]], Value]:
    def count(of: list[Sums]) -> Value:
        return Value(total(of, part), total(of, whole), total(of, told), total(of, of_all))

    return count


makers = _share("makers_cents", "composed_cents", "composed_cents", "volume_cents")
under_floor = _share("under_floor_pieces", "timed_pieces", "timed_pieces", "pieces")
fund = _share("fund_cents", "composed_cents", "composed_cents", "volume_cents")
institutional = _share("institutional_cents", "volume_cents", "by_records_cents", "volume_cents")


def real_hour(of: list[Sums]) -> Value:
    """Return what is left of prices ÷ hours of work: 60 centavos ÷ minutes.

    **Source:** the composition of Decreto 7.358/2010, art. 2, V: price less all that is bought.
    """
    coverage = total(of, "timed_cents"), total(of, "volume_cents")
    return Value(60 * total(of, "earned_cents"), total(of, "minutes"), *coverage)


def women(of: list[Sums]) -> Value:
    """Return the makers' part weighted by the women among the members ÷ the makers' part.

    **Source:** Lei 15.068/2024, art. 4; weighting as `docs/glossary.md` has it.
    """
    coverage = total(of, "composed_cents"), total(of, "volume_cents")
    return Value(total(of, "women_milli"), 1000 * total(of, "makers_cents"), *coverage)


def concentration(of: list[Sums]) -> Value:
    """Return what the tenth that sold most sold ÷ what all sold; a tenth is at least one.

    **Source:** own rule: a share of the top tenth, as studies of incomes have it.
    """
    sold = sorted((each.volume_cents for each in of if each.volume_cents > 0), reverse=True)
    top = sold[: (len(sold) + 9) // 10]
    cents = total(of, "volume_cents")
    return Value(sum(top), sum(sold), total(of, "by_records_cents"), cents)
