"""What is in a visitor's basket, at today's prices."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Item:
    """One line; centavos of BRL."""

    product_id: int
    slug: str
    name: str
    unit: str
    picture: str | None
    quantity: int
    price_cents: int  # today
    shown_cents: int  # when it was put in, or last told
    left: int | None  # pieces to sell; none: made to order
    for_sale: bool
    to_order: bool
    lead_days: int
    only_at_fair: bool
    makers_cents: int | None  # of one, where the composition is known

    @property
    def total_cents(self) -> int:
        return self.price_cents * self.quantity

    @property
    def price_changed(self) -> bool:
        return self.price_cents != self.shown_cents

    @property
    def too_many(self) -> bool:
        return self.left is not None and self.quantity > self.left


@dataclass(frozen=True)
class Part:
    """What the basket holds of one enterprise."""

    enterprise_id: int
    slug: str
    name: str
    items: tuple[Item, ...]

    @property
    def total_cents(self) -> int:
        return sum(item.total_cents for item in self.items)


@dataclass(frozen=True)
class Contents:
    parts: tuple[Part, ...]

    @property
    def pieces(self) -> int:
        return sum(item.quantity for part in self.parts for item in part.items)

    @property
    def total_cents(self) -> int:
        return sum(part.total_cents for part in self.parts)


def contents(token: str | None, now: datetime) -> Contents:
    """Return what is in the basket, by enterprise; empty for none, an unknown or an old one."""
    raise NotImplementedError


def pieces(token: str | None) -> int:
    """Return how many pieces are in the basket, for the header."""
    raise NotImplementedError
