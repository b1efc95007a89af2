"""Products to test with: made by the operations, so that books and versions agree."""

import io
from itertools import count
from typing import Any

from PIL import Image

from marketplace.catalogue.models.products import Product, Supply
from marketplace.catalogue.operations import products
from marketplace.core.rights import HOUSE
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise

_serial = count(1)


def make_product(**given: Any) -> Product:
    """Make a draft with a name and no price; ``enterprise`` and any field may be given."""
    enterprise = given.pop("enterprise", None) or make_enterprise()
    facts = {"name": f"Cesto {next(_serial)}", "by": HOUSE, "now": NOW}
    return products.create_product(enterprise.id, **facts | given)


def make_published(**given: Any) -> Product:
    """Make a product on sale: ``price_cents`` (2,500), ``left`` in stock (5), ``lines`` of price.

    With ``to_order=True`` it is made in ``lead_days`` (10) and has no stock.
    """
    if given.pop("to_order", False):
        given = {"supply": Supply.TO_ORDER, "lead_days": 10, "left": 0} | given
    product = make_product(**{"price_cents": 2500, "left": 5} | given)
    return products.publish_product(product.id, by=HOUSE, now=given.get("now", NOW))


def photo_file(colour: str = "red", name: str = "foto.jpg") -> tuple[io.BytesIO, str]:
    """Return a small photo as a test client sends a file."""
    file = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(file, "JPEG")
    file.seek(0)
    return file, name
