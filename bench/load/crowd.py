"""The crowd, a process of its own: reads a scene, plays it, writes how long everybody waited."""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from bench.load import wire
from bench.load.scene import Purchase, Scene, Visit

PATIENCE_SECONDS = 30
WHO = {"name": "Lúcia Andrade", "mobile": "(92) 99999-0000", "method": "cash"}
HIDDEN = r'name="{name}"[^>]*value="([^"]*)"'
FIELDS = ("csrf_token", "key", "total")
EXPECTED = {"put": 303, "order": 303}


class Wrong(Exception):
    """An answer that nobody should get."""


class Crowd:
    """Everybody who comes; ``waits`` are in ms by what was asked for."""

    def __init__(self, played: Scene, ports: list[int]) -> None:
        self.scene, self.doors = played, wire.Doors(ports)
        self.waits: dict[str, list[float]] = {}
        self.faults: Counter[str] = Counter()
        self.late_ms: list[float] = []  # how much later than planned we ourselves began
        self._addresses = wire.addresses()
        self._begun = 0.0

    async def play(self) -> None:
        """Let everybody come at their instants, and wait until the last has an answer."""
        comers: list[Visit | Purchase] = sorted(
            [*self.scene.visits(), *self.scene.bought()], key=lambda comer: comer.at
        )
        self._begun = time.monotonic() + 0.5
        async with self._senders(), asyncio.TaskGroup() as going:
            for comer in comers:
                await self._until(comer.at)
                self.late_ms.append(self._since(comer.at))
                going.create_task(self._received(comer))

    @asynccontextmanager
    async def _senders(self) -> AsyncIterator[None]:
        """Have photos sent until all others have gone; one that is cut short is a fault."""
        number = self.scene.uploads.clients if self.scene.uploads else 0
        sending = [asyncio.create_task(self._send()) for _ in range(number)]
        yield
        for one in sending:
            one.cancel()
        for end in await asyncio.gather(*sending, return_exceptions=True):
            if not isinstance(end, asyncio.CancelledError):
                self.faults["upload: cut short"] += 1

    async def _send(self) -> None:
        address, sent = next(self._addresses), self.scene.uploads
        if sent:
            head = wire.photo_head(sent.path, address, sent.cookie)
            await self.doors.drip(head, address, sent.piece, sent.pause_seconds)

    def _received(self, comer: Visit | Purchase) -> Coroutine[Any, Any, None]:
        address = next(self._addresses)
        if isinstance(comer, Visit):
            return self._look(comer, address)
        return Buyer(self, comer, address).buy()

    async def _look(self, visit: Visit, address: str) -> None:
        asked = wire.request("GET", visit.path, address)
        await self.ask(visit.kind, visit.at, asked, address)

    async def ask(self, kind: str, at: float, asked: bytes, address: str) -> wire.Answer | None:
        """Ask not before an instant; the wait counts from it. Nothing comes back of a fault."""
        await self._until(at)
        expected = EXPECTED.get(kind, 200)
        try:
            answer = await self.doors.ask(asked, address, PATIENCE_SECONDS)
            self.waits.setdefault(kind, []).append(round(self._since(at), 2))
        except OSError as error:
            self.faults[f"{kind}: {type(error).__name__}"] += 1
            return None
        if answer.status != expected:
            self.faults[f"{kind}: {answer.status}"] += 1
            return None
        return answer

    async def _until(self, at: float) -> None:
        if (left := self._begun + at - time.monotonic()) > 0:
            await asyncio.sleep(left)

    def _since(self, at: float) -> float:
        return (time.monotonic() - self._begun - at) * 1000


class Buyer:
    """Somebody with a basket: goes on only while all goes well."""

    def __init__(self, crowd: Crowd, purchase: Purchase, address: str) -> None:
        self._crowd, self._address = crowd, address
        self._at, self._products = purchase.at, iter(purchase.products)
        self._window = crowd.scene.window_ids[purchase.products[0] % len(crowd.scene.window_ids)]
        self._steps, self._page, self._placed = purchase.steps(), "", ""
        self._cookie = f"cesta={purchase.token}" if purchase.token else ""

    async def buy(self) -> None:
        for kind, after in self._steps:
            asked = self._request(kind)
            answer = await self._crowd.ask(kind, self._at + after, asked, self._address)
            if answer is None:
                return
            self._learn(kind, answer)

    def _request(self, kind: str) -> bytes:
        if kind == "put":
            return self._post("/cesta/itens", {"product_id": next(self._products), "quantity": 1})
        if kind == "order":
            return self._post("/finalizar", WHO | self._chosen())
        path = {"basket": "/cesta", "form": "/finalizar", "receipt": self._placed}[kind]
        return wire.request("GET", path, self._address, self._cookie)

    def _chosen(self) -> dict[str, object]:
        at = self._crowd.scene.collection_id
        hidden = {name: _hidden(self._page, name) for name in FIELDS}
        return {"plan": f"c{at}", f"window_{at}": self._window} | hidden

    def _post(self, path: str, form: dict[str, Any]) -> bytes:
        return wire.request("POST", path, self._address, self._cookie, urlencode(form))

    def _learn(self, kind: str, answer: wire.Answer) -> None:
        if kept := answer.header("set-cookie"):
            self._cookie = kept.split(";")[0]
        if kind == "form":
            self._page = answer.body.decode()
        if kind == "order":
            self._placed = answer.header("location")


def _hidden(page: str, name: str) -> str:
    if found := re.search(HIDDEN.format(name=name), page):
        return found[1]
    raise Wrong(f"the form has no {name}")


def main() -> None:
    ports = [int(word) for word in sys.argv[1:]]
    crowd = Crowd(Scene.read(sys.stdin.read()), ports)
    print("ready", flush=True)
    asyncio.run(crowd.play())
    told = {"waits": crowd.waits, "faults": crowd.faults, "late_ms": crowd.late_ms}
    json.dump(told | {"cpu_seconds": time.process_time()}, sys.stdout)


if __name__ == "__main__":
    main()
