"""One answer per refusal: a page for people, problem+json for programs.

**Source:** RFC 9457, "Problem Details for HTTP APIs".
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from jinja2 import TemplateError
from markupsafe import escape
from werkzeug.exceptions import HTTPException, SecurityError

from marketplace.core.database import db
from marketplace.core.errors import Busy, DomainError
from marketplace.core.logs import request_id
from marketplace.core.transactions import is_outage

TEXTS: Mapping[int, tuple[str, str]] = {
    400: (_("We could not read that"), _("Go back, look at what you filled in and try again.")),
    401: (_("Log in to go on"), _("Please log in first.")),
    403: (
        _("This page is not for you"),
        _("Sign in with the account that opens it, or go back to the home page."),
    ),
    404: (_("We did not find this page"), _("The address changed or was typed wrong.")),
    405: (_("This address works differently"), _("Go back and use the button on the page.")),
    409: (_("Not possible now"), _("This cannot be done right now.")),
    410: (_("This is no longer here"), _("It was taken away and does not come back.")),
    413: (_("This is too large"), _("Go back and send a smaller file or a shorter text.")),
    415: (_("We cannot read this kind of file"), _("Choose a file of another kind.")),
    422: (_("Something is missing"), _("Go back, look at what you filled in and try again.")),
    429: (_("Too many tries"), _("Wait a little and try again.")),
    503: (_("We will be right back"), _("Nothing was changed. Please try again in a moment.")),
}
PROGRAMS = ("/api/", "/caixa/")  # under these, programs ask: also the till's app
BROKEN_FROM = HTTPStatus.INTERNAL_SERVER_ERROR
BROKEN = (_("The fault is ours"), _("Nothing was lost. Please try again in a moment."))


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(SecurityError, _wrong_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(sa.exc.DBAPIError, _database)
    app.register_error_handler(sa.exc.TimeoutError, _database)


def _refused(error: DomainError) -> ResponseReturnValue:
    told = {"title": str(error.title), "message": str(error), "code": error.code}
    return _answer(error.status, error.headers, **told)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < HTTPStatus.BAD_REQUEST:
        return error  # a redirect, or an answer that somebody made on purpose
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _answer(error.code or 500, kept)


def _database(error: sa.exc.SQLAlchemyError) -> ResponseReturnValue:
    if isinstance(error, sa.exc.DBAPIError) and not is_outage(error):
        raise error
    current_app.logger.error("the database does not answer", exc_info=error)
    return _answer(Busy.status, Busy.headers, code=Busy().code)


def _wrong_host(_error: SecurityError) -> ResponseReturnValue:
    return Response("Bad host.\n", status=HTTPStatus.BAD_REQUEST, mimetype="text/plain")


def _answer(
    status: int,
    headers: Mapping[str, str],
    *,
    title: str = "",
    message: str = "",
    code: str = "",
) -> Response:
    usual, said = TEXTS.get(status, TEXTS[400] if status < BROKEN_FROM else BROKEN)
    title, message = title or str(usual), message or str(said)
    facts: dict[str, Any] = {"status": int(status), "title": title, "request_id": request_id()}
    if request.path.startswith(PROGRAMS):
        answer = jsonify(facts | {"type": "about:blank", "detail": message, "code": code})
        answer.mimetype = "application/problem+json"
    else:
        answer = Response(
            _page(facts | {"message": message, "wait": headers.get("Retry-After", "")}),
            mimetype="text/html",
        )
    answer.status_code = status
    answer.headers.extend(headers)
    return answer


def _page(facts: dict[str, Any]) -> str:
    """Render the page of a refusal; a bare one when even that needs what is out of order."""
    try:
        if facts["status"] >= BROKEN_FROM:
            db.session.rollback()  # what failed may have left a transaction that reads no more
        return render_template("error.html", **facts)
    except (TemplateError, sa.exc.SQLAlchemyError):
        current_app.logger.exception("the error page failed")
        return _plain(facts)


def _plain(facts: dict[str, Any]) -> str:
    """Render the page of a refusal without asking the database anything, not even who reads it."""
    try:
        return current_app.jinja_env.get_template("error_plain.html").render(facts, request=request)
    except Exception:
        current_app.logger.exception("the plain error page failed")
        title, message = escape(facts["title"]), escape(facts["message"])
        return f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{message}</p>"
