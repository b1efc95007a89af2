"""Hands on the sandbox, for tests and for the curious: `/_sandbox/…`, JSON in and out."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import Any

from flask import Flask, Response, jsonify, request

from sandbox import (
    accounts,
    deliveries,
    disputes,
    duties,
    endpoints,
    faults,
    intents,
    payouts,
    refunds,
    sessions,
)
from sandbox.errors import Refused
from sandbox.store import Store
from sandbox.world import Thing, World

Hand = Callable[[World, Thing], Any]


def open_doors(app: Flask, store: Store) -> None:
    for name, hand in HANDS.items():
        app.add_url_rule(
            f"/_sandbox/{name}", f"hand-{name}", partial(_answer, store, hand), methods=["POST"]
        )
    app.add_url_rule("/_sandbox/dump", "hand-dump", lambda: jsonify(store.dump()))


def _answer(store: Store, hand: Hand) -> Response | tuple[Response, int]:
    world = World(store, "", request.host_url.rstrip("/"))
    sent = json.loads(request.get_data() or "{}")
    try:
        with nullcontext() if hand in OUTWARD else store.transaction():
            done = hand(world, sent)
    except Refused as refused:
        return jsonify(refused.body()), refused.status
    return jsonify(done if done is not None else {"ok": True})


def clock(world: World, sent: Thing) -> Thing:
    """Move the clock to an instant (``at``, seconds UTC) or forward by ``seconds``."""
    moved = int(sent.get("seconds", 0)) or int(sent["at"]) - world.now()
    world.store.set("clock_offset", int(world.store.setting("clock_offset", 0)) + moved)
    return {"now": world.now()}


def tick(world: World, _sent: Thing) -> Thing:
    return {"done": duties.do_due(world.store, world.base)}


def deliver(world: World, sent: Thing) -> Thing:
    """Send what is due now; with ``sequences``, those, in their order, as often as named."""
    if "sequences" not in sent:
        return {"sent": deliveries.send_due(world.store)}
    for sequence in sent["sequences"]:
        deliveries.send(world.store, sequence)
    return {"sent": len(sent["sequences"])}


def hold(world: World, sent: Thing) -> None:
    """Keep news back until it is sent by number; ``on: false`` lets all that was kept go."""
    world.store.set("hold_deliveries", bool(sent.get("on", True)))
    if not sent.get("on", True):
        world.store.run("UPDATE deliveries SET state = 'waiting' WHERE state = 'held'")


def show_deliveries(world: World, _sent: Thing) -> list[Thing]:
    rows = world.store.run(
        "SELECT d.*, o.body FROM deliveries d JOIN objects o ON o.id = d.event ORDER BY d.sequence"
    )
    return [{**dict(row), "body": None, "type": json.loads(row["body"])["type"]} for row in rows]


def twist(world: World, sent: Thing) -> None:
    """Change how one delivery is told, as `deliveries.letter` says."""
    told = {name: sent[name] for name in ("seconds", "secret", "fields") if name in sent}
    world.store.run(
        "UPDATE deliveries SET twist = ? WHERE sequence = ?", json.dumps(told), sent["sequence"]
    )


def drop(world: World, sent: Thing) -> None:
    world.store.run("UPDATE deliveries SET state = 'dropped' WHERE sequence = ?", sent["sequence"])


def pay(world: World, sent: Thing) -> Thing:
    """Let the money of a waiting Pix or boleto arrive, also after it lapsed."""
    intent = world.get("payment_intent", sent["intent"], param="intent")
    paid = intents.pay(world, sent["intent"])
    sessions.hear(world, intent, paid=True)
    return intents.told(paid)


def pay_card(world: World, sent: Thing) -> Thing:
    return sessions.told(sessions.pay_by_card(world, sent["session"]))


def decline_card(world: World, sent: Thing) -> None:
    sessions.decline(world, sent["session"])


def dispute(world: World, sent: Thing) -> Thing:
    return disputes.open_one(world, sent["charge"], amount=sent.get("amount"))


def decide(world: World, sent: Thing) -> Thing:
    return disputes.decide(world, world.get("dispute", sent["dispute"]), won=bool(sent["won"]))


def fail_payout(world: World, sent: Thing) -> Thing:
    seen = world.of(sent.get("account", ""))
    return payouts.fail(seen, seen.get("payout", sent["payout"]))


def next_refund(world: World, sent: Thing) -> None:
    """Say what becomes of the next refund: ``succeeded``, or so a day ``later``, or ``failed``."""
    if sent["fate"] not in ("succeeded", *refunds.FATES):
        raise Refused("A refund succeeds now, or later, or fails.", param="fate")
    world.store.set("next_refund", sent["fate"])


def fail_refund(world: World, sent: Thing) -> None:
    refunds.fail(world, world.get("refund", sent["refund"]))


def capability(world: World, sent: Thing) -> Thing:
    return accounts.set_state(world, sent["account"], sent["state"])


def fault(world: World, sent: Thing) -> None:
    faults.add(world.store, sent)


def calm(world: World, _sent: Thing) -> None:
    """Take all faults back."""
    world.store.set("faults", [])


def rotate(world: World, sent: Thing) -> Thing:
    return {"secrets": endpoints.rotate(world, sent["endpoint"])}


def end_rotation(world: World, sent: Thing) -> None:
    kept = world.store.setting(f"secrets:{sent['endpoint']}", [])
    world.store.set(f"secrets:{sent['endpoint']}", kept[:1])


def restore(world: World, sent: Thing) -> None:
    world.store.restore(sent)


HANDS: dict[str, Hand] = {
    "calm": calm,
    "capability": capability,
    "clock": clock,
    "decide": decide,
    "decline-card": decline_card,
    "deliver": deliver,
    "deliveries": show_deliveries,
    "dispute": dispute,
    "drop": drop,
    "end-rotation": end_rotation,
    "fail-payout": fail_payout,
    "fail-refund": fail_refund,
    "fault": fault,
    "hold": hold,
    "next-refund": next_refund,
    "pay": pay,
    "pay-card": pay_card,
    "restore": restore,
    "rotate": rotate,
    "tick": tick,
    "twist": twist,
}
OUTWARD = (deliver, tick)  # they wait for others: no transaction is held meanwhile
