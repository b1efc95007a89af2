"""What lies in large pages: what belongs to no file, and no stack of a thread."""

import mmap
import subprocess
import sys
from pathlib import Path

import pytest

from serving import memory
from tests import programs

pytestmark = pytest.mark.only("sqlite")  # it asks for no database

LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage")  # where the kernel was built with them
MAPS = """\
00400000-00a00000 r-xp 00000000 fe:00 1234                       /usr/bin/python3.11
00a00000-00e00000 rw-p 00600000 fe:00 1234                       /usr/bin/python3.11
01000000-01900000 rw-p 00000000 00:00 0                          [heap]
7f0000001000-7f00005ff000 rw-p 00000000 00:00 0
7f0000600000-7f0000700000 rw-p 00000000 00:00 0
7f0001000000-7f0001001000 ---p 00000000 00:00 0
7f0001001000-7f0001801000 rw-p 00000000 00:00 0
7f0001801000-7f0002801000 rw-p 00000000 00:00 0
7ffc00000000-7ffc00800000 rw-p 00000000 00:00 0                  [stack]
"""

HELD = """
import ctypes
from serving import memory
holds = [[n] for n in range(200_000)]
memory.lay_together(ctypes.CDLL(None))
print(sum(holds[-1]), memory.MAPS.with_name("smaps").read_text().count("hg"))
"""


class Asked:
    """A library that notes what it is asked about memory."""

    def __init__(self):
        self.told = []

    def madvise(self, start, length, kind):
        self.told.append((start.value, length.value, kind))


def test_whole_large_pages_of_no_file_and_no_stack(tmp_path, monkeypatch):
    maps, library = tmp_path / "maps", Asked()
    maps.write_text(MAPS)
    monkeypatch.setattr(memory, "MAPS", maps)
    memory.lay_together(library)
    large = 2 * 1024 * 1024
    expected = [(0x1000000, 4 * large), (0x7F0000200000, large), (0x7F0001A00000, 7 * large)]
    assert library.told == [(*where, kind) for where in expected for kind in (14, 25)]
    assert memory.LARGE_PAGE % mmap.PAGESIZE == 0


def test_where_the_system_does_not_tell_nothing_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MAPS", tmp_path / "none")
    memory.lay_together(library := Asked())
    assert library.told == []


def test_what_is_held_stays_as_it_was():
    asked = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", HELD], cwd=programs.ROOT, capture_output=True, text=True, check=True
    )
    total, large = map(int, asked.stdout.split())
    assert total == 199_999
    assert bool(large) == LARGE_PAGES.exists()
