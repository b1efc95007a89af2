"""What every part of the sandbox works with: objects of one account, events, and the clock."""

import secrets
import string
from dataclasses import dataclass, replace
from typing import Any

from sandbox import deliveries
from sandbox.errors import Refused, missing
from sandbox.store import Store

API_VERSION = "2026-10-28.endive"
LETTERS = string.ascii_letters + string.digits
HOUR, DAY = 3600, 86_400
MODELESS = (
    "balance_transaction",
    "refund",
    "transfer_reversal",
)  # do not say that they are no money
Thing = dict[str, Any]


@dataclass(frozen=True)
class World:
    """One account's view of the store; the platform's is ``""``. ``key`` is what asked."""

    store: Store
    account: str = ""
    base: str = ""  # address of the sandbox's own pages
    idempotency_key: str = ""

    def now(self) -> int:
        return self.store.now()

    def of(self, account: str) -> "World":
        """Return the same world seen from another account."""
        return replace(self, account=account)

    def find(self, kind: str, object_id: str) -> Thing | None:
        return self.store.find(kind, object_id, self.account)

    def get(self, kind: str, object_id: str, *, param: str = "id") -> Thing:
        """Return an object.

        :raises Refused: if this account has none of that id (404).
        """
        found = self.find(kind, object_id)
        if found is None:
            raise missing(kind, object_id, param=param)
        return found

    def every(self, kind: str) -> list[Thing]:
        return self.store.every(kind, self.account)

    def save(self, body: Thing) -> Thing:
        self.store.put(body["object"], body, self.account)
        return body

    def create(self, kind: str, prefix: str, **values: Any) -> Thing:
        """Keep a new object with an id, the time and what all objects have."""
        head = {"id": f"{prefix}_{new_id()}", "object": kind, "created": self.now()}
        told = {} if kind in MODELESS else {"livemode": False}
        return self.save(head | told | values)

    def plan(self, act: str, thing: Thing, *, at: int) -> None:
        self.store.plan(act, thing["id"], at=at, account=self.account)

    def drop(self, act: str, thing: Thing) -> None:
        self.store.drop(act, thing["id"])

    def emit(self, kind: str, thing: Thing, **before: Any) -> None:
        """Tell every endpoint that asked for it what happened, with the object as it is now."""
        told: Thing = {"object": thing} | ({"previous_attributes": before} if before else {})
        event = self.create(
            "event",
            "evt",
            type=kind,
            data=told,
            api_version=API_VERSION,
            pending_webhooks=0,
            request={"id": None, "idempotency_key": self.idempotency_key or None},
            **({"account": self.account} if self.account else {}),
        )
        event["pending_webhooks"] = deliveries.queue(self.store, event)
        self.save(event)


def new_id(length: int = 24) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def listed(things: list[Thing], sent: Thing, url: str) -> Thing:
    """Return one page of a list, newest first.

    **Source:** https://docs.stripe.com/api/pagination.

    :raises Refused: for a cursor that is not in the list, or a limit outside of 1 to 100.
    """
    limit = sent.get("limit", 10)
    if not 1 <= limit <= 100:
        raise Refused("Invalid integer: limit must be from 1 to 100", param="limit")
    chosen = [thing for thing in things if _is_wanted(thing, sent)]
    if after := sent.get("starting_after"):
        chosen = chosen[_position(chosen, after, "starting_after") + 1 :]
    if before := sent.get("ending_before"):
        chosen = chosen[: _position(chosen, before, "ending_before")][-limit:]
    data, more = chosen[:limit], len(chosen) > limit
    return {"object": "list", "url": url, "has_more": more, "data": data}


PAGING = {"limit", "starting_after", "ending_before", "expand", "types"}


def _is_wanted(thing: Thing, sent: Thing) -> bool:
    if (types := sent.get("types")) and thing.get("type") not in types:
        return False
    wanted = {name: value for name, value in sent.items() if name not in PAGING}
    return all(_matches(thing.get(name), value) for name, value in wanted.items())


def _matches(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict):  # created[gte]
        tests = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__}
        return all(tests[name](value or 0, int(bound)) for name, bound in wanted.items())
    return bool(value == wanted)


def _position(things: list[Thing], object_id: str, param: str) -> int:
    for position, thing in enumerate(things):
        if thing["id"] == object_id:
            return position
    raise missing("object", object_id, param=param)
