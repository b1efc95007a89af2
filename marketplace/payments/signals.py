"""What the payments announce, inside the operation that does it."""

from blinker import Signal

payment_settled = Signal("payment_id, payable_type, payable_id, by, now: the money is there")
payment_refunded = Signal("payment_id, by, now: who was paid gave the whole amount back")
