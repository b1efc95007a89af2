"""What orders announce, inside the operation that does it.

``order_placed(purchase_id, by, now)``; ``order_moved(order_id, state, by, now)``: ``state`` is the
new ``State``; ``order_changed(order_id, kind, by, now)``: window or quantities; and
``collection_cancelled(collection_id, by, now)``.
"""

from blinker import Signal

order_placed = Signal()
order_moved = Signal()
order_changed = Signal()
collection_cancelled = Signal()
