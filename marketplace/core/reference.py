"""Lists that come with the house (places, crafts, wages): each feature enters its loader here."""

from collections.abc import Callable
from datetime import datetime

Loader = Callable[[datetime], int]
loaders: dict[str, Loader] = {}
"""By the name of the list: an operation that brings it up to date and returns the rows changed."""


def load_all(now: datetime) -> dict[str, int]:
    """Bring every list up to date, in the order of the floors; a second run changes nothing."""
    return {name: loader(now) for name, loader in loaders.items()}
