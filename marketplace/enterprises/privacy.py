"""What enterprises keep about people: their members, and those who answer for them."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.core import guards
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.privacy import (
    CONTRACT,
    ERASED,
    SAFE,
    Subject,
    harmless,
    personal,
    picture,
    register,
)
from marketplace.core.rights import HOUSE
from marketplace.enterprises.models import (
    Access,
    Decision,
    DecisionKind,
    Enterprise,
    Facilitation,
    Member,
    PixDecision,
    PixStep,
    Standing,
)
from marketplace.enterprises.signals import enterprise_suspended

VETTING = lazy_gettext("To register and check a group")
PUBLIC_POLICY = lazy_gettext("it is part of a public policy (LGPD art. 7, III; Lei 15.068/2024)")
EMPTIED = (
    *("legal_form", "community", "river", "address", "mobile", "email", "story", "photo_alt"),
    *("pix_key", "pix_key_kind", "pix_holder", "responsible_name", "responsible_cpf"),
    "pause_note",
)
NAMELESS = "Empreendimento " + Enterprise.code
NOBODY = {"responsible_name": "", "responsible_cpf": ""}
NO_PIX = {"pix_key": "", "pix_key_kind": "", "pix_holder": ""}
NO_NEXT_PIX = dict.fromkeys(("pix_next_key", "pix_next_kind", "pix_next_holder", "pix_next_at"))
NO_ASKED_PIX = {"key": "", "key_kind": "", "holder": "", "reason": ""}

harmless(Enterprise, "code segments paused_from paused_until steps_done")
harmless(Member, "joined_on left_on")
personal(
    Enterprise,
    whose={"enterprise": "id"},
    erased={
        "name": NAMELESS,
        "folded": sa.func.lower(NAMELESS),
        "slug": "empreendimento-" + sa.cast(Enterprise.id, sa.String),
        "cnpj": None,
        "photo": None,
        "neighbourhood_id": None,
        "version": Enterprise.version + 1,
    }
    | NO_NEXT_PIX
    | dict.fromkeys(EMPTIED, ""),
    title=lazy_gettext("Group"),
    shows="name cnpj legal_form community river address mobile email story photo_alt pix_key"
    " pix_holder responsible_name responsible_cpf pause_note",
    why=VETTING,
    ground=PUBLIC_POLICY,
)
personal(
    Member,
    whose={"member": "id"},
    erased={"name": ERASED, "function": ""},
    title=lazy_gettext("Member of a group"),
    shows="name function joined_on left_on",
    why=VETTING,
    ground=PUBLIC_POLICY,
)
personal(
    Decision,
    whose={"enterprise": "enterprise_id"},
    erased={"reason": "", "fields": {}},
    title=lazy_gettext("Decision about your group"),
    shows="decided_at reason",
    why=VETTING,
    ground=PUBLIC_POLICY,
)
personal(
    Facilitation,
    whose={"person": "user_id"},
    title=lazy_gettext("Group that you help"),
    shows="accepted_at ended_at",
    why=lazy_gettext("Who may act for a group"),
    ground=CONTRACT,
)
personal(
    PixDecision,
    whose={"enterprise": "enterprise_id"},
    erased=NO_ASKED_PIX,
    why="to whom a group's buyers pay, and who decided it",
    ground=SAFE,
)
picture(Enterprise, "photo")
_LIVE = Member.left_on.is_(None)


@register.reaches.append
def reach(theirs: Subject) -> None:
    """Add their memberships, and the groups in which nobody else can log in."""
    people = theirs.of("person")
    own = list(db.session.scalars(sa.select(Member).where(Member.user_id.in_(people))))
    theirs.of("member").update(member.id for member in own)
    theirs.words |= {member.name for member in own}
    for enterprise in {member.enterprise for member in own if member.left_on is None}:
        others = [each for each in enterprise.live_members if each.user_id not in people]
        if not any(each.access is not Access.NONE for each in others):
            theirs.of("enterprise").add(enterprise.id)
            theirs.of("member").update(each.id for each in enterprise.members)
            theirs.words |= {enterprise.name} - {""}


@register.waits.append
def only_manager(theirs: Subject, _now: datetime) -> Iterator[str]:
    """Let nobody leave a group of several without somebody who manages it."""
    for enterprise in _going_on(theirs):
        managers = [each for each in enterprise.live_members if each.access is Access.MANAGER]
        if managers and all(each.id in theirs.of("member") for each in managers):
            yield _(
                "You alone manage %(name)s. Make another member manager first.",
                name=enterprise.name,
            )


@register.goes_too.append
def whole_group(theirs: Subject) -> Iterator[str]:
    ids = theirs.of("enterprise")
    names = sa.select(Enterprise.name).where(Enterprise.id.in_(ids)).order_by(Enterprise.id)
    for name in db.session.scalars(names):
        yield _(
            "%(name)s, with its page, products and photos: nobody else of the group can log in."
            " If the group goes on, first give another member access.",
            name=name,
        )


@register.before.append
def leave(theirs: Subject, now: datetime) -> None:
    """End their memberships, and close the groups that go with them."""
    going_on = _going_on(theirs)
    for enterprise in going_on:
        _take_from(enterprise, theirs, now)
    for member in db.session.scalars(sa.select(Member).where(Member.id.in_(theirs.of("member")))):
        left = max(member.joined_on, today(member.enterprise.division.time_zone, now))
        member.left_on, member.access = member.left_on or left, Access.NONE
    for enterprise in going_on:
        _stop_without_manager(enterprise, now)
    gone = Facilitation.enterprise_id.in_(theirs.of("enterprise"))
    helped = sa.or_(Facilitation.user_id.in_(theirs.of("person")), gone)
    ended = sa.update(Facilitation).where(helped, Facilitation.ended_at.is_(None))
    db.session.execute(ended.values({"ended_at": now}))
    for enterprise_id in sorted(theirs.of("enterprise")):
        _close(enterprise_id, now)


def _stop_without_manager(enterprise: Enterprise, now: datetime) -> None:
    """Suspend a group whose next manager an older copy does not know: staff name one again."""
    if enterprise.standing is Standing.APPROVED and not enterprise.has_manager:
        enterprise.decide(DecisionKind.SUSPENDED, now=now, by_id=None)
        db.session.flush()
        enterprise_suspended.send(enterprise_id=enterprise.id, by=HOUSE, now=now)


def _close(enterprise_id: int, now: datetime) -> None:
    """Take an enterprise off the market, as a refused one is; a draft was never on it."""
    enterprise = db.session.get_one(Enterprise, enterprise_id)
    was = enterprise.standing
    if was not in (Standing.DRAFT, Standing.REFUSED):
        enterprise.decide(DecisionKind.REFUSED, now=now, by_id=None)
    db.session.flush()
    if was is Standing.APPROVED:
        enterprise_suspended.send(enterprise_id=enterprise_id, by=HOUSE, now=now)


def _going_on(theirs: Subject) -> list[Enterprise]:
    """Return the groups that others go on with."""
    here = sa.select(Member.enterprise_id).where(_LIVE, Member.id.in_(theirs.of("member")))
    on = Enterprise.id.not_in(theirs.of("enterprise"))
    return list(db.session.scalars(sa.select(Enterprise).where(Enterprise.id.in_(here), on)))


def _take_from(enterprise: Enterprise, theirs: Subject, now: datetime) -> None:
    """Take their own name, number and key out of a group's record."""
    if enterprise.responsible_name in theirs.words:
        theirs.words |= {enterprise.responsible_cpf} - {""}
        _set(enterprise, NOBODY)
    _take_pix_from(enterprise, theirs, now)
    for name in ("mobile", "email"):
        if getattr(enterprise, name) in theirs.words:
            setattr(enterprise, name, "")
    enterprise.version += 1


def _take_pix_from(enterprise: Enterprise, theirs: Subject, now: datetime) -> None:
    """Take their own keys out, and out of what was once asked for; a change to one is off."""
    enterprise.settle_pix(now)
    if {enterprise.pix_key, enterprise.pix_holder} & theirs.words:
        _set(enterprise, NO_PIX)
    if {enterprise.pix_next_key, enterprise.pix_next_holder} & theirs.words:
        off = {"step": PixStep.CANCELLED, "decided_at": now, "counts_at": enterprise.pix_next_at}
        db.session.add(PixDecision(enterprise_id=enterprise.id, **NO_ASKED_PIX, **off))
        enterprise.await_pix(None)
    named = sa.or_(PixDecision.key.in_(theirs.words), PixDecision.holder.in_(theirs.words))
    asked = sa.update(PixDecision).where(PixDecision.enterprise_id == enterprise.id, named)
    db.session.flush()
    with guards.lifted("pix_decisions"):
        db.session.execute(asked.values(NO_ASKED_PIX))


def _set(enterprise: Enterprise, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(enterprise, name, value)
