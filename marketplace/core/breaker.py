"""Calls to what lies outside: few at once, and none for a while when it does not answer."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST_FAILURES, REST_SECONDS, PATIENCE_SECONDS = 5, 30.0, 1.0


class Away(Exception):
    """What lies outside is not asked now: it failed lately, or too many are asking."""


class Breaker:
    """Guard one outside service for one process: ``slots`` callers at once, the others wait 1 s.

    After 5 failures in a row nobody calls for 30 s; then one caller tries.
    """

    def __init__(self, *, slots: int, failures: tuple[type[Exception], ...]) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._lock = threading.Lock()
        self._counted_as = failures
        self._failed, self._closed_until = 0, 0.0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Make one call.

        :raises Away: at once while it rests, after 1 s when no slot came free, and for a failure.
        """
        self._ask()
        if not self._slots.acquire(timeout=PATIENCE_SECONDS):
            raise Away
        try:
            yield
        except self._counted_as as error:
            self._note(failed=True)
            raise Away from error
        else:
            self._note(failed=False)
        finally:
            self._slots.release()

    def _ask(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now < self._closed_until:
                raise Away
            if self._failed >= MOST_FAILURES:
                self._closed_until = now + REST_SECONDS  # this caller tries, the others still wait

    def _note(self, *, failed: bool) -> None:
        with self._lock:
            self._failed = self._failed + 1 if failed else 0
            resting = self._failed >= MOST_FAILURES
            self._closed_until = time.monotonic() + REST_SECONDS if resting else 0.0
