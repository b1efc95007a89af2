"""What orders announce, inside the operation that does it; each with ``by`` and ``now``."""

from blinker import Signal

order_placed = Signal("purchase_id, heard: whether anybody is to hear of it before it is paid")
order_moved = Signal("order_ids, state: the new one of all of these")
order_changed = Signal("order_id, kind: window_changed, day_changed, collection_changed or less")
lookup_code_issued = Signal("purchase_id, code: to be sent to the buyer's e-mail")
