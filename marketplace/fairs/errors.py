"""What the fairs can refuse."""

from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError


class FairIncomplete(DomainError):
    message = _("%(fair)s cannot be announced yet: %(missing)s.")


class FairIsCancelled(DomainError):
    message = _("%(fair)s was cancelled; make a copy of it with new days.")


class ReservationsCloseLate(DomainError):
    message = _("Reservations must close before the fair's first day ends.")


class DayHasOrders(DomainError):
    message = _(
        "People have reserved for %(day)s: cancel the fair, or keep this day and its hours."
    )


class NotSelling(DomainError):
    message = _("%(enterprise)s is not approved to sell.")


class ReasonNeeded(DomainError):
    message = _("Say why: those who reserved will read it.")
