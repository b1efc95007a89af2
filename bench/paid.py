"""What it costs to be paid by Pix online: a purchase to its end, and a piece of news received.

The provider's stand-in is a process of its own, which is not counted. What is: our pages, our calls
to it, its news arriving, and what the jobs do about all that.
"""

import json
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import count
from typing import Any

from bench.floors import SECRET
from bench.measure import Figure, Together
from bench.orders import WHO, Buying, bare_order
from bench.served import Browser, Served
from bench.server import KEY
from bench.shop import Shop
from marketplace.payments import signatures
from marketplace.payments.provider import FOLLOWED, VERSION

CODE, PAID = "br.gov.bcb.pix", 'class="flash flash--ok"'
FILLER = "x" * 3_000  # news is as long as that where it tells of a payment
CALLS = 2  # to open the payment; after the news, for it and what it brought in


class Paying(Buying):
    """A buyer who orders three products by Pix, sees the code, pays at the bank, looks again."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop, shop.servers.paying, WHO | {"method": "pix"})
        self._bank, self._worker = shop.servers.sandbox, shop.servers.worker

    def steps(self) -> dict[str, Callable[[], object]]:
        steps = super().steps()
        steps["page with the code"] = steps.pop("page of the order")
        return steps | {
            "news": self.hear,
            "jobs": lambda: Browser(self._worker).post("/work", {}),
            "page of what is paid": self.see_paid,
        }

    def hear(self) -> None:
        """Pay at the bank, which tells it."""
        hand(self._bank, "pay", intent=newest_intent(self._bank))
        if (sent := hand(self._bank, "deliver")["sent"]) != 1:
            raise RuntimeError(f"{sent} pieces of news came of one payment")

    def see_paid(self) -> None:
        page = self._browser.get(self._placed).body
        if PAID not in page or CODE in page:
            raise RuntimeError("what was paid does not show as paid")


def pix(shop: Shop) -> Figure:
    """Measure a purchase of three products until its buyer sees that it is paid."""
    servers = shop.servers
    ours = Together((servers.paying, servers.worker))
    parts = shop.meter.steps_ms(ours, Paying(shop).steps())
    floor = shop.meter.ms(servers.floor, lambda: _bare(servers.floor, servers.sandbox))
    does = f"9 requests to bare Flask, one with a signature; {CALLS} calls by http.client; 9 rows"
    return Figure("order.pix", sum(parts.values()), "ms CPU/order", floor, does, parts)


def receipt(shop: Shop) -> Figure:
    """Measure what news takes that came for the first time, until it is answered."""
    house, bare = shop.servers.paying, shop.servers.floor
    one, other = letters(), letters()
    value = shop.meter.ms(house, lambda: tell(house, "/avisos/stripe", next(one)))
    floor = shop.meter.ms(bare, lambda: tell(bare, "/news", next(other)))
    does = "one request to bare Flask: a signature looked at, 1 row"
    return Figure("webhook.receipt", value, "ms CPU", floor, does)


def hand(bank: Served, name: str, **sent: object) -> Any:
    """Do at the bank what no caller can."""
    answer = bank.ask("POST", f"/_sandbox/{name}", json.dumps(sent), {})
    return json.loads(answer.read())


def newest_intent(bank: Served) -> str:
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = bank.ask("GET", "/v1/payment_intents?limit=1", "", headers)
    return str(json.loads(answer.read())["data"][0]["id"])


def letters() -> Iterator[str]:
    """Yield news as the provider writes it, of payments of which nobody knows."""
    for number in count(time.time_ns()):
        thing = {"id": f"pi_{number}", "object": "payment_intent", "metadata": {}}
        facts: dict[str, object] = {
            "id": f"evt_{number}",
            "type": FOLLOWED[0],
            "api_version": VERSION,
        }
        facts |= {"created": int(time.time()), "livemode": False, "filler": FILLER}
        yield json.dumps(facts | {"object": "event", "data": {"object": thing}})


def tell(server: Served, path: str, letter: str) -> None:
    stamp = str(int(time.time()))
    signed = signatures.signature(SECRET, stamp, letter.encode())
    headers = {"Stripe-Signature": f"t={stamp},v1={signed}", "Content-Type": "application/json"}
    answer = server.ask("POST", path, letter, headers)
    answer.read()
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"POST {path}: {answer.status}")


def _bare(bare: Served, bank: Served) -> None:
    bare_order(bare)
    browser = Browser(bare)
    browser.post("/calls", {"port": bank.port, "number": CALLS})
    tell(bare, "/news", next(_LETTERS))


_LETTERS = letters()
FIGURES: dict[str, Callable[[Shop], Figure]] = {"order.pix": pix, "webhook.receipt": receipt}
