"""What a browser that gets in is given, and where it is led."""

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import queries, totp
from marketplace.accounts.areas import areas_of
from marketplace.accounts.devices import device_of, known_again
from marketplace.accounts.models import User
from marketplace.accounts.operations import factors, sessions
from marketplace.accounts.sessions import is_staff, waiting
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.look import page_at


def let_in(user_id: int, wanted: str = "") -> ResponseReturnValue:
    """Begin a login session on this device and lead to where the person was going.

    Municipal staff are led to the second step: until they took it they are not in.
    """
    remember(start_here(user_id))
    if is_staff(queries.person_of(user_id)):
        return redirect(url_for("second_step.new", voltar=wanted or None), 303)
    return redirect(landing(user_id, wanted), 303)


def start_here(user_id: int) -> str:
    """Begin a login session on this device; return its reference."""
    device = device_of(request.user_agent.string)
    return sessions.start_session(user_id, device=device, browser=known_again(), now=clock.now())


def remember(token: str) -> None:
    """Give the browser the reference of its login session, in place of whatever it carried."""
    flashes = session.get("_flashes", [])
    session.clear()
    session.permanent = True
    session["_user_id"] = token
    if flashes:
        session["_flashes"] = flashes


def waiting_here() -> int | None:
    """Return whose login on this device waits for the second step, if any does."""
    token = session.get("_user_id")
    return waiting(token) if token else None


def landing(user_id: int, wanted: str) -> str:
    """Return the page asked for, else the one area where the person works, else their account."""
    if asked := page_asked(wanted):
        return asked
    areas = [page_at(area.path) for area in areas_of(queries.person_of(user_id))]
    return areas[0] if len(areas) == 1 and areas[0] else url_for("account.show")


def page_asked(wanted: str) -> str:
    """Return the address of a page of ours that was asked for, or "" if it is none."""
    path, mark, asked = wanted.partition("?")
    if path.startswith("/") and page_at(path):
        return page_at(path) + (mark + asked if asked else "")
    return ""


def code_shown(user: User, key: bytes | None = None) -> str:
    """Return the code that the app of an invented person shows now; of a real one, nothing.

    ``key`` is one that is still to be set up; otherwise theirs is looked for.
    """
    if not (current_app.config["DEMO"] and user.is_demo):
        return ""
    if key is None and (factor := db.session.scalar(queries.factor_of(user.id))):
        key = factors.key_of(factor)
    return totp.code_of(key, totp.step_at(clock.now())) if key else ""
