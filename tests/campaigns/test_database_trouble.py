"""The database is full, read-only, locked, gone, cut off: reads go on, writes wait, nothing breaks.

Each trouble is real: a server that is killed, a line that is cut in COMMIT, a file that is removed.
Afterwards the house goes on by itself, and its books agree.
"""

import shutil
import sqlite3
import tempfile
import threading
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.catalogue.models.stock import Stock
from marketplace.core import clock, health, invariants, queue, transactions
from marketplace.core.database import db, let_go, operation
from marketplace.core.errors import Unsure
from marketplace.orders.models.baskets import BasketLine
from marketplace.orders.models.orders import Purchase
from marketplace.orders.models.places import Collection
from tests.campaigns import trouble
from tests.campaigns.visitors import shown
from tests.conftest import make_house
from tests.core.test_health import stamp
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.orders import choose_collection, make_basket, make_collection, place, soon

WHO = {"name": "Lúcia Andrade", "mobile": "(92) 99999-0000", "method": "cash"}
postgresql, sqlite = pytest.mark.only("postgresql"), pytest.mark.only("sqlite")


@contextmanager
def furnished(url, folder, **settings):
    """Open a house with a product on sale, a fair to collect it at, and its producer."""
    house = make_house(url, folder, **settings)
    with house.app_context():
        db.create_all()
        stamp()
        producer, enterprise = make_producer("manager")
        product = make_published(enterprise=enterprise, left=1000)
        fair = make_collection(enterprise, windows=(), **soon())
        basket = make_basket(product, now=clock.now())
        house.facts = {"product": product.id, "fair": fair.id, "basket": basket}
        house.producer = producer
        db.session.remove()
        yield house
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def short_folder():
    """A folder whose name is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="pan-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def server():
    with trouble.server() as running:
        yield running


@pytest.fixture
def served(server, tmp_path):
    """A house on a server that the test may trouble."""
    name = f"trouble_{tmp_path.name[-12:].replace('-', '_')}"
    server.say(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    url = sa.make_url(server.url).set(database=name).render_as_string(hide_password=False)
    with furnished(url, tmp_path, THREADS=2) as house:
        house.database = name
        yield house
    server.say(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def filed(tmp_path):
    """A house on a file of SQLite."""
    with furnished(f"sqlite:///{tmp_path / 'paneiro.db'}", tmp_path) as house:
        yield house


def put_in(house):
    typed = {"product_id": house.facts["product"], "quantity": 1}
    return house.test_client().post("/cesta/itens", data=typed)


def buy(house):
    """Send the form of an order, with a basket that was filled before."""
    client = house.test_client()
    client.set_cookie("cesta", house.facts["basket"])
    page = client.get("/finalizar").text
    typed = {"key": "the-only-key", "plan": f"c{house.facts['fair']}"}
    return client.post("/finalizar", data=WHO | typed | {"total": shown(page, "total")})


def works_again(house):
    """Look, and write, as if nothing had been."""
    let_go()
    assert house.test_client().get("/produtos").status_code == 200
    assert put_in(house).status_code == 303
    assert invariants.broken() == {}
    assert [fault for fault in health.faults(clock.now()) if fault != "queue"] == []
    db.session.remove()


def waits(answer):
    """Whether an answer says to come back soon, in a page without details."""
    assert answer.status_code == 503, answer.status
    assert int(answer.headers["Retry-After"]) > 0
    assert "Error 503" in answer.text or "<h1>" in answer.text
    assert "sql" not in answer.text.lower()
    return True


@postgresql
class TestPostgres:
    def test_a_server_that_is_killed_comes_back(self, served, server):
        client = served.test_client()
        assert client.get("/produtos").status_code == 200
        server.stop()
        try:
            assert waits(client.get("/produtos"))
            assert waits(put_in(served))
            assert client.get("/readyz").status_code == 503
            assert client.get("/healthz").status_code == 200
            assert "paneiro_well 0" in client.get("/metrics").text
        finally:
            server.start()

        works_again(served)

    def test_a_worker_outlives_it(self, served, server):
        stop, met = threading.Event(), threading.Event()

        @queue.job("tests.after_the_outage")
        def note():
            met.set()

        def work():
            with served.app_context():
                queue.work_until(stop)

        server.stop()
        worker = threading.Thread(target=work)
        worker.start()
        threading.Event().wait(0.5)  # it has looked, in vain
        server.start()
        try:
            ask_for("tests.after_the_outage")
            assert met.wait(30)
        finally:
            stop.set()
            worker.join()
            queue.handlers.pop("tests.after_the_outage")

    def test_a_server_that_takes_no_writes_is_read(self, served, server):
        client, producer = served.test_client(), served.test_client()
        producer.log_in(db.session.merge(served.producer))
        forget_seeing()
        db.session.remove()
        set_read_only(server, served.database, "on")
        try:
            assert client.get("/produtos").status_code == 200
            assert producer.get("/painel").status_code == 200  # that was seen is not noted
            assert waits(put_in(served))
            assert waits(buy(served))
        finally:
            set_read_only(server, served.database, "off")

        works_again(served)
        assert buy(served).status_code == 303

    def test_more_requests_than_connections_wait_and_are_told(self, served, monkeypatch):
        db.session.remove()
        monkeypatch.setattr(db.engine.pool, "_timeout", 0.2)
        with ExitStack() as stack:
            for _each in range(2 + transactions.POOL["max_overflow"]):
                stack.enter_context(db.engine.connect())
            assert waits(put_in(served))

        works_again(served)

    def test_a_lock_is_waited_for_only_so_long(self, served, monkeypatch):
        monkeypatch.setitem(
            transactions.ON_CONNECT,
            "postgresql",
            transactions.ON_CONNECT["postgresql"].replace(
                "lock_timeout='3s'", "lock_timeout='100'"
            ),
        )
        db.session.remove()
        db.engine.dispose()
        other = sa.create_engine(served.config["SQLALCHEMY_DATABASE_URI"], poolclass=sa.NullPool)
        with other.connect() as rival:
            rival.execute(sa.select(Stock).with_for_update())
            assert waits(buy(served))

        assert buy(served).status_code == 303
        works_again(served)

    def test_what_takes_too_long_is_ended_by_the_server(self, served):
        with db.engine.connect() as connection:
            told = connection.exec_driver_sql
            names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
            assert [told(f"SHOW {name}").scalar() for name in names] == ["3s", "15s", "30s"]
            told("SET LOCAL statement_timeout='50ms'")
            with pytest.raises(sa.exc.OperationalError) as ended:
                told("SELECT pg_sleep(10)")
        assert transactions.is_outage(ended.value)

    def test_who_idles_in_a_transaction_is_thrown_out(self, served):
        with db.engine.connect() as connection:
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout='50ms'")
            threading.Event().wait(0.3)
            with pytest.raises(sa.exc.DBAPIError) as thrown:
                connection.exec_driver_sql("SELECT 1")
        assert transactions.is_outage(thrown.value)

        works_again(served)


@operation
def ask_for(kind):
    queue.enqueue(kind, {}, key="once", run_at=clock.now())


@operation
def forget_seeing():
    """Let it be long ago that anybody was seen."""
    db.session.execute(
        sa.text("UPDATE login_sessions SET seen_at = made_at - interval '6 minutes'")
    )


def set_read_only(server, name, value):
    """Do to a database what fail-over does: end who is in it, and take no writes."""
    server.say(
        f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}',
        f"SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity WHERE datname = '{name}'",  # noqa: S608
    )


@postgresql
class TestALineThatIsCutInCommit:
    """The server heard it or not: nobody can say, so the key is looked up."""

    @pytest.fixture
    def line(self, server, served, short_folder):
        line = trouble.Line(server.folder, short_folder)
        yield line
        line.close()

    @pytest.fixture
    def apart(self, served, line, tmp_path):
        """The same house, which reaches its database by the line."""
        url = sa.make_url(served.config["SQLALCHEMY_DATABASE_URI"])
        url = url.set(query={"host": str(line.folder)}).render_as_string(hide_password=False)
        house = make_house(url, tmp_path, THREADS=2)
        house.facts = served.facts
        with house.app_context():
            yield house
            db.session.remove()
            db.engine.dispose()

    @pytest.mark.parametrize("when", ["before", "after"])
    def test_is_one_purchase(self, apart, line, when):
        assert purchases() == 0
        buy_it = place_of(apart)
        line.cut = when

        first = buy_it()
        second = buy_it()  # as the buyer does who was not sure

        assert line.cut == ""
        assert first == second
        assert purchases() == 1
        assert invariants.broken() == {}

    def test_is_never_repeated_without_a_key(self, apart, line):
        assert purchases() == 0  # there is a connection, so the next COMMIT is the operation's
        line.cut, runs = "after", []

        @operation
        def add_a_line():
            runs.append(1)
            queue.enqueue("tests.unsure", {}, key="once", run_at=clock.now())

        with pytest.raises(Unsure, match="before you send it again"):
            add_a_line()

        assert runs == [1]


def place_of(house):
    """Return the operation with the same key each time, as the form sends it."""
    fair = db.session.get_one(Collection, house.facts["fair"])
    choices = {fair.sellers[0].enterprise_id: choose_collection(fair)}
    token = house.facts["basket"]
    db.session.remove()
    return lambda: place(token, choices, key="the-only-key", now=clock.now()).number


def purchases():
    db.session.remove()
    found = db.session.scalar(sa.select(sa.func.count(Purchase.id)))
    db.session.remove()
    return found


@sqlite
class TestSqlite:
    def test_a_full_disk_is_read(self, filed):
        db.session.remove()
        size = db.session.connection().exec_driver_sql("PRAGMA page_count").scalar()
        db.session.remove()

        def fill(dbapi, _record):
            dbapi.execute(f"PRAGMA max_page_count={size}")

        sa.event.listen(db.engine, "connect", fill)
        db.engine.dispose()
        try:
            assert waits(until_full(filed))
            assert filed.test_client().get("/produtos").status_code == 200
            assert invariants.broken() == {}
        finally:
            sa.event.remove(db.engine, "connect", fill)
            db.session.remove()
            db.engine.dispose()

        works_again(filed)

    def test_a_file_that_takes_no_writes_is_read(self, filed, tmp_path):
        """As a disk that was mounted anew, read-only, after a fault."""
        db.session.remove()
        db.engine.dispose()
        with furnished_again(filed, f"sqlite:///file:{tmp_path}/paneiro.db?mode=ro&uri=true") as ro:
            assert ro.test_client().get("/produtos").status_code == 200
            assert waits(put_in(ro))

        with filed.app_context():
            works_again(filed)

    def test_a_file_that_another_holds_is_waited_for(self, filed):
        def hurry(dbapi, _record):
            dbapi.execute("PRAGMA busy_timeout=20")

        sa.event.listen(db.engine, "connect", hurry)
        db.session.remove()
        db.engine.dispose()
        file = db.engine.url.database
        with closing(sqlite3.connect(file, isolation_level=None)) as rival:
            rival.execute("BEGIN IMMEDIATE")
            assert waits(put_in(filed))
            assert filed.test_client().get("/produtos").status_code == 200
            rival.execute("ROLLBACK")

        works_again(filed)

    def test_a_file_that_is_gone_is_not_made_anew(self, filed, tmp_path):
        db.session.remove()
        file, aside = tmp_path / "paneiro.db", tmp_path / "aside"
        aside.mkdir()
        for part in tmp_path.glob("paneiro.db*"):
            shutil.move(part, aside / part.name)

        assert waits(filed.test_client().get("/produtos"))
        assert waits(put_in(filed))
        assert filed.test_client().get("/readyz").status_code == 503
        assert not file.exists()

        for part in aside.iterdir():
            shutil.move(part, tmp_path / part.name)
        works_again(filed)

    def test_another_file_in_its_place_is_seen(self, filed, tmp_path):
        """As when a backup is put in the place of a running house's file."""
        put_in(filed)
        db.session.remove()
        with closing(sqlite3.connect(tmp_path / "paneiro.db")) as connection:
            connection.execute("VACUUM INTO ?", [str(tmp_path / "copy.db")])
        put_in(filed)
        assert basket_lines() == 3
        for part in tmp_path.glob("paneiro.db-*"):
            part.unlink()
        (tmp_path / "copy.db").replace(tmp_path / "paneiro.db")

        assert basket_lines() == 2
        works_again(filed)


@contextmanager
def furnished_again(house, url):
    """Open the same house by another address."""
    other = make_house(url, Path(house.config["MEDIA_URL"].removeprefix("file://")).parent)
    other.facts = house.facts
    with other.app_context():
        yield other
        db.session.remove()
        db.engine.dispose()


def until_full(house):
    """Put things into baskets until there is no place left; return that answer."""
    answers = (put_in(house) for _each in range(10_000))
    return next(answer for answer in answers if answer.status_code != 303)


def basket_lines():
    db.session.remove()
    found = db.session.scalar(sa.select(sa.func.count(BasketLine.basket_id)))
    db.session.remove()
    return found
