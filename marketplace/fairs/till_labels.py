"""How what tills leave open is shown."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.core.money import format_cents
from marketplace.fairs.models.tills import Matter, MatterKind

KINDS = {
    MatterKind.PRICE: (_("Another price"), "calculator"),
    MatterKind.STOCK: (_("Sold beyond the count"), "package"),
    MatterKind.SELLER: (_("No place at the fair"), "building-store"),
    MatterKind.PIX: (_("Pix to look at"), "qrcode"),
    MatterKind.REVOKED: (_("From a device out of use"), "device-mobile"),
}


def told(matter: Matter) -> str:
    """Say what of a sale does not fit, in a sentence."""
    what = matter.line.name if matter.line else ""
    if matter.kind is MatterKind.STOCK:
        facts = {"what": what, "n": matter.pieces}
        return str(gettext("%(what)s: %(n)s more sold than was counted as left.", **facts))
    if matter.kind is MatterKind.PRICE:
        sold, listed = format_cents(matter.sold_cents), format_cents(matter.listed_cents)
        facts = {"what": what, "sold": sold, "listed": listed}
        return str(gettext("%(what)s: sold at %(sold)s, its price is %(listed)s.", **facts))
    if matter.kind is MatterKind.SELLER:
        return str(gettext("Sold, though the group has no place at this fair."))
    return str(gettext("Sent by a device that had been taken out of use: look whether it is true."))
