"""What finance types about money and payouts."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField  # which takes no text for a file
from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from marketplace.accounts.models import Division
from marketplace.core.fields import DateField, LineField, MoneyField, ParagraphsField, ScaledField
from marketplace.enterprises.models import Enterprise
from marketplace.payments.bank_words import WORDS_LENGTH
from marketplace.payments.operations.disputes import ANSWER_LENGTH
from marketplace.payments.operations.funds import MOST_RATE
from marketplace.payments.operations.identifying import REASON_LENGTH
from marketplace.payments.operations.spendings import LONGEST

BUYER, ENTERPRISE = "buyer", "enterprise"
HOUSE, FUND = "house", "fund"


class OwnerForm(FlaskForm):
    """Whose unidentified money is, and how that is known."""

    owner = RadioField(
        _("Whose is it?"),
        choices=[
            SelectChoice(BUYER, _("Of who paid: it goes back")),
            SelectChoice(ENTERPRISE, _("Of an enterprise")),
        ],
    )
    enterprise_id = SelectField(
        _("Which enterprise, if it is of one?"), coerce=str, validate_choice=False
    )
    reason = LineField(
        _("Why?"),
        required=_("Say why, in a few words."),
        most=REASON_LENGTH,
        description=_("How you know it. No names nor numbers of who paid."),
    )

    def offer(self, owners: Iterable[Enterprise]) -> None:
        """Show these enterprises as the choices."""
        known = [SelectChoice(str(owner.id), owner.name) for owner in owners]
        self.enterprise_id.choices = [SelectChoice("", _("Choose")), *known]

    @property
    def chosen_id(self) -> int | None:
        """Return the enterprise that was chosen; none for who paid."""
        text = self.enterprise_id.data or ""
        return int(text) if self.owner.data == ENTERPRISE and text.isdecimal() else None

    def validate(self, extra_validators: object = None) -> bool:
        whole = bool(super().validate(extra_validators))
        offered = {str(choice.value) for choice in self.enterprise_id.choices or []} - {""}
        if self.owner.data == ENTERPRISE and self.enterprise_id.data not in offered:
            self.enterprise_id.errors = [str(_("Choose the enterprise."))]
            return False
        return whole


class AnswerForm(FlaskForm):
    """What speaks for those who sold, for the buyer's bank to read."""

    answer = ParagraphsField(
        _("What speaks for those who sold?"),
        required=_("Write what speaks for those who sold."),
        most=ANSWER_LENGTH,
        description=_(
            "What was sold, when and how it was handed over, what the buyer said since."
            " The bank reads it; names and documents of people do not belong here."
        ),
    )


class ConfirmationForm(FlaskForm):
    amount = MoneyField(
        _("Amount that the bank paid"),
        required=_("Write the amount."),
        description=_("As it stands on the bank's proof"),
    )
    proof = LineField(
        _("Number of the proof"),
        required=_("Write the number."),
        most=WORDS_LENGTH,
        description=_("What the bank calls this payment: authentication, or the end of the Pix id"),
    )


class ReturnForm(FlaskForm):
    reason = LineField(
        _("Why?"),
        required=_("Say why, in a few words."),
        most=WORDS_LENGTH,
        description=_("As the bank says it: closed account, key not found…"),
    )


class WaiverForm(FlaskForm):
    """Why a debt is to be forgiven, and who bears it; a fund does so by a vote alone."""

    reason = LineField(
        _("Why?"),
        required=_("Say why, in a few words."),
        most=REASON_LENGTH,
        description=_("Why it is forgiven: the group reads nothing of it."),
    )
    bearer = RadioField(
        _("Who bears it?"),
        choices=[
            SelectChoice(HOUSE, _("The house, as a loss")),
            SelectChoice(FUND, _("The solidarity fund, by a vote")),
        ],
        default=HOUSE,
    )
    minute = LineField(
        _("If the fund: which vote?"),
        required=False,
        most=LONGEST,
        description=_("The assembly and its minute"),
    )
    paper = FileField(_("If the fund: the minute, as a photo or PDF, up to 8 MB"))

    @property
    def of_fund(self) -> bool:
        return bool(self.bearer.data == FUND)

    def validate(self, extra_validators: object = None) -> bool:
        whole = bool(super().validate(extra_validators))
        if self.of_fund and not self.minute.data:
            self.minute.errors = [str(_("Say which vote, in a few words."))]
            whole = False
        if self.of_fund and not self.paper.data:
            self.paper.errors = [str(_("Add the minute."))]
            whole = False
        return whole


class FundRateForm(FlaskForm):
    """Which part a fund gets, from which day on, and who decided that where."""

    division_id = SelectField(_("Division"), coerce=int)
    rate = ScaledField(
        _("Part of what is paid on the site"),
        required=_("Write the part; 0 for none."),
        places=2,
        most=MOST_RATE,
        description=_("From 0 to 20"),
    )
    direct = BooleanField(
        _("Also of what is paid straight to a group"),
        description=_(
            "In cash, by its own Pix or machine: told in the statement as due. A deposit cannot be"
            " noted here yet."
        ),
    )
    first_day = DateField(_("From which day on?"), required=_("Choose the day."))
    reason = LineField(
        _("Which vote?"),
        required=_("Say which vote, in a few words."),
        most=REASON_LENGTH,
        description=_("The assembly and its minute"),
    )

    def offer(self, divisions: list[Division]) -> None:
        """Show these Divisions as the choices; a single one is chosen."""
        self.division_id.choices = [SelectChoice(str(one.id), one.name) for one in divisions]
        if len(divisions) == 1:
            self.division_id.data = divisions[0].id


class FundSpendingForm(FlaskForm):
    """What is to be paid out of a fund, and the vote that decided it."""

    division_id = SelectField(_("Division"), coerce=int)
    amount = MoneyField(_("Amount"), required=_("Write the amount."))
    purpose = LineField(
        _("What for, and to whom?"),
        required=_("Say what it is for."),
        most=LONGEST,
        description=_("Everybody reads it in the open accounts. No names of people."),
    )
    minute = LineField(
        _("Which vote?"),
        required=_("Say which vote, in a few words."),
        most=LONGEST,
        description=_("The assembly and its minute"),
    )
    paper = FileField(_("The minute: photo or PDF, up to 8 MB"))

    def offer(self, divisions: list[Division]) -> None:
        """Show these Divisions as the choices; a single one is chosen."""
        self.division_id.choices = [SelectChoice(str(one.id), one.name) for one in divisions]
        if len(divisions) == 1:
            self.division_id.data = divisions[0].id


class BankReturnForm(FlaskForm):
    """The bank's answer to a batch's file, and of which Division its payouts are."""

    division_id = SelectField(_("Division"), coerce=int)
    file = FileField(
        _("Return file of the bank"), description=_("CNAB 240, up to 1 MB: mostly named .ret")
    )

    def offer(self, divisions: list[Division]) -> None:
        """Show these Divisions as the choices; a single one is chosen."""
        self.division_id.choices = [SelectChoice(str(one.id), one.name) for one in divisions]
        if len(divisions) == 1:
            self.division_id.data = divisions[0].id


class RowForm(FlaskForm):
    note = LineField(
        _("What did you do?"),
        required=_("Say what you did, in a few words."),
        most=WORDS_LENGTH,
    )


class FundProofForm(FlaskForm):
    proof = LineField(
        _("Number of the proof"),
        required=_("Write the number."),
        most=WORDS_LENGTH,
        description=_("What the bank calls this payment: authentication, or the end of the Pix id"),
    )
