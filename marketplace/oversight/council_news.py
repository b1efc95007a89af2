"""What the council and the Division are told of opinions and questions."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.accounts.models import Role
from marketplace.accounts.serving import holders
from marketplace.core.rights import HOUSE, Person
from marketplace.notifications.messages import register
from marketplace.notifications.operations import tell
from marketplace.oversight.models.council import CouncilQuestion, Opinion

register(
    "council_opinion_written",
    title=_("An opinion on report %(label)s is to be voted on"),
    body=_("The council votes until %(closes_on)s."),
)
register(
    "council_vote_over",
    title=_("The vote on report %(label)s is over"),
    body=_("For: %(yes)s. Against: %(no)s. Abstained: %(abstained)s."),
)
register(
    "council_question_asked",
    title=_("The council asks: %(subject)s"),
    body=_("It is to be answered by %(due_on)s."),
)
register(
    "council_question_put_off",
    title=_("The answer takes longer: %(subject)s"),
    body=_("The Division says why, and answers by %(due_on)s."),
)
register(
    "council_question_answered",
    title=_("The Division answered: %(subject)s"),
    body=_("Read the answer on the question's page."),
)
register(
    "council_question_due",
    title=_("A question of the council waits: %(subject)s"),
    body=_("The last day to answer in time is %(due_on)s."),
)
register(
    "council_question_late",
    title=_("A question of the council is late: %(subject)s"),
    body=_("It was to be answered by %(due_on)s. Answer now."),
)


def tell_opinion(opinion: Opinion, *, by: Person, now: datetime) -> None:
    """Tell the council that it may vote, and the head that an opinion was written."""
    facts = {"closes_on": f"{opinion.closes_on}"}
    _of_opinion(opinion, "council_opinion_written", facts, by=by, now=now)


def tell_result(opinion: Opinion, counts: dict[str, int], *, now: datetime) -> None:
    _of_opinion(opinion, "council_vote_over", counts, by=HOUSE, now=now)


def tell_question(question: CouncilQuestion, kind: str, *, by: Person, now: datetime) -> None:
    """Tell the council of what the Division did, and the head of what the council asks."""
    ours = kind in ("council_question_put_off", "council_question_answered")
    who = holders((Role.COUNCIL if ours else Role.HEAD,), question.division_id)
    facts = {"subject": question.subject, "due_on": f"{question.due_on}"}
    path, key = f"/gestao/conselho/perguntas/{question.id}", f"{kind}:{question.id}"
    tell(who, kind, facts, path, key=f"{key}:{question.due_on}", by=by, now=now)


def _of_opinion(
    opinion: Opinion, kind: str, facts: dict[str, Any], *, by: Person, now: datetime
) -> None:
    report = opinion.report
    who = holders((Role.COUNCIL, Role.HEAD), report.division_id)
    path = f"/gestao/relatorios/emitidos/{report.id}/pareceres"
    told = {"label": report.label} | facts
    tell(who, kind, told, path, key=f"{kind}:{opinion.id}", by=by, now=now)
