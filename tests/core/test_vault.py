"""Small secrets: read again by us alone, for what they were sealed for."""

import pytest

from marketplace.core import vault

SECRET = b"twenty bytes exactly"


@pytest.mark.parametrize("secret", [b"", SECRET, bytes(32)])
def test_opens_what_it_sealed(secret):
    assert vault.unseal(vault.seal(secret, "a"), "a") == secret


def test_hides_it_and_never_the_same_way():
    first, second = (vault.seal(SECRET, "a") for _ in range(2))

    assert first != second
    assert SECRET.decode() not in first


def test_opens_nothing_for_another_purpose():
    with pytest.raises(vault.NotOurs):
        vault.unseal(vault.seal(SECRET, "a"), "b")


@pytest.mark.parametrize("place", [0, 20, -2])
def test_notices_each_change(place):
    sealed = list(vault.seal(SECRET, "a"))
    sealed[place] = "A" if sealed[place] != "A" else "B"

    with pytest.raises(vault.NotOurs):
        vault.unseal("".join(sealed), "a")


@pytest.mark.parametrize("text", ["", "é", "=", "x" * 7, "A" * 400])
def test_opens_nothing_that_is_not_ours(text):
    with pytest.raises(vault.NotOurs):
        vault.unseal(text, "a")


def test_takes_no_more_than_its_pad_hides():
    with pytest.raises(ValueError, match="32"):
        vault.seal(bytes(33), "a")


def test_opens_what_a_former_key_sealed(app, monkeypatch):
    sealed = vault.seal(SECRET, "a")
    former = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "not a secret: another one for tests")

    with pytest.raises(vault.NotOurs):
        vault.unseal(sealed, "a")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [former])
    assert vault.unseal(sealed, "a") == SECRET
