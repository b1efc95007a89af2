"""A request that changes something comes from a page of ours, and from the one who was shown it.

Two checks on each unsafe request: where it comes from (`Origin`, else `Sec-Fetch-Site`, else
`Referer`), and, when the visitor carries a login session or a basket, a token bound to that.

**Source:** OWASP, "Cross-Site Request Forgery Prevention Cheat Sheet" (HMAC token bound to the
session; verifying the origin with standard headers); Fetch Metadata, W3C.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, current_app, request, session
from flask_babel import lazy_gettext as _

from marketplace.core.errors import DomainError

SAFE = {"GET", "HEAD", "OPTIONS"}
FIELD, HEADER = "csrf_token", "X-CSRF-Token"
NONCE_BYTES = 9
_exempt: set[str] = set()
_origin_only: set[str] = set()


class ForeignForm(DomainError):
    """Sent from another site, or from a page shown before the last login or logout."""

    status = HTTPStatus.FORBIDDEN
    title = _("Load the page again")
    message = _("This page had become too old. Go back, load it again and repeat what you did.")


def exempt(*endpoints: str) -> None:
    """Let these endpoints be called from anywhere: those whose callers sign what they send."""
    _exempt.update(endpoints)


def origin_only(*endpoints: str) -> None:
    """Ask no token of forms on pages that are cached alike for every visitor."""
    _origin_only.update(endpoints)


def init_app(app: Flask) -> None:
    app.before_request(check)
    app.jinja_env.globals["csrf_token"] = token


def check() -> None:
    """Look at who sent an unsafe request.

    :raises ForeignForm: unless it comes from our own pages, with the visitor's own token.
    """
    if request.method in SAFE or request.endpoint is None or request.endpoint in _exempt:
        return
    if not _from_here():
        raise ForeignForm
    bound = _bound_to()
    if bound and request.endpoint not in _origin_only and not _is_ours(_sent(), bound):
        raise ForeignForm


def token() -> str:
    """Return a token for a form on this page; empty when there is nothing to bind it to.

    Each one begins with a nonce, so that compressed pages do not tell it (BREACH).
    """
    if not (bound := _bound_to()):
        return ""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return urlsafe_b64encode(nonce + _seal(_keys()[0], nonce, bound)).decode()


def _from_here() -> bool:
    if (origin := request.headers.get("Origin")) is not None:
        return urlsplit(origin).netloc == request.host
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site in ("same-origin", "none")
    return urlsplit(request.headers.get("Referer", "")).netloc == request.host


def _bound_to() -> str:
    if login := session.get("_user_id"):
        return f"login:{login}"
    basket = request.cookies.get(current_app.config["BASKET_COOKIE_NAME"])
    return f"basket:{basket}" if basket else ""


def _sent() -> str:
    return request.headers.get(HEADER) or request.form.get(FIELD, "")


def _is_ours(sent: str, bound: str) -> bool:
    try:
        raw = urlsafe_b64decode(sent.encode())
    except (BadBase64, ValueError):
        return False
    nonce, seal = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
    return any(hmac.compare_digest(seal, _seal(key, nonce, bound)) for key in _keys())


def _keys() -> list[str]:
    config = current_app.config
    return [config["SECRET_KEY"], *(config.get("SECRET_KEY_FALLBACKS") or ())]


def _seal(key: str, nonce: bytes, bound: str) -> bytes:
    return hmac.digest(f"csrf:{key}".encode(), nonce + bound.encode(), hashlib.sha256)
