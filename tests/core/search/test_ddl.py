import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.core.search.ddl import statements
from marketplace.core.search.tables import Document


class TestStatements:
    def test_can_be_run_again_after_their_opposite(self):
        connection = db.session.connection()
        for act in ("drop", "create", "drop", "drop", "create"):
            for statement in statements(connection.dialect.name, act):
                connection.exec_driver_sql(statement)

    def test_hold_nothing_that_a_migration_would_take_for_a_parameter(self):
        for dialect in ("sqlite", "postgresql"):
            for statement in statements(dialect, "create") + statements(dialect, "drop"):
                assert "%" not in statement
                assert not sa.text(statement).compile().params

    def test_go_with_the_table(self):
        connection = db.session.connection()
        Document.__table__.drop(connection)
        Document.__table__.create(connection)

        assert "search_index" in sa.inspect(connection).get_table_names()
