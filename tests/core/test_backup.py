import json
import sqlite3
import tarfile
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.core import backup, guards, invariants, media, seals
from marketplace.core.audit import Entry
from marketplace.core.backup import Unsound
from marketplace.core.database import db, operation
from tests.core.conftest import PICTURE
from tests.core.test_database import add
from tests.factories.clock import NOW


@operation
def meddle():
    db.session.execute(sa.update(Entry).values(role="head"))


def run(house, *words):
    return house.test_cli_runner().invoke(args=[str(word) for word in words])


class TestBackupAndRestore:
    def test_bring_everything_back_into_an_empty_house(self, furnished, empty_house, tmp_path):
        file = tmp_path / "house.tar.gz"

        said = run(furnished, "backup", file)
        assert (said.exit_code, "1 files of media, checked" in said.output) == (0, True)

        with empty_house() as house:
            said = run(house, "restore", file)
            assert said.exit_code == 0, said.output
            kinds = [entry.notes for entry in db.session.scalars(sa.select(Entry))]
            assert kinds == [[{"kind": "kept"}]] * 2
            assert media.get(PICTURE) == b"picture"
            assert list(seals.faults()) == []

            add("written afterwards")
            with pytest.raises(sa.exc.IntegrityError, match="append-only"):
                meddle()

    def test_leave_only_the_archive_that_only_its_owner_may_read(self, furnished, tmp_path):
        backup.make(tmp_path / "copies" / "house.tar.gz")

        (file,) = (tmp_path / "copies").iterdir()
        assert file.stat().st_mode & 0o077 == 0
        with tarfile.open(file) as archive:
            assert {"manifest.json", "media/ab/" + PICTURE} < set(archive.getnames())


class TestBackup:
    def test_keeps_no_copy_that_breaks_a_rule(self, furnished, tmp_path, monkeypatch):
        monkeypatch.setattr(backup.health, "is_newest", lambda _connection: True)
        odd = sa.select(Entry.id).where(Entry.role == "house")
        monkeypatch.setattr(invariants, "registry", {"audit.nobody": odd})

        with pytest.raises(Unsound, match=r"audit\.nobody is broken"):
            backup.make(tmp_path / "house.tar.gz")
        assert not (tmp_path / "house.tar.gz").exists()

    def test_notices_a_table_that_lost_its_guard(self, furnished, tmp_path, monkeypatch):
        monkeypatch.setattr(backup.health, "is_newest", lambda _connection: True)
        monkeypatch.setattr(guards, "guarded", {*guards.guarded, "limited_uses"})

        with pytest.raises(Unsound, match="limited_uses is not guarded"):
            backup.make(tmp_path / "house.tar.gz")


class TestShelve:
    def test_keeps_the_newest_of_each_kind(self, furnished, tmp_path, monkeypatch):
        (folder := tmp_path / "copies").mkdir()
        (folder / "before.tar.gz").touch()
        for minute in range(4):
            monkeypatch.setattr(backup.clock, "now", lambda m=minute: NOW + timedelta(minutes=m))
            assert run(furnished, "backup", folder, "--keep", 2).exit_code == 0
            words = ("--keep", 3, "--database-only")
            assert "no files of media" in run(furnished, "backup", folder, *words).output

        assert [file.name for file in sorted(folder.iterdir())] == [
            "before.tar.gz",
            "paneiro-2026-11-23T140100Z-database.tar.gz",
            "paneiro-2026-11-23T140200Z-database.tar.gz",
            "paneiro-2026-11-23T140200Z.tar.gz",
            "paneiro-2026-11-23T140300Z-database.tar.gz",
            "paneiro-2026-11-23T140300Z.tar.gz",
        ]


