"""A batch as the bank's own file: of the rows that were frozen when it was approved."""

from zoneinfo import ZoneInfo

from marketplace.core import clock
from marketplace.payments import bank_days, bank_file, settings
from marketplace.payments.bank_file import Payment
from marketplace.payments.errors import NoBankFile
from marketplace.payments.models.payouts import ORDERED, Payout, PayoutBatch


def has_file(batch: PayoutBatch) -> bool:
    """Whether there is a file of it: it was approved, and something goes by hand."""
    return settings.payer() is not None and bool(batch.approved_at and _by_hand(batch))


def file_of(batch: PayoutBatch) -> str:
    """Return the file of an approved batch (CNAB 240): the same whenever it is asked for.

    What was confirmed or came back since is in it still: it is what was ordered then. It is to be
    paid on the day of the approval, or on the next one on which banks work.

    :raises NoBankFile: before it is approved, or where no account is set that pays.
    """
    payer, at, paid = settings.payer(), batch.approved_at, _by_hand(batch)
    if payer is None or at is None or not paid:
        raise NoBankFile
    zone = batch.division.time_zone
    day = clock.today(zone, at)
    pay_on = day if bank_days.is_bank_day(day) else bank_days.bank_days_after(day, 1)
    made_at = at.astimezone(ZoneInfo(zone))
    return bank_file.write(
        payer, map(_payment, paid), number=batch.id, made_at=made_at, pay_on=pay_on
    )


def _by_hand(batch: PayoutBatch) -> list[Payout]:
    return [each for each in batch.payouts if each.is_by_hand and each.state in ORDERED]


def _payment(payout: Payout) -> Payment:
    return Payment(
        number=payout.id,
        cents=payout.amount_cents,
        key=payout.pix_key,
        key_kind=payout.pix_key_kind,
        holder=payout.pix_holder,
    )
