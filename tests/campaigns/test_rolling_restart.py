"""Two web processes behind nginx, restarted one at a time while people buy: no request fails."""

import io
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlsplit

import flask_migrate
import pytest
import sqlalchemy as sa
from PIL import Image

from marketplace.core import invariants
from marketplace.core.database import db
from marketplace.orders.models.orders import Purchase
from tests import programs
from tests.campaigns import proxies
from tests.campaigns.visitors import HOST, Failed, Visitor, shown
from tests.conftest import make_house
from tests.factories.accounts import PASSWORD
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.orders import make_collection, soon

BUYERS, PRODUCTS, PLENTY = 4, 5, 100_000
WHO = {"name": "Lúcia Andrade", "mobile": "(92) 99999-0000", "method": "cash"}
PIECES, PAUSE_SECONDS = 60, 0.1  # of a photo over bad signal: six seconds


@pytest.fixture
def furnished(databases, tmp_path):
    """A house that two processes can serve: products in plenty, a fair, a producer."""
    with databases.empty("rolling") as url:
        house = make_house(url, tmp_path)
        with house.app_context():
            flask_migrate.upgrade()
            enterprise = make_enterprise(name="Mãos do Cuieiras")
            goods = [
                make_published(enterprise=enterprise, left=PLENTY).id
                for _product in range(PRODUCTS)
            ]
            fair = make_collection(enterprise, windows=(), **soon()).id
            login = make_producer("manager", enterprise)[0].mobile
            db.session.commit()
            db.session.remove()
            yield house, url, goods, fair, login
            db.session.remove()
            db.engine.dispose()


def buy(address, goods, fair, bought):
    """Walk from the listing to an order; its form may have been opened before a restart."""
    visitor = Visitor(address)
    visitor.get("/produtos")
    visitor.post("/cesta/itens", {"product_id": goods[len(bought) % PRODUCTS], "quantity": 1})
    page = visitor.get("/finalizar")
    typed = {name: shown(page, name) for name in ("key", "total")} | visitor.token(page)
    bought.append(visitor.post("/finalizar", WHO | typed | {"plan": f"c{fair}"}))
    visitor.get(bought[-1])
    return visitor.requests


class Crowd:
    """Threads that do something again and again until told to stop."""

    def __init__(self) -> None:
        self.stop, self.requests, self.failed = threading.Event(), 0, list[str]()
        self._threads: list[threading.Thread] = []
        self._counting = threading.Lock()

    def send(self, walk: Callable[[], int]) -> None:
        self._threads.append(threading.Thread(target=self._walk_on, args=[walk]))
        self._threads[-1].start()

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join()

    def _walk_on(self, walk: Callable[[], int]) -> None:
        while not self.stop.is_set():
            try:
                done = walk()
                with self._counting:
                    self.requests += done
            except (Failed, OSError) as error:
                self.failed.append(repr(error))


def log_in(address, mobile):
    producer = Visitor(address)
    typed = {"identifier": mobile, "password": PASSWORD}
    producer.post("/entrar", typed | producer.token(producer.get("/entrar")))
    return producer


def look(producer):
    """Open the panel: whoever answers knows the session."""
    producer.get("/painel")
    return 1


def upload_slowly(producer, product_id):
    """Send a photo in drops; return the answer's status."""
    page = producer.get(f"/painel/produtos/{product_id}")
    photo = io.BytesIO()
    Image.effect_noise((800, 600), 60).convert("RGB").save(photo, "JPEG")
    body = form_of(photo.getvalue(), shown(page, "csrf_token"))
    connection = HTTPConnection(urlsplit(producer.address).netloc, timeout=60)
    connection.putrequest("POST", f"/painel/produtos/{product_id}/fotos", skip_host=True)
    kind = {"Content-Type": "multipart/form-data; boundary=drop", "Origin": f"http://{HOST}"}
    for name, value in (producer.headers() | kind | {"Content-Length": str(len(body))}).items():
        connection.putheader(name, value)
    connection.endheaders()
    for begin in range(0, len(body), size := len(body) // PIECES + 1):
        connection.send(body[begin : begin + size])
        threading.Event().wait(PAUSE_SECONDS)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def form_of(photo, token):
    part = b'--drop\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    named = b'; filename="foto.jpg"\r\nContent-Type: image/jpeg'
    return (
        part % (b"csrf_token", b"", token.encode())
        + part % (b"photos", named, photo)
        + b"--drop--\r\n"
    )


class TestRollingRestart:
    def test_loses_no_request(self, furnished, tmp_path, request):
        house, url, goods, fair, login = furnished
        told = programs.settings(
            tmp_path, url, BASE_URL=f"http://{HOST}", TRUSTED_HOSTS=HOST, PROXY_COUNT="1"
        )
        crowd, bought, sent = Crowd(), [], []
        with ExitStack() as stack:
            doors = [
                stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=1024))
                for _ in "12"
            ]
            served = [stack.enter_context(programs.web(told, door=door.fileno())) for door in doors]
            ports = [door.getsockname()[1] for door in doors]
            stack.callback(crowd.end)
            nginx = stack.enter_context(proxies.nginx(ports, tmp_path / "nginx"))
            producer = log_in(nginx.address, login)
            for _buyer in range(BUYERS):
                crowd.send(partial(buy, nginx.address, goods, fair, bought))
            crowd.send(partial(look, producer))
            slow = threading.Thread(target=lambda: sent.append(upload_slowly(producer, goods[0])))
            slow.start()
            for number, door in enumerate(doors):
                served[number].process.send_signal(signal.SIGTERM)
                assert served[number].process.wait(60) == 0
                stack.enter_context(programs.web(told, door=door.fileno()))
            slow.join()
            crowd.end()

        assert crowd.failed == []
        assert sent == [302]
        assert bought
        with house.app_context():
            assert db.session.scalar(sa.select(sa.func.count(Purchase.id))) == len(bought)
            assert invariants.broken() == {}
        said = f"rolling restart: {crowd.requests} requests, {len(bought)} orders, 0 failed"
        request.node.user_properties.append(("told", said))
