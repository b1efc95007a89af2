"""The short numbers that people call purchases by."""

from typing import Any

from marketplace.core.database import db, rows
from marketplace.core.transactions import INSERT
from marketplace.orders.models.orders import Counter

FIRST_NUMBER = 1001


def next_number() -> int:
    """Take the next short number; who else orders at this moment waits for the one after."""
    ((following,),) = rows(_COUNT[db.engine.dialect.name])
    return int(following) - 1


def _counting(insert: Any) -> Any:
    return (
        insert(Counter)
        .values(kind="purchase", next_number=FIRST_NUMBER + 1)
        .on_conflict_do_update(
            index_elements=["kind"], set_={"next_number": Counter.next_number + 1}
        )
        .returning(Counter.next_number)
    )


_COUNT = {dialect: _counting(insert) for dialect, insert in INSERT.items()}
