"""Pages that show who bought to those who work for the Division or help a group."""

import sqlalchemy as sa

from marketplace.core.readings import owned, shows
from marketplace.orders.models.orders import PAYABLE, Order, Purchase
from marketplace.payments.models.by_hand import HandRefund
from marketplace.payments.models.payments import Payment

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
shows(
    "hand_refund",
    {
        "hand_refunds.index": "",
        "hand_refunds.show": "hand_id",
        "hand_refunds.edit_key": "hand_id",
        "hand_refunds.update_key": "hand_id",
        "hand_refunds.create_proof": "hand_id",
        "hand_refunds.new_return": "hand_id",
        "hand_refunds.create_return": "hand_id",
    },
)
owned["order"] = lambda user_id: (
    sa.select(Order.id).join(Purchase).where(Purchase.user_id == user_id)
)
owned["hand_refund"] = lambda user_id: (
    sa.select(HandRefund.id)
    .join(Payment, Payment.id == HandRefund.payment_id)
    .join(Order, Order.id == Payment.payable_id)
    .join(Purchase, Purchase.id == Order.purchase_id)
    .where(Payment.payable_type == PAYABLE, Purchase.user_id == user_id)
)
