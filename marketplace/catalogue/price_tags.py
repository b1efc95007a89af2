"""Price tags on sheets of labels: what stands on each, and the file that is printed."""

from collections.abc import Iterable
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from marketplace.catalogue import labels
from marketplace.catalogue.label_sheets import LabelSheet
from marketplace.catalogue.models.products import Product
from marketplace.core import pdf
from marketplace.core.formats import permille
from marketplace.core.money import format_cents

MOST = 650  # tags in one file: ten sheets of the smallest
Wanted = Iterable[tuple[Product, int]]  # products, and how many tags of each


def printed(wanted: Wanted, sheet: LabelSheet, start: int, seller: str) -> bytes:
    """Return the tags as PDF, those before the label `start`, counted from 1, left blank."""
    placed = {"left": sheet.left, "top": sheet.top, "blank": start - 1}
    told = {
        "title": _("Price tags of %(group)s", group=seller),
        "sheet": sheet._asdict() | placed,
        "tags": [_tag(product, seller) | {"copies": copies} for product, copies in wanted],
    }
    return pdf.render("catalogue/price_tags", told)


def address_of(product: Product) -> str:
    """Return the short public address of a product: what its tag's QR says.

    It ends in the number by which tills know the product, and outlives a change of its name.
    """
    return f"{current_app.config['BASE_URL']}/p/{product.id}"


def _tag(product: Product, seller: str) -> dict[str, Any]:
    part = product.makers_permille
    return {
        "seller": seller,
        "name": product.name,
        "price": format_cents(product.price_cents),
        "unit": labels.per_unit(product.unit, product.unit_grams),
        "code": product.code,
        "share": "" if part is None else _("%(part)s for who makes it", part=permille(part)),
        "qr": pdf.qr(address_of(product)),
    }
