"""What the books hear of payments, in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from marketplace.core.rights import Person
from marketplace.payments import debt_news
from marketplace.payments.models.payments import DIRECT
from marketplace.payments.operations import direct
from marketplace.payments.operations.payments import Settled
from marketplace.payments.signals import payment_refunded, payment_settled


def connect() -> None:
    debt_news.register()
    payment_settled.connect(enter_sales, weak=False)
    payment_refunded.connect(take_sale_back, weak=False)


def enter_sales(
    _sender: object, *, settled: Sequence[Settled], by: Person, now: datetime, **_: object
) -> None:
    for one in settled:
        if one.method in DIRECT:  # what is paid online is entered as it comes
            direct.enter_sale(one.payment_id, by=by, now=now)


def take_sale_back(
    _sender: object, *, payment_id: int, by: Person, now: datetime, **_: object
) -> None:
    direct.take_sale_back(payment_id, by=by, now=now)
