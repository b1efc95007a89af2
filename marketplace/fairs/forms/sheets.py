"""What is typed from a sheet of paper."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField

from marketplace.core.fields import LineField, MoneyField
from marketplace.core.formats import long_day
from marketplace.core.kept_fields import KeyField
from marketplace.fairs.forms.calendar import listed
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.operations.sheets import NOTE_LENGTH, Typed
from marketplace.fairs.queries import calendar

MOST_CENTS = 1_000_000_00


class PaperForm(FlaskForm):
    key = KeyField()
    day_id = SelectField(_("Day"), coerce=int)
    enterprise_id = SelectField(_("Who sold"), coerce=int)
    cash = MoneyField(_("In cash (R$)"), most=MOST_CENTS, required=False)
    pix = MoneyField(_("By Pix (R$)"), most=MOST_CENTS, required=False)
    card = MoneyField(_("By card (R$)"), most=MOST_CENTS, required=False)
    social = MoneyField(_("In social currency (R$)"), most=MOST_CENTS, required=False)
    barter = MoneyField(_("In goods, worth (R$)"), most=MOST_CENTS, required=False)
    in_hand = BooleanField(_("I have the sheet here"))
    note = LineField(_("Note"), most=NOTE_LENGTH, required=False)

    def offer(self, fair: Fair) -> None:
        """Show the fair's days and who stands there."""
        days = [(day.id, long_day(day.day)) for day in fair.days if day.collection_id]
        self.day_id.choices = listed(days)
        there = calendar.exhibitors(fair.id)
        self.enterprise_id.choices = [(one.enterprise_id, one.enterprise.name) for one in there]

    @property
    def typed(self) -> Typed:
        return Typed(
            cash_cents=self.cash.data or 0,
            pix_cents=self.pix.data or 0,
            card_cents=self.card.data or 0,
            social_cents=self.social.data or 0,
            barter_cents=self.barter.data or 0,
            in_hand=bool(self.in_hand.data),
            note=self.note.data or "",
        )
