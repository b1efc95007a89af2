"""What a group types about what it brings to a fair."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField

from marketplace.core.fields import IntegerField, LineField
from marketplace.fairs.forms.calendar import listed
from marketplace.orders.models.orders import Order

MOST_PIECES, REASON_LENGTH = 100_000, 200


class ShortForm(FlaskForm):
    product_id = SelectField(_("Product"), coerce=int)
    pieces = IntegerField(_("Pieces that there are for reservations"), least=0, most=MOST_PIECES)
    reason = LineField(
        _("Why"), most=REASON_LENGTH, description=_("Those who get less will read it")
    )

    def offer(self, orders: Iterable[Order]) -> None:
        """Show the products of these orders as the choices."""
        lines = (line for order in orders for line in order.lines if line.product_id)
        names = {line.product_id: line.name for line in lines}
        self.product_id.choices = listed(sorted(names.items(), key=lambda pair: pair[1]))
