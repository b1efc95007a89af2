"""How opinions, votes and questions of the council are told."""

from flask_babel import lazy_gettext as _

from marketplace.oversight.models.council import Choice, Step
from marketplace.oversight.queries.council import Tally

CHOICES = {
    Choice.FOR: _("For"),
    Choice.AGAINST: _("Against"),
    Choice.ABSTAINED: _("Abstained"),
}
STEPS = {
    Step.ASKED: _("Asked"),
    Step.PUT_OFF: _("Put off"),
    Step.ANSWERED: _("Answered"),
}


def outcome(tally: Tally) -> str:
    """Return what came of a vote so far, as one word or two."""
    if not tally.is_over:
        return str(_("Being voted on"))
    if not tally.voted:
        return str(_("Nobody voted"))
    return str(_("Approved") if tally.carries else _("Not approved"))


def counted(tally: Tally) -> str:
    """Return the votes of each kind as a sentence."""
    told = _("%(yes)s for, %(no)s against, %(abstained)s abstained.")
    return str(told) % {"yes": tally.yes, "no": tally.no, "abstained": tally.abstained}


def badge(tally: Tally) -> tuple[str, str]:
    """Return the colour and the sign that go with the outcome."""
    if not tally.is_over:
        return "info", "clock"
    return ("ok", "check") if tally.carries else ("warn", "x")
