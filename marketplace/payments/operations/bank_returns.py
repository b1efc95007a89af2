"""Taking in what the bank answers: each row meets one payout, or waits for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from marketplace.accounts.models import Division
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.finding import lock_one
from marketplace.core.rights import Person
from marketplace.enterprises import conflicts
from marketplace.enterprises import queries as enterprises
from marketplace.payments import bank_codes, bank_words
from marketplace.payments.bank_return import Line
from marketplace.payments.errors import RowSeen
from marketplace.payments.models.bank_returns import BankReturn, BankReturnRow, Outcome, WhyOpen
from marketplace.payments.models.payouts import Payout, PayoutBatch, PayoutState
from marketplace.payments.operations import payouts
from marketplace.payments.queries import bank_returns as known
from marketplace.payments.queries import payouts as payout_queries

Judged = tuple[Outcome, WhyOpen | str]
ENDED = {Outcome.PAID: PayoutState.CONFIRMED, Outcome.REFUSED: PayoutState.RETURNED}
NAME_LENGTH = 120


@dataclass(frozen=True)
class Told:
    """A file as it was read: its name, the digest of its bytes, and what it says."""

    file_name: str
    digest: str
    lines: Sequence[Line]


@operation
def take_in(division_id: int, told: Told, *, by: Person, now: datetime) -> int:
    """Confirm what the bank paid and give back what it refused (P9); return the file's id.

    The same bytes twice are the same. What meets no payout of the Division, another amount, a code
    that is not known, or a payout of an enterprise of who brings it, waits for a person.

    :raises NotFound: if they do not see the Division's payouts.
    """
    lock_one(payout_queries.divisions_seen_by(by).where(Division.id == division_id))
    if (before := known.taken(division_id, told.digest)) is not None:
        return before
    file = BankReturn(
        division_id=division_id,
        digest=told.digest,
        file_name=told.file_name[:NAME_LENGTH],
        taken_at=now,
        taken_by_id=by.id,
    )
    db.session.add(file)
    db.session.flush()
    theirs, own = _payouts(told.lines), set(db.session.scalars(enterprises.belonged_to(by)))
    for line in told.lines:
        if not line.of_lot or _means(line) is not Outcome.TAKEN_IN:
            _take(file, line, theirs, own, by=by, now=now)
    audit.record("bank_return_taken", by=by, now=now, return_id=file.id, digest=told.digest)
    return file.id


@operation
def note_seen(row_id: int, *, note: str, by: Person, now: datetime) -> None:
    """Note what a person did about a row that waited for one.

    :raises RowSeen: unless it waits. :raises WordsMissing: without a word.
    :raises OwnEnterprise: to who belongs to the enterprise of its payout.
    """
    row = lock_one(known.rows_seen_by(by).where(BankReturnRow.id == row_id))
    if row.payout:
        conflicts.keep_out(by, row.payout.enterprise)
    if row.outcome is not Outcome.OPEN:
        raise RowSeen
    row.note = bank_words.required(note)
    row.outcome, row.seen_at, row.seen_by_id = Outcome.SEEN, now, by.id
    audit.record("bank_return_row_seen", by=by, now=now, row_id=row.id)


def _payouts(lines: Sequence[Line]) -> dict[int, Payout]:
    """Return the payouts that lines name, locked in the order of their ids."""
    ids = sorted({line.payout_id for line in lines if line.payout_id is not None})
    named = sa.select(Payout).join(PayoutBatch).where(Payout.id.in_(ids)).order_by(Payout.id)
    locked = named.options(contains_eager(Payout.batch)).with_for_update(of=Payout)
    found = db.session.scalars(locked.execution_options(populate_existing=True))
    return {payout.id: payout for payout in found}


def _take(
    file: BankReturn,
    line: Line,
    theirs: Mapping[int, Payout],
    own: set[int],
    *,
    by: Person,
    now: datetime,
) -> None:
    payout = theirs.get(line.payout_id or 0)
    outcome, why = _judge(file, line, payout, own)
    row = BankReturnRow(
        return_id=file.id,
        number=line.number,
        payout_id=payout.id if payout and outcome is not Outcome.ELSEWHERE else None,
        ours=line.ours,
        amount_cents=line.cents,
        codes=" ".join(line.codes),
        bank_number=line.bank_number,
        paid_on=line.paid_on,
        outcome=outcome,
        why=why,
    )
    db.session.add(row)
    if payout and outcome is Outcome.PAID:
        proof, cents = line.bank_number or _record(line), payout.amount_cents
        payouts.confirm_payout(payout.id, amount_cents=cents, proof=proof, by=by, now=now)
    elif payout and outcome is Outcome.REFUSED:
        reason = bank_codes.kept(line.codes or (bank_codes.CAME_BACK,))
        payouts.return_payout(payout.id, reason=reason, by=by, now=now)


def _judge(file: BankReturn, line: Line, payout: Payout | None, own: set[int]) -> Judged:
    meaning = _means(line)
    if line.of_lot or payout is None:
        return Outcome.OPEN, WhyOpen.LOT if line.of_lot else WhyOpen.NO_PAYOUT
    if payout.batch.division_id != file.division_id:
        return Outcome.ELSEWHERE, ""
    if meaning is None or line.cents != payout.amount_cents:
        return Outcome.OPEN, WhyOpen.CODE if meaning is None else WhyOpen.AMOUNT
    if meaning is Outcome.TAKEN_IN:
        return meaning, ""
    if payout.state is ENDED[meaning]:
        return Outcome.KNOWN, ""
    return _ends(meaning, payout, own)


def _ends(meaning: Outcome, payout: Payout, own: set[int]) -> Judged:
    """Return whether a payout ends as the bank says: only what waits for the bank does."""
    if payout.enterprise_id in own:
        return Outcome.OPEN, WhyOpen.OWN
    if payout.state is PayoutState.APPROVED and payout.is_by_hand:
        return meaning, ""
    came_back = meaning is Outcome.REFUSED and payout.state is PayoutState.CONFIRMED
    return Outcome.OPEN, WhyOpen.CAME_BACK if came_back else WhyOpen.STATE


def _means(line: Line) -> Outcome | None:
    """Return what a line's codes say; none where they say nothing, or contradict each other."""
    if line.taken_back:
        return Outcome.REFUSED
    codes = set(line.codes) - bank_codes.NOTED
    if codes and codes <= bank_codes.PAID:
        return Outcome.TAKEN_IN if line.of_lot else Outcome.PAID
    if codes and codes <= bank_codes.TAKEN_IN:
        return Outcome.TAKEN_IN
    return Outcome.REFUSED if codes and codes <= bank_codes.REFUSED else None


def _record(line: Line) -> str:
    """Return what proves it where the bank gave it no number: the record of its file."""
    return f"{bank_codes.MARK} {line.number}"
