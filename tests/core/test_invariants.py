import pytest
import sqlalchemy as sa

from marketplace.core import invariants
from marketplace.core.limits import Use
from tests.core.test_database import add


@pytest.fixture(autouse=True)
def one_rule(monkeypatch):
    odd = sa.select(Use.id).where(Use.kind == "odd")
    monkeypatch.setattr(invariants, "registry", {"limits.nothing_odd": odd})


class TestCheck:
    def test_is_content_when_no_row_breaks_a_rule(self, app):
        add("even")

        said = app.test_cli_runner().invoke(args=["invariants"])

        assert (said.exit_code, said.output) == (0, "1 invariant(s), 0 broken\n")

    def test_names_the_rule_and_a_row_that_breaks_it(self, app):
        add("odd")

        (ids,) = invariants.broken().values()
        said = app.test_cli_runner().invoke(args=["invariants"])

        assert said.exit_code == 1
        assert f"limits.nothing_odd: 1 row(s), first id {ids[0]}" in said.output

    def test_shows_the_rules_as_sql(self, app):
        said = app.test_cli_runner().invoke(args=["invariants", "--sql"])

        assert "-- limits.nothing_odd\nSELECT limited_uses.id" in said.output
        assert "= 'odd';" in said.output
