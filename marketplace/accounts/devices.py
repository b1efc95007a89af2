"""What a browser tells of itself, in words that its owner recognises, and how it is known again."""

from flask import Response, after_this_request, current_app, request

from marketplace.accounts import passwords

KNOWN_SECONDS = 183 * 24 * 3600  # as long as its sessions are kept
LONGEST_REFERENCE = 64

SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
BROWSERS = (  # the first that is named: most also call themselves Chrome or Safari
    ("SamsungBrowser", "Samsung Internet"),
    ("EdgA", "Edge"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_of(user_agent: str) -> str:
    """Return e.g. ``Chrome, Android``; what is not known is left out."""
    found = (_first(names, user_agent) for names in (BROWSERS, SYSTEMS))
    return ", ".join(name for name in found if name)


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")


def known_again() -> str:
    """Return the reference by which this browser is known; with the answer it gets it anew.

    It lets nobody in and outlives a logout: whoever carries it is no news to whom it was given.
    """
    name = current_app.config["DEVICE_COOKIE_NAME"]
    known = request.cookies.get(name, "")
    reference = known if 0 < len(known) <= LONGEST_REFERENCE else passwords.new_token()
    secure = request.is_secure or bool(current_app.config["SESSION_COOKIE_SECURE"])

    @after_this_request
    def keep(answer: Response) -> Response:
        answer.set_cookie(
            name,
            reference,
            max_age=KNOWN_SECONDS,
            secure=secure,
            httponly=True,
            samesite="Lax",
        )
        return answer

    return reference
