"""The calls to the payment provider that a buyer's page makes: once, and none stops the page."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from marketplace.core.errors import Busy
from marketplace.orders.operations.paying import GROUP
from marketplace.payments import sending
from marketplace.payments.models.online import AttemptState
from marketplace.payments.provider import ProviderError
from marketplace.payments.queries import online

log = logging.getLogger(__name__)


def open_code(purchase_id: int, *, now: datetime) -> bool:
    """Have the provider give a purchase its code; return whether it waits to be paid online.

    Where the provider does not answer, a job goes on.
    """
    if (attempt := online.live_of((GROUP, purchase_id))) is None:
        return False
    if attempt.state is AttemptState.ASKED:
        with _waited_for():
            sending.open_attempt(attempt.id, now=now)
    return True


def look_again(purchase_id: int, *, now: datetime) -> bool:
    """Ask the provider what became of a purchase's payment; return whether it could be asked."""
    attempt = online.last_of((GROUP, purchase_id))
    if attempt is None:
        return True
    with _waited_for() as failures:
        if attempt.intent_id:
            sending.ask_again(attempt.intent_id, now=now)
        else:
            sending.open_attempt(attempt.id, now=now)
    return not failures


@contextmanager
def _waited_for() -> Iterator[list[str]]:
    """Go on where a call fails; what is yielded holds the kind of its failure then."""
    failed: list[str] = []
    try:
        yield failed
    except (ProviderError, Busy) as error:
        failed.append(type(error).__name__)
        log.warning("the provider was not reached by a page", extra={"kind": failed[0]})
