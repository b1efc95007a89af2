"""The schema goes down to each release and up again under real rows: none is lost or altered.

The rows are those of the every-page walk, made by the operations. What an older release knows of
them is compared value by value; what it does not know is worked out anew on the way up, and the
invariants say whether that is right.
"""

import time

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from marketplace.core import guards, health, invariants
from marketplace.core.database import db
from tests.conftest import make_house
from tests.journeys import scenery

FIRST = "2026_11_22_begin"  # the release of issue 2; every later one is on the way
OFFERS = "2026_11_27_0415_fair_offers"
GONE = {
    "fairs.what_is_sold_on_the_spot_came_from_a_till",
    "fairs.what_was_oversold_is_named",
    "orders.tenders_are_the_total_on_the_spot",
    "payments.direct_sales_are_entered",
    "payments.direct_sales_are_what_was_paid",
    "payments.settled_online_is_what_is_left_of_it",
    "payments.what_is_under_way_is_ordered",
}
LEAST_TABLES = 35  # that have rows: else this says little


def releases():
    """Return the revisions after the first, the newest first."""
    history = ScriptDirectory("migrations").walk_revisions("base", "head")
    return [each.revision for each in history if each.down_revision]


@pytest.fixture
def lived_in(databases, tmp_path):
    """A house whose schema the migrations made, with rows of nearly every kind."""
    with databases.empty("lived_in") as url:
        house = make_house(url, tmp_path)
        with house.app_context():
            flask_migrate.upgrade()
            with house.test_request_context():
                scenery.build()
            db.session.commit()
            let_go()
            yield house
            let_go()


def let_go():
    db.session.remove()
    db.engine.dispose()


def rows():
    """Return every row of every table as the schema is now: by table, by column."""
    seen = sa.MetaData()
    found = {}
    with db.engine.connect() as connection:
        seen.reflect(connection, only=lambda name, _: name in db.metadata.tables)
        for name, table in seen.tables.items():
            order = list(table.primary_key.columns)
            read = connection.execute(sa.select(table).order_by(*order)).mappings()
            found[name] = [dict(row) for row in read]
    let_go()
    return found


def lost(before, after):
    """Return what was there in ``before`` and is not, or is otherwise, in ``after``."""
    for name, old in before.items():
        new = after.get(name, [])
        if len(new) != len(old):
            yield f"{name}: {len(old)} rows became {len(new)}"
        for was, is_now in zip(old, new, strict=False):
            changed = [key for key, value in was.items() if is_now.get(key, value) != value]
            yield from (f"{name}.{key}: {was[key]!r} became {is_now[key]!r}" for key in changed)


def with_nothing_apart(whole):
    """Return rows as a release is told them that sets no pieces apart: these are on sale again."""
    stock = [row | {"left_count": row["left_count"] + row["apart_count"]} for row in whole["stock"]]
    moves = []
    for row in whole["stock_movements"]:
        told = row | {"left_change": row["left_change"] + row["apart_change"]}
        if row["kind"] in ("set_apart", "brought_back"):
            told |= {"kind": "counted", "reason": row["kind"]}
        moves.append(told)
    return whole | {"stock": stock, "stock_movements": moves}


def faults():
    """Return the rules that do not hold; the scenery itself breaks one or another.

    Of what was paid online or at a till, a release before that keeps order and payment alone: the
    rules of the rest are left out.
    """
    with db.engine.connect() as connection:
        assert health.is_newest(connection)
        assert guards.missing(connection) == []
        found = invariants.broken(connection)
    let_go()
    return {rule: ids for rule, ids in found.items() if rule not in GONE}


class TestMigrations:
    def test_keep_every_row_from_each_release(self, lived_in, request):
        whole, sound, known = rows(), faults(), {}
        for revision in releases():
            flask_migrate.downgrade(revision="-1")
            let_go()
            known[revision] = rows()
            if revision == OFFERS:
                whole = with_nothing_apart(whole)
            assert list(lost(known[revision], whole)) == []
        assert len([name for name, found in known[revision].items() if found]) >= LEAST_TABLES

        for revision in reversed(releases()):
            before = rows()
            flask_migrate.upgrade(revision=revision)
            let_go()
            assert list(lost(before, rows())) == []

        assert list(lost(known[releases()[-1]], rows())) == []
        assert faults() == sound
        flask_migrate.check()
        told = (
            f"migrations: {len(releases())} steps down and up, {sum(map(len, whole.values()))} rows"
        )
        request.node.user_properties.append(("told", told))

    def test_go_up_from_the_first_release_at_once(self, lived_in):
        sound = faults()
        flask_migrate.downgrade(revision=FIRST)
        let_go()
        before = rows()
        flask_migrate.upgrade()
        let_go()

        assert list(lost(before, rows())) == []
        assert faults() == sound

    @pytest.mark.only("postgresql")
    def test_wait_for_a_lock_no_longer_than_a_moment(self, lived_in):
        sound = faults()
        apart = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
        with apart.connect() as rival:
            rival.exec_driver_sql("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
            started = time.monotonic()
            with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
                flask_migrate.downgrade(revision="-1")
            assert time.monotonic() - started < 60

        assert faults() == sound
