"""How the words of oversight are shown."""

from flask_babel import lazy_gettext as _

from marketplace.oversight.models.complaints import Matter, Stage, Turn

MATTERS = {
    Matter.PRICE: _("Price or payment"),
    Matter.CHILD_LABOUR: _("Child labour or forced labour"),
    Matter.NOT_AS_SAID: _("A product is not what it says"),
    Matter.TREATMENT: _("How somebody was treated"),
    Matter.PUBLIC_MONEY: _("Public money or the fund"),
    Matter.OTHER: _("Something else"),
}
STAGES = {
    Stage.RECEIVED: _("Received"),
    Stage.IN_ANALYSIS: _("In analysis"),
    Stage.ANSWERED: _("Answered"),
    Stage.CLOSED: _("Closed"),
}
BADGES = {
    Stage.RECEIVED: ("warn", "clock"),
    Stage.IN_ANALYSIS: ("info", "eye"),
    Stage.ANSWERED: ("ok", "message-circle"),
    Stage.CLOSED: ("", "lock"),
}
TURNS = {
    Turn.RECEIVED: _("Received"),
    Turn.TAKEN_UP: _("Taken up"),
    Turn.HANDED_OVER: _("Passed on"),
    Turn.NAMED: _("The group was named"),
    Turn.ANSWERED: _("Answered"),
    Turn.WRITTEN_TO: _("Whoever told it wrote more"),
    Turn.CLOSED: _("Closed"),
}
