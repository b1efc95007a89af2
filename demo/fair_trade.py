"""Groups that the commission of fair trade decided about, and one that appeals."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from demo import groups
from marketplace.accounts.models import User
from marketplace.accounts.queries import division
from marketplace.assessments.models.assessments import Said
from marketplace.assessments.models.commission import CommissionMember, Outcome
from marketplace.assessments.models.visits import Seen, Tie, VisitKind
from marketplace.assessments.operations import (
    answering,
    appeals,
    commission,
    ruling,
    visiting,
)
from marketplace.assessments.plans import Paper, RulingPlan, VisitorPlan, VisitPlan
from marketplace.assessments.queries import criteria, rulings
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.finding import find_one
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import Enterprise

YEAR, SOON = timedelta(days=365), timedelta(days=40)
CODES = ("E01", "E02", "E03")
NOT_KEPT = ("scjs-p7", "wfto-9")
WHY = {
    Outcome.WITH_CONDITIONS: "A oficina e as contas estão em ordem. Falta a ata deste ano.",
    Outcome.GRANTED: "As visitas viram o que o grupo diz, e os papéis mostram o mesmo.",
    Outcome.NOT_GRANTED: "Não vimos como o grupo divide o que ganha.",
}


def tell(division_id: int, members: list[User], *, now: datetime) -> None:
    """Let a commission of these people decide about three groups of a Division.

    One has conditions that end soon, one keeps what it says, one appeals.
    """
    since = _day(division_id, now) - YEAR
    for user, seat in zip(members, ("Conselho", "Divisão", "Fórum", "Universidade"), strict=False):
        named: dict[str, Any] = {"seat": seat, "from_on": since, "until_on": None}
        commission.name_member(division_id, user.id, **named, by=HOUSE, now=now)
    seated = [one.id for one in _members(division_id)]
    here = sa.select(Enterprise).where(
        Enterprise.division_id == division_id, Enterprise.is_demo, Enterprise.code.in_(CODES)
    )
    every = db.session.scalars(here.order_by(Enterprise.code)).all()
    ids = [one.id for one in every]
    for turn, (group_id, outcome) in enumerate(zip(ids, WHY, strict=False)):
        peer_id = ids[(turn + 1) % len(ids)]
        _decide(group_id, peer_id, outcome, seated, now=now)
    _appeal(ids[2], now=now)


def _members(division_id: int) -> list[CommissionMember]:
    return list(db.session.scalars(rulings.members(division_id)))


def _day(division_id: int, now: datetime) -> date:
    return clock.today(find_one(division(division_id)).time_zone, now)


def _decide(
    group_id: int, peer_id: int, outcome: Outcome, seated: list[int], *, now: datetime
) -> None:
    by: dict[str, Any] = {"by": HOUSE, "now": now}
    begun = answering.begin(group_id, **by)
    when = _day(begun.enterprise.division_id, now)
    codes = [each.code for each in criteria.of_set(begun.set_id)]
    for code in codes:
        said = (Said.NOT_YET, "") if code in NOT_KEPT else (Said.YES, "Combinamos em reunião.")
        answering.answer(begun.id, code, said=said[0], words=said[1], **by)
    answering.add_paper(begun.id, codes[0], Paper("Ata da assembleia", number="3"), **by)
    answering.send(begun.id, **by)
    seen = {code: (Seen.NOT_SEEN if code in NOT_KEPT else Seen.YES, "") for code in codes}
    visitors = [VisitorPlan("Dona Socorro", Tie.NONE, peer_id)]
    told: dict[str, Any] = {
        "visited_on": when - timedelta(days=9),
        "present": "A coordenação",
        "findings": seen,
    }
    visiting.note_visit(begun.id, VisitPlan(VisitKind.PEER, visitors=visitors, **told), **by)
    conditions = outcome is Outcome.WITH_CONDITIONS
    plan = RulingPlan(
        outcome=outcome,
        met_on=when,
        reasons=WHY[outcome],
        decided=seated[:3],
        aside=dict.fromkeys(seated[3:], Tie.COMPETITOR),
        principles=[code for code in codes if code not in NOT_KEPT],
        conditions="Fazer a ata deste ano e mandar." if conditions else "",
        conditions_until=when + SOON if conditions else None,
    )
    ruling.decide(begun.id, plan, **by)


def _appeal(group_id: int, *, now: datetime) -> None:
    words = "Dividimos por igual no fim de cada mês. O caderno mostra."
    appeals.appeal(group_id, words=words, file="", by=groups.manager_of(group_id), now=now)
