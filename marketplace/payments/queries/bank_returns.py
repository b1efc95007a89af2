"""What the bank answered to batches' files, and what of that waits for a person."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Division
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.payments.models.bank_returns import BankReturn, BankReturnRow, Outcome
from marketplace.payments.models.payouts import Payout
from marketplace.payments.queries import payouts


def taken(division_id: int, digest: str) -> int | None:
    """Return the id of a file that was taken in for a Division already, by its digest."""
    same = (BankReturn.division_id == division_id, BankReturn.digest == digest)
    return db.session.scalar(sa.select(BankReturn.id).where(*same))


def seen_by(person: Person) -> sa.Select[BankReturn]:
    """Select the files of the Divisions whose payouts a person may see, the newest first."""
    ids = payouts.divisions_seen_by(person).with_only_columns(Division.id)
    mine = sa.select(BankReturn).where(BankReturn.division_id.in_(ids))
    people = joinedload(BankReturn.taken_by), joinedload(BankReturn.division)
    return mine.options(*people).order_by(BankReturn.id.desc())


def rows_seen_by(person: Person) -> sa.Select[BankReturnRow]:
    """Select the rows of those files."""
    ids = payouts.divisions_seen_by(person).with_only_columns(Division.id)
    mine = sa.select(BankReturn.id).where(BankReturn.division_id.in_(ids))
    return sa.select(BankReturnRow).where(BankReturnRow.return_id.in_(mine))


def rows_of(person: Person, return_id: int) -> sa.Select[BankReturnRow]:
    """Select the rows of one file with their payouts: first what waits for a person."""
    waits = BankReturnRow.outcome == Outcome.OPEN
    payout = joinedload(BankReturnRow.payout).joinedload(Payout.enterprise)
    mine = rows_seen_by(person).where(BankReturnRow.return_id == return_id)
    whole = mine.options(payout, joinedload(BankReturnRow.seen_by))
    return whole.order_by(waits.desc(), BankReturnRow.number)


def counted(return_ids: Sequence[int]) -> dict[int, dict[Outcome, int]]:
    """Return by file how many of its rows came to what; one statement."""
    number = sa.func.count(BankReturnRow.id)
    asked = sa.select(BankReturnRow.return_id, BankReturnRow.outcome, number)
    mine = asked.where(BankReturnRow.return_id.in_(return_ids))
    found: dict[int, dict[Outcome, int]] = {each: {} for each in return_ids}
    for return_id, outcome, many in db.session.execute(
        mine.group_by(BankReturnRow.return_id, BankReturnRow.outcome)
    ):
        found[return_id][outcome] = many
    return found
