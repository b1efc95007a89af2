"""What browsers are told on every answer, so that a mistake of ours stays a small one.

**Source:** Mozilla Observatory, scoring of headers; OWASP Secure Headers Project.
"""

from collections.abc import Iterable
from functools import cache

from flask import Response, request, session

from marketplace.core.logs import request_id
from marketplace.core.rights import GuardedFlask, anyone

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'; report-uri /csp-report"
)
FILE_POLICY = "default-src 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
FEATURES = (
    "accelerometer=(), camera=({}), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": POLICY,
}
SECRET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
"""Neither caches nor search engines keep what a secret link opens."""
HSTS = "max-age=63072000; includeSubDomains"
_camera: set[str] = set()


def allow_camera(*endpoints: str) -> None:
    """Let these pages use the camera (till, hand-over)."""
    _camera.update(endpoints)


def init_app(app: GuardedFlask) -> None:
    @app.after_request
    def add(answer: Response) -> Response:
        told = {name.lower() for name, _value in answer.headers}
        fresh = [pair for pair in _usual() if pair[0].lower() not in told]
        if "cache-control" not in told:
            fresh.append(("Cache-Control", _caching(app)))
        answer.headers.extend([*fresh, ("X-Request-Id", request_id())])
        return answer


def _usual() -> Iterable[tuple[str, str]]:
    return _usual_of(camera=request.endpoint in _camera, secure=request.is_secure)


@cache
def _usual_of(*, camera: bool, secure: bool) -> tuple[tuple[str, str], ...]:
    hsts = {"Strict-Transport-Security": HSTS} if secure else {}
    features = {"Permissions-Policy": FEATURES.format("self" if camera else "")}
    return tuple((ALWAYS | features | hsts).items())


def _caching(app: GuardedFlask) -> str:
    behind_login = app.rules.get(request.endpoint or "", anyone) is not anyone
    return "no-store" if behind_login or "_user_id" in session else "private, no-cache"


def is_file(answer: Response) -> Response:
    """Mark an answer as somebody's file: nothing in it may run, whatever it turns out to be."""
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer


def for_all_sites(answer: Response) -> Response:
    """Let programs of any site read an answer that is the same for everybody.

    **Source:** Fetch Standard, CORS protocol and Cross-Origin-Resource-Policy.
    """
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return is_file(answer)


def keep_secret(answer: Response) -> Response:
    """Tell it of every answer of a blueprint: ``bp.after_request(keep_secret)``."""
    answer.headers.update(SECRET)
    return answer
