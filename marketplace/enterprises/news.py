"""What the enterprises tell: their members of each decision, the Division of what waits for it."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.accounts import serving
from marketplace.accounts.models import Role
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises import queries
from marketplace.enterprises.models import (
    Decision,
    DecisionKind,
    Enterprise,
    PixDecision,
    PixStep,
)
from marketplace.notifications.messages import register, written
from marketplace.notifications.operations import tell

SELLING = (DecisionKind.APPROVED, DecisionKind.REINSTATED)

register(
    "enterprise_sent",
    title=_("%(enterprise)s sent its registration"),
    body=_("It waits to be analysed."),
)
register(
    "enterprise_taken_up",
    title=_("The Division is reading your registration"),
    body=_("The registration of %(enterprise)s is in analysis. We will tell you the answer."),
)
register(
    "enterprise_returned",
    title=_("Something to mend in your registration"),
    body=_(
        "The Division read the registration of %(enterprise)s. It says: %(reason)s"
        " Mend what is marked and send it again."
    ),
)
register(
    "enterprise_approved",
    title=_("%(enterprise)s is approved and can sell"),
    body=_("Put the first product up for sale: a photo, a name and a price are enough."),
    whatsapp=_(
        "Good news: %(enterprise)s is approved and can sell."
        " Put the first product up for sale: a photo, a name and a price are enough."
    ),
)
register(
    "enterprise_refused",
    title=_("The registration was refused"),
    body=_("The registration of %(enterprise)s was refused. The Division says: %(reason)s"),
)
register(
    "enterprise_suspended",
    title=_("%(enterprise)s is suspended"),
    body=_("Until this is solved %(enterprise)s cannot sell. The Division says: %(reason)s"),
)
register(
    "enterprise_reinstated",
    title=_("%(enterprise)s can sell again"),
    body=_("The suspension of %(enterprise)s ended. The Division says: %(reason)s"),
)
register(
    "pix_first",
    title=_("%(enterprise)s has a Pix key"),
    body=_(
        "%(who)s gave the first Pix key of %(enterprise)s. Buyers pay to it from now on. Is it not"
        " the group's? Ask for another key now and tell the Division."
    ),
)
register(
    "pix_asked",
    title=_("The Pix key of %(enterprise)s is to change"),
    body=_(
        "%(who)s asked for it. It counts from %(counts_at)s on; until then buyers pay to the key"
        " of now. Is it wrong? Every manager can cancel it until then."
    ),
    whatsapp=_(
        "The Pix key of %(enterprise)s is to change. %(who)s asked for it. It counts from"
        " %(counts_at)s on; until then buyers pay to the key of now. Is it wrong? Every manager"
        " can cancel it until then, on the page of the group."
    ),
)
register(
    "pix_cancelled",
    title=_("The Pix key of %(enterprise)s stays"),
    body=_("%(who)s cancelled the change and wrote: %(reason)s"),
    whatsapp=_(
        "The Pix key of %(enterprise)s stays. %(who)s cancelled the change and wrote: %(reason)s"
    ),
)


def tell_decision(enterprise: Enterprise, decision: Decision, *, by: Person, now: datetime) -> None:
    """Tell who has to know: the Division of what was sent, the members of what was decided."""
    sent = decision.kind is DecisionKind.SENT
    told = _vetters(enterprise.division_id) if sent else queries.user_ids_of(enterprise.id)
    facts = {"enterprise": enterprise.name, "reason": decision.reason}
    key = f"enterprise_decision:{decision.id}"
    tell(told, kind_of(decision), facts, path_for(decision), key=key, by=by, now=now)


def to_pass_on(enterprise: Enterprise, decision: Decision) -> str:
    """Return the text of a decision that staff may send by hand, in the reader's language."""
    if decision.kind is DecisionKind.SENT:
        return ""
    facts = {"enterprise": enterprise.name, "reason": decision.reason}
    text: str = written(kind_of(decision), facts).whatsapp
    return text


def tell_pix(enterprise: Enterprise, decision: PixDecision, *, now: datetime) -> None:
    """Tell all who manage the enterprise, whoever did it too: it may have been somebody else."""
    told = [user.id for user in queries.managers_of(enterprise.id)]
    facts = pix_facts(enterprise, decision)
    key = f"pix_decision:{decision.id}"
    tell(told, pix_kind(decision), facts, "/painel/grupo/pix", key=key, by=HOUSE, now=now)


def pix_kind(decision: PixDecision) -> str:
    if decision.step is PixStep.CANCELLED:
        return "pix_cancelled"
    return "pix_asked" if decision.counts_at > decision.decided_at else "pix_first"


def pix_facts(enterprise: Enterprise, decision: PixDecision) -> dict[str, Any]:
    return {
        "enterprise": enterprise.name,
        "who": decision.by.name if decision.by else "Paneiro",
        "reason": decision.reason,
        "counts_at": decision.counts_at.isoformat(),
        "zone": enterprise.division.time_zone,
    }


def kind_of(decision: Decision) -> str:
    return f"enterprise_{decision.kind.value}"


def path_for(decision: Decision) -> str:
    """Return where to act on a decision."""
    if decision.kind is DecisionKind.SENT:
        return f"/gestao/empreendimentos/{decision.enterprise_id}"
    return "/painel" if decision.kind in SELLING else f"/cadastro/{decision.enterprise_id}"


def _vetters(division_id: int) -> list[int]:
    return list(db.session.scalars(serving.holding([Role.ARTICULATION], division_id)))
