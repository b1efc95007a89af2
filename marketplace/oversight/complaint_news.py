"""What those who handle complaints are told of them: their number, never a word of what is told."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.core.rights import HOUSE, Person
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell
from marketplace.oversight.models.complaints import Complaint
from marketplace.oversight.queries import complaints

register(
    "complaint_received",
    title=_("A complaint came: %(protocol)s"),
    body=_("It is to be answered by %(due_on)s. Whoever takes it up says so on its page."),
)
register(
    "complaint_more",
    title=_("More was written to complaint %(protocol)s"),
    body=_("Whoever told it wrote again. Read it on its page."),
)
register(
    "complaint_handed_over",
    title=_("Complaint %(protocol)s is yours now"),
    body=_("A colleague handed it over to you. It is to be answered by %(due_on)s."),
)
register(
    "complaint_due",
    title=_("Complaint %(protocol)s waits for an answer"),
    body=_("The last day to answer in time is %(due_on)s."),
)
register(
    "complaint_late",
    title=_("Complaint %(protocol)s is late"),
    body=_("It was to be answered by %(due_on)s. Answer now, or say why it takes longer."),
)


def tell_received(complaint: Complaint, *, now: datetime) -> None:
    _tell(complaint, "complaint_received", key="received", now=now)


def tell_more(complaint: Complaint, *, now: datetime) -> None:
    _tell(complaint, "complaint_more", key=f"more:{now.isoformat()}", now=now)


def tell_handed_over(complaint: Complaint, *, by: Person, now: datetime) -> None:
    key = f"handed:{complaint.assigned_to_id}:{now.isoformat()}"
    _tell(complaint, "complaint_handed_over", key=key, by=by, now=now)


def remind(complaint: Complaint, *, late: bool, now: datetime) -> None:
    """Remind once before its last day, once when that is over."""
    kind = "complaint_late" if late else "complaint_due"
    _tell(complaint, kind, key=f"{kind}:{complaint.due_on}", now=now)


def _tell(complaint: Complaint, kind: str, *, key: str, by: Person = HOUSE, now: datetime) -> None:
    """Tell who has it; everybody who may handle it, while nobody has."""
    who = {one.id for one in complaints.handlers_of(complaint)}
    if complaint.assigned_to_id in who:
        who = {complaint.assigned_to_id}
    facts: dict[str, Any] = {"protocol": complaint.protocol, "due_on": f"{complaint.due_on}"}
    path, once = f"/gestao/denuncias/{complaint.id}", f"complaint:{complaint.id}:{key}"
    tell(who, kind, facts, path, key=once, by=by, now=now)
