"""Fixtures shared by every test.

The schema is built once; each test runs inside one outer transaction that is rolled back, so an
operation may commit for real and no test sees another's rows. A test with several threads asks for
``open_house``: a database of its own, with real commits.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from config import Testing
from marketplace import create_app
from marketplace.accounts.models import User
from marketplace.accounts.operations.sessions import start_session
from marketplace.core import clock, csrf, generations
from marketplace.core.database import db
from tests.databases import Databases, databases_for


class FreshClient(FlaskClient):
    """A browser: asks anew who it is, and sends what a form of ours sends."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in list(g):  # the context outlives the request here, what it remembers must not
            g.pop(name)
        if kwargs.get("method", "GET") not in csrf.SAFE:
            kwargs["headers"] = Headers(kwargs.get("headers"))
            kwargs["headers"].setdefault("Origin", "http://localhost")
            kwargs["headers"].setdefault(csrf.HEADER, self.csrf_token())
        response = super().open(*args, **kwargs)
        db.session.expire_all()
        return response

    def csrf_token(self) -> str:
        """Return the token that a form on a page shown to this client would hold."""
        environ = EnvironBuilder().get_environ()
        self._add_cookies_to_wsgi(environ)
        with self.application.request_context(environ):
            return csrf.token()

    def log_in(self, user: User) -> None:
        """Log a user in who has just given their password, and taken the second step."""
        now = clock.now()
        with self.session_transaction() as session:
            session["_user_id"] = start_session(user.id, device="test", code_at=now, now=now)


def make_house(url: str, folder: Path, **settings: Any) -> Flask:
    """Return a house over a database, which keeps files and sent mail in a folder."""
    places = {"MEDIA_URL": f"file://{folder / 'media'}", "SMTP_URL": f"file://{folder / 'mail'}"}
    places["ERASURES_FILE"] = str(folder / "erasures.txt")
    house = create_app("config.Testing", SQLALCHEMY_DATABASE_URI=url, **places | settings)
    house.test_client_class = FreshClient
    return house


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked as being about the other database: ``only("sqlite")``."""
    here = sa.make_url(Testing.SQLALCHEMY_DATABASE_URI).get_backend_name()
    marks = {item: item.get_closest_marker("only") for item in items}
    elsewhere = [item for item, mark in marks.items() if mark and here not in mark.args]
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell what campaigns came to, and the size of the access matrix wherever it was tried."""
    counted: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        told = dict(report.user_properties) if report.when == "call" else {}
        if figure := told.pop("told", ""):  # what a campaign came to, in a line
            terminalreporter.write_line(str(figure))
        counted.update(told)
    if counted["cells"]:
        said = f"access matrix: {counted['cells']} cells, {counted['leaks']} leaks"
        terminalreporter.write_line(said)
    if counted["observed"]:
        terminalreporter.write_line(f"Observatory: {counted['observed']} pages scored")
    if counted["odd"]:
        said = f"odd values in addresses: {counted['odd']} asked, {counted['odd_wrong']} not 404"
        terminalreporter.write_line(said)


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    worker = os.environ.get("PYTEST_XDIST_WORKER", f"p{os.getpid()}")
    folder = tmp_path_factory.mktemp("databases")
    return databases_for(Testing.SQLALCHEMY_DATABASE_URI, folder=folder, worker=worker)


@pytest.fixture(scope="session")
def app(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("house")
    with databases.empty("rolled_back") as url:
        app = make_house("sqlite://" if url.startswith("sqlite") else url, folder)
        with app.app_context():
            db.create_all()
            db.session.configure(join_transaction_mode="create_savepoint")
        yield app
        with app.app_context():
            db.engine.dispose()


@contextmanager
def undone(app: Flask) -> Iterator[None]:
    """Undo, in the end, whatever was committed meanwhile."""
    with app.app_context():
        engine = db.engines[None]
        with engine.connect() as connection, connection.begin() as outer:
            db.engines[None] = connection  # type: ignore[index]
            generations.forget_all()
            yield
            db.session.remove()
            db.engines[None] = engine  # type: ignore[index]
            outer.rollback()


@pytest.fixture(autouse=True)
def rolled_back(app: Flask) -> Iterator[None]:
    """Undo, after each test, whatever it committed."""
    with undone(app):
        yield


@pytest.fixture(scope="session")
def blank(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a database with the schema and no rows, to be copied."""
    with databases.empty("blank") as url:
        house = make_house(url, tmp_path_factory.mktemp("blank"))
        with house.app_context():
            db.create_all()
            db.engine.dispose()
        yield "blank"


@contextmanager
def opened(
    databases: Databases, blank: str, folder: Path, *, name: str = "open", **settings: Any
) -> Iterator[Flask]:
    """Open a house over a copy of the blank database, with real commits."""
    with databases.copy(blank, name) as url:
        house = make_house(url, folder, **settings)
        with house.app_context():
            yield house
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def open_house(databases: Databases, blank: str, tmp_path: Path) -> Iterator[Flask]:
    """A house whose commits are real and which many threads may enter, gone afterwards."""
    with opened(databases, blank, tmp_path) as house:
        yield house


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def log_in(client: FreshClient) -> Callable[[User], None]:
    """Log a user in, as the login page would."""
    return client.log_in
