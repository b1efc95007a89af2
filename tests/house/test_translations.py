from checks import translations


def test_every_message_is_whole_in_every_language():
    assert not list(translations.faults())
