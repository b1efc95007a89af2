"""Fields whose text is kept to the letter: passwords, and what a page carries on."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField, PasswordField, ValidationError

from marketplace.core.text import clean

KEY_LENGTH = 64


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


class KeyField(CarriedField):
    """The number that a form has of its own: sent twice, it is one thing.

    It is cleaned, of at most 64 letters. A form that came without gets one and is sent again,
    unless it is not ``needed``: then it is like no other.
    """

    data: str | None

    def __init__(self, *, needed: bool = True, **given: Any) -> None:
        super().__init__(default=_made, **given)
        self._needed = needed

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data or "")[:KEY_LENGTH]

    def pre_validate(self, _form: Any) -> None:
        if self._needed and not self.data:
            self.renew()
            raise ValidationError(_("The form had no number of its own. Send it again."))

    def renew(self) -> None:
        """Have what is sent from now on be something else."""
        self.data = _made()


def _made() -> str:
    return secrets.token_hex(KEY_LENGTH // 4)
