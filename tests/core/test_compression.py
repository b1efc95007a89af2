import gzip

import brotli
import pytest
from flask import Response

pytestmark = pytest.mark.only("sqlite")  # bytes alone


def get(visitor, accepted):
    return visitor.get("/doors/open", headers={"Accept-Encoding": accepted})


class TestCompress:
    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("gzip", "gzip"),
            ("br, gzip", "br"),
            ("br;q=0, gzip", "gzip"),
            ("deflate", None),
            ("", None),
        ],
    )
    def test_is_as_the_reader_likes(self, visitor, accepted, encoding):
        answer = get(visitor, accepted)

        assert answer.headers.get("Content-Encoding") == encoding
        unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding, bytes)
        assert unpack(answer.data).startswith(b"in []")
        assert int(answer.headers["Content-Length"]) == len(answer.data)
        assert "Accept-Encoding" in answer.headers["Vary"]

    @pytest.mark.parametrize(
        "made",
        [
            Response("short"),
            Response(b"x" * 1000, mimetype="image/webp"),
            Response(iter(["x" * 1000]), mimetype="text/csv"),
        ],
        ids=["short", "picture", "stream"],
    )
    def test_leaves_other_answers_as_they_are(self, visitor, house, made):
        house.view_functions["doors.open"] = lambda: made

        assert "Content-Encoding" not in get(visitor, "br, gzip").headers
