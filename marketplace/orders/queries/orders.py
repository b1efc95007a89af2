"""Purchases and orders, as those see them who may."""

import sqlalchemy as sa

from marketplace.core.rights import Person
from marketplace.orders.models.orders import Order, Purchase


def purchase_by_key(link_key: str) -> sa.Select[Purchase]:
    """Select the purchase that a secret link opens, with its orders and lines."""
    raise NotImplementedError


def purchases_of(person: Person) -> sa.Select[Purchase]:
    """Select what a logged-in buyer ordered, newest first."""
    raise NotImplementedError


def theirs(person: Person) -> sa.Select[Order]:
    """Select the orders of the enterprises that the person acts for."""
    raise NotImplementedError


def visible_to(person: Person) -> sa.Select[Order]:
    """Select the orders a member of staff may see: their Divisions'; all for the house."""
    raise NotImplementedError


def to_answer(enterprise_id: int) -> sa.Select[Order]:
    """Select the orders that wait for an answer, the most urgent first."""
    raise NotImplementedError


def to_prepare(enterprise_id: int) -> sa.Select[Order]:
    """Select accepted and ready orders, by when they are handed over."""
    raise NotImplementedError


def open_of(enterprise_id: int) -> sa.Select[Order]:
    """Select every order of the enterprise that has not ended."""
    raise NotImplementedError


def ended_of(enterprise_id: int) -> sa.Select[Order]:
    """Select the enterprise's orders that ended, newest first."""
    raise NotImplementedError
