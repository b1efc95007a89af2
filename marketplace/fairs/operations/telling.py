"""What is common to all that a till tells: claimed once by its number, by who sells there."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from marketplace.catalogue.queries import products
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.core.transactions import INSERT
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.errors import AnotherSale, NotItsCashier, NotOfThisTill, UnknownGoods
from marketplace.fairs.models.tills import Till
from marketplace.fairs.queries import cashiers
from marketplace.fairs.told import Told, ToldBack, ToldLine

NEW, KNOWN = "new", "known"


class Kept(Protocol):
    """A row that a till told."""

    digest: Any


def claim(table: Any, till: Till, told: Told, now: datetime, **more: Any) -> bool:
    """Claim its number; whoever sends the same at this moment waits for us, and sees it."""
    row = usual(till, told, now) | more
    claimed = INSERT[db.engine.dialect.name](table).values(row)
    claimed = claimed.on_conflict_do_nothing(index_elements=["code"]).returning(table.id)
    return db.session.execute(claimed).first() is not None


def usual(till: Till, told: Told, now: datetime) -> dict[str, object]:
    """Return what is kept of everything that a till tells."""
    return {
        "code": told.code,
        "till_id": till.id,
        "sequence": told.sequence,
        "digest": told.digest,
        "told_at": told.told_at,
        "received_at": now,
        "late": till.is_late(now),
    }


def known(kept: Kept | None, told: Told) -> str:
    """Say that it was told before.

    :raises AnotherSale: if something else has its number.
    """
    if kept is None or kept.digest != told.digest:
        raise AnotherSale
    return KNOWN


def seller_of(till: Till, told: Told | None = None) -> Person:
    """Return who sold at a till, in that role alone: its own person, or who is told."""
    acting = "desk_till" if till.enterprise_id is None else "stall_till"
    who = told.cashier_id if told and told.cashier_id else till.user_id
    return Person(who, frozenset({acting}), acting=acting)


def check_cashier(till: Till, told: Told) -> None:
    """Look whether who is told to have sold sells on this till, or did.

    :raises NotItsCashier: if not.
    """
    if told.cashier_id and not cashiers.sells_on(till, told.cashier_id):
        raise NotItsCashier


def check_goods(till: Till, lines: Iterable[ToldLine | ToldBack]) -> None:
    """Look whether a till can have sold these: they exist, and are of whom it sells for.

    :raises UnknownGoods, NotOfThisTill: if not.
    """
    told = list(lines)
    frozen = products.frozen_each(line.product_id for line in told if line.product_id)
    for line in told:
        product = frozen.get(line.product_id or 0)
        if line.product_id and product is None:
            raise UnknownGoods
        if product and product.enterprise_id != line.enterprise_id:
            raise NotOfThisTill
    for seller in {line.enterprise_id for line in told}:
        check_seller(till, seller)


def check_seller(till: Till, enterprise_id: int) -> None:
    """Look for whom a till sells: a stall's for its own, the desk for those of the Division.

    :raises NotOfThisTill: if it is for another.
    """
    if till.enterprise_id is not None and till.enterprise_id != enterprise_id:
        raise NotOfThisTill
    found = db.session.get(Enterprise, enterprise_id)
    if found is None or found.division_id != till.collection.division_id:
        raise NotOfThisTill
