import enum
from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.audit import Entry
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE, VISITOR, Person
from tests.factories.clock import NOW


@operation
def say(kind, then=None, by=HOUSE, **facts):
    audit.record(kind, by=by, now=NOW, **facts)
    if then:
        raise then


@operation
def say_twice():
    say("first", row_id=1)
    say("second", row_id=2)


@operation
def say_both():
    with pytest.raises(LookupError):
        say("refused", LookupError())
    say("kept")


def the_entry():
    (entry,) = db.session.scalars(sa.select(Entry))
    return entry


class TestRecord:
    def test_tells_the_outermost_operation_once_with_all_that_came_of_it(self):
        say_twice()

        assert (the_entry().operation, the_entry().role) == ("say_twice", "house")
        assert [note["row_id"] for note in the_entry().notes] == [1, 2]

    def test_says_nothing_of_what_was_refused_inside(self):
        say_both()

        assert the_entry().notes == [{"kind": "kept"}]

    def test_keeps_facts_as_json_does(self):
        class Way(enum.StrEnum):
            UP = "up"

        say("moved", on=date(2030, 3, 1), way=Way.UP, ids={2, 1}, by_id={1: (NOW,)})

        assert the_entry().notes == [
            {
                "kind": "moved",
                "on": "2030-03-01",
                "way": "up",
                "ids": [1, 2],
                "by_id": {"1": [NOW.isoformat()]},
            }
        ]

    @pytest.mark.parametrize(
        ("by", "role"),
        [
            (VISITOR, "visitor"),
            (Person(1), "person"),
            (Person(1, frozenset({"head"})), "head"),
            (Person(1, frozenset({"head", "finance"}), acting="finance"), "finance"),
        ],
    )
    def test_tells_the_role_that_was_acted_in(self, by, role):
        say("kept", by=by)

        assert (the_entry().person_id, the_entry().role) == (by.id, role)

    def test_tells_the_request(self, app):
        with app.test_request_context():
            say("kept")

        assert len(the_entry().request_id) == 16
