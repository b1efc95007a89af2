"""The price that is proposed, taken up."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm

from marketplace.catalogue.forms.products import MOST_PRICE
from marketplace.core.fields import MoneyField


class TakeUpForm(FlaskForm):
    price = MoneyField(_("Selling price"), required=_("Write the price"), least=1, most=MOST_PRICE)
