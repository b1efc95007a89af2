"""What a buyer types about an order."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Regexp, ValidationError

from marketplace.core.fields import IntegerField, LineField, MobileField
from marketplace.core.numbers import row_id
from marketplace.orders import plan_words
from marketplace.orders.models.places import Collection
from marketplace.orders.operations.steps import REASON_LENGTH

AREA = "92"
CODE = Regexp(r"\s*[0-9](?:[ .-]?[0-9]){5}\s*", message=_("The code has 6 digits."))


class NumberForm(FlaskForm):
    """Who asks that a code be sent by e-mail."""

    number = IntegerField(
        _("Number of the order"),
        required=_("Write the number of the order."),
        least=1,
        most=2**31 - 1,
        description=_("Only the digits: 2481"),
    )
    mobile = MobileField(
        _("Mobile number given with it"),
        required=_("Write the mobile number with area code."),
        area=AREA,
    )


class SearchForm(NumberForm):
    code = LineField(
        _("Code of 6 digits"),
        [CODE],
        required=_("Write the code of 6 digits."),
        most=20,
        description=_("Who sells to you reads it out or sends it; it works for 30 minutes."),
    )

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.code.data or ""))


class ErasureForm(FlaskForm):
    code = LineField(
        _("Code of 6 digits"), [CODE], required=_("Write the code of 6 digits."), most=20
    )

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.code.data or ""))


class BuyerReasonForm(FlaskForm):
    reason = LineField(
        _("Why?"),
        required=False,
        most=REASON_LENGTH,
        description=_("You need not say; it helps the group."),
    )


class WindowForm(FlaskForm):
    window = RadioField(
        _("At what time will you come?"),
        coerce=lambda sent: row_id(str(sent)),
        validate_choice=False,
    )
    known: frozenset[int] = frozenset()

    def offer(self, collection: Collection) -> None:
        """Show the windows of a collection that have room."""
        zone = collection.municipality.time_zone
        self.known = frozenset(window.id for window in collection.windows)
        self.window.choices = [
            SelectChoice(str(window.id), plan_words.window(window, zone))
            for window in collection.windows
            if window.has_room
        ]

    def validate_window(self, field: Any) -> None:
        if field.data not in self.known:
            raise ValidationError(gettext("Choose at what time you will come."))
