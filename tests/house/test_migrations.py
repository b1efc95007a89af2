"""The one history of the schema leads to what the models say, and back, on either database."""

import flask_migrate
import pytest
import sqlalchemy as sa

from marketplace.core.database import db
from tests.conftest import make_house

TRIGGERS = {
    "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def migrated(databases, tmp_path):
    """A database as the migrations make it."""
    with databases.empty("migrated") as url:
        house = make_house(url, tmp_path)
        with house.app_context():
            flask_migrate.upgrade()
            yield house
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def modelled(databases, blank, tmp_path):
    """What is in a database as the models make it."""
    with databases.copy(blank, "modelled") as url:
        house = make_house(url, tmp_path)
        with house.app_context():
            found = contents(db.engine)
            db.engine.dispose()
        return found


def contents(engine):
    """Return all a schema holds, in words: tables, columns, constraints, indexes, triggers."""
    seen = sa.inspect(engine)
    found = set()
    for table in set(seen.get_table_names()) - {"alembic_version"}:
        found |= {f"{table}: {each}" for each in described(seen, table)}
    with engine.connect() as connection:
        for row in connection.exec_driver_sql(TRIGGERS[engine.dialect.name]):
            found.add(f"trigger {' on '.join(row)}")
    return found


def described(seen, table):
    for column in seen.get_columns(table):
        null = "null" if column["nullable"] else "not null"
        yield f"{column['name']} {column['type']!r} {null}"
    yield f"key {seen.get_pk_constraint(table)['constrained_columns']}"
    for each in seen.get_foreign_keys(table):
        target = f"{each['referred_table']} {each['referred_columns']} {each['options']}"
        yield f"{each['name']} {each['constrained_columns']} to {target}"
    for each in seen.get_check_constraints(table):
        yield f"{each['name']} {' '.join(each['sqltext'].split())}"
    for each in seen.get_unique_constraints(table):
        yield f"{each['name']} {each['column_names']}"
    for each in seen.get_indexes(table):
        where = {name: str(value) for name, value in each.get("dialect_options", {}).items()}
        yield f"{each['name']} {each['column_names']} unique={bool(each['unique'])} {where}"


class TestMigrations:
    def test_lead_to_what_the_models_say(self, migrated, modelled):
        made = contents(db.engine)
        lacking = [f"lacks {each}" for each in sorted(modelled - made)]
        assert not lacking + [f"need not have {each}" for each in sorted(made - modelled)]

    def test_find_no_drift(self, migrated):
        flask_migrate.check()

    def test_lead_back_to_nothing_and_up_again(self, migrated):
        flask_migrate.downgrade(revision="base")
        assert contents(db.engine) == set()
        flask_migrate.upgrade()
        flask_migrate.check()
