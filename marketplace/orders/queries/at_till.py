"""What a till is told of reservations before its day."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from marketplace.core.database import db
from marketplace.orders.models.orders import Order
from marketplace.orders.models.places import Way
from marketplace.orders.models.states import SEEN


def reserved(collection_id: int, enterprise_ids: Iterable[int]) -> list[Order]:
    """Return what is to be handed over on a day by these enterprises, with buyer and lines."""
    query = (
        sa.select(Order)
        .where(Order.collection_id == collection_id, Order.way == Way.COLLECTION)
        .where(Order.enterprise_id.in_(list(enterprise_ids)), Order.state.in_(SEEN))
        .order_by(Order.id)
        .options(joinedload(Order.purchase), selectinload(Order.lines))
    )
    return list(db.session.scalars(query))
