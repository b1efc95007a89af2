"""The slips of a common desk's split: a page for each group, as PDF."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from marketplace.core import pdf
from marketplace.core.formats import instant, long_day
from marketplace.core.money import format_cents
from marketplace.fairs.models.splits import DeskShare, DeskSplit, SplitState
from marketplace.fairs.queries.split_goods import Good


def slips(
    split: DeskSplit,
    shares: Iterable[DeskShare],
    goods: Mapping[int, Sequence[Good]],
    now: datetime,
) -> bytes:
    """Return a page for each of these shares: what was sold, what is due, how it is paid."""
    fair, day = split.fair, split.collection
    waits = split.state is not SplitState.APPROVED
    printed = _("printed %(when)s", when=instant(now, fair.time_zone))
    told = {
        "title": _("Share of the common desk"),
        "about": f"{day.title} · {long_day(day.day)} · "
        + _("Split %(number)s", number=split.id)
        + (" · " + _("waits to be approved") if waits else ""),
        "columns": [_("Code"), _("Product"), _("Pieces"), _("Price"), _("Amount")],
        "signed": [_("Received by"), _("Paid by"), _("Seen by")],
        "shares": [_share(one, goods.get(one.enterprise_id, [])) for one in shares],
        "foot": f"{fair.name} · {printed}",
    }
    return pdf.render("fairs/slips", told)


def _share(one: DeskShare, goods: Sequence[Good]) -> dict[str, Any]:
    rows = [
        [each.code, each.name, str(each.pieces), *map(format_cents, (each.price_cents, each.cents))]
        for each in goods
    ]
    return {"group": one.enterprise.name, "rows": rows, "sums": _sums(one)}


def _sums(one: DeskShare) -> list[list[str]]:
    sums = [
        (_("Sold"), one.sold_cents),
        (_("Of this in cash"), one.cash_cents),
        (_("Of this by card"), one.machine_cents),
        (_("Of this by Pix to your own key"), one.pix_cents),
        (_("Of this in social currency, handed to you in notes"), one.social_cents),
        (_("Of this in goods, handed to you"), one.barter_cents),
        (_("Discounts given, borne by the group"), one.discount_cents),
        (_("Stall fee"), -one.fee_cents),
        (_("Total due"), one.due_cents),
        (_("Paid in cash at the fair"), one.handed_cents),
        (_("Comes with the payouts"), one.due_cents - one.handed_cents),
    ]
    always = (_("Sold"), _("Total due"))
    return [[name, format_cents(cents)] for name, cents in sums if cents or name in always]
