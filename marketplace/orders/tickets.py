"""What a buyer's page shows of each order: who sells, what to show at the stall, how to pay."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.core.qr import alike_qr_path, qr_path
from marketplace.orders import progress
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.models.states import OPEN, SEEN
from marketplace.orders.queries import papers, reviving
from marketplace.orders.queries.papers import Legal

Drawing = tuple[str, int]  # path data of an SVG, and the side of its view box


@dataclass(frozen=True)
class Ticket:
    order: Order
    legal: Legal
    where: str
    stall: str
    reason: str  # why it ended
    pix: str | None  # the BR Code of what is due
    pix_drawn: Drawing | None
    code_drawn: Drawing | None  # number and code, for the camera of who hands over
    can_be_cancelled: bool
    can_be_withdrawn: bool
    can_be_revived: bool

    @property
    def is_open(self) -> bool:
        return self.order.state in OPEN

    @property
    def is_awaited(self) -> bool:
        """Whether it waits to be paid online: nothing to show at the stall yet."""
        return self.order.state is State.AWAITING


def tickets_of(purchase: Purchase, address: str, now: datetime) -> list[Ticket]:
    """Return one ticket for each order; ``address`` is that of the page for quick hand-overs."""
    waiting = [order for order in purchase.orders if order.state in OPEN]
    codes = dict(zip(waiting, papers.pix_codes(waiting, now), strict=True))
    return [_ticket(order, codes.get(order), address, now) for order in purchase.orders]


def _ticket(order: Order, pix: str | None, address: str, now: datetime) -> Ticket:
    is_given = order.state in SEEN
    scanned = f"{order.code}-{order.handover_code}"
    until = order.withdrawable_until
    return Ticket(
        order=order,
        legal=papers.legal_block(order),
        where=progress.where(order),
        stall=progress.stall(order),
        reason=progress.reason(order),
        pix=pix,
        pix_drawn=qr_path(pix) if pix else None,
        code_drawn=alike_qr_path(f"{address}#", scanned) if is_given else None,
        can_be_cancelled=order.can_be_cancelled(now),
        can_be_withdrawn=order.state is State.HANDED_OVER and until is not None and now < until,
        can_be_revived=reviving.can_be_revived(order, now),
    )
