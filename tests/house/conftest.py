"""A house with the whole cast and their things in it, furnished once for whoever walks through."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from marketplace.accounts.models import User
from marketplace.core.database import db
from tests.conftest import opened, undone
from tests.databases import Databases
from tests.house.access_objects import Arguments, abroad, arguments, cast, others


@dataclass(frozen=True)
class Furnished:
    """Who is in the house, by their ids, and the arguments of the addresses of their things."""

    app: Flask
    people: dict[str, int]
    named: dict[str, Arguments]

    def person(self, name: str) -> User | None:
        """Return one of the cast; nobody for the visitor."""
        return db.session.get(User, self.people[name]) if name in self.people else None


@pytest.fixture(scope="session")
def furniture(
    databases: Databases, blank: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Furnished]:
    """The house as it is found, its things committed for real.

    Not in the transaction that is undone: to erase a person takes triggers away and puts them back,
    and after that SQLite reads the whole schema anew whenever a savepoint is undone.
    """
    with opened(databases, blank, tmp_path_factory.mktemp("furnished"), name="furnished") as house:
        people, own = cast()
        named = {"own": arguments(own), "others": arguments(others(own))}
        named["abroad"] = arguments(abroad())
        ids = {name: user.id for name, user in people.items()}
        db.session.remove()
        yield Furnished(house, ids, named)


@pytest.fixture
def furnished(furniture: Furnished, rolled_back: None) -> Iterator[Furnished]:
    """The same for one test, which may change and commit in it what it likes."""
    with undone(furniture.app):
        yield furniture
