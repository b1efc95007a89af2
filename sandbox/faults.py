"""Trouble on purpose: what a caller must live through, told by a test or by a person.

A fault says ``route`` (``POST /v1/refunds``, or ``*``), ``kind``, from which call on (``nth``, 1
unless told) and how often (``times``, 1 unless told); with ``probability`` and ``seed`` it comes
now and then, the same way each time.
"""

import random
import time
from typing import Any

from sandbox.errors import Refused
from sandbox.store import Store

BEFORE = ("429", "409", "500_before", "delay")
AFTER = ("500_after", "cut_after", "garbage", "truncated", "delay_after")
KINDS = (*BEFORE, *AFTER)
LONGEST_DELAY = 120
Fault = dict[str, Any]


def add(store: Store, fault: Fault) -> None:
    """Plan a fault.

    :raises Refused: for a kind there is not.
    """
    if fault.get("kind") not in KINDS:
        raise Refused(f"kind is one of {', '.join(KINDS)}", param="kind")
    usual = {"route": "*", "nth": 1, "times": 1, "seen": 0}
    store.set("faults", [*store.setting("faults", []), usual | fault])


def meet(store: Store, route: str) -> str:
    """Count a call; return the kind of the fault that it meets, "" for none."""
    faults: list[Fault] = store.setting("faults", [])
    met = next((fault for fault in faults if _comes(fault, route)), None)
    if faults:
        store.set("faults", [fault for fault in faults if not _is_over(fault)])
    if met and met["kind"].startswith("delay"):
        store.set("delay_seconds", min(float(met.get("seconds", 1)), LONGEST_DELAY))
    return str(met["kind"]) if met else ""


def _comes(fault: Fault, route: str) -> bool:
    if fault["route"] not in ("*", route):
        return False
    fault["seen"] += 1
    if (chance := fault.get("probability")) is not None:
        draws = random.Random(f"{fault.get('seed', 0)}:{fault['seen']}")  # noqa: S311 - no secret
        return draws.random() < float(chance)
    return bool(fault["nth"] <= fault["seen"] < fault["nth"] + fault["times"])


def _is_over(fault: Fault) -> bool:
    return "probability" not in fault and fault["seen"] >= fault["nth"] + fault["times"] - 1


def refuse(kind: str) -> None:
    """Answer as the provider does when it is busy or broken.

    :raises Refused: for the kinds that come before any work.
    """
    if kind == "429":
        raise Refused("Too many requests", code="rate_limit", status=429)
    if kind == "409":
        raise Refused("This object is in use by another request.", code="lock_timeout", status=409)
    if kind == "500_before":
        raise broken()


def broken() -> Refused:
    return Refused("An unexpected error occurred.", kind="api_error", status=500)


def wait(store: Store) -> None:
    """Keep a caller waiting, so that it gives up; nobody else waits."""
    time.sleep(store.setting("delay_seconds", 0))
