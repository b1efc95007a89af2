"""Where the minutes are public that decided what a fund pays: a feature above says so.

Payments know the vote by the words and the paper that came with it. Which published minutes those
are is known above: ``register`` takes what finds them.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple


class Published(NamedTuple):
    """Minutes that anybody reads: their id, and their number as the paper says."""

    minutes_id: int
    number: str


Finder = Callable[[Collection[int]], Mapping[int, Published]]
_finders: list[Finder] = []


def register(find: Finder) -> None:
    """Have minutes found by what a feature above knows of spendings, given by their ids."""
    _finders.append(find)


def minutes_of(spending_ids: Collection[int]) -> dict[int, Published]:
    """Return the published minutes by the id of each spending that has some."""
    return {key: one for find in _finders for key, one in find(spending_ids).items()}
