"""What must always be true of notes of a social currency: queries select ids that break a rule."""

import sqlalchemy as sa

from marketplace.accounts.models import Division
from marketplace.fairs.models.notes import NoteKind, NoteMove
from marketplace.payments.models.ledger import LedgerAccount

_net = (
    sa.select(
        sa.func.coalesce(
            sa.func.sum(
                sa.case(
                    (NoteMove.kind == NoteKind.ISSUED, NoteMove.amount_cents),
                    else_=-NoteMove.amount_cents,
                )
            ),
            0,
        )
    )
    .where(NoteMove.division_id == Division.id, NoteMove.undone_at.is_(None))
    .correlate(Division)
    .scalar_subquery()
)


def _in_books(base: str) -> sa.ColumnElement[int]:
    balance = (
        sa.select(LedgerAccount.balance_cents)
        .where(LedgerAccount.code == f"{base}:" + sa.cast(Division.id, sa.String))
        .correlate(Division)
        .scalar_subquery()
    )
    return sa.func.coalesce(balance, 0)


named: dict[str, sa.Select[int]] = {
    "fairs.notes_in_circulation_are_backed": sa.select(Division.id).where(
        sa.or_(_net < 0, _in_books("note_backing") != _net, _in_books("notes_out") != -_net)
    ),
}
