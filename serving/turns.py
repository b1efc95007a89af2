"""Whose turn it is to answer: one thread at a time, and another once that one has been long at it.

Threads of one process share Python. Two that compute take it from each other at every statement to
the database, as the driver lets go of it there; a page costs twice what it costs alone (ADR 72).

**Source:** waitress 3.0, `task.py`.
"""

import time
from threading import Condition
from typing import Any

from waitress.task import ThreadedTaskDispatcher

PATIENCE_SECONDS = 0.01  # a page or a purchase takes less; a bank, a photo or a report takes longer


class Turns(ThreadedTaskDispatcher):
    """Hand the next request to the thread that has just answered one, else to the last that did.

    Its connection to the database and what it lately used are still warm.
    """

    def __init__(self) -> None:
        super().__init__()
        self._turn: int | None = None  # the number of the thread that has it
        self._since = 0.0
        self._idle: list[Condition] = []

    def add_task(self, task: Any) -> None:
        with self.lock:
            self.queue.append(task)
            self._call()

    def relieve(self) -> bool:
        """Let another begin if one is long at it; return whether anybody waits for a turn."""
        with self.lock:
            if self.queue and time.monotonic() - self._since > PATIENCE_SECONDS:
                self._turn = None
                self._call()
            return bool(self.queue)

    def handler_thread(self, thread_no: int) -> None:
        """Answer one request after another, until told to stop."""
        awake = Condition(self.lock)
        while (task := self.taken_by(thread_no, awake)) is not None:
            try:
                task.service()
            except BaseException:  # as in the class it comes from: this thread must live on
                self.logger.exception("Exception when servicing %r", task)

    def taken_by(self, thread_no: int, awake: Condition) -> Any:
        """Return what this thread answers next, when it is its turn; nothing if it is to stop."""
        with self.lock:
            if self._turn == thread_no:
                self._turn = None
            while not self.stop_count and (self._turn is not None or not self.queue):
                self._wait(awake)
            if self.stop_count:
                self._leave(thread_no)
                return None
            self._turn, self._since = thread_no, time.monotonic()
            return self.queue.popleft()

    def set_thread_count(self, count: int) -> None:
        super().set_thread_count(count)
        with self.lock:
            for awake in self._idle if self.stop_count else ():
                awake.notify()

    def _call(self) -> None:
        if self._turn is None and self._idle:
            self._idle[-1].notify()

    def _wait(self, awake: Condition) -> None:
        self.active_count -= 1
        self._idle.append(awake)
        awake.wait()
        self._idle.remove(awake)
        self.active_count += 1

    def _leave(self, thread_no: int) -> None:
        self.active_count -= 1
        self.stop_count -= 1
        self.threads.discard(thread_no)
        self.thread_exit_cv.notify()
