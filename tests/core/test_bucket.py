"""Pictures in a bucket, on a server of S3 that runs as a process of its own."""

import io
import signal
from datetime import timedelta

import pytest
from PIL import Image

from marketplace.core import backup, breaker, clock, headers, media, pictures, stores
from marketplace.core.errors import NotFound, PicturesAway
from tests import s3

NAME = "ab12cd-320.webp"


@pytest.fixture(scope="module")
def server():
    with s3.served() as running:
        yield running


@pytest.fixture
def bucket(app, server, monkeypatch, request):
    """The house with its pictures in a part of the bucket that no other test sees."""
    point_to(app, monkeypatch, server, request.node.name)


@pytest.fixture
def gone(app, monkeypatch):
    """The house with its pictures in a bucket whose server is not there any more."""
    with s3.served() as running:
        point_to(app, monkeypatch, running, "gone")
        media.put(NAME, b"before")
        running.process.kill()
        running.process.wait()
        media._opened.cache_clear()
        yield


def point_to(app, monkeypatch, server, place):
    for name, value in (server.settings | {"MEDIA_URL": f"s3://feira/{place}/"}).items():
        monkeypatch.setitem(app.config, name, value)
    media._opened.cache_clear()  # a process that has just begun


def photo():
    Image.new("RGB", (900, 600), "green").save(file := io.BytesIO(), "JPEG")
    file.seek(0)
    return file


class TestMedia:
    def test_keeps_reads_and_removes_a_file(self, bucket):
        media.put(NAME, b"one")
        media.put(NAME, b"two")

        assert media.get(NAME) == b"two"
        assert media.folder() is None
        media.delete(NAME)
        media.delete(NAME)
        assert not media.exists(NAME)
        with pytest.raises(NotFound):
            media.get(NAME)

    def test_reads_what_another_process_wrote(self, bucket):
        media.put(NAME, b"one")
        media._opened.cache_clear()

        assert media.get(NAME) == b"one"

    def test_tells_of_every_file_with_its_size_and_age(self, bucket):
        for number in range(7):
            media.put(f"ab12c{number}-320.webp", b"x" * number)

        found = sorted(media.listed())

        assert [(file.name[:6], file.size) for file in found] == [
            (f"ab12c{n}", n) for n in range(7)
        ]
        assert all(clock.now() - file.written_at < timedelta(minutes=1) for file in found)

    def test_knows_no_names_but_its_own(self, bucket):
        with pytest.raises(NotFound):
            media.get("../a.webp")
        with pytest.raises(ValueError, match="not a name"):
            media.put("../a.webp", b"")

    def test_takes_a_photo_in_and_gives_it_back(self, bucket):
        picture = pictures.take_in(photo())

        assert Image.open(io.BytesIO(media.get(f"{picture}-640.webp"))).width == 640
        pictures.remove(picture)
        assert list(media.listed()) == []


class TestMemory:
    def test_forgets_first_what_was_not_asked_for(self):
        memory = stores.Memory(10)
        memory.put("a", b"12345")
        memory.put("b", b"12345")
        memory.get("a")
        memory.put("c", b"12345")

        assert [memory.get(name) for name in "abc"] == [b"12345", None, b"12345"]

    def test_keeps_nothing_larger_than_itself(self):
        memory = stores.Memory(10)
        memory.put("a", b"12345678901")
        memory.put("b", b"1")

        assert (memory.get("a"), memory.get("b")) == (None, b"1")


class TestShowMedia:
    def test_sends_a_picture_as_from_a_folder(self, client, bucket):
        media.put(NAME, b"picture")

        answer = client.get(f"/media/{NAME}")

        assert (answer.data, answer.mimetype) == (b"picture", "image/webp")
        assert answer.headers["Content-Security-Policy"] == headers.FILE_POLICY
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Length"] == "7"

    def test_sends_nothing_that_the_reader_has(self, client, bucket):
        media.put(NAME, b"picture")
        tag = client.get(f"/media/{NAME}").headers["ETag"]

        answer = client.get(f"/media/{NAME}", headers={"If-None-Match": tag})

        assert (answer.status_code, answer.data) == (304, b"")

    def test_knows_what_is_not_there(self, client, bucket):
        assert client.get(f"/media/{NAME}").status_code == 404


class TestAServerThatIsGone:
    def test_costs_a_reader_that_picture_alone(self, client, gone):
        answer = client.get(f"/media/{NAME}")

        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "30"
        assert answer.headers["Cache-Control"] == "no-store"
        assert client.get("/entrar").status_code == 200

    def test_refuses_a_photo_beside_its_field(self, gone):
        with pytest.raises(pictures.NotKept, match="Photos are out of reach"):
            pictures.take_in(photo())

    def test_is_left_alone_for_a_while(self, gone):
        for _try in range(breaker.MOST_FAILURES):
            with pytest.raises(PicturesAway):
                media.get(NAME)

        with pytest.raises(PicturesAway) as refused:
            media.get(NAME)
        assert refused.value.__cause__.__cause__ is None  # nobody was called

    def test_is_waited_for_only_so_long(self, app, monkeypatch):
        monkeypatch.setattr(stores, "TIMES", {"connect_timeout": "1s", "timeout": "1s"})
        monkeypatch.setattr(stores, "ONE_MORE_TRY", {"max_retries": 0})
        with s3.served() as running:
            point_to(app, monkeypatch, running, "silent")
            running.process.send_signal(signal.SIGSTOP)
            with pytest.raises(PicturesAway):
                media.get(NAME)


class TestBackupAndRestore:
    def test_bring_pictures_from_a_folder_into_a_bucket(
        self,
        furnished,
        empty_house,
        server,
        monkeypatch,
        tmp_path,
    ):
        backup.make(file := tmp_path / "house.tar.gz")

        with empty_house() as house:
            point_to(house, monkeypatch, server, "restored")
            assert backup.put_back(file)["files"] == 1
            assert media.get(NAME) == b"picture"
            again = backup.make(tmp_path / "again.tar.gz")
            assert again["files"] == 1

    def test_want_an_empty_bucket(self, furnished, empty_house, server, monkeypatch, tmp_path):
        backup.make(file := tmp_path / "house.tar.gz")

        with empty_house() as house:
            point_to(house, monkeypatch, server, "lived-in")
            media.put("another-320.webp", b"")
            with pytest.raises(backup.Unsound, match="files in the bucket"):
                backup.put_back(file)
