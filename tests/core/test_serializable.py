"""An operation that decides on a sum or on absence asks the database to check the decision."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from marketplace.core.database import db, operation
from marketplace.core.queue import Job
from tests.core.test_contention import add_job


@operation
def add_one(job_id):
    db.session.get(Job, job_id).attempts += 1


@pytest.mark.only("postgresql")  # SQLite lets nobody else write meanwhile
def test_postgresql_runs_a_serializable_loser_again_on_what_is_true_now(open_house):
    add_job()
    job_id, seen = db.session.scalar(sa.select(Job.id)), []

    @operation(isolation="SERIALIZABLE")
    def add_after_a_rival():
        seen.append(db.session.get(Job, job_id).attempts)
        if len(seen) == 1:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(rival).result()
        add_one(job_id)

    def rival():
        with open_house.app_context():
            add_one(job_id)

    add_after_a_rival()

    assert (seen, db.session.get(Job, job_id).attempts) == ([0, 1], 2)
