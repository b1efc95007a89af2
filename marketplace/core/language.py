"""The reader's language: a prefix of the address (`/es`, `/en`), none for the default one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIXES = {"es": "es", "en": "en"}  # what stands in the address -> locale
NAMES = {"pt_BR": "Português", "es": "Español", "en": "English"}
DEFAULT = "pt_BR"
KEY, ROOT = "paneiro.language", "paneiro.root"

babel = Babel()


class Language(NamedTuple):
    """A language of the house and where this page is in it."""

    code: str  # pt_BR
    tag: str  # pt-BR, as `lang` and `hreflang` take it
    short: str  # PT
    name: str  # in itself
    path: str  # this page in it, with the arguments it has now
    url: str  # the same, complete, without arguments


class Prefixed:
    """Move a language prefix of the path into SCRIPT_NAME, where `url_for` keeps it."""

    def __init__(self, app: "WSGIApplication") -> None:
        self.app = app

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        environ[ROOT] = environ.get("SCRIPT_NAME", "")
        _, _, rest = environ.get("PATH_INFO", "").partition("/")
        prefix, slash, path = rest.partition("/")
        if prefix in PREFIXES:
            environ[KEY] = PREFIXES[prefix]
            environ["SCRIPT_NAME"] = f"{environ[ROOT]}/{prefix}"
            environ["PATH_INFO"] = f"{slash}{path}" or "/"
        return self.app(environ, start)


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=_chosen)
    app.wsgi_app = Prefixed(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.jinja_env.globals |= {
        "current_language": current_language,
        "other_languages": other_languages,
        "languages": languages,
        "page_path": page_path,
        "get_locale": get_locale,
        "setting": setting,
    }


def current_language() -> str:
    """Return the code of the reader's language, the house's own where nobody reads: ``pt_BR``.

    It is asked for at each number and word of a page, so it is worked out once for each locale.
    """
    try:
        context = vars(g._get_current_object()).get("_flask_babel")
    except RuntimeError:
        return DEFAULT
    locale = getattr(context, "babel_locale", None) or get_locale()
    known, code = getattr(context, "told", (None, ""))
    if context is None or known is not locale:
        code = str(locale)
        if context is not None:
            context.told = (locale, code)
    return code


def setting(name: str) -> str:
    """Return an installation's own words in the reader's language, where it has given them."""
    given = current_app.config.get(f"{name}_{current_language().upper()}")
    return str(given or current_app.config[name])


def root() -> str:
    """Return what stands before every path of the house, in any language; usually nothing."""
    return str(request.environ.get(ROOT, "")) if has_request_context() else ""


def prefix(code: str) -> str:
    """Return what stands before paths in this language: ``/es``, or nothing in Portuguese."""
    return next((f"/{short}" for short, locale in PREFIXES.items() if locale == code), "")


def languages(at: str | None = None) -> list[Language]:
    """Return all languages of the house, each with this page's address in it, or with another."""
    path, asked = (page_path(), page_path(asked=True)) if at is None else (at, at)
    return [_in(code, path, asked) for code in current_app.config["LANGUAGES"]]


def other_languages() -> list[Language]:
    return [language for language in languages() if language.code != current_language()]


def page_path(*, asked: bool = False) -> str:
    """Return this page's path as addresses spell it, without language; if told, what it asks."""
    path = quote(request.path)
    given = request.query_string.decode("ascii", "replace") if asked else ""
    return f"{path}?{given}" if given else path


def _chosen() -> str | None:
    return request.environ.get(KEY) if has_request_context() else None


def _in(code: str, path: str, asked: str) -> Language:
    before = f"{root()}{prefix(code)}"
    tag = code.replace("_", "-")
    url = f"{current_app.config['BASE_URL'].rstrip('/')}{before}{path}"
    return Language(code, tag, tag[:2].upper(), NAMES[code], before + asked, url)
