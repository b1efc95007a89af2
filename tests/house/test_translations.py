import pytest

from checks import translations

pytestmark = pytest.mark.only("sqlite")  # words alone


def test_no_message_is_counted_in_one_place_and_not_in_another():
    counted = ("a.py", 1, ("A fair", "%(num)s fairs"), [], None)
    alone, other = ("b.html", 2, "A fair", [], None), ("b.html", 3, "A stall", [], None)
    (fault,) = translations.both_ways([counted, alone, other])
    assert fault.startswith("b.html:2: 'A fair'")


def test_every_message_is_whole_in_every_language():
    assert not list(translations.faults())
