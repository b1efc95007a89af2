"""How a statement is told: on screen, in a sheet, and in the few lines that a message takes."""

from collections.abc import Iterator

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core import formats
from marketplace.core.money import format_cents
from marketplace.core.sheets.writing import reais
from marketplace.orders.queries.statements import Statement
from marketplace.payments.models.ledger import EntryKind
from marketplace.payments.queries.payouts import Why

KINDS = {
    EntryKind.PAYMENT_SUCCEEDED: _("Sale paid on the site"),
    EntryKind.MACHINE_SALE: _("Sale by the card machine of the fair"),
    EntryKind.CASH_TAKEN: _("Sale in cash at the common desk"),
    EntryKind.CASH_HANDED_ON: _("Paid out in cash at the fair"),
    EntryKind.DESK_RETURNED: _("Given back at the common desk"),
    EntryKind.STALL_FEE_KEPT: _("Stall fee"),
    EntryKind.FEE_SHARED: _("Cost of the payment"),
    EntryKind.FUND_CONTRIBUTED: _("To the solidarity fund"),
    EntryKind.FUND_DUE: _("Due to the solidarity fund"),
    EntryKind.FUND_DUE_LOWERED: _("Less due, of what you gave back"),
    EntryKind.REFUND_APPROVED: _("Given back to the buyer"),
    EntryKind.DISPUTE_LOST: _("Taken back by the buyer's bank"),
    EntryKind.TRANSFERRED: _("Paid out to your account"),
    EntryKind.TRANSFER_REVERSED: _("Came back from your account"),
    EntryKind.PAYOUT_CONFIRMED: _("Paid out to your account"),
    EntryKind.DEBT_FORGIVEN: _("Debt that you need not pay"),
    EntryKind.MONEY_IDENTIFIED: _("Money that turned out to be yours"),
    EntryKind.DIRECT_SALE: _("Sale paid straight to you"),
    EntryKind.DIRECT_SALE_RETURNED: _("You gave it back to the buyer"),
    EntryKind.CORRECTION: _("Correction"),
}
"""What changes the position of an enterprise, what it received itself, or what it owes its fund.

All else moves within.
"""

WHY_NOT = {
    Why.SMALL: _("It is less than what is paid out at once: it waits until there is more."),
    Why.NO_KEY: _("It waits until your group has a Pix key: who coordinates it writes it down."),
    Why.UNDER_WAY: _("A payout is on its way to your account at the provider."),
    Why.KEY_WAITS: _("It waits until the change of your Pix key counts."),
}
"""Why money does not arrive by the next day of payouts."""


def headers() -> list[str]:
    return [
        *(gettext("Day"), gettext("What"), gettext("Order"), gettext("Through")),
        *(gettext("Amount (R$)"), gettext("Cost of payment (R$)")),
        *(gettext("Solidarity fund (R$)"), gettext("Yours (R$)")),
    ]


def cells(told: Statement, zone: str) -> Iterator[list[str]]:
    """Yield the rows of a sheet: both parts of a month, what it began and ended with, what is due.

    What is due to the fund stands in the fund's column: it is no part of what was received.
    """
    site, direct = gettext("site"), gettext("straight to you")
    blank = ["", "", ""]
    yield ["", gettext("Held for you before"), "", site, *blank, reais(told.opening_cents)]
    for through, some in ((site, told.rows), (direct, told.direct)):
        for row in some:
            amounts = (row.gross_cents, row.fee_cents, row.fund_cents, row.net_cents)
            day = row.sold_on or formats.day_of(row.at, zone)
            what = [day.isoformat(), str(KINDS[row.kind]), row.code]
            yield [*what, through, *map(reais, amounts)]
    yield ["", gettext("Held for you afterwards"), "", site, *blank, reais(told.closing_cents)]
    if told.tells_of_a_fund:
        yield from _due(told, zone)


def _due(told: Statement, zone: str) -> Iterator[list[str]]:
    """Yield what was due to the fund before, what changed that, and what is due afterwards."""
    fund = gettext("fund")
    before, after = gettext("Due to the fund before"), gettext("Due to the fund afterwards")
    yield ["", before, "", fund, "", "", reais(told.owed_before_cents), ""]
    for row in told.owed:
        day = row.sold_on or formats.day_of(row.at, zone)
        what = [day.isoformat(), str(KINDS[row.kind]), row.code, fund]
        yield [*what, "", "", reais(row.gross_cents), ""]
    yield ["", after, "", fund, "", "", reais(told.still_due_cents), ""]


def message(told: Statement, name: str) -> str:
    """Return a month in the lines of a message: who, how much in which way, what is still held."""
    lines = [
        gettext("%(name)s: money of %(month)s", name=name, month=formats.month(told.month)),
        gettext("Straight to you: %(amount)s", amount=format_cents(told.direct_cents)),
        gettext("Paid on the site: %(amount)s", amount=format_cents(told.earned_cents)),
        gettext("Cost and fund: %(amount)s", amount=format_cents(-told.taken_off_cents)),
        gettext("Paid out to you: %(amount)s", amount=format_cents(told.paid_out_cents)),
        gettext("Still held for you: %(amount)s", amount=format_cents(told.closing_cents)),
    ]
    if told.tells_of_a_fund:
        due, left = format_cents(told.due_cents), format_cents(told.still_due_cents)
        lines.append(gettext("Due to the solidarity fund in the month: %(amount)s", amount=due))
        lines.append(gettext("Still to deposit to the fund: %(amount)s", amount=left))
    return "\n".join(lines)
