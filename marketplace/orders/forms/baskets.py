"""What is changed in a basket: many boxes, and the one button that was pressed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from marketplace.core.numbers import row_id
from marketplace.orders.operations.baskets import MOST_PIECES
from marketplace.orders.queries.baskets import Item


@dataclass(frozen=True)
class Change:
    """A line that gets another quantity; 0 takes it out."""

    item: Item
    quantity: int


@dataclass(frozen=True)
class Changes:
    """What a sent basket asks for; ``wrong`` is what boxes hold that is no quantity, by line."""

    changed: tuple[Change, ...]
    wrong: Mapping[int, str]
    touched: int | None  # the line whose button was pressed
    goes_on: bool  # to the next page
    told: bool  # the page had told the visitor of new prices

    @property
    def taken_out(self) -> Change | None:
        return next((change for change in self.changed if not change.quantity), None)


def read_item(sent: MultiDict[str, str]) -> tuple[int, int]:
    """Return which product a page puts in, and how many; 0 for what is no such number."""
    product_id, quantity = (
        row_id(sent.get(name, "").strip()) for name in ("product_id", "quantity")
    )
    return product_id, quantity


def read(sent: MultiDict[str, str], items: Iterable[Item]) -> Changes:
    """Return what differs between the boxes sent and what is in the basket."""
    wanted = {item.product_id: _wanted(sent, item) for item in items}
    changed = tuple(
        Change(item, quantity)
        for item in items
        if (quantity := wanted[item.product_id]) is not None and quantity != item.quantity
    )
    return Changes(
        changed,
        {key: sent.get(_box(key), "") for key, quantity in wanted.items() if quantity is None},
        next((_whole(sent[name]) for name in ("less", "more", "take_out") if name in sent), None),
        "go" in sent,
        "told" in sent,
    )


def _wanted(sent: MultiDict[str, str], item: Item) -> int | None:
    """Return how many of a line there shall be, none if its box cannot be read."""
    key = str(item.product_id)
    if sent.get("take_out") == key:
        return 0
    typed = _whole(sent.get(_box(key), str(item.quantity)))
    if typed is None:
        return None
    step = (sent.get("more") == key) - (sent.get("less") == key)
    stepped = typed + step
    if step > 0 and item.left is not None and stepped > item.left:
        stepped = max(typed, item.left)
    return stepped if 0 <= stepped <= MOST_PIECES else None


def _box(key: int | str) -> str:
    return f"quantity-{key}"


def _whole(typed: str) -> int | None:
    text = typed.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else None
