"""What the till's app says by itself: short sentences, with slots that it fills."""

from flask_babel import gettext as _

SLOTS = {name: f"{{{name}}}" for name in ("n", "all", "sum", "back", "what", "used")}


def words() -> dict[str, str]:
    """Return each in the reader's language; ``{n}`` and the like are filled on the device."""
    return _selling() | _sending()


def _selling() -> dict[str, str]:
    return {
        "desk": _("Common desk"),
        "most": _("Most sold"),
        "in_sale": _("in this sale"),
        "items": _("%(n)s items", **SLOTS),
        "items_one": _("%(n)s item", **SLOTS),
        "less": _("One less: %(what)s", **SLOTS),
        "more": _("One more: %(what)s", **SLOTS),
        "exactly": _("%(sum)s exactly", **SLOTS),
        "rest_in_cash": _("The rest in cash: %(sum)s", **SLOTS),
        "too_much": _("Pix and card are more than the total, or no amount."),
        "kept": _("Kept: %(sum)s", **SLOTS),
        "kept_change": _("Kept: %(sum)s. Change: %(back)s", **SLOTS),
        "full": _("This device has no room left: the sale is not kept. Write it on paper."),
        "cash": _("Cash"),
        "own_pix": _("Pix"),
        "machine": _("Card"),
        "other": _("Another value"),
    }


def _sending() -> dict[str, str]:
    return {
        "offline": _("No internet. You can sell!"),
        "online": _("There is internet."),
        "sending": _("Sending…"),
        "waiting": _("%(n)s kept here", **SLOTS),
        "waiting_one": _("One kept here"),
        "queue": _("%(n)s kept on this device", **SLOTS),
        "queue_one": _("One kept on this device"),
        "all_sent": _("Everything was sent"),
        "keep_it": _("They are sent when internet is back. Do not clear this browser's data."),
        "progress": _("%(n)s of %(all)s sent", **SLOTS),
        "unknown": _("The house no longer knows this device. Save the queue as a file."),
        "unread": _("The house could not read the queue. Save it as a file."),
        "sales": _("%(n)s sales", **SLOTS),
        "sales_one": _("%(n)s sale", **SLOTS),
        "undo": _("Undo"),
        "in_queue": _("in the queue"),
        "sent": _("sent"),
        "look": _("to look at"),
        "voided": _("undone"),
        "room": _("Kept here: %(used)s of %(all)s MB", **SLOTS),
        "tight": _("Little room left: %(used)s of %(all)s MB. Send soon.", **SLOTS),
    }
