"""What is typed about tills."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField  # which takes no text for a file
from wtforms import SelectField

from marketplace.core.fields import LineField
from marketplace.core.formats import long_day
from marketplace.fairs.forms.calendar import listed
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.queries.tills import Cashier

DESK = "0"


class TillForm(FlaskForm):
    day_id = SelectField(_("Day"), coerce=int)
    who = SelectField(_("Who sells, and where"))

    def offer(self, fair: Fair, cashiers: list[Cashier]) -> None:
        """Show the fair's days, and who may sell at which of its stalls."""
        days = [(day.id, long_day(day.day)) for day in fair.days if day.collection_id]
        self.day_id.choices = listed(days)
        self.who.choices = [(_key(one), _said(one)) for one in cashiers]

    @property
    def chosen(self) -> tuple[int | None, int]:
        """Return the enterprise, none for the common desk, and the person."""
        seller, _dash, user = self.who.data.partition("-")
        return int(seller) or None, int(user)


class FileForm(FlaskForm):
    queue = FileField(
        _("File of the till"), description=_("The one that the till saves under «Sales».")
    )


class NoteForm(FlaskForm):
    note = LineField(_("What you found out"), most=200)


class CashierForm(FlaskForm):
    user_id = SelectField(_("Who sells"), coerce=int)

    def offer(self, people: list[tuple[int, str]]) -> None:
        self.user_id.choices = people


class ReasonForm(FlaskForm):
    reason = LineField(_("Why"), most=200)


def _key(one: Cashier) -> str:
    return f"{one.enterprise_id or DESK}-{one.user_id}"


def _said(one: Cashier) -> str:
    if one.enterprise_id is None:
        return str(gettext("Common desk: %(name)s", name=one.name))
    facts = {"n": one.stall, "group": one.seller, "name": one.name}
    return str(gettext("Stall %(n)s, %(group)s: %(name)s", **facts))
