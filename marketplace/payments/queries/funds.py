"""What solidarity funds get, and got, of what is paid here; nothing here writes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Division
from marketplace.core.database import db, rows
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments.models.disputes import Dispute, DisputePart, DisputeState
from marketplace.payments.models.funds import Fund, FundRate
from marketplace.payments.models.ledger import EntryKind, LedgerAccount, LedgerEntry, LedgerLine
from marketplace.payments.models.online import AttemptPart, Refund
from marketplace.payments.models.payments import Payment

DUE = (EntryKind.FUND_DUE, EntryKind.FUND_DUE_LOWERED)
"""What moves what an enterprise owes a fund of direct sales, but for what it deposits."""
SETS = frozenset({"head"})
SEES = SETS | {"finance", "council"}


class Due(NamedTuple):
    """Which fund gets a part of an enterprise's share, in hundredths of a percent."""

    fund_id: int
    rate: int


_at = sa.bindparam("at", type_=FundRate.valid_from.type)
_later = aliased(FundRate)
_newest = (
    sa.select(_later.id)
    .where(_later.fund_id == Fund.id, _later.valid_from <= _at)
    .order_by(_later.valid_from.desc(), _later.id.desc())
    .limit(1)
    .scalar_subquery()
)
_IN_FORCE = sa.join(Fund, FundRate, FundRate.id == _newest)
_OF_ENTERPRISES = (
    sa.select(Enterprise.id, Fund.id.label("fund_id"), FundRate.rate)
    .select_from(_IN_FORCE)
    .join(Enterprise, Enterprise.division_id == Fund.division_id)
    .where(FundRate.rate > 0, Enterprise.id.in_(sa.bindparam("ids", expanding=True)))
)
_OF_DIVISION = (
    sa.select(FundRate.rate)
    .select_from(_IN_FORCE)
    .where(Fund.division_id == sa.bindparam("division"))
)


_GOT = (
    sa.select(sa.func.sum(AttemptPart.fund_cents).label("cents"))
    .join(Payment, Payment.id == AttemptPart.payment_id)
    .where(
        AttemptPart.settles,
        Payment.payable_type == sa.bindparam("type"),
        Payment.payable_id.in_(sa.bindparam("ids", expanding=True)),
    )
)

_undone = aliased(LedgerEntry)
_kinds = sa.bindparam("kinds", type_=LedgerEntry.kind.type, expanding=True)
_BOOKED = (
    sa.select(sa.func.sum(LedgerLine.amount_cents).label("cents"))
    .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    .join(LedgerAccount, LedgerAccount.id == LedgerLine.account_id)
    .outerjoin(_undone, _undone.id == LedgerEntry.reverses_id)
    .where(
        LedgerAccount.enterprise_id == sa.bindparam("enterprise"),
        sa.or_(LedgerEntry.kind.in_(_kinds), _undone.kind.in_(_kinds)),
        LedgerEntry.posted_at >= sa.bindparam("since"),
        LedgerEntry.posted_at < sa.bindparam("until"),
    )
)
_of_part = AttemptPart.enterprise_id == sa.bindparam("enterprise")
_REFUNDED = (
    sa.select(sa.func.sum(Refund.fund_cents).label("cents"))
    .join(AttemptPart, AttemptPart.id == Refund.part_id)
    .where(_of_part, Refund.asked_at >= sa.bindparam("since"))
    .where(Refund.asked_at < sa.bindparam("until"))
)
_LOST = (
    sa.select(sa.func.sum(DisputePart.fund_cents).label("cents"))
    .join(Dispute, Dispute.id == DisputePart.dispute_id)
    .join(AttemptPart, AttemptPart.id == DisputePart.part_id)
    .where(_of_part, Dispute.state == DisputeState.LOST)
    .where(Dispute.decided_at >= sa.bindparam("since"))
    .where(Dispute.decided_at < sa.bindparam("until"))
)


def due(enterprise_ids: Iterable[int], at: datetime) -> dict[int, Due]:
    """Return by enterprise which fund gets something of what is paid for it; most often none."""
    found = rows(_OF_ENTERPRISES, {"ids": sorted(set(enterprise_ids)), "at": at})
    return {row.id: Due(row.fund_id, row.rate) for row in found}


def rate_of(division_id: int, at: datetime) -> int:
    """Return the rate of a Division's fund, in hundredths of a percent; 0 without one."""
    found = rows(_OF_DIVISION, {"division": division_id, "at": at})
    return int(found[0].rate) if found else 0


def got_of(payable_type: str, payable_ids: Sequence[int]) -> int:
    """Return how much of what was paid for these the funds got, in centavos.

    Of what went back their part is in it too. One statement, and none for nothing.
    """
    asked = {"type": payable_type, "ids": list(payable_ids)}
    return int(rows(_GOT, asked)[0].cents or 0) if payable_ids else 0


class Given(NamedTuple):
    """What an enterprise gave to its fund in a span of time, in centavos.

    Taken back is the fund's part of what buyers got back in that time.
    """

    contributed_cents: int
    due_cents: int  # of direct sales, less what was due no more
    taken_back_cents: int


def given_by(enterprise_id: int, since: datetime, until: datetime) -> Given:
    """Return what an enterprise gave from an instant until before another; four statements."""
    asked = {"enterprise": enterprise_id, "since": since, "until": until}
    contributed, due = (
        int(rows(_BOOKED, asked | {"kinds": kinds})[0].cents or 0)
        for kinds in ((EntryKind.FUND_CONTRIBUTED,), DUE)
    )
    back = sum(int(rows(part, asked)[0].cents or 0) for part in (_REFUNDED, _LOST))
    return Given(contributed, due, back)


def divisions_seen_by(person: Person) -> sa.Select[Division]:
    """Select the Divisions whose fund this person may look at."""
    return _divisions(person, SEES)


def divisions_set_by(person: Person) -> sa.Select[Division]:
    """Select the Divisions for whose fund this person may say what it gets."""
    return _divisions(person, SETS)


def decided(division_id: int, most: int) -> Sequence[FundRate]:
    """Return what was decided of a Division's fund, what holds last first."""
    mine = sa.select(FundRate).join(Fund).where(Fund.division_id == division_id)
    last = mine.order_by(FundRate.valid_from.desc(), FundRate.id.desc())
    return db.session.scalars(last.limit(most)).all()


def balance_of(division_id: int) -> int:
    """Return what is in a Division's fund, in centavos."""
    code = sa.select(sa.literal("fund:") + sa.cast(Fund.id, sa.String))
    mine = code.where(Fund.division_id == division_id).scalar_subquery()
    asked = sa.select(LedgerAccount.balance_cents).where(LedgerAccount.code == mine)
    return -int(db.session.scalar(asked) or 0)


def _divisions(person: Person, roles: frozenset[str]) -> sa.Select[Division]:
    if "house" in person.roles:
        return sa.select(Division)
    ids = frozenset() if person.roles.isdisjoint(roles) else person.divisions
    return sa.select(Division).where(Division.id.in_(ids))
