"""The signer of sessions is made once for the keys in use."""

import pytest


@pytest.fixture
def sessions(app, monkeypatch):
    monkeypatch.setitem(app.config, "SECRET_KEY", "one")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", None)
    return app.session_interface


class TestSigner:
    def test_is_made_once(self, app, sessions):
        assert sessions.get_signing_serializer(app) is sessions.get_signing_serializer(app)

    def test_goes_with_the_key(self, app, sessions, monkeypatch):
        signed = sessions.get_signing_serializer(app).dumps({"who": 1})
        monkeypatch.setitem(app.config, "SECRET_KEY", "two")
        read, _data = sessions.get_signing_serializer(app).loads_unsafe(signed)
        assert not read

    def test_still_reads_what_an_older_key_signed(self, app, sessions, monkeypatch):
        signed = sessions.get_signing_serializer(app).dumps({"who": 1})
        monkeypatch.setitem(app.config, "SECRET_KEY", "two")
        monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", ["one"])
        assert sessions.get_signing_serializer(app).loads(signed) == {"who": 1}
