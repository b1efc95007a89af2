"""What was counted for an order at a fair counts for the one to which it is carried."""

from datetime import datetime

from marketplace.core.rights import Person
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Collection
from marketplace.orders.operations import facts
from marketplace.orders.queries import counted


def carry(order: Order, to: Collection, *, by: Person, now: datetime) -> None:
    """Take back what was counted for a locked order, and count as much of it at another fair.

    Both on this day: the sums of the days before stay what they were.
    """
    found = counted.left_of([line.id for line in order.lines])
    if not found:
        return
    facts.take_back(order, [(fact, left, "carried") for fact, left in found], by=by, now=now)
    day = facts.day_of(order, now)
    facts.append(
        [_at(to, fact, left) | {"occurred_on": day, "recorded_at": now} for fact, left in found]
    )


def _at(to: Collection, fact: SaleFact, pieces: int) -> dict[str, object]:
    """Return the columns of so many pieces of a fact, counted at another fair."""
    minus = facts.minus_of(fact, pieces)
    more = {name: -minus[name] for name in facts.SIGNED}
    where = {"fair_id": to.fair_id, "fair_name": to.title if to.fair_id else ""}
    return minus | more | where | {"key": f"{fact.key}:at-{to.id}", "corrects_id": None}
