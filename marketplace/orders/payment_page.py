"""How far the online payment of a purchase is, as its page tells the buyer."""

import enum
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marketplace.core import clock
from marketplace.core.qr import qr_path
from marketplace.orders.models.orders import Order, Purchase, State
from marketplace.orders.operations.paying import GROUP
from marketplace.orders.queries import orders
from marketplace.orders.queries.waiting import takes_boleto
from marketplace.payments import bank_days, boleto, methods
from marketplace.payments.models.online import Attempt, AttemptState
from marketplace.payments.models.payments import Method
from marketplace.payments.queries import online

MINUTE = 60


class Face(enum.StrEnum):
    """What the page is about."""

    PAYER = "payer"  # who pays the boleto is to be said first
    ASKED = "asked"  # the provider has not given a code yet
    OPEN = "open"
    EXPIRED = "expired"  # the code, while the order is still kept
    REFUSED = "refused"  # by the provider
    ODD = "odd"  # another sum came
    PAID = "paid"
    OVER = "over"  # not paid in time


CHANGEABLE = (Face.PAYER, Face.OPEN, Face.EXPIRED, Face.REFUSED)


@dataclass(frozen=True)
class Standing:
    """What a buyer is shown of a payment; amounts in centavos of BRL."""

    purchase: Purchase
    face: Face
    orders: list[Order]  # that it is for
    attempt: Attempt | None
    kept_until: datetime | None
    minutes: int  # for which the code holds
    came_late: bool = False  # all of it goes back
    others: list[Method] = field(default_factory=list)  # in which it can be paid instead
    is_renewable: bool = True  # what is due can wait for a boleto that is asked for now

    @property
    def is_waited_for(self) -> bool:
        return self.face in (Face.ASKED, Face.OPEN)

    @property
    def can_order_again(self) -> bool:
        """Whether it was let go; until then it may still be paid."""
        return all(order.state is State.NOT_PAID for order in self.orders)

    @property
    def open_until(self) -> datetime | None:
        """Until when it can be paid: as long as the order is kept, and it is open there."""
        ends = (self.attempt.expires_at if self.attempt else None, self.kept_until)
        return min((end for end in ends if end), default=None)

    @property
    def total_cents(self) -> int:
        return sum(order.total_cents for order in self.orders)

    @property
    def method(self) -> Method:
        """How it was paid, or is to be."""
        return self.orders[0].method

    @property
    def code(self) -> str:
        return self.attempt.code if self.attempt else ""

    @property
    def drawn(self) -> tuple[str, int]:
        return qr_path(self.code)

    @property
    def due_on(self) -> date:
        """The day until which a boleto is to be paid."""
        return bank_days.last_day(self.attempt.expires_at if self.attempt else clock.now())

    @property
    def bars(self) -> tuple[str, int, int] | None:
        """The drawing of a boleto's bar code; none where its number has wrong check digits."""
        code = boleto.bar_code(self.code)
        return boleto.drawn(code) if code else None

    @property
    def number(self) -> str:
        """A boleto's number, cut as people type it."""
        return boleto.shown(self.code)


def standing_of(link_key: str, now: datetime) -> Standing | None:
    """Return how a purchase stands with its online payment; none where there is nothing to tell.

    :raises NotFound: if the link opens no purchase.
    """
    purchase = orders.shown_by_key(link_key)
    attempt = online.last_of((GROUP, purchase.id))
    waiting = [order for order in purchase.orders if order.state is State.AWAITING]
    if waiting:
        return _waiting(purchase, waiting, attempt, now)
    paid = [order for order in purchase.orders if order.is_prepaid]
    let_go = [order for order in purchase.orders if order.state is State.NOT_PAID]
    if paid:
        return Standing(purchase, Face.PAID, paid, attempt, None, 0)
    if not let_go:
        return None
    odd, late = _is(attempt, AttemptState.ODD), _is(attempt, AttemptState.PAID)
    return Standing(purchase, Face.ODD if odd else Face.OVER, let_go, attempt, None, 0, late)


def _waiting(
    purchase: Purchase, waiting: list[Order], attempt: Attempt | None, now: datetime
) -> Standing:
    until = min((order.pay_by for order in waiting if order.pay_by), default=now)
    face, minutes = _face(attempt, waiting[0].method, until, now), 0
    if attempt and face is Face.OPEN:
        minutes = int((min(attempt.expires_at, until) - now).total_seconds()) // MINUTE + 1
    renewable = takes_boleto(purchase, waiting, now)
    others = _others(waiting, now) if face in CHANGEABLE else []
    others = [m for m in others if m is not Method.BOLETO or renewable]
    more: Any = {"others": others, "is_renewable": renewable}
    return Standing(purchase, face, waiting, attempt, until, minutes, **more)


def _others(waiting: list[Order], now: datetime) -> list[Method]:
    """Return the other ways in which all that waits can be paid online."""
    whole = sum(order.total_cents for order in waiting)
    taken = [
        methods.offered(
            order.enterprise, amount_cents=order.total_cents, whole_cents=whole, now=now
        )
        for order in waiting
    ]
    mine = waiting[0].method
    return [m for m in methods.online() if m != mine and all(m in ways for ways in taken)]


def _face(attempt: Attempt | None, method: Method, until: datetime, now: datetime) -> Face:
    if _is(attempt, AttemptState.ODD):
        return Face.ODD
    if attempt and attempt.state is AttemptState.OPEN and now < min(attempt.expires_at, until):
        return Face.OPEN
    if now >= until:
        return Face.OVER
    if method is Method.BOLETO and (attempt is None or attempt.method is not method):
        return Face.PAYER
    told = {AttemptState.ASKED: Face.ASKED, AttemptState.REFUSED: Face.REFUSED}
    return told.get(attempt.state, Face.EXPIRED) if attempt else Face.EXPIRED


def _is(attempt: Attempt | None, state: AttemptState) -> bool:
    return attempt is not None and attempt.state is state
