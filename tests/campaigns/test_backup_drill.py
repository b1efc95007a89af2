"""The house is copied while people buy, and brought back elsewhere: nothing is missing."""

import re
import shutil
import threading
from contextlib import contextmanager

import flask_migrate
import pytest
import sqlalchemy as sa

from checks import postgres
from marketplace.catalogue.models.products import Product
from marketplace.core import backup, clock, invariants, media, seals
from marketplace.core.database import db, let_go
from marketplace.enterprises.models import Enterprise
from marketplace.orders.models.orders import Purchase
from marketplace.orders.models.places import Collection
from tests.campaigns import trouble
from tests.conftest import make_house
from tests.factories.catalogue import make_published
from tests.factories.enterprises import make_producer
from tests.factories.orders import choose_collection, make_basket, make_collection, place, soon
from tests.journeys import scenery
from tests.programs import ROOT

BUYERS, PLENTY = 2, 100_000


@contextmanager
def entered(url, folder):
    house = make_house(url, folder)
    with house.app_context():
        yield house
        let_go()
        db.engine.dispose()


@pytest.fixture
def lived_in(databases, tmp_path):
    """A house with rows of nearly every kind, and what more is to be bought."""
    with databases.empty("lived_in") as url, entered(url, tmp_path / "here") as house:
        furnish(house)
        yield house


def furnish(house):
    flask_migrate.upgrade()
    with house.test_request_context():
        scenery.build()
    for number in invariants.broken().get("enterprises.vetted_has_a_manager", ()):
        make_producer("manager", db.session.get_one(Enterprise, number))
    enterprise = make_producer("manager")[1]
    house.product = make_published(enterprise=enterprise, left=PLENTY).id
    house.fair = make_collection(enterprise, windows=(), **soon()).id
    house.seller = enterprise.id
    db.session.commit()
    seals.seal(now=clock.now())
    assert invariants.broken() == {}
    let_go()


def buy(house):
    """Place one order; return the purchase's key in its link."""
    fair = db.session.get_one(Collection, house.fair)
    choices = {house.seller: choose_collection(fair)}
    token = make_basket(db.session.get_one(Product, house.product), now=clock.now())
    bought = place(token, choices, now=clock.now())
    number = bought.number
    let_go()
    return number


@contextmanager
def buyers(house):
    """Let people buy for as long as the block lasts; give the numbers of what they bought."""
    stop, bought, begun = threading.Event(), [], threading.Semaphore(0)

    def go_on():
        with house.app_context():
            while not stop.is_set():
                bought.append(buy(house))
                begun.release()

    threads = [threading.Thread(target=go_on) for _buyer in range(BUYERS)]
    for thread in threads:
        thread.start()
    for _thread in threads:
        assert begun.acquire(timeout=60)
    try:
        yield bought
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def files():
    return {file.name: media.get(file.name) for file in media.listed()}


def numbers():
    found = set(db.session.scalars(sa.select(Purchase.number)))
    let_go()
    return found


class TestDrill:
    def test_brings_back_all_that_was_there(self, lived_in, databases, tmp_path, request):
        pictures, archive = files(), tmp_path / "house.tar.gz"
        with buyers(lived_in) as bought:
            before = set(bought)
            manifest = backup.make(archive)
            after = len(bought)
        assert len(bought) > after or after > len(before)  # they went on meanwhile
        assert pictures

        with databases.empty("elsewhere") as url, entered(url, tmp_path / "there") as house:
            backup.put_back(archive)
            assert before <= numbers()
            assert manifest["rows"]["purchases"] == len(numbers())
            assert files() == pictures
            assert invariants.broken() == {}
            assert list(seals.faults()) == []
            assert house.test_client().get("/produtos").status_code == 200
            house.product, house.fair, house.seller = here(lived_in)
            assert buy(house) not in before
            assert invariants.broken() == {}
        rows = sum(manifest["rows"].values())
        told = f"backup drill: {rows} rows, {len(pictures)} files, {len(bought)} orders meanwhile"
        request.node.user_properties.append(("told", told))


def here(house):
    return house.product, house.fair, house.seller


def documented(fence, folder):
    """Return the settings of PostgreSQL's archive as docs/running.md has them, in our folder."""
    said = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    (found,) = re.findall(fence, said, re.DOTALL)
    return found.replace("/var/backups/wal", str(folder / "wal"))


@pytest.mark.only("postgresql")
class TestPostgresArchive:
    def test_brings_back_what_was_written_after_the_copy(self, tmp_path):
        """The server's machine is lost; its archive lies elsewhere."""
        with trouble.server() as server:
            settings = documented(r"```conf\n(.*?)```", server.folder)
            restoring = documented(r'echo "(restore_command = .*?)"', server.folder)
            owned(server.folder / "wal")
            with (server.folder / "cluster" / "postgresql.auto.conf").open("a") as conf:
                conf.write(settings)
            server.stop()
            server.start()
            with entered(server.url, tmp_path / "here") as house:
                furnish(house)
                copy_cluster(server, server.folder / "base")
                bought = {buy(house) for _order in range(20)}
            server.say("SELECT pg_switch_wal()", "CHECKPOINT")  # as archive_timeout does
            await_archive(server)
            server.stop()

            shutil.rmtree(server.folder / "cluster")
            (server.folder / "base").rename(server.folder / "cluster")
            owned(server.folder / "cluster" / "recovery.signal", file=True)
            with (server.folder / "cluster" / "postgresql.auto.conf").open("a") as conf:
                conf.write(restoring + "\n")
            server.start()

            with entered(server.url, tmp_path / "there"):
                assert bought <= numbers()
                assert invariants.broken() == {}
                assert list(seals.faults()) == []


def owned(path, *, file=False):
    """Make a folder, or an empty file, that is the server's own."""
    path.touch() if file else path.mkdir()
    owner = path.parent.stat()
    shutil.chown(path, owner.st_uid, owner.st_gid)


def copy_cluster(server, target):
    program = postgres.programs() / "pg_basebackup"
    where = ["--host", server.folder, "--username", "test"]
    postgres._as_server(program, *where, "--pgdata", target, "--checkpoint=fast")


def await_archive(server):
    """Wait until the server has put its newest finished segment aside."""
    engine = sa.create_engine(server.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    wanted = "SELECT max(name) FROM pg_ls_archive_statusdir() WHERE strpos(name, '.ready') > 0"
    with engine.connect() as connection:
        for _turn in range(300):
            if connection.exec_driver_sql(wanted).scalar() is None:
                return
            threading.Event().wait(0.1)
    raise AssertionError("nothing was archived")
