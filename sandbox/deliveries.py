"""News on its way to the endpoints: signed, tried again, and twisted where a test asks for it.

**Source:** https://docs.stripe.com/webhooks (signature, at least once, no order, retries; three
tries in a sandbox) and https://docs.stripe.com/webhooks/signature.
"""

import hashlib
import hmac
import http.client
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from sandbox.store import Store

WAITS = (10, 60, 600)  # seconds until the next try, of the sandbox's clock
SECONDS = 10  # an endpoint has, to answer
THIN = "v2.core.event"
Thing = dict[str, Any]


def queue(store: Store, event: Thing) -> int:
    """Plan an event's way to each endpoint that asked for its kind; return how many those are."""
    endpoints = [one for one in _endpoints(store, event) if _wants(one, event["type"])]
    state = "held" if store.setting("hold_deliveries", usual=False) else "waiting"
    for endpoint in endpoints:
        store.run(
            "INSERT INTO deliveries (event, endpoint, at, state) VALUES (?, ?, ?, ?)",
            *(event["id"], endpoint["id"], store.now(), state),
        )
    return len(endpoints)


def _endpoints(store: Store, event: Thing) -> Iterable[Thing]:
    """Return the endpoints of this kind of news: thin, of connected accounts, or the platform's."""
    if event["object"] == THIN:
        return [
            one for one in store.every("v2.core.event_destination") if one["status"] == "enabled"
        ]
    connected = bool(event.get("account"))
    hooks = store.every("webhook_endpoint")
    return [one for one in hooks if one["status"] == "enabled" and one["connect"] == connected]


def _wants(endpoint: Thing, kind: str) -> bool:
    return "*" in endpoint["enabled_events"] or kind in endpoint["enabled_events"]


def send_due(store: Store, *, most: int = 100) -> int:
    """Send what is waiting and due; return how many were tried."""
    for number in range(most):
        rows = store.run(
            "SELECT sequence FROM deliveries WHERE state = 'waiting' AND at <= ?"
            " ORDER BY at, sequence LIMIT 1",
            store.now(),
        )
        if not rows:
            return number
        send(store, rows[0]["sequence"])
    return most


def send(store: Store, sequence: int) -> None:
    """Try one delivery, and plan the next try if it was not taken."""
    row = store.run("SELECT * FROM deliveries WHERE sequence = ?", sequence)[0]
    address, body, headers = letter(
        store, row["event"], row["endpoint"], json.loads(row["twist"] or "{}")
    )
    said = _post(address, body, headers)
    tries, taken = row["tries"] + 1, said.startswith("2")
    over = tries > len(WAITS)
    state = "sent" if taken else "given up" if over else "waiting"
    wait = 0 if taken or over else WAITS[tries - 1]
    store.run(
        "UPDATE deliveries SET state = ?, tries = ?, at = ?, said = ? WHERE sequence = ?",
        *(state, tries, store.now() + wait, said, sequence),
    )


def letter(store: Store, event_id: str, endpoint_id: str, twist: Thing) -> tuple[str, bytes, Thing]:
    """Return where an event goes, its bytes and its signature, twisted as told.

    ``twist`` may change the time of the signature (``seconds``), sign with another secret
    (``secret``), or change fields of the event (``fields``).
    """
    event = _thing(store, event_id)
    endpoint = _thing(store, endpoint_id)
    body = json.dumps(event | twist.get("fields", {}), separators=(",", ":")).encode()
    at = store.now() + int(twist.get("seconds", 0))
    secrets = (
        [twist["secret"]] if "secret" in twist else store.setting(f"secrets:{endpoint_id}", [])
    )
    header = ",".join([f"t={at}", *(f"v1={signature(key, at, body)}" for key in secrets)])
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header}
    return address_of(endpoint), body, headers


def signature(secret: str, at: int, body: bytes) -> str:
    return hmac.digest(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hex()


def address_of(endpoint: Thing) -> str:
    hook = endpoint.get("webhook_endpoint")
    return str(hook["url"] if hook else endpoint["url"])


def _thing(store: Store, object_id: str) -> Thing:
    rows = store.run("SELECT body FROM objects WHERE id = ?", object_id)
    found: Thing = json.loads(rows[0]["body"]) if rows else {"url": "", "id": object_id}
    return found


def _post(address: str, body: bytes, headers: Thing) -> str:
    """Send to this machine; redirects are not followed. Return status, or what went wrong."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=SECONDS)
    try:
        connection.request("POST", parts.path or "/", body, headers)
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    finally:
        connection.close()
