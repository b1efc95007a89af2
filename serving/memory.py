"""What a process does with its memory: what stays lies together and is left alone, the rest goes.

**Source:** Python documentation, `gc.freeze` and `gc.set_threshold`; CPython 3.11,
`Modules/gcmodule.c`, on `long_lived_pending`; GNU C Library manual, "Malloc Tunable Parameters";
malloc.h (M_ARENA_MAX is -8, M_MMAP_THRESHOLD -3); malloc_trim(3); madvise(2); proc_pid_maps(5).
"""

import ctypes
import gc
import threading
from collections.abc import Iterator
from pathlib import Path

from marketplace.core import health

COLLECTIONS = 10_000, 20, 10  # young objects until the first; of each kind until the next
ARENAS, RETURNED_BYTES = 2, 1024 * 1024
TIDIED_SECONDS = 20
GROWING = 3  # times that it is tidied until what pages are made of has been made
LARGE_PAGE = 2 * 1024 * 1024
HUGE, COLLAPSE = 14, 25  # kinds of madvise; the second since Linux 6.1
MAPS = Path("/proc/self/maps")  # nowhere but on Linux


def keep_in_order() -> None:
    """Make the most of memory from now on, as far as the system knows how."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        give_back(library)
    spare_what_stays()
    lay_together(library)
    threading.Thread(target=_tidy, args=(library,), daemon=True).start()


def give_back(library: ctypes.CDLL) -> None:
    """Have the C library keep two heaps, not one a thread, and return what is larger than 1 MiB."""
    library.mallopt(-8, ARENAS)
    library.mallopt(-3, RETURNED_BYTES)


def spare_what_stays() -> None:
    """Have the collector look no more at what was made to stay, and seldom at what may.

    It would go through modules, statements and templates again for each few pages. The second
    look has it forget how many those were: what is old is looked at again only once a quarter as
    much more has grown old, and until then lies about what requests left behind.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.set_threshold(*COLLECTIONS)


def lay_together(library: ctypes.CDLL) -> None:
    """Ask that what the process holds lies in pages of 2 MiB: it is found sooner (ADR 73).

    A system that cannot do so at once does it by and by, or goes on as it did.
    """
    if not MAPS.exists() or not hasattr(library, "madvise"):
        return
    for start, length in _own(MAPS.read_text()):
        for kind in (HUGE, COLLAPSE):
            library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), kind)


def _own(maps: str) -> Iterator[tuple[int, int]]:
    """Yield start and length of the whole large pages in what belongs to no file and no stack.

    Below each stack of a thread lies a guard; most of a stack is never touched.
    """
    guard = ""
    for line in maps.splitlines():
        where, may, _offset, _device, _file, *name = line.split()
        start, _, end = where.partition("-")
        if may.startswith("rw") and name in ([], ["[heap]"]) and start != guard:
            first = -(-int(start, 16) // LARGE_PAGE) * LARGE_PAGE
            if (length := int(end, 16) // LARGE_PAGE * LARGE_PAGE - first) > 0:
                yield first, length
        guard = end if may.startswith("---") else ""


def _tidy(library: ctypes.CDLL) -> None:
    """Give back what lies free between the rest, again and again, and lay together what has grown.

    Pages and parts of pages come and go in caches of a constant size, but never in the same
    places: the holes between them would grow for hours.
    """
    ticks = 0
    while not health.ending.wait(TIDIED_SECONDS):
        if hasattr(library, "malloc_trim"):
            library.malloc_trim(0)
        if (ticks := ticks + 1) <= GROWING:
            lay_together(library)
