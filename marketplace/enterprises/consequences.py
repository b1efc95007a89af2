"""What a suspension will do on the floors above: each tells it here, in sentences for the page."""

from collections.abc import Callable

consequences: list[Callable[[int], list[str]]] = []
"""Functions from an enterprise's id to sentences such as "2 products leave the shop"."""


def of_suspending(enterprise_id: int) -> list[str]:
    return [sentence for tell in consequences for sentence in tell(enterprise_id)]
