"""What the house does for itself at regular times."""

from datetime import timedelta

from marketplace.core import clock, limits, queue


@queue.job("core.sweep", every=timedelta(days=1))
def sweep() -> None:
    """Remove jobs done long ago and acts that no limit counts any more."""
    now = clock.now()
    queue.sweep(now=now)
    limits.sweep(now=now)
