"""Marks of who was erased: beside the archives, by a key that may change."""

import pytest

from marketplace.core import erasure_marks
from marketplace.core.erasure_marks import UnknownKey
from tests.factories.clock import NOW

FORMER = "a key of the tests that is no longer in use"


@pytest.fixture(autouse=True)
def place(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "ERASURES_FILE", str(tmp_path / "here" / "erasures.txt"))


def test_are_kept_once():
    mark = erasure_marks.mark_of("person", "17")
    for _time in range(2):
        erasure_marks.keep(mark, NOW)
    assert erasure_marks.kept() == {mark}


def test_of_a_former_key_still_hold(app, monkeypatch):
    ours = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", FORMER)
    erasure_marks.keep(erasure_marks.mark_of("person", "17"), NOW)
    monkeypatch.setitem(app.config, "SECRET_KEY", ours)

    with pytest.raises(UnknownKey, match="SECRET_KEY_FALLBACKS"):
        erasure_marks.kept()
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [FORMER])
    assert erasure_marks.kept() & erasure_marks.marks_of("person", "17")
    assert not erasure_marks.kept() & erasure_marks.marks_of("person", "18")


def test_go_beside_an_archive_and_come_back(app, tmp_path, monkeypatch):
    mark = erasure_marks.mark_of("person", "17")
    erasure_marks.keep(mark, NOW)
    (copies := tmp_path / "copies").mkdir()
    erasure_marks.copy_to(copies)

    monkeypatch.setitem(app.config, "ERASURES_FILE", str(tmp_path / "elsewhere" / "erasures.txt"))
    assert erasure_marks.kept() == set()
    for _time in range(2):
        erasure_marks.take_from(copies)
    assert erasure_marks.kept() == {mark}
