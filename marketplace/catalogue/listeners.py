"""What the catalogue enters below, and does on hearing others."""

from datetime import datetime

from flask_babel import ngettext

from marketplace.catalogue.operations import indexing, lists, products
from marketplace.catalogue.queries import products as queries
from marketplace.core import reference
from marketplace.core.rights import Person
from marketplace.enterprises import consequences, signals


def connect() -> None:
    reference.loaders["catalogue"] = lists.load_reference
    if products_leave not in consequences.consequences:
        consequences.consequences.append(products_leave)
    signals.enterprise_suspended.connect(block, weak=False)
    signals.enterprise_reinstated.connect(unblock, weak=False)
    signals.enterprise_changed.connect(find_by_new_name, weak=False)


def products_leave(enterprise_id: int) -> list[str]:
    """Say what a suspension does here: each product on sale leaves the shop."""
    number = queries.count_on_sale(enterprise_id)
    leave = ngettext("%(num)d product leaves the shop", "%(num)d products leave the shop", number)
    return [leave] if number else []


def block(_sender: object, *, enterprise_id: int, by: Person, now: datetime) -> None:
    products.block_products(enterprise_id, by=by, now=now)


def unblock(_sender: object, *, enterprise_id: int, by: Person, now: datetime) -> None:
    products.unblock_products(enterprise_id, by=by, now=now)


def find_by_new_name(_sender: object, *, enterprise_id: int, **_news: object) -> None:
    indexing.reindex_enterprise(enterprise_id)
