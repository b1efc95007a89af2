"""Pages that show at which keys, and in whose names, groups are paid, and who decided."""

import sqlalchemy as sa

from marketplace.core.readings import owned, shows
from marketplace.enterprises.models import Member
from marketplace.payments.models.payouts import Payout

PAGES = ("payouts.show", "payouts.export", "payouts.export_bank_file")
RETURNS = ("bank_returns.index", "bank_returns.show")

shows("payout_batch", dict.fromkeys(PAGES, "batch_id"))
shows("person", {"funds.index": "", "spendings.show": ""})  # who decided, and who asked
shows(
    "enterprise",
    {
        "books.entries": "",
        "books.balances_csv": "",
        "books.balances_xlsx": "",
        "books.entries_csv": "",
        "books.entries_xlsx": "",
    },
)
shows("payout", {"payouts.new_confirmation": "payout_id", "payouts.new_return": "payout_id"})
shows("payout", dict.fromkeys(RETURNS, ""))  # those that the bank answered, and who brought it


def _theirs(column: sa.orm.InstrumentedAttribute[int], user_id: int) -> sa.Select[int]:
    mine = sa.select(column).join(Member, Member.enterprise_id == Payout.enterprise_id)
    return mine.where(Member.user_id == user_id)


owned["payout_batch"] = lambda user_id: _theirs(Payout.batch_id, user_id)
owned["payout"] = lambda user_id: _theirs(Payout.id, user_id)
