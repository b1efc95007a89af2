"""Questions asked of what came back to tills; nothing here writes."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.core.database import db
from marketplace.enterprises.models import Enterprise
from marketplace.fairs.models.matters import Matter, MatterKind
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import Till, TillSale
from marketplace.orders.models.orders import Order, OrderLine, State
from marketplace.orders.models.returned import ReturnedPieces


class StillOut(NamedTuple):
    """A line of a sale, and how many pieces of it did not come back; the price in centavos."""

    product: int | None
    enterprise: int
    name: str
    quantity: int
    price_cents: int


def by_code(code: str) -> TillReturn | None:
    return db.session.scalar(sa.select(TillReturn).where(TillReturn.code == code))


def sale_of(kept: TillReturn) -> sa.Select[TillSale]:
    """Select, locked, the sale that a return names; nothing if it names none, or none arrived."""
    receipt = sa.and_(
        TillSale.till_id == kept.receipt_till, TillSale.sequence == kept.receipt_sequence
    )
    named = TillSale.code == kept.sale_code if kept.sale_code else receipt
    found = sa.select(TillSale).where(named, TillSale.purchase_id.is_not(None))
    return found.order_by(TillSale.id).limit(1).with_for_update()


def by_receipt(till_id: int, sequence: int) -> sa.Select[TillSale]:
    """Select the sale that has this number on its receipt."""
    sold = sa.select(TillSale).where(TillSale.till_id == till_id, TillSale.sequence == sequence)
    return sold.where(TillSale.purchase_id.is_not(None)).order_by(TillSale.id).limit(1)


def still_out(sale: TillSale, till: Till) -> list[StillOut]:
    """Return what was sold in a sale of those for whom a till sells; nothing, if it was undone."""
    back = sa.select(sa.func.coalesce(sa.func.sum(ReturnedPieces.quantity), 0))
    back = back.where(ReturnedPieces.order_line_id == OrderLine.id).correlate(OrderLine)
    left = OrderLine.handed_over - back.scalar_subquery()
    columns = (OrderLine.product_id, Order.enterprise_id, OrderLine.name, left)
    query = (
        sa.select(*columns, OrderLine.price_cents)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Enterprise, Enterprise.id == Order.enterprise_id)
        .where(Order.purchase_id == sale.purchase_id, Order.state == State.HANDED_OVER)
        .order_by(OrderLine.id)
    )
    if till.enterprise_id is None:
        query = query.where(Enterprise.division_id == till.collection.division_id)
    else:
        query = query.where(Enterprise.id == till.enterprise_id)
    return [StillOut(*row) for row in db.session.execute(query)]


def waiting_for(sale: TillSale) -> sa.Select[TillReturn]:
    """Select what came back of a sale before that had arrived."""
    receipt = sa.and_(
        TillReturn.receipt_till == sale.till_id, TillReturn.receipt_sequence == sale.sequence
    )
    named = sa.or_(TillReturn.sale_code == sale.code, receipt)
    waits = sa.select(TillReturn).where(TillReturn.sale_id.is_(None), named)
    return waits.order_by(TillReturn.id).with_for_update()


def unknown(return_id: int) -> sa.Select[Matter]:
    """Select what says that its sale is not known here, whether a person settled that or not."""
    return sa.select(Matter).where(Matter.return_id == return_id, Matter.kind == MatterKind.UNKNOWN)


def of_fair(fair_id: int) -> sa.Select[TillReturn]:
    """Select what came back to the tills of a fair, the latest first."""
    till = joinedload(TillReturn.till)
    shown = (till.joinedload(Till.user), till.joinedload(Till.enterprise))
    sold = joinedload(TillReturn.sale).joinedload(TillSale.purchase)
    query = sa.select(TillReturn).join(TillReturn.till).where(Till.fair_id == fair_id)
    lines = selectinload(TillReturn.lines)
    return query.options(*shown, sold, lines).order_by(TillReturn.id.desc())
