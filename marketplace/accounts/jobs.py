"""Work of the accounts that waits in the queue."""

from marketplace.accounts.operations import codes
from marketplace.core import clock
from marketplace.core.queue import job


@job("accounts.reset_letter")
def write_reset_letter(*, identifier: str) -> None:
    """Send a code by e-mail; run twice, the later code is the one that holds."""
    codes.write_letter(identifier, now=clock.now())
