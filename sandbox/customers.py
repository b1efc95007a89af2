"""Customers: kept, and not used: our purchases name nobody to the provider."""

from sandbox import rules
from sandbox.world import Thing, World, listed


def create(world: World, sent: Thing) -> Thing:
    rules.metadata(sent)
    kept = {name: sent.get(name) for name in ("email", "name", "phone", "description")}
    return world.create(
        "customer", "cus", metadata=rules.merged({}, sent.get("metadata")), shipping=None, **kept
    )


def show(world: World, _sent: Thing, customer_id: str) -> Thing:
    return world.get("customer", customer_id, param="customer")


def index(world: World, sent: Thing) -> Thing:
    return listed(world.every("customer"), sent, "/v1/customers")
