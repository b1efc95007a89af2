"""What the campaigns over HTTP share: an installation of two web processes, and rivals."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from marketplace.core import invariants
from marketplace.core.database import db
from tests.campaigns import servers
from tests.campaigns.servers import Installation, Server
from tests.databases import Databases

Act = Callable[[], Any]


@pytest.fixture(scope="module")
def installation(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with databases.empty("served") as url, servers.installed(url, folder) as place:
        yield place


@pytest.fixture(scope="module")
def web(installation: Installation) -> Iterator[list[Server]]:
    with servers.served(installation) as processes:
        yield processes


@pytest.fixture
def place(installation: Installation) -> Iterator[Installation]:
    """The installation, with its books open here; nothing may be its own fault afterwards."""
    with installation.app.app_context():
        yield installation
    assert installation.faults() == []


@pytest.fixture
def books(place: Installation) -> Iterator[Installation]:
    """The books, in which every rule holds afterwards."""
    yield place
    db.session.remove()
    assert invariants.broken() == {}


def together(acts: Sequence[Act]) -> list[Any]:
    """Let all of these happen at the same moment, each in a thread; return their answers.

    What was read here before is forgotten: it may not be so any more.
    """
    start = Barrier(len(acts))

    def one(act: Act) -> Any:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        answers = list(pool.map(one, acts))
    db.session.remove()
    return answers
