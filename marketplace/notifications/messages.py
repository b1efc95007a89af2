"""What people can be told: each kind of news has its text, registered by the feature it is about.

Texts are lazy and have ``%(slots)s`` for the facts of the news. A fact named ``…_cents`` is shown
as money, ``…_on`` (ISO date) as a day, and ``…_at`` (ISO instant) as day and hour in the zone that
the fact ``zone`` names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketplace.core import formats
from marketplace.core.money import format_cents


@dataclass(frozen=True)
class Message:
    """The texts of a kind of news; ``whatsapp`` is the one to pass on, the body unless told."""

    title: Any
    body: Any
    whatsapp: Any

    def written(self, facts: Mapping[str, Any]) -> "Message":
        """Return the texts with the facts in them, in the reader's language."""
        shown = {name: _shown(name, value, facts) for name, value in facts.items()}
        texts = (self.title, self.body, self.whatsapp)
        return Message(*(str(text) % shown for text in texts))


registry: dict[str, Message] = {}


def register(kind: str, *, title: Any, body: Any, whatsapp: Any = None) -> None:
    registry[kind] = Message(title, body, whatsapp or body)


def written(kind: str, facts: Mapping[str, Any]) -> Message:
    """Return the texts of a piece of news in the reader's language.

    :raises KeyError: if nobody registered the kind, or a fact is missing.
    """
    return registry[kind].written(facts)


def _shown(name: str, value: Any, facts: Mapping[str, Any]) -> Any:
    if value is None:
        return ""
    if name.endswith("_cents"):
        return format_cents(value)
    if name.endswith("_on"):
        return formats.day(date.fromisoformat(value))
    if name.endswith("_at"):
        return formats.instant(datetime.fromisoformat(value), facts["zone"])
    return value
