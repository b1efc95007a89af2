import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import limits
from marketplace.core.database import db
from marketplace.core.limits import TooMany, Use
from tests.factories.clock import NOW

ANA = "+5592999990000"


def guard(now=NOW, key=ANA, limit=3):
    limits.guard("login", key, limit=limit, seconds=300, now=now)


def take(now=NOW, limit=3, key=ANA):
    limits.take("checkout", key, limit=limit, seconds=60, now=now)


def count(times, now=NOW):
    for _ in range(times):
        limits.count("login", ANA, now)


def uses():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Use))


class TestGuard:
    def test_lets_in_until_there_were_too_many_and_counts_nothing_itself(self):
        count(2)
        guard()
        guard()
        count(1)

        with pytest.raises(TooMany):
            guard()

    def test_slides_and_says_when_to_come_back(self):
        for seconds in (0, 100, 200):
            count(1, NOW + timedelta(seconds=seconds))

        with pytest.raises(TooMany) as refusal:
            guard(NOW + timedelta(seconds=250))
        assert refusal.value.headers["Retry-After"] == "51"
        guard(NOW + timedelta(seconds=300))

    def test_looks_at_one_key_of_one_kind(self):
        count(3)

        guard(key="another")
        limits.guard("reset", ANA, limit=1, seconds=300, now=NOW)

    def test_keeps_nobodys_number(self):
        count(1)

        assert ANA not in db.session.scalar(sa.select(Use.key))


class TestTake:
    def test_counts_each_use_and_refuses_without_counting(self):
        for _ in range(3):
            take()
        with pytest.raises(TooMany):
            take()

        assert uses() == 3

    def test_lets_no_rival_slip_through(self, open_house):
        taken = []

        def visit():
            with open_house.app_context():
                try:
                    take(limit=5)
                    taken.append(1)
                except TooMany:
                    pass

        rivals = [threading.Thread(target=visit) for _ in range(16)]
        for rival in rivals:
            rival.start()
        for rival in rivals:
            rival.join()

        assert (len(taken), uses()) == (5, 5)


class TestForget:
    def test_begins_anew(self):
        count(3)
        limits.forget("login", ANA)

        guard()


class TestSweep:
    def test_removes_what_no_window_reaches(self):
        count(1)
        count(1, NOW + timedelta(days=1))

        limits.sweep(now=NOW + timedelta(days=2, seconds=1))

        assert uses() == 1


class TestPace:
    def test_limits_in_this_process(self, monkeypatch):
        monkeypatch.setattr(limits, "_paces", {})
        for _ in range(5):
            limits.pace("search", "here", limit=5, seconds=60)

        with pytest.raises(TooMany):
            limits.pace("search", "here", limit=5, seconds=60)
        limits.pace("search", "there", limit=5, seconds=60)

    def test_forgets_rather_than_grow_without_end(self, monkeypatch):
        monkeypatch.setattr(limits, "_paces", paces := {})
        monkeypatch.setattr(limits, "MOST_KEYS", 10)
        for number in range(40):
            limits.pace("search", str(number), limit=1, seconds=60)

        assert len(paces) <= 11

    def test_answers_429_with_when_to_come_back(self, visitor, house):
        house.view_functions["doors.open"] = lambda: limits.pace(
            "tests", "same", limit=1, seconds=60
        )
        limits.pace("tests", "same", limit=1, seconds=60)
        answer = visitor.get("/doors/open")

        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
