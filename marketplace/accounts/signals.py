"""News about an account, sent inside the operation: user_id, kind, facts, now.

The floor above tells the person: what others did to their login, or may have done.
"""

from blinker import Signal

login_touched = Signal()
