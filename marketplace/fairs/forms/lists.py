"""What a group types about what it brings to a fair."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField

from marketplace.core.fields import IntegerField, LineField
from marketplace.fairs.forms.calendar import listed

MOST_PIECES, REASON_LENGTH = 100_000, 200


class ShortForm(FlaskForm):
    product_id = SelectField(_("Product"), coerce=int)
    pieces = IntegerField(_("Pieces that there are for reservations"), least=0, most=MOST_PIECES)
    reason = LineField(
        _("Why"), most=REASON_LENGTH, description=_("Those who get less will read it")
    )

    def offer(self, goods: Iterable[tuple[int, str]]) -> None:
        """Show these products, by id and name, as the choices."""
        self.product_id.choices = listed(goods)
