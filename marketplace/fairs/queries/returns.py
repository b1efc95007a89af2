"""Questions asked of what came back to tills; nothing here writes."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.core.database import db
from marketplace.fairs.models.returns import TillReturn
from marketplace.fairs.models.tills import Matter, MatterKind, Till, TillSale


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
