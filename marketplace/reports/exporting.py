"""The facts behind the indicators as plain tables, for who counts them again without us.

They name no person: a buyer is a number, a member a sex and two days.
"""

import csv
import enum
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from marketplace.catalogue.models.products import Product, Showing
from marketplace.core import clock, database
from marketplace.enterprises.models import Enterprise, Member
from marketplace.fairs.models.calls import Attendance, Call
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairDay
from marketplace.orders.models.facts import SaleFact
from marketplace.orders.models.orders import Order, Purchase
from marketplace.orders.models.places import ON_THE_SPOT

_told = (
    *("kind", "occurred_on", "recorded_at", "division_id", "fair_id", "channel", "confidence"),
    *("enterprise_id", "enterprise_kind", "zone", "segment", "quantity", "gross_cents"),
    *("composed", "makers_cents", "fund_cents", "minutes", "under_floor", "women_permille"),
    "women_led",
)
_came = sa.and_(
    Attendance.fair_id == Exhibitor.fair_id, Attendance.enterprise_id == Exhibitor.enterprise_id
)
TABLES: dict[str, Any] = {
    "facts": sa.select(*(getattr(SaleFact, name) for name in _told)).order_by(SaleFact.id),
    "enterprises": sa.select(
        *(Enterprise.id, Enterprise.division_id, Enterprise.standing),
        *(Enterprise.segment, Enterprise.kind),
    ).order_by(Enterprise.id),
    "members": sa.select(
        *(Member.enterprise_id, Member.sex, Member.on_board, Member.joined_on, Member.left_on)
    ).order_by(Member.id),
    "fairs": sa.select(
        *(Fair.id, Fair.division_id, Fair.state, Call.places),
        sa.func.min(FairDay.day).label("first"),
        sa.func.max(FairDay.day).label("last"),
    )
    .join(FairDay, FairDay.fair_id == Fair.id)
    .outerjoin(Call, Call.fair_id == Fair.id)
    .group_by(Fair.id, Fair.division_id, Fair.state, Call.places)
    .order_by(Fair.id),
    "stands": sa.select(Exhibitor.fair_id, Exhibitor.enterprise_id, Attendance.mark)
    .outerjoin(Attendance, _came)
    .order_by(Exhibitor.id),
    "products": sa.select(Product.enterprise_id, Product.maker_cents.is_not(None).label("composed"))
    .where(Product.showing == Showing.PUBLISHED)
    .order_by(Product.id),
    "orders": sa.select(
        *(Order.enterprise_id, Order.division_id, Order.state),
        *(Order.way.in_(ON_THE_SPOT).label("spot"), Order.due_at),
    ).order_by(Order.id),
    "purchases": sa.select(
        *(Purchase.id, Order.division_id, Order.way.in_(ON_THE_SPOT).label("spot")),
        *(Purchase.placed_at, Purchase.buyer_mobile.label("buyer")),
    )
    .join(Order, Order.purchase_id == Purchase.id)
    .distinct()
    .order_by(Purchase.id, Order.division_id),
}


def export(folder: Path, zone: str) -> dict[str, int]:
    """Write each table as CSV, instants as local days of a time zone; return how many rows."""
    folder.mkdir(parents=True, exist_ok=True)
    return {
        name: _write(folder / f"{name}.csv", statement, _shown(zone))
        for name, statement in TABLES.items()
    }


def _write(path: Path, statement: Any, shown: Callable[[str, Any], Any]) -> int:
    names = [column.name for column in statement.selected_columns]
    told: Iterable[Any] = database.rows(statement)
    rows = [[shown(*pair) for pair in zip(names, row, strict=True)] for row in told]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])
    return len(rows)


def _shown(zone: str) -> Callable[[str, Any], Any]:
    buyers: dict[str, int] = {}

    def show(name: str, value: Any) -> Any:
        if name == "buyer":
            return buyers.setdefault(value, len(buyers) + 1) if value else ""
        if name.endswith("_at") and value is not None:
            return clock.today(zone, value).isoformat()
        if isinstance(value, enum.Enum):
            return value.value
        return int(value) if isinstance(value, bool) else "" if value is None else value

    return show
