"""What was paid for that came back in pieces: a feature above says so.

The books know a return by a number of the feature that took it. Which payments had paid for those
goods is known above: ``register`` takes what finds them.
"""

from collections.abc import Callable, Collection, Mapping

Finder = Callable[[Collection[int]], Mapping[int, Collection[int]]]
_finders: dict[str, Finder] = {}


def register(source_type: str, find: Finder) -> None:
    """Have the ids of payments found by the ids of what the books call a source."""
    _finders[source_type] = find


def paid_by(source_type: str, source_ids: Collection[int]) -> Mapping[int, Collection[int]]:
    """Return the ids of the payments that had paid, by the id of each source."""
    if source_type == "payment":
        return {one: (one,) for one in source_ids}
    find = _finders.get(source_type)
    return find(source_ids) if find and source_ids else {}
