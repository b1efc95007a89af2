"""What a fair leaves pending, whether it is closed, and what came after; nothing here writes."""

from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.core.database import db
from marketplace.core.types import UTCDateTime
from marketplace.fairs.models.calls import Attendance
from marketplace.fairs.models.fairs import Exhibitor, Fair, FairMove, FairState
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.sheets import PAID, PaperSheet
from marketplace.fairs.models.splits import DeskSplit, SplitState
from marketplace.fairs.models.tills import Till, TillHandover, TillSale, TillVoid
from marketplace.fairs.queries import calendar, splits, till_accounts, tills


class Pending(NamedTuple):
    """What nobody has seen to at a fair, each a number of cases."""

    matters: int  # differences of its tills, not settled
    missing: int  # sales that tills numbered and that have not arrived
    uncounted: int  # tills with something in the drawer, and no closing count
    unsplit: int  # days whose common desk took what is in no split
    waiting: int  # splits that nobody approved
    reservations: int  # neither handed over nor called off
    unmarked: int  # exhibitors of whom nobody noted whether they came

    @property
    def is_something(self) -> bool:
        return any(self)


class Late(NamedTuple):
    """What was told of a fair after it was closed; sales and sheets in centavos too."""

    sales: int = 0
    sales_cents: int = 0
    handovers: int = 0
    returns: int = 0
    voids: int = 0
    sheets: int = 0
    sheets_cents: int = 0

    @property
    def is_something(self) -> bool:
        return any(self)


def is_over(fair: Fair, today: date) -> bool:
    """Whether its last day is past on that local day."""
    return bool(fair.days) and fair.days[-1].day < today


def pending(fair: Fair) -> Pending:
    """Count what is pending, as things stand."""
    bound = [till.id for till in tills.of_fair(fair.id)]
    told, drawers = till_accounts.accounts(bound).values(), till_accounts.drawers(bound).values()
    desk = [splits.taking(day.collection_id) for day in splits.days_of_desk(fair)]
    return Pending(
        _number(tills.matters_of_fair(fair.id)),
        sum(one.missing for one in told),
        sum(bool(one.due_cents or one.notes) and one.counted_cents is None for one in drawers),
        sum(taking.is_something for taking in desk),
        _number(_WAITING.where(DeskSplit.fair_id == fair.id)),
        calendar.reservations(fair.id).orders,
        _number(_UNMARKED.where(Exhibitor.fair_id == fair.id)),
    )


def closing_of(fair: Fair) -> FairMove | None:
    """Return by whom, when and why a fair was closed, none while it is open."""
    if fair.state is not FairState.CLOSED:
        return None
    closed = sa.select(FairMove).where(
        FairMove.fair_id == fair.id, FairMove.state == FairState.CLOSED
    )
    latest = closed.order_by(FairMove.id.desc()).options(joinedload(FairMove.by))
    return db.session.scalar(latest.limit(1))


def late_of(fair: Fair, closed: FairMove | None) -> Late:
    """Count what came since a fair was closed; a late hand-over that is a sale counts as one."""
    if closed is None:
        return Late()
    at = {"fair_id": fair.id, "since": closed.moved_at}
    told = {row.what: row for row in db.session.execute(_LATE, at)}
    return Late(
        told["sales"].number,
        int(told["sales"].cents),
        told["handovers"].number,
        told["returns"].number,
        told["voids"].number,
        told["sheets"].number,
        int(told["sheets"].cents),
    )


def _number(of: sa.Select[Any]) -> int:
    counted = sa.select(sa.func.count()).select_from(of.order_by(None).subquery())
    return db.session.scalar(counted) or 0


def _told(what: str, model: Any, cents: Any, *more: Any) -> sa.Select[Any]:
    since = model.received_at >= sa.bindparam("since", type_=UTCDateTime())
    query: sa.Select[Any] = _counted(what, model, cents).join(model.till)
    return query.where(Till.fair_id == _FAIR, since, *more)


def _counted(what: str, model: Any, cents: Any) -> Any:
    total = sa.cast(sa.func.coalesce(sa.func.sum(cents), 0), sa.BigInteger).label("cents")
    return sa.select(sa.literal(what).label("what"), sa.func.count(model.id).label("number"), total)


_FAIR: sa.BindParameter[int] = sa.bindparam("fair_id", type_=sa.Integer)
_TYPED_CENTS: Any = sum(getattr(PaperSheet, name) for name in PAID.values())
_LATE = sa.union_all(
    _told("sales", TillSale, TillSale.total_cents),
    _told("handovers", TillHandover, 0, TillHandover.sale_id.is_(None)),
    _told("returns", TillReturn, 0),
    _told("voids", TillVoid, 0),
    _counted("sheets", PaperSheet, _TYPED_CENTS).where(
        PaperSheet.fair_id == _FAIR,
        PaperSheet.typed_at >= sa.bindparam("since", type_=UTCDateTime()),
        PaperSheet.undone_at.is_(None),
    ),
)
_WAITING = sa.select(DeskSplit.id).where(DeskSplit.state == SplitState.PREPARED)
_UNMARKED = (
    sa.select(Exhibitor.id)
    .outerjoin(
        Attendance,
        sa.and_(
            Attendance.fair_id == Exhibitor.fair_id,
            Attendance.enterprise_id == Exhibitor.enterprise_id,
        ),
    )
    .where(Attendance.id.is_(None))
)
