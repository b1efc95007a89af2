"""The ground the tests stand on: what one writes, no other sees."""

from threading import Thread

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Municipality
from marketplace.core.database import db, operation


@operation
def add_municipality():
    db.session.add(
        Municipality(code=1, name="A", folded="a", state="AM", time_zone="America/Manaus")
    )


def count():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Municipality))


@pytest.mark.parametrize("time", ["first", "second"])
def test_undoes_what_a_test_committed(time):
    assert count() == 0
    add_municipality()
    assert count() == 1


@pytest.mark.parametrize("time", ["first", "second"])
def test_gives_an_open_house_that_other_threads_see(open_house, time):
    assert count() == 0

    def enter():
        with open_house.app_context():
            add_municipality()

    thread = Thread(target=enter)
    thread.start()
    thread.join()
    db.session.rollback()
    assert count() == 1
