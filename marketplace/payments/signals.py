"""What the payments announce, inside the operation that does it."""

from blinker import Signal

payment_settled = Signal(
    "settled, settled_at, by, now: the money of each of these is there, in the way it says"
)
payment_came_late = Signal(
    "payment_id, payable_type, payable_id, by, now: money of what was let go unpaid;"
    " who takes the sale up again returns true"
)
attempt_opened = Signal("attempt_id, group, method, expires_at, now: it waits for its buyer")
payment_refunded = Signal("payment_id, by, now: who was paid gave the whole amount back")
refund_by_hand = Signal(
    "hand_id, payment_id: none of unidentified money, what: refund_waits, refund_key_given,"
    " refund_sent_by_hand or refund_confirmed_by_hand, by, now"
)
