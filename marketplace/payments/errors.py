"""What the payments can refuse."""

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class PaymentMoved(DomainError):
    message = _("This payment has moved on in the meantime. Look at it again.")


class AmountWrong(DomainError):
    message = _("An amount to pay must be more than zero.")


class NothingToPost(DomainError):
    message = _("There is nothing to write into the books.")


class WrongSide(DomainError):
    message = _("There is not enough in an account for this.")
