"""News to test with."""

from itertools import count
from typing import Any

from marketplace.notifications import messages
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_user, saved
from tests.factories.clock import NOW

KIND = "tests.sold"
FACTS = {"product": "Cesto", "total_cents": 8600}
_serial = count(1)
messages.register(KIND, title="%(product)s sold", body="%(product)s for %(total_cents)s")


def make_notice(**given: Any) -> Notice:
    user = given.pop("user", None) or make_user()
    facts = {"user_id": user.id, "kind": KIND, "facts": FACTS, "path": "/conta", "made_at": NOW}
    return saved(Notice(**facts | {"key": f"key-{next(_serial)}"} | given))
