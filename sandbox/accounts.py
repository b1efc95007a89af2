"""Connected accounts, the links by which they are set up, and whether they may be paid.

Both generations of the interface look at the same account: v2, and v1 as a smaller view of it.

**Source:** https://docs.stripe.com/connect/accounts-v2; https://docs.stripe.com/api/v2/core/accounts;
https://docs.stripe.com/api/account_links.
"""

from datetime import UTC, datetime
from typing import Any

from sandbox import deliveries, rules
from sandbox.errors import Refused
from sandbox.world import Thing, World, listed, new_id

LINK_SECONDS = 300
STATES = ("active", "pending", "restricted", "unsupported")
V2 = "v2.core.account"
CAPABILITY_NEWS = "v2.core.account[configuration.recipient].capability_status_updated"
REQUIREMENTS_NEWS = "v2.core.account[requirements].updated"
CLOSED_NEWS = "v2.core.account.closed"


def create_v2(world: World, sent: Thing) -> Thing:
    recipient = sent.get("configuration", {}).get("recipient", {})
    wants = _path(recipient, "capabilities", "stripe_balance", "stripe_transfers", "requested")
    country = sent.get("identity", {}).get("country", "br")
    if country.lower() != "br":
        raise Refused("This platform takes Brazilian accounts only.", param="identity.country")
    account = _new(world, country, wants=bool(wants))
    kept = {name: sent.get(name) for name in ("contact_email", "display_name", "dashboard")}
    kept |= {"defaults": _defaults(sent), "metadata": sent.get("metadata") or {}}
    return _told(world.save(account | kept))


def _defaults(sent: Thing) -> Thing | None:
    """Return what holds of an account; the provider itself collects what is required."""
    defaults: Thing | None = sent.get("defaults")
    if defaults and (bears := defaults.get("responsibilities")):
        collects = {"requirements_collector": "stripe"}
        return defaults | {"responsibilities": bears | collects}
    return defaults


def create_v1(world: World, sent: Thing) -> Thing:
    rules.metadata(sent)
    wants = _path(sent, "capabilities", "transfers", "requested")
    return _told_v1(_new(world, sent.get("country", "BR"), wants=bool(wants)))


def _new(world: World, country: str, *, wants: bool) -> Thing:
    return world.save(
        {
            "id": f"acct_{new_id(16)}",
            "object": V2,
            "created": stamp(world.now()),
            "livemode": False,
            "applied_configurations": ["recipient"],
            "closed": False,
            "identity": {"country": country.lower()},
            "metadata": {},
            "_wants": wants,
            "_state": "restricted",
        }
    )


def show_v2(world: World, _sent: Thing, account_id: str) -> Thing:
    return _told(world.get(V2, account_id, param="account"))


def show_v1(world: World, _sent: Thing, account_id: str) -> Thing:
    return _told_v1(world.get(V2, account_id, param="account"))


def index_v2(world: World, sent: Thing) -> Thing:
    accounts = [_told(one) for one in world.every(V2)][: sent.get("limit", 20)]
    return {"data": accounts, "next_page_url": None, "previous_page_url": None}


def index_v1(world: World, sent: Thing) -> Thing:
    return listed([_told_v1(one) for one in world.every(V2)], sent, "/v1/accounts")


def close(world: World, _sent: Thing, account_id: str) -> Thing:
    """Close an account for good."""
    account = world.get(V2, account_id, param="account")
    world.save(account | {"closed": True, "_state": "restricted"})
    tell(world, CLOSED_NEWS, account_id)
    return show_v2(world, {}, account_id)


def set_state(world: World, account_id: str, state: str) -> Thing:
    """Let the provider's own checks come to something.

    :raises Refused: for a state there is not, or an account that is closed.
    """
    account = world.get(V2, account_id, param="account")
    if state not in STATES or account["closed"]:
        raise Refused("No such state, or the account is closed.", param="state")
    world.save(account | {"_state": state})
    tell(world, CAPABILITY_NEWS, account_id)
    return show_v2(world, {}, account_id)


def refuse_transfers(world: World, account_id: str) -> None:
    """Refuse to send money to an account that may not have any.

    :raises Refused: unless it is there, open and its capability active.
    """
    account = world.get(V2, account_id, param="destination")
    if account["closed"] or not account["_wants"] or account["_state"] != "active":
        said = "Your destination account needs to have at least the transfers capability enabled."
        code = "insufficient_capabilities_for_transfer"
        raise Refused(said, code=code, param="destination")


def link_v2(world: World, sent: Thing) -> Thing:
    world.get(V2, sent["account"], param="account")
    made = _link(world, sent["account"], _path(sent, "use_case", "account_onboarding") or {})
    return {
        "object": "v2.core.account_link",
        "account": sent["account"],
        "created": stamp(world.now()),
        "expires_at": stamp(made["expires_at"]),
        "livemode": False,
        "url": made["url"],
        "use_case": sent["use_case"],
    }


def link_v1(world: World, sent: Thing) -> Thing:
    world.get(V2, sent["account"], param="account")
    made = _link(world, sent["account"], sent)
    told = ("created", "expires_at", "object", "url")
    return {name: made[name] for name in told}


def _link(world: World, account_id: str, urls: Thing) -> Thing:
    link = world.create(
        *("account_link", "alnk"),
        account=account_id,
        expires_at=world.now() + LINK_SECONDS,
        refresh_url=urls.get("refresh_url"),
        return_url=urls.get("return_url"),
        used=False,
    )
    return world.save(link | {"url": f"{world.base}/onboard/{link['id']}"})


def log_in_link(world: World, _sent: Thing, account_id: str) -> Thing:
    world.get(V2, account_id, param="account")
    return {
        "object": "login_link",
        "created": world.now(),
        "url": f"{world.base}/express/{account_id}",
    }


def tell(world: World, kind: str, account_id: str) -> None:
    """Send thin news: what happened to which account, and nothing of what it is now."""
    related = {"id": account_id, "type": V2, "url": f"/v2/core/accounts/{account_id}"}
    event = {
        "id": f"evt_{new_id()}",
        "object": deliveries.THIN,
        "created": stamp(world.now()),
        "livemode": False,
        "related_object": related,
        "type": kind,
    }
    deliveries.queue(world.store, world.save(event))


def stamp(seconds: int) -> str:
    return (
        datetime.fromtimestamp(seconds, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )


def _path(tree: Thing, *names: str) -> Any:
    here: Any = tree
    for name in names:
        here = here.get(name, {}) if isinstance(here, dict) else {}
    return here


def _told(account: Thing) -> Thing:
    open_ = {name: value for name, value in account.items() if not name.startswith("_")}
    state = {"status": account["_state"], "status_details": []}
    transfers = {"stripe_transfers": state} if account["_wants"] else {}
    recipient = {"applied": True, "capabilities": {"stripe_balance": transfers}}
    return {name: value for name, value in open_.items() if value is not None} | {
        "configuration": {"recipient": recipient}
    }


def _told_v1(account: Thing) -> Thing:
    able = account["_state"] == "active" and not account["closed"]
    state = {"active": "active", "pending": "pending"}.get(account["_state"], "inactive")
    return {
        "id": account["id"],
        "object": "account",
        "capabilities": {"transfers": state} if account["_wants"] else {},
        "charges_enabled": False,
        "country": account["identity"]["country"].upper(),
        "details_submitted": account["_state"] != "restricted",
        "metadata": account["metadata"],
        "payouts_enabled": able,
        "type": "express",
    }
