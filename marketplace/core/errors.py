"""Errors that a person may read."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from flask_babel import lazy_gettext as _


class DomainError(Exception):
    """A rule of the marketplace refused the request.

    Subclasses set ``message`` (with ``%(name)s`` slots) and, rarely, ``status`` and ``title``, the
    heading of a page about it. Keyword arguments are the facts that fill the slots.
    """

    status = HTTPStatus.CONFLICT
    message = _("This cannot be done right now.")
    title = ""
    headers: Mapping[str, str] = {}

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    def __str__(self) -> str:
        return str(self.message) % self.facts

    @property
    def code(self) -> str:
        """The class name in snake case, e.g. ``stall_full``; stable, for API clients."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class LogInFirst(DomainError):
    status = HTTPStatus.UNAUTHORIZED
    message = _("Please log in first.")


class NotAllowed(DomainError):
    status = HTTPStatus.FORBIDDEN
    message = _("Sign in with the account that opens it, or go back to the home page.")


class ProveFirst(DomainError):
    """Open to them, but only once they proved anew that it is they: ``needed`` says how."""

    status = HTTPStatus.FORBIDDEN
    message = _("Confirm first that it is you.")


class NotFound(DomainError):
    """Not there, or not theirs: the two are answered alike."""

    status = HTTPStatus.NOT_FOUND
    message = _("The address changed or was typed wrong.")


class FormSentBefore(DomainError):
    """What was asked under the same key before was something else."""

    message = _(
        "This form was sent before with something else in it. Look at the list below, and send it"
        " again if this is another one."
    )


class Busy(DomainError):
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = _("Many people are here at once. Nothing was changed; please try again.")
    headers = {"Retry-After": "2"}


class Unsure(Busy):
    """The connection to the database ended while it was keeping something: perhaps it was kept."""

    title = _("Look whether it was kept")
    message = _(
        "The connection broke at the last moment. Go back and look whether it is there"
        " before you send it again."
    )


class PicturesAway(DomainError):
    """Where pictures are kept does not answer; everything else goes on."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = _("Photos are out of reach for a moment. Nothing was changed; please try again.")
    headers = {"Retry-After": "30", "Cache-Control": "no-store"}
