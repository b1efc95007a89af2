"""How the words of the assessments are shown."""

from flask_babel import lazy_gettext as _

from marketplace.assessments.models.assessments import MoveKind, Said, State
from marketplace.assessments.models.commission import Outcome
from marketplace.assessments.models.visits import Seen, Tie, VisitKind

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
    State.DECIDED: _("Decided by the commission"),
}
STATE_BADGES = {
    State.DRAFT: ("", "pencil"),
    State.SENT: ("info", "send"),
    State.DECIDED: ("ok", "scale"),
}
MOVES = {
    MoveKind.SENT: _("Sent to the Division"),
    MoveKind.RETURNED: _("Returned to be completed"),
    MoveKind.DECIDED: _("Decided by the commission"),
}
MOVE_ICONS = {
    MoveKind.SENT: "send",
    MoveKind.RETURNED: "arrow-back-up",
    MoveKind.DECIDED: "scale",
}
VISITS = {
    VisitKind.PEER: _("Visit by people of other groups"),
    VisitKind.STAFF: _("Visit by the Division"),
}
SEEN = {
    Seen.YES: _("Yes, we saw it"),
    Seen.PARTLY: _("We saw a part"),
    Seen.NO: _("No, it is not so"),
    Seen.NOT_SEEN: _("We could not see it"),
}
SEEN_BADGES = {
    Seen.YES: ("ok", "check"),
    Seen.PARTLY: ("info", "adjustments-horizontal"),
    Seen.NO: ("warn", "alert-triangle"),
    Seen.NOT_SEEN: ("", "minus"),
}
TIES = {
    Tie.NONE: _("No tie to the group"),
    Tie.FAMILY: _("Has family in the group"),
    Tie.COMPETITOR: _("Sells the same in the same place"),
    Tie.OTHER: _("Another tie"),
}
OUTCOMES = {
    Outcome.GRANTED: _("Granted"),
    Outcome.WITH_CONDITIONS: _("Granted with conditions"),
    Outcome.NOT_GRANTED: _("Not granted"),
    Outcome.SUSPENDED: _("Suspended"),
}
OUTCOME_BADGES = {
    Outcome.GRANTED: ("ok", "shield-check"),
    Outcome.WITH_CONDITIONS: ("info", "clipboard-check"),
    Outcome.NOT_GRANTED: ("err", "x"),
    Outcome.SUSPENDED: ("warn", "hand-stop"),
}
ASIDE = {
    Tie.FAMILY: _("Stood aside: has family in the group"),
    Tie.COMPETITOR: _("Stood aside: sells the same in the same place"),
    Tie.OTHER: _("Stood aside: another tie"),
}
