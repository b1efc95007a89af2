import pytest

from checks import translations

pytestmark = pytest.mark.only("sqlite")  # words alone


def test_every_message_is_whole_in_every_language():
    assert not list(translations.faults())
