"""What the catalogue announces, inside the operation that did it."""

from blinker import Signal

product_changed = Signal("product_changed: product_id, by, now; something its pages show differs")
