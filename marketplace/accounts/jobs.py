"""Work of the accounts that waits in the queue."""

from marketplace.accounts.operations import codes
from marketplace.core import clock
from marketplace.core.queue import job


@job("accounts.reset_letter")
def write_reset_letter(*, identifier: str, asked: str = "") -> None:
    """Send a code by e-mail; ``asked`` tells once from another, and jobs of old do without."""
    now = clock.now()
    codes.write_letter(identifier, asked=asked or now.isoformat(), now=now)
