import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import clock, metrics
from marketplace.core.database import db
from tests.core.test_queue import ask

LINE = re.compile(r'^paneiro_\w+(\{(\w+="[^"\n]*",?)+\})? -?[\d.e+-]+$')


def figures(client, **headers):
    """Ask for the figures; return them by name and labels."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.match(line)] == []
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


class TestShowMetrics:
    def test_counts_requests_by_route_and_status(self, client):
        before = figures(client)
        client.get("/entrar")
        client.get("/en/entrar")
        client.get("/nowhere")
        after = figures(client)

        here = 'paneiro_requests_total{method="GET",route="%s",status="%s"}'
        grown = {key: after.get(key, 0) - before.get(key, 0) for key in after}
        assert grown[here % ("/entrar", 200)] == 2
        assert grown[here % ("none", 404)] == 1
        assert grown['paneiro_request_seconds_count{part="public"}'] == 4  # with /metrics itself

    def test_counts_pages_that_flask_is_not_asked_for(self, client):
        client.get("/produtos")
        before = figures(client)
        client.get("/produtos")
        after = figures(client)

        hits = 'paneiro_page_cache{what="hits"}'
        if hits in after:
            assert after[hits] - before[hits] == 1
        seen = 'paneiro_requests_total{method="GET",route="/produtos",status="200"}'
        assert after[seen] - before[seen] == 1

    def test_heaps_times_up(self, client):
        told = figures(client)
        told = figures(client)

        below = [
            value for key, value in told.items() if "seconds_bucket" in key and "public" in key
        ]
        assert below == sorted(below)
        assert below[-1] == told['paneiro_request_seconds_count{part="public"}']

    def test_tells_of_the_queue(self, client):
        now = clock.now()
        ask("late", run_at=now - timedelta(minutes=3))
        ask("later", run_at=now + timedelta(hours=1))

        told = figures(client)

        assert told['paneiro_jobs{state="due"}'] == 1
        assert told['paneiro_jobs{state="later"}'] == 1
        assert told['paneiro_jobs{state="parked"}'] == 0
        assert 180 <= told["paneiro_oldest_job_seconds"] < 240
        assert 0 < told['paneiro_disk_free_ratio{files="media"}'] <= 1
        assert told["paneiro_well"] == 1

    def test_tells_what_it_can_without_a_database(self, client, monkeypatch):
        def away(_now):
            raise sa.exc.OperationalError("", {}, Exception())

        monkeypatch.setitem(metrics.gauges, "jobs", ("", away))
        told = figures(client)

        assert told["paneiro_well"] == 0
        assert 'paneiro_disk_free_ratio{files="media"}' in told
        assert db.session.scalar(sa.select(1)) == 1


class TestMayAsk:
    @pytest.mark.parametrize(
        ("address", "headers"),
        [
            ("192.0.2.7", {}),
            ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}),
            ("127.0.0.1", {"Authorization": "Bearer guessed", "Via": "1.1 somebody"}),
        ],
    )
    def test_lets_nobody_in_from_elsewhere(self, client, address, headers):
        answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

        assert answer.status_code == 404

    def test_asks_for_the_token_where_there_is_one(self, app, client, monkeypatch):
        monkeypatch.setitem(app.config, "METRICS_TOKEN", "a long one")
        elsewhere = {"REMOTE_ADDR": "192.0.2.7"}

        for sent in ({}, {"Authorization": "Bearer another"}, {"Authorization": "Bearer é"}):
            assert client.get("/metrics", headers=sent).status_code == 404
        right = {"Authorization": "Bearer a long one"}
        assert client.get("/metrics", headers=right, environ_base=elsewhere).status_code == 200
