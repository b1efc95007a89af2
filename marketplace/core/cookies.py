"""The signed cookie of a session, which is looked into only where a browser sent one."""

from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class Sessions(SecureCookieSessionInterface):
    """As Flask's own, which makes its signer anew at both ends of each request.

    One is kept for the keys that it was made of.
    """

    def __init__(self) -> None:
        self._kept: tuple[object, Any] = None, None

    def get_signing_serializer(self, app: Flask) -> Any:
        keys = app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ())
        made_of, signer = self._kept
        if made_of != keys:
            signer = super().get_signing_serializer(app)
            self._kept = keys, signer
        return signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: Flask) -> None:
    app.session_interface = Sessions()
