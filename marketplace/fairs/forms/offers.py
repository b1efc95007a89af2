"""What is typed about pieces set apart for a fair."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField

from marketplace.core.fields import IntegerField, MoneyField
from marketplace.orders.operations.baskets import MOST_PIECES
from marketplace.orders.operations.offers import Wanted

MOST_APART, MOST_CENTS = 100_000, 100_000_00


class OfferForm(FlaskForm):
    pieces = IntegerField(_("Pieces for this fair"), least=0, most=MOST_APART)
    most_each = IntegerField(
        _("At most, for each person"),
        required=False,
        least=1,
        most=MOST_PIECES,
        description=_("Leave it empty for no limit"),
    )
    price = MoneyField(
        _("Price at this fair (R$)"),
        required=False,
        least=1,
        most=MOST_CENTS,
        description=_("For one, reserved or at the stall; empty for what it costs everywhere"),
    )
    only_here = BooleanField(
        _("Only at this fair"),
        description=_("Until the fair is over nobody can order it for another place."),
    )

    @property
    def wanted(self) -> Wanted:
        pieces: int = self.pieces.data or 0
        only_here, price = bool(self.only_here.data), self.price.data or None
        return Wanted(pieces, self.most_each.data or None, only_here, price)
