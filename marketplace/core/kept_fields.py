"""Fields whose text is kept to the letter: passwords, and what a page carries on."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, PasswordField


class TextAlone:
    """Part of a field that keeps a text as it was sent; a file in its place was not sent."""

    raw_data: Sequence[Any] | None

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.raw_data = [sent for sent in valuelist if isinstance(sent, str)]
        super().process_formdata(self.raw_data)  # type: ignore[misc]


class SecretField(TextAlone, PasswordField):
    """A password, kept to the letter."""


class CarriedField(TextAlone, HiddenField):
    """What a page carries on to the next request."""
