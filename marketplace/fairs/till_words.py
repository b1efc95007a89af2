"""What the till's app says by itself: short sentences, with slots that it fills."""

from flask_babel import gettext as _

SLOTS = {name: f"{{{name}}}" for name in ("n", "all", "sum", "back", "what", "used", "off")}


def words() -> dict[str, str]:
    """Return each in the reader's language; ``{n}`` and the like are filled on the device."""
    return _selling() | _reserving() | _returning() | _counting() | _showing() | _sending()


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
        "too_much": _("The parts are more than the total, or no amount."),
        "kept": _("Kept: %(sum)s", **SLOTS),
        "kept_change": _("Kept: %(sum)s. Change: %(back)s", **SLOTS),
        "with_discount": _("With the discount: %(sum)s", **SLOTS),
        "no_discount": _("A discount is less than the total: write it like 5,00."),
        "full": _("This device has no room left: the sale is not kept. Write it on paper."),
        "cash": _("Cash"),
        "own_pix": _("Pix"),
        "machine": _("Card"),
        "social": _("Social currency"),
        "barter": _("Goods in exchange"),
        "what_given": _("Write what was given in exchange."),
        "other": _("Another value"),
    }


def _reserving() -> dict[str, str]:
    return {
        "paid_before": _("Already paid"),
        "give": _("Hand over"),
        "given": _("Handed over"),
        "handed": _("Handed over: %(what)s", **SLOTS),
        "not_code": _("This is not the code of this reservation. Tries left: %(n)s.", **SLOTS),
        "locked": _("Too many wrong codes. Hand it over without the code, and say why."),
        "not_pin": _("This is not the PIN. Tries left: %(n)s.", **SLOTS),
        "pin_locked": _("Too many wrong PINs. Ask the Division for a new one."),
        "why": _("Say why, in a few words."),
    }


def _returning() -> dict[str, str]:
    return {
        "bring": _("Return or exchange"),
        "return": _("Brought back"),
        "brought": _("Brought back: %(sum)s. Choose what is taken instead.", **SLOTS),
        "given_back": _("Kept. Give back %(sum)s.", **SLOTS),
        "give_rest": _("Less what was brought back. Give back %(back)s.", **SLOTS),
        "pay_rest": _("Less what was brought back. To pay: %(sum)s.", **SLOTS),
        "kept_out": _("Damaged: keep it out"),
        "no_pieces": _("Choose at least one piece."),
        "found_sale": _("Sale %(what)s: choose what was brought back.", **SLOTS),
        "all_back": _("Of sale %(what)s everything was brought back before.", **SLOTS),
        "no_sale": _("No sale of this number is known for this till. Choose the pieces below."),
        "not_looked_up": _(
            "Without internet the sale of another till is not found."
            " Choose the pieces below: the number goes with them."
        ),
        "bad_receipt": _(
            "Write the receipt's number as it stands there, like 12-34, or leave it out."
        ),
    }


def _counting() -> dict[str, str]:
    return {
        "opening": _("Float at the start"),
        "withdrawal": _("Taken out"),
        "closing": _("Counted at the end"),
        "counted": _("Kept: %(what)s, %(sum)s", **SLOTS),
        "no_amount": _("Write an amount, like 50,00."),
        "no_float": _("no float was noted"),
        "with_float": _("with a float of %(sum)s", **SLOTS),
        "right": _("It is as it should be."),
        "should": _("There should be %(sum)s. Difference: %(off)s.", **SLOTS),
        "off": _("difference: %(sum)s", **SLOTS),
    }


def _showing() -> dict[str, str]:
    return {
        "receipt": _("Receipt"),
        "receipt_no": _("Receipt %(what)s", **SLOTS),
        "total": _("Total"),
        "discount": _("Discount"),
        "no_fiscal": _("This is no fiscal document."),
        "hold": _("Hold the tag or the buyer's ticket before the camera."),
        "no_camera": _("The camera could not be used. Type the code."),
        "not_ours": _("This is no tag and no ticket of this till."),
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
        "undone_by": _("undone by %(what)s", **SLOTS),
        "room": _("Kept here: %(used)s of %(all)s MB", **SLOTS),
        "tight": _("Little room left: %(used)s of %(all)s MB. Send soon.", **SLOTS),
    }
