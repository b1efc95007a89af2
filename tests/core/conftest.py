"""A small house with doors of its own, to try how doors are kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient

from marketplace.core import csrf, headers, media, seals
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import MB, anyone, logged_in, role
from tests.conftest import make_house
from tests.core.test_audit import say
from tests.factories.clock import NOW

PICTURE = "ab12cd-320.webp"
bp = Blueprint("doors", __name__, url_prefix="/doors")
csrf.exempt("doors.create_news")
csrf.origin_only("doors.create_line")
headers.allow_camera("doors.till")


@bp.get("/open", endpoint="open", allow=anyone)
@bp.post("/open", endpoint="create", allow=anyone)
@bp.post("/news", endpoint="create_news", allow=anyone)
@bp.post("/lines", endpoint="create_line", allow=anyone)
@bp.post("/photos", endpoint="create_photo", allow=anyone, limit=8 * MB)
@bp.get("/till", endpoint="till", allow=role("till"))
@bp.get("/mine", endpoint="mine", allow=logged_in)
def enter():
    return f"in {sorted(request.form)} " + "word " * 200


@bp.get("/rows/<int:row_id>", endpoint="row", allow=anyone)
def row(row_id):
    if row_id == 1:
        raise NotFound
    return str(row_id)


@bp.get("/broken", endpoint="broken", allow=anyone)
def broken():
    raise LookupError("Ana Souza, ana@example.org, 529.982.247-25")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Flask]:
    house = make_house("sqlite://", tmp_path)
    house.config["PROPAGATE_EXCEPTIONS"] = False
    house.register_blueprint(bp)
    with house.app_context():
        yield house
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visitor(house: Flask) -> FlaskClient:
    """A browser of the small house that sends only what it is told to send."""
    return FlaskClient(house, house.response_class)


@pytest.fixture
def furnished(open_house):
    """A house with rows, an audit and a file."""
    say("kept")
    say("kept")
    seals.seal(now=NOW)
    media.put(PICTURE, b"picture")
    return open_house


@pytest.fixture
def empty_house(databases, tmp_path):
    """Enter a house with nothing in it, on the same kind of database."""

    @contextmanager
    def enter():
        with databases.empty("elsewhere") as url:
            house = make_house(url, tmp_path / "elsewhere")
            with house.app_context():
                yield house
                db.session.remove()
                db.engine.dispose()

    return enter
