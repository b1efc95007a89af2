"""The commands: what they say, and that a second run does no harm."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from marketplace.accounts import queries, rights_table, totp
from marketplace.accounts.models import Role, User
from marketplace.accounts.operations import codes, factors
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from tests.factories.accounts import PASSWORD, make_division, make_staff, make_user, reread

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=words)


class TestLoadReference:
    def test_says_how_many_rows_changed_and_nothing_the_second_time(self, run):
        first, second = run("load-reference"), run("load-reference")

        assert first.output.startswith("places: 5")
        assert "places: 0 row(s) changed\n" in second.output


class TestResetFactor:
    def test_lets_the_last_administrator_set_it_up_anew(self, run):
        dora = make_staff("administrator", mobile="+5592991234567")
        key, now = totp.new_key(), clock.now()
        factors.enrol(dora.id, key, totp.code_of(key, totp.step_at(now)), by=HOUSE, now=now)

        said = run("reset-factor", "(92) 99123-4567", "--reason", "Celular perdido").output

        assert "anew" in said
        assert not queries.has_factor(dora.id)

    def test_says_when_there_is_nothing_to_take_away(self, run):
        said = run("reset-factor", make_user().mobile, "--reason", "a")

        assert (said.exit_code, "nobody with a second step" in said.output) == (2, True)


class TestCreateStaff:
    def create(self, run, *more):
        division = make_division(slug="manaus")
        words = ["create-staff", "--name", "Dora", "--mobile", "(92) 99123-4567"]
        return run(*words, "--role", "administrator", "--division", division.slug, *more)

    def test_prints_a_code_with_which_they_take_over(self, run):
        said = self.create(run).output

        code = said.strip().rsplit(" ", maxsplit=1)[-1]
        user = codes.redeem_code("+5592991234567", code, PASSWORD, now=clock.now())
        assert queries.person_of(user.id).roles == {"administrator"}

    def test_gives_the_role_to_who_is_registered_already(self, run):
        make_user(mobile="+5592991234567")

        said = self.create(run).output

        assert "code" not in said
        assert queries.person_of(reread(User).id).roles == {"administrator"}

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (("--mobile", "123"), "area code"),
            (("--division", "nowhere"), "no Division nowhere"),
            (("--mobile", ""), "give --mobile or --email"),
        ],
    )
    def test_says_what_it_cannot_read(self, run, words, message):
        answer = self.create(run, *words)

        assert answer.exit_code == 2
        assert message in answer.output
        assert db.session.scalars(sa.select(User)).all() == []


class TestRights:
    def test_prints_the_table_and_each_route_with_its_roles(self, run):
        said = run("rights").output

        assert said.startswith(rights_table.markdown())
        assert "| POST | `/gestao/pessoas/<int:user_id>/papeis` | administrator |" in said
        assert "| GET | `/entrar` | anyone |" in said

    def test_is_the_page_in_the_documents(self, run):
        assert run("rights", "--table").output == (ROOT / "docs/rights.md").read_text("utf-8")

    def test_names_every_role_that_can_be_given(self):
        assert {role.value for role in Role} <= rights_table.NAMES.keys()
