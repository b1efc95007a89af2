"""How what tills leave open is shown."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core.money import format_cents
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.told import (
    Told,
    ToldCount,
    ToldHandover,
    ToldReturn,
    ToldSale,
    ToldVoid,
    Unreadable,
)

KINDS = {
    MatterKind.PRICE: (_("Another price"), "calculator"),
    MatterKind.STOCK: (_("Sold beyond the count"), "package"),
    MatterKind.SELLER: (_("No place at the fair"), "building-store"),
    MatterKind.PIX: (_("Pix to look at"), "qrcode"),
    MatterKind.REVOKED: (_("From a device out of use"), "device-mobile"),
    MatterKind.TWICE: (_("Handed over twice"), "alert-circle"),
    MatterKind.UNPAID: (_("Handed over unpaid"), "cash"),
    MatterKind.PAID: (_("Another amount paid"), "cash"),
    MatterKind.MORE: (_("More given than paid"), "package"),
    MatterKind.FEWER: (_("Fewer given than paid"), "package"),
    MatterKind.CODE: (_("Another code"), "alert-triangle"),
    MatterKind.RETURNED: (_("More came back than was sold"), "arrow-back-up"),
    MatterKind.UNKNOWN: (_("Came back, sale not known"), "arrow-back-up"),
    MatterKind.GIVEN_BACK: (_("Another amount given back"), "cash"),
}

OF_GOODS = {MatterKind.STOCK, MatterKind.PRICE, MatterKind.MORE, MatterKind.FEWER}
"""Of so many pieces of one thing."""
RESULTS = {
    "new": (_("kept"), "ok", "check"),
    "known": (_("was here already"), "", "check"),
    "refused": (_("not kept"), "err", "alert-circle"),
}


def told(matter: Matter) -> str:
    """Say what of a sale does not fit, in a sentence."""
    if matter.kind in OF_GOODS:
        return _of_goods(matter)
    if matter.return_id is not None and matter.kind is not MatterKind.REVOKED:
        return _of_return(matter)
    if matter.kind is MatterKind.SELLER:
        return str(gettext("Sold, though the group has no place at this fair."))
    if matter.kind in (MatterKind.TWICE, MatterKind.PAID, MatterKind.UNPAID):
        return _of_reservation(matter)
    if matter.kind is MatterKind.CODE:
        return str(gettext("A reservation was given against another code than the buyer's."))
    return str(gettext("Sent by a device that had been taken out of use: look whether it is true."))


def _of_return(matter: Matter) -> str:
    given, paid = format_cents(matter.sold_cents), format_cents(matter.listed_cents)
    facts = {"n": matter.pieces, "given": given}
    if matter.kind is MatterKind.RETURNED:
        return str(gettext("Pieces beyond what was sold: %(n)s. Given back: %(given)s.", **facts))
    if matter.kind is MatterKind.UNKNOWN:
        return str(gettext("Pieces of no sale known here: %(n)s. Given back: %(given)s.", **facts))
    return str(
        gettext("%(given)s were given back, %(paid)s had been paid.", given=given, paid=paid)
    )


def _of_goods(matter: Matter) -> str:
    sold, listed = matter.sold_cents, matter.listed_cents
    facts = {"what": matter.line.name if matter.line else "", "n": matter.pieces}
    facts |= {"sold": format_cents(sold), "listed": format_cents(listed)}
    facts["worth"] = format_cents(abs(sold - listed))
    if matter.kind is MatterKind.STOCK:
        return str(gettext("%(what)s: %(n)s more sold than was counted as left.", **facts))
    if matter.kind is MatterKind.PRICE:
        return str(gettext("%(what)s: sold at %(sold)s, its price is %(listed)s.", **facts))
    if matter.kind is MatterKind.MORE:
        more = gettext("%(what)s: %(n)s more given than was paid for, worth %(worth)s.", **facts)
        return str(more)
    fewer = gettext("%(what)s: %(n)s fewer given than was paid for, worth %(worth)s.", **facts)
    return str(fewer)


def _of_reservation(matter: Matter) -> str:
    paid, due = format_cents(matter.sold_cents), format_cents(matter.listed_cents)
    if matter.kind is MatterKind.TWICE:
        return str(gettext("It had been handed over before. Taken this time: %(paid)s.", paid=paid))
    if matter.kind is MatterKind.UNPAID:
        return str(gettext("The till gave the goods, and took nothing. Look who has to pay."))
    if matter.handover is not None and matter.handover.sale_id is not None:
        return str(
            gettext(
                "The reservation was over, and was sold for %(paid)s. It costs %(due)s.",
                paid=paid,
                due=due,
            )
        )
    return str(gettext("The till took %(paid)s, due was %(due)s.", paid=paid, due=due))


def told_row(told: Told | Unreadable) -> str:
    """Say what a row of a till's file is."""
    if isinstance(told, ToldSale):
        return str(gettext("Sale of %(sum)s", sum=format_cents(told.total_cents)))
    if isinstance(told, ToldHandover):
        paid = format_cents(told.paid_cents)
        return str(gettext("Reservation handed over, %(sum)s taken", sum=paid))
    if isinstance(told, ToldVoid):
        return str(gettext("A sale undone"))
    if isinstance(told, ToldReturn):
        sum_ = format_cents(told.amount_cents)
        return str(gettext("Brought back, %(sum)s given", sum=sum_))
    if isinstance(told, ToldCount):
        return str(gettext("Cash noted: %(sum)s", sum=format_cents(told.amount_cents)))
    return str(gettext("A row that cannot be read"))
