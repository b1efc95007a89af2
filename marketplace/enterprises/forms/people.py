"""What is asked about the people of a group."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField

from marketplace.accounts.forms import AREA, NewPasswordField
from marketplace.core.fields import EmailField, LineField, MobileField
from marketplace.enterprises.labels import CHOOSE, SEXES, choices
from marketplace.enterprises.models import Sex
from marketplace.enterprises.particulars import Newcomer

ROWS = 3


class PersonForm(FlaskForm):
    """Who registers, as a member."""

    sex = RadioField(_("You are"), choices=choices(SEXES), coerce=Sex, validators=[CHOOSE])
    function = LineField(
        _("What do you do in the group?"),
        required=False,
        most=80,
        description=_("For example: artisan, treasurer, president"),
    )
    on_board = BooleanField(_("I am on the board"))


class SignUpForm(PersonForm):
    """Who registers and has no account yet."""

    name = LineField(_("Your name"), required=_("Write your name."), least=2, most=120)
    mobile = MobileField(
        _("Mobile with area code"), required=_("Write your mobile with area code."), area=AREA
    )
    email = EmailField(_("E-mail"), required=False)
    password = NewPasswordField(_("Choose a password"))


class OnBehalfForm(FlaskForm):
    """The person for whom somebody else registers a group."""

    name = LineField(
        _("Name of the person who will manage the group"),
        required=_("Write the name of the person."),
        least=2,
        most=120,
    )
    mobile = MobileField(
        _("Their mobile with area code"),
        required=_("Write their mobile with area code."),
        area=AREA,
    )
    sex = RadioField(_("This person is"), choices=choices(SEXES), coerce=Sex, validators=[CHOOSE])
    function = LineField(_("What do they do in the group?"), required=False, most=80)
    on_board = BooleanField(_("Is on the board"))


class MemberForm(FlaskForm):
    """One person of the group."""

    name = LineField(_("Name"), required=_("Write the name."), least=2, most=120)
    sex = RadioField(_("Sex"), choices=choices(SEXES), coerce=Sex, validators=[CHOOSE])
    function = LineField(_("What they do"), required=False, most=80)
    on_board = BooleanField(_("On the board"))

    def newcomer(self) -> Newcomer:
        return Newcomer(self.name.data, self.sex.data, self.function.data or "", self.on_board.data)


class PersonRow(Form):
    """A line for one more person; without a name it is left out."""

    name = LineField(_("Name"), required=False, most=120)
    sex = SelectField(_("Sex"), choices=choices(SEXES), coerce=Sex, default=Sex.FEMALE)
    function = LineField(_("What they do"), required=False, most=80)
    on_board = BooleanField(_("On the board"))


class PeopleForm(FlaskForm):
    rows = FieldList(FormField(PersonRow), min_entries=ROWS, max_entries=ROWS)

    def newcomers(self) -> list[Newcomer]:
        return [
            Newcomer(row["name"], row["sex"], row["function"] or "", row["on_board"])
            for row in self.rows.data
            if row["name"]
        ]
