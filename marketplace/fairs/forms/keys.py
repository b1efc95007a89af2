"""The number that a form has of its own: sent twice, it is one thing."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import ValidationError

from marketplace.core.kept_fields import CarriedField
from marketplace.core.text import clean

LENGTH = 64


class KeyField(CarriedField):
    """Such a number, cleaned, of at most 64 letters; a form that came without gets one."""

    data: str | None

    def __init__(self, **given: Any) -> None:
        super().__init__(default=_made, **given)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        super().process_formdata(valuelist)
        self.data = clean(self.data or "")[:LENGTH]

    def pre_validate(self, _form: Any) -> None:
        if not self.data:
            self.renew()
            raise ValidationError(_("The form had no number of its own. Send it again."))

    def renew(self) -> None:
        """Have what is sent from now on be something else."""
        self.data = _made()


def _made() -> str:
    return secrets.token_hex(LENGTH // 4)
