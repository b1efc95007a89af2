"""News about enterprises, sent inside the operation: enterprise_id, by, now."""

from blinker import Signal

enterprise_approved = Signal()
enterprise_suspended = Signal()
enterprise_reinstated = Signal()
enterprise_changed = Signal()  # what public pages show of it
