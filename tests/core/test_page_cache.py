"""A page is kept for those whom nobody knows, for as long as it is true."""

import gzip
import logging
from datetime import timedelta

import pytest
from flask import Blueprint, request

from marketplace.accounts.models import Municipality
from marketplace.core import clock, page_cache
from marketplace.core.database import db, operation
from marketplace.core.page_cache import OVERHEAD, Page, Pages
from marketplace.core.rights import anyone
from tests.factories.clock import NOW

bp = Blueprint("leaves", __name__, url_prefix="/folhas")


@bp.get("/<name>", endpoint="leaf", allow=anyone)
@page_cache.alike("ordem", "pagina")
def leaf(name):
    seen.append(request.full_path)
    page_cache.until(TURNS.get(name))
    return f"{name} {request.script_root} {len(seen)} " + "leaf " * 200


seen = []
TURNS = {}


@pytest.fixture
def house(house):
    house.register_blueprint(bp)
    db.create_all()
    seen.clear()
    TURNS.clear()
    return house


@operation
def change():
    place = {"code": 1, "name": "Tefé", "folded": "tefe", "state": "AM", "time_zone": "UTC"}
    db.session.add(Municipality(**place))


def pages(house):
    return house.extensions["page_cache"]


def test_is_rendered_once(house, visitor):
    first, second = visitor.get("/folhas/a"), visitor.get("/folhas/a")

    assert first.text == second.text
    assert len(seen) == 1


def test_is_rendered_anew_after_a_change(house, visitor):
    visitor.get("/folhas/a")
    change()

    assert "a  2 leaf" in visitor.get("/folhas/a").text


def test_is_rendered_anew_when_its_time_is_over(house, visitor, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    TURNS["a"] = NOW + timedelta(minutes=1)
    visitor.get("/folhas/a")
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=59))
    visitor.get("/folhas/a")
    assert len(seen) == 1

    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
    visitor.get("/folhas/a")

    assert len(seen) == 2


@pytest.mark.parametrize("name", ["session", "cesta"])
def test_is_not_for_who_has_a_login_or_a_basket(house, visitor, name):
    visitor.get("/folhas/a")
    visitor.set_cookie(name, "x")

    assert "a  2 leaf" in visitor.get("/folhas/a").text
    visitor.delete_cookie(name)
    assert "a  1 leaf" in visitor.get("/folhas/a").text


class TestAddress:
    def test_keeps_languages_and_hosts_apart(self, house, visitor):
        asked = [("/folhas/a", {}), ("/es/folhas/a", {}), ("/folhas/a", {"Host": "other"})]
        texts = [visitor.get(path, headers=headers).text for path, headers in asked * 2]

        assert texts[:3] == texts[3:]
        assert len(set(texts)) == len(seen) == 3

    def test_drops_parameters_that_the_page_does_not_read(self, house, visitor):
        for number in range(20):
            visitor.get(f"/folhas/a?utm_source={number}&fbclid={number}")

        assert len(pages(house)) == 1
        assert seen == ["/folhas/a?"]

    def test_is_one_in_whatever_order_they_come(self, house, visitor):
        visitor.get("/folhas/a?pagina=2&ordem=novos")
        visitor.get("/folhas/a?ordem=novos&pagina=2&q=")

        assert seen == ["/folhas/a?ordem=novos&pagina=2"]

    @pytest.mark.parametrize("query", ["ordem=" + "a" * 1000, "ordem=\xe1"])
    def test_keeps_nothing_of_an_odd_one(self, house, visitor, query):
        visitor.get("/folhas/a", query_string=query)

        assert len(pages(house)) == 0


class TestAnswer:
    def test_is_the_one_that_flask_gave_but_for_its_id(self, house, visitor):
        first, second = visitor.get("/folhas/a"), visitor.get("/folhas/a")

        ids = {answer.headers.pop("X-Request-Id") for answer in (first, second)}
        assert len(ids) == 2
        assert sorted(first.headers) == sorted(second.headers)
        assert "Content-Security-Policy" in second.headers
        assert second.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in second.headers

    def test_is_packed_as_each_reader_likes(self, house, visitor):
        for accepted in ("gzip", "br", "", "gzip;q=0", "gzip"):
            answer = visitor.get("/folhas/a", headers={"Accept-Encoding": accepted})

            encoding = answer.headers.get("Content-Encoding", "")
            assert encoding == (accepted if accepted in ("gzip", "br") else "")
            assert int(answer.headers["Content-Length"]) == len(answer.data)
            assert "Accept-Encoding" in answer.headers["Vary"]
        assert gzip.decompress(answer.data).startswith(b"a  1 leaf")
        assert len(seen) == 1

    def test_is_304_for_who_has_it(self, house, visitor):
        etag = visitor.get("/folhas/a").headers["ETag"]

        answer = visitor.get("/folhas/a", headers={"If-None-Match": etag})

        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == etag
        assert "Content-Security-Policy" in answer.headers
        other = visitor.get("/folhas/a", headers={"If-None-Match": 'W/"other"'})
        assert other.status_code == 200

    def test_has_no_body_where_only_the_head_is_asked_for(self, house, visitor):
        for _ in range(2):
            answer = visitor.head("/folhas/a")
            assert (answer.status_code, answer.data) == (200, b"")
            assert int(answer.headers["Content-Length"]) > 1000
        assert len(visitor.get("/folhas/a").data) > 1000
        assert len(seen) == 1

    def test_is_noted_like_any_other(self, house, visitor, caplog):
        caplog.set_level(logging.INFO)
        visitor.get("/folhas/a")
        visitor.head("/folhas/a")

        told = [(r.method, r.route, r.status) for r in caplog.records if r.message == "request"]
        assert told == [("GET", "/folhas/<name>", 200), ("HEAD", "/folhas/<name>", 200)]

    def test_is_not_kept_when_it_is_a_refusal(self, house, visitor):
        for _ in range(2):
            assert visitor.get("/folhas/a/b").status_code == 404
            assert visitor.post("/folhas/a").status_code in (403, 405)
        assert len(pages(house)) == 0


class TestPages:
    def made(self, letters):
        return Page("200 OK", [], b"x" * letters)

    def test_forgets_the_longest_unused_when_its_bytes_are_used_up(self):
        kept = Pages(10 * (OVERHEAD + 1000))
        for number in range(10):
            kept.put(number, self.made(1000))
        kept.get(0, 0, NOW)
        kept.put(10, self.made(1000))

        assert kept.get(0, 0, NOW) is not None
        assert kept.get(1, 0, NOW) is None
        assert kept.bytes <= kept.most_bytes
        assert len(kept) == 10

    def test_counts_what_a_page_grows_by(self):
        kept, page = Pages(100_000), self.made(1000)
        kept.put("a", page)
        before = kept.bytes
        page.grow("gzip")
        kept.put("a", page)

        assert kept.bytes == before + len(page.bodies["gzip"])
        kept.clear()
        assert kept.bytes == len(kept) == 0

    def test_does_not_let_one_page_drive_all_others_out(self):
        kept = Pages(100_000)
        kept.put("a", self.made(1000))
        kept.put("b", self.made(50_000))

        assert (len(kept), kept.get("b", 0, NOW)) == (1, None)


def test_can_be_switched_off(house):
    house.config["PAGE_CACHE_BYTES"] = 0
    before = house.wsgi_app
    page_cache.init_app(house)

    assert house.wsgi_app is before
