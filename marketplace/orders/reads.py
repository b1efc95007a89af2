"""Pages that show who bought to those who work for the Division or help a group."""

import sqlalchemy as sa

from marketplace.core.readings import owned, shows
from marketplace.orders.models.orders import Order, Purchase

shows(
    "order",
    {
        "staff_orders.index": "",
        "staff_orders.export": "",
        "staff_orders.show": "order_id",
        "staff_orders.new_cancellation": "order_id",
        "staff_orders.new_handover": "order_id",
        "staff_orders.create_code": "order_id",
        "orders.index": "",
        "orders.preparation": "",
        "orders.show": "order_id",
        "orders.create_code": "order_id",
        "orders.new_refusal": "order_id",
        "orders.new_return": "order_id",
        "handovers.new": "order_id",
    },
)
owned["order"] = lambda user_id: (
    sa.select(Order.id).join(Purchase).where(Purchase.user_id == user_id)
)
