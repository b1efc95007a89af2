"""Where news goes: webhook endpoints, destinations of thin events, and the events themselves.

**Source:** https://docs.stripe.com/api/webhook_endpoints; https://docs.stripe.com/event-destinations;
https://docs.stripe.com/api/events (kept for 30 days).
"""

import secrets

from sandbox import deliveries
from sandbox.accounts import stamp
from sandbox.errors import Refused, missing
from sandbox.world import API_VERSION, DAY, Thing, World, listed, new_id

KEPT_DAYS = 30
ENDPOINT, DESTINATION = "webhook_endpoint", "v2.core.event_destination"


def create(world: World, sent: Thing) -> Thing:
    refuse_foreign(sent["url"])
    endpoint = world.create(
        ENDPOINT,
        "we",
        api_version=sent.get("api_version", API_VERSION),
        application=None,
        connect=bool(sent.get("connect")),
        description=sent.get("description"),
        enabled_events=sent["enabled_events"],
        metadata=sent.get("metadata") or {},
        status="enabled",
        url=sent["url"],
    )
    secret = sent.get("secret") or new_secret()
    world.store.set(f"secrets:{endpoint['id']}", [secret])
    return _told(endpoint) | {"secret": secret}


def update(world: World, sent: Thing, endpoint_id: str) -> Thing:
    endpoint = world.get(ENDPOINT, endpoint_id, param="webhook_endpoint")
    kept: Thing = {
        name: sent[name] for name in ("url", "enabled_events", "description") if name in sent
    }
    if "url" in kept:
        refuse_foreign(kept["url"])
    if "disabled" in sent:
        kept["status"] = "disabled" if sent["disabled"] else "enabled"
    return _told(world.save(endpoint | kept))


def show(world: World, _sent: Thing, endpoint_id: str) -> Thing:
    return _told(world.get(ENDPOINT, endpoint_id, param="webhook_endpoint"))


def index(world: World, sent: Thing) -> Thing:
    return listed([_told(one) for one in world.every(ENDPOINT)], sent, "/v1/webhook_endpoints")


def delete(world: World, _sent: Thing, endpoint_id: str) -> Thing:
    world.get(ENDPOINT, endpoint_id, param="webhook_endpoint")
    world.store.remove(endpoint_id)
    return {"id": endpoint_id, "object": ENDPOINT, "deleted": True}


def create_destination(world: World, sent: Thing) -> Thing:
    if sent["type"] != "webhook_endpoint" or sent["event_payload"] != "thin":
        raise Refused("This sandbox sends thin events to webhook endpoints.", param="type")
    url = sent.get("webhook_endpoint", {}).get("url", "")
    refuse_foreign(url)
    at = stamp(world.now())
    destination = world.save(
        {
            "id": f"ed_test_{new_id()}",
            "object": DESTINATION,
            "created": at,
            "updated": at,
            "description": sent.get("description", ""),
            "enabled_events": sent["enabled_events"],
            "event_payload": "thin",
            "livemode": False,
            "name": sent["name"],
            "status": "enabled",
            "type": "webhook_endpoint",
            "webhook_endpoint": {"url": url},
        }
    )
    world.store.set(f"secrets:{destination['id']}", [secret := new_secret()])
    return destination | {"webhook_endpoint": {"url": url, "signing_secret": secret}}


def show_destination(world: World, _sent: Thing, destination_id: str) -> Thing:
    return world.get(DESTINATION, destination_id)


def index_destinations(world: World, _sent: Thing) -> Thing:
    return {"data": world.every(DESTINATION), "next_page_url": None, "previous_page_url": None}


def show_event(world: World, _sent: Thing, event_id: str) -> Thing:
    return world.get("event", event_id)


def index_events(world: World, sent: Thing) -> Thing:
    since = world.now() - KEPT_DAYS * DAY
    kept = [event for event in world.every("event") if event["created"] > since]
    return listed(kept, sent, "/v1/events")


def show_thin_event(world: World, _sent: Thing, event_id: str) -> Thing:
    return world.get(deliveries.THIN, event_id)


def index_thin_events(world: World, sent: Thing) -> Thing:
    wanted = sent.get("object_id")
    found = [
        event
        for event in world.every(deliveries.THIN)
        if wanted in (None, event["related_object"]["id"])
    ]
    return {
        "data": found[: sent.get("limit", 20)],
        "next_page_url": None,
        "previous_page_url": None,
    }


def rotate(world: World, endpoint_id: str) -> list[str]:
    """Give an endpoint a new secret; the old one signs beside it until told otherwise."""
    kept = world.store.setting(f"secrets:{endpoint_id}", [])
    if not kept:
        raise missing("webhook endpoint", endpoint_id)
    world.store.set(f"secrets:{endpoint_id}", secrets_ := [new_secret(), kept[0]])
    return secrets_


def refuse_foreign(url: str) -> None:
    """Send nothing beyond this machine.

    :raises Refused: for an address that is not of the loopback.
    """
    if not url.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:")):
        raise Refused("This sandbox sends to addresses of this machine only.", param="url")


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(24)}"


def _told(endpoint: Thing) -> Thing:
    return {name: value for name, value in endpoint.items() if name != "connect"}
