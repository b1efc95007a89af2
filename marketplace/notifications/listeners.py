"""What people are told of their own login: who hears it early can still stop a stranger."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.accounts.signals import login_touched
from marketplace.core.rights import HOUSE
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell

register(
    "factor_kept",
    title=_("Your second step is set up"),
    body=_(
        "From now on a code of the app on your phone is asked for. Was it not you? Change your"
        " password now and tell the Division."
    ),
)
register(
    "factor_reset",
    title=_("Your second step was taken away"),
    body=_(
        "An administrator did it and wrote: %(reason)s Set it up anew when you sign in. Did you not"
        " ask for it? Tell the Division now."
    ),
)
register(
    "recovery_code_used",
    title=_("A recovery code was used"),
    body=_(
        "Somebody signed in with one of your recovery codes in place of the phone. Was it not you?"
        " Change your password now and tell the Division."
    ),
)
register(
    "new_device",
    title=_("You signed in on another device"),
    body=_(
        "It calls itself: %(device)s. Was it you? Then all is well. Was it not you? Sign it out on"
        " the page of your account and change your password now."
    ),
)


def connect() -> None:
    login_touched.connect(_tell)


def _tell(
    _sender: object, *, user_id: int, kind: str, facts: dict[str, Any], now: datetime
) -> None:
    key = f"{kind}:{user_id}:{now.isoformat()}"
    tell([user_id], kind, facts, "/conta", key=key, by=HOUSE, now=now)
