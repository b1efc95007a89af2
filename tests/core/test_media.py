import errno

import pytest

from marketplace.core import headers, media, stores
from marketplace.core.errors import NotFound

NAME = "ab12cd-320.webp"


@pytest.fixture(autouse=True)
def folder(app, monkeypatch, tmp_path):
    monkeypatch.setitem(app.config, "MEDIA_URL", f"file://{tmp_path}/with%20space")
    return tmp_path / "with space"


class TestMedia:
    def test_keeps_reads_and_removes_a_file(self, folder):
        media.put(NAME, b"one")
        media.put(NAME, b"two")

        assert media.get(NAME) == b"two"
        assert [path.name for path in folder.rglob("*") if path.is_file()] == [NAME]
        media.delete(NAME)
        media.delete(NAME)
        assert not media.exists(NAME)

    def test_tells_of_every_file_but_those_being_written(self, folder):
        media.put(NAME, b"picture")
        (folder / "ab" / ".new-x").write_bytes(b"half")

        (file,) = media.listed()

        assert (file.name, file.size) == (NAME, 7)

    def test_leaves_no_half_of_a_file_on_a_full_disk(self, folder, monkeypatch):
        def full(_handle):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(stores.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            media.put(NAME, b"picture")

        assert [path for path in folder.rglob("*") if path.is_file()] == []

    @pytest.mark.parametrize(
        "name", ["../a.webp", "a/../b.webp", "/etc/passwd", ".x", "a", "A.b", "a\0.webp", "é1.webp"]
    )
    def test_knows_no_names_but_its_own(self, name):
        with pytest.raises(NotFound):
            media.get(name)
        with pytest.raises(ValueError, match="not a name"):
            media.put(name, b"")


class TestShowMedia:
    def test_sends_a_picture_that_can_do_nothing_and_is_kept_for_a_year(self, client):
        media.put(NAME, b"picture")

        answer = client.get(f"/media/{NAME}")

        assert (answer.data, answer.mimetype) == (b"picture", "image/webp")
        assert answer.headers["Content-Security-Policy"] == headers.FILE_POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        answer.close()

    def test_sends_nothing_that_the_reader_has(self, client):
        media.put(NAME, b"picture")
        first = client.get(f"/media/{NAME}")

        answer = client.get(f"/media/{NAME}", headers={"If-None-Match": first.headers["ETag"]})

        assert (answer.status_code, answer.data) == (304, b"")
        first.close()
        answer.close()

    @pytest.mark.parametrize(
        "name", ["ab12cd.pdf", "ab12cd.html", "none-320.webp", "..%2Fconfig.webp"]
    )
    def test_shows_nothing_else(self, client, name):
        media.put("ab12cd.pdf", b"a letter")

        assert client.get(f"/media/{name}").status_code == 404
