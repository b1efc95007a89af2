"""The way in: who asks, trouble on purpose, answers given before, what is said, and the work.

**Source:** https://docs.stripe.com/api/authentication; https://docs.stripe.com/api/idempotent_requests
(kept for 24 hours, also of a 500; not of what was refused unread; other words with the same key are
refused).
"""

import hashlib
import json
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request

from sandbox import faults
from sandbox.errors import Refused
from sandbox.parameters import checked
from sandbox.routes import ROUTES, Route
from sandbox.store import Store
from sandbox.trees import decoded
from sandbox.world import API_VERSION, Thing, World, new_id

MOST_BYTES = 256 * 1024
LONGEST_KEY = 255
Answer = tuple[int, str]


def open_doors(app: Flask, store: Store) -> None:
    for number, route in enumerate(ROUTES):
        app.add_url_rule(
            route.path, f"api-{number}", partial(_answer, store, route), methods=[route.method]
        )
    app.register_error_handler(404, _nowhere)
    app.register_error_handler(405, _nowhere)


def _answer(store: Store, route: Route, **ids: str) -> Response:
    fault = ""
    try:
        world = _world(store)
        with store.transaction():
            fault = faults.meet(store, f"{route.method} {route.path.partition('/<')[0]}")
        if fault == "delay":
            faults.wait(store)
        faults.refuse(fault)
        status, body = _once(world, route, ids, fault)
    except Refused as refused:
        return _told(refused.status, json.dumps(refused.body()))
    return _spoiled(store, fault, status, body)


def _once(world: World, route: Route, ids: dict[str, str], fault: str) -> Answer:
    """Do the work, or tell again what was answered to the same key."""
    key = request.headers.get("Idempotency-Key", "")
    if request.method == "GET" or not key:
        return _work(world, route, ids)
    if len(key) > LONGEST_KEY:
        raise Refused("Idempotency-Key is too long.", kind="idempotency_error")
    fingerprint = hashlib.sha256(f"{request.method} {request.path} ".encode() + request.get_data())
    if known := _begin(world, key, fingerprint.hexdigest()):
        return known
    try:
        done = _work(world, route, ids)
    except BaseException:
        _forget(world, key)
        raise
    if fault == "500_after":
        done = 500, json.dumps(faults.broken().body())
    world.store.run(
        "UPDATE answers SET status = ?, body = ? WHERE account = ? AND key = ?",
        *(*done, world.account, key),
    )
    return done


def _begin(world: World, key: str, fingerprint: str) -> Answer | None:
    """Take a key, or return what was answered to it.

    :raises Refused: if it was used with other words, or its first request is still at work.
    """
    rows = world.store.run(
        "INSERT INTO answers (account, key, fingerprint, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING RETURNING key",
        *(world.account, key, fingerprint, world.now()),
    )
    if rows:
        return None
    kept = world.store.run(
        "SELECT * FROM answers WHERE account = ? AND key = ?", world.account, key
    )[0]
    if kept["fingerprint"] != fingerprint:
        said = "Keys for idempotent requests can only be used with the same parameters."
        raise Refused(said, kind="idempotency_error")
    if kept["status"] is None:
        raise Refused("This key is in use.", code="idempotency_key_in_use", status=409)
    return kept["status"], kept["body"]


def _forget(world: World, key: str) -> None:
    world.store.run("DELETE FROM answers WHERE account = ? AND key = ?", world.account, key)


def _work(world: World, route: Route, ids: dict[str, str]) -> Answer:
    sent = checked(_said(), route.allowed)
    with world.store.transaction():
        body = route.act(world, sent, *ids.values())
    return 200, json.dumps(body)


def _world(store: Store) -> World:
    """Return whose objects are asked for.

    :raises Refused: without a test key of ours, for another version, or a foreign account.
    """
    given = request.authorization
    key = given.token or given.get("username", "") if given else ""
    if not str(key).startswith(("sk_test_", "rk_test_")):
        said = "This is a sandbox: it takes test keys (sk_test_…) only."
        raise Refused(said, code="api_key_invalid", status=401)
    if request.headers.get("Stripe-Version", API_VERSION) != API_VERSION:
        raise Refused(f"This sandbox speaks {API_VERSION} only.", status=400)
    account = request.headers.get("Stripe-Account", "")
    platform = World(
        store, "", request.host_url.rstrip("/"), request.headers.get("Idempotency-Key", "")
    )
    if account and platform.find("v2.core.account", account) is None:
        said = "This key has no access to that account."
        raise Refused(said, code="account_invalid", status=403)
    return platform.of(account)


def _said() -> Thing:
    """Return what the request says, whichever way it is written.

    :raises Refused: for a body that is too large or cannot be read.
    """
    if request.method in ("GET", "DELETE"):
        return decoded(request.query_string.decode())
    body = request.get_data()
    if len(body) > MOST_BYTES:
        raise Refused("The request is too large.", status=413)
    try:
        text = body.decode()
        found: Any = (
            (json.loads(text or "{}")) if request.path.startswith("/v2/") else decoded(text)
        )
    except ValueError as error:
        raise Refused("The request could not be read.") from error
    return found  # type: ignore[no-any-return]


def _spoiled(store: Store, fault: str, status: int, body: str) -> Response:
    """Return the answer, or what a fault leaves of it."""
    if fault == "delay_after":
        faults.wait(store)
    if fault == "500_after":
        return _told(500, json.dumps(faults.broken().body()))
    if fault == "garbage":
        return _told(200, "<html>not what you asked for")
    if fault == "truncated":
        return _told(200, json.dumps(_halved(json.loads(body))))
    answer = _told(status, body)
    if fault == "cut_after":
        answer.headers["Content-Length"] = str(len(body) + 1_000)  # the server cuts the rest off
        answer.automatically_set_content_length = False
    return answer


def _halved(body: Thing) -> Thing:
    """Return a list as if its end had not come through."""
    if body.get("object") != "list":
        return body
    return body | {"data": body["data"][: len(body["data"]) // 2], "has_more": True}


def _told(status: int, body: str) -> Response:
    headers = {"Request-Id": f"req_{new_id(14)}", "Stripe-Version": API_VERSION}
    return Response(body, status, headers, mimetype="application/json")


def _nowhere(error: Any) -> Response | Any:
    if not request.path.startswith(("/v1/", "/v2/")):
        return error
    said = f"Unrecognized request URL ({request.method}: {request.path})."
    refused = Refused(said, status=HTTPStatus.NOT_FOUND)
    return _told(refused.status, json.dumps(refused.body()))