class TestRestore:
    def test_writes_into_no_house_that_is_lived_in(self, furnished, tmp_path):
        file = tmp_path / "house.tar.gz"
        backup.make(file)

        said = run(furnished, "restore", file)

        assert said.exit_code == 1
        assert "The database has tables already" in said.output

    def test_overwrites_no_pictures(self, furnished, empty_house, tmp_path):
        backup.make(file := tmp_path / "house.tar.gz")

        with empty_house():
            media.put(PICTURE, b"another")
            with pytest.raises(Unsound, match="There are files in"):
                backup.put_back(file)
            assert media.get(PICTURE) == b"another"
            assert backup._tables() == []

    def test_leaves_pictures_alone_that_are_kept_apart(self, furnished, empty_house, tmp_path):
        manifest = backup.make(file := tmp_path / "house.tar.gz", media_too=False)
        assert "files" not in manifest

        with empty_house():
            media.put(PICTURE, b"kept apart")
            assert backup.put_back(file)["rows"]["audit_entries"] == 2
            assert media.get(PICTURE) == b"kept apart"

    def test_notices_rows_that_were_lost_on_the_way(self, furnished, empty_house, tmp_path):
        file = tmp_path / "house.tar.gz"
        backup.make(file)
        altered(file, tmp_path / "altered.tar.gz", rows={"audit_entries": 3})

        with empty_house(), pytest.raises(Unsound, match="audit_entries: 3 rows became 2"):
            backup.put_back(tmp_path / "altered.tar.gz")

    def test_refuses_the_copy_of_another_kind_of_database(self, furnished, empty_house, tmp_path):
        file = tmp_path / "house.tar.gz"
        backup.make(file)
        altered(file, tmp_path / "altered.tar.gz", database="database.mdb")

        with empty_house(), pytest.raises(Unsound, match=r"holds a database\.mdb"):
            backup.put_back(tmp_path / "altered.tar.gz")


class TestUnpacking:
    """An archive may be anybody's: it could name any place, and a link in it lead anywhere."""

    @pytest.mark.parametrize("name", ["../beside", "/etc/beside", "media/../../beside"])
    def test_writes_nothing_beside_the_folder(self, tmp_path, name):
        with pytest.raises(Unsound, match="beside"):
            unpack(tmp_path, tarfile.TarInfo(name))
        assert not list(tmp_path.rglob("beside"))

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
    def test_takes_files_and_folders_alone(self, tmp_path, kind):
        member = tarfile.TarInfo("manifest.json")
        member.type, member.linkname = kind, "/etc/hostname"
        with pytest.raises(Unsound, match="manifest"):
            unpack(tmp_path, member)
        assert not list((tmp_path / "unpacked").iterdir())

    def test_lays_out_what_is_honest(self, tmp_path):
        unpack(tmp_path, tarfile.TarInfo("media/ab/photo"))
        assert (tmp_path / "unpacked" / "media" / "ab" / "photo").read_bytes() == b""


def unpack(folder, member):
    with tarfile.open(folder / "archive", "w:gz") as archive:
        archive.addfile(member)
    (folder / "unpacked").mkdir()
    backup._unpack(folder / "archive", folder / "unpacked")


class TestFaults:
    @pytest.mark.only("sqlite")  # PostgreSQL's archive is read back whole
    def test_tell_of_a_damaged_file(self, furnished, tmp_path):
        backup._copy_sqlite(copy := tmp_path / "copy.db")
        raw = bytearray(copy.read_bytes())
        written = raw.rindex(b"kept")
        raw[written - 3000 : written - 100] = b"\xff" * 2900
        copy.write_bytes(raw)

        with pytest.raises(sa.exc.DatabaseError, match="malformed"), backup._opened(copy) as opened:
            backup.faults(opened, {})

    @pytest.mark.only("sqlite")
    def test_tell_of_rows_that_point_nowhere(self, furnished, tmp_path):
        backup._copy_sqlite(copy := tmp_path / "copy.db")
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            connection.execute("INSERT INTO audit_seals VALUES (9, 9, 'x', 'x')")

        with backup._opened(copy) as opened:
            assert backup.faults(opened, {}) == ["a row of audit_seals points nowhere"]


def altered(file, target, rows=None, **changes):
    """Copy an archive with another manifest."""
    backup._unpack(file, target.parent / "unpacked")
    manifest = target.parent / "unpacked" / "manifest.json"
    told = json.loads(manifest.read_text()) | changes
    told["rows"] |= rows or {}
    manifest.write_text(json.dumps(told))
    with tarfile.open(target, "w:gz") as archive:
        for path in sorted((target.parent / "unpacked").iterdir()):
            archive.add(path, path.name)
