"""How the words of the assessments are shown."""

from flask_babel import lazy_gettext as _

from marketplace.assessments.models.assessments import MoveKind, Said, State

SAID = {
    Said.YES: _("We already do"),
    Said.PARTLY: _("In part"),
    Said.NOT_YET: _("Not yet"),
    Said.NOT_APPLICABLE: _("Does not apply to us"),
}
SAID_BADGES = {
    Said.YES: ("ok", "check"),
    Said.PARTLY: ("info", "adjustments-horizontal"),
    Said.NOT_YET: ("warn", "hourglass"),
    Said.NOT_APPLICABLE: ("", "minus"),
}
STATES = {
    State.DRAFT: _("Being answered"),
    State.SENT: _("Sent to the Division"),
}
STATE_BADGES = {
    State.DRAFT: ("", "pencil"),
    State.SENT: ("info", "send"),
}
MOVES = {
    MoveKind.SENT: _("Sent to the Division"),
    MoveKind.RETURNED: _("Returned to be completed"),
}
MOVE_ICONS = {MoveKind.SENT: "send", MoveKind.RETURNED: "arrow-back-up"}
