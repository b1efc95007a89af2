"""Who is erased leaves no trace: not in a table, an index, a file, a log or a page of a process.

The sums stay as they were, and an older copy of the database brings nobody back.
"""

import pytest
import sqlalchemy as sa

from marketplace.accounts.operations import erasing
from marketplace.core import backup, clock, invariants, media, seals
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise, Member
from marketplace.orders.operations.erasing import erase_purchase
from tests.campaigns import planted
from tests.campaigns.servers import Browser
from tests.conftest import make_house
from tests.factories.enterprises import make_producer
from tests.factories.orders import work


def erase(people):
    """Let each of them ask for it, the leaver once another manages the group."""
    now = clock.now()
    going_on = db.session.scalars(
        sa.select(Enterprise)
        .join(Enterprise.members)
        .where(Member.user_id == people.people["leaver"], Enterprise.name.not_like("%Zyqua%"))
    ).one()
    make_producer("manager", enterprise=going_on)
    for user_id in people.people.values():
        erasing.erase_own(user_id, by=Person(user_id), now=now)
    erase_purchase(people.stranger, people.code, by=Person(), now=now)


def shown_on(place, servers, addresses):
    """Return the pages, by process and address, that tell a visitor more than they asked for."""
    said = {
        (number, path): Browser(place).get(server, path).text.replace(path, "")
        for number, server in enumerate(servers)
        for path in addresses
    }
    return [at for at, page in said.items() if planted.WORD in page.lower()]


@pytest.fixture
def before(place, web, tmp_path):
    """People are there with all their words, and a copy of the house is made."""
    people = planted.plant()
    assert invariants.broken() == {}
    archive = tmp_path / "older.tar.gz"
    backup.make(archive)
    return people, archive, planted.sums()


def test_nothing_is_left_and_an_older_copy_brings_nobody_back(
    place, web, before, databases, tmp_path, request
):
    people, archive, sums = before
    assert len(shown_on(place, web, people.pages)) == len(web) * len(people.pages)
    there = planted.traces(place.folder)
    assert len(there) > 60, "\n".join(there)

    erase(people)
    work()

    assert not planted.traces(place.folder)
    assert not shown_on(place, web, people.pages)
    assert not [name for name in people.pictures if media.exists(f"{name}-640.webp")]
    assert (planted.sums(), invariants.broken()) == (sums, {})
    seals.seal(now=clock.now())
    assert list(seals.faults()) == []

    told = {"SECRET_KEY": place.app.config["SECRET_KEY"]}
    with databases.empty("elsewhere") as url:
        house = make_house(url, tmp_path / "there", **told)
        house.config["ERASURES_FILE"] = place.app.config["ERASURES_FILE"]
        with house.app_context():
            said = house.test_cli_runner().invoke(args=["restore", str(archive)])
            assert said.exit_code == 0, said.output
            assert f"{len(people.people) + 1} people or purchases erased again" in said.output
            assert not planted.traces(tmp_path / "there")
            assert (planted.sums(), invariants.broken()) == (sums, {})
            db.session.remove()
            db.engine.dispose()
    found = f"erased: {len(there)} values before, 0 after, 0 after an older copy; sums as before"
    request.node.user_properties.append(("told", found))
