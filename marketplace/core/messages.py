"""What is said in the reader's language, looked up once for each language.

Flask-Babel asks anew for each word who is reading, and in which of its catalogues to look; a page
says two hundred, a form fifty more. The catalogues stay its own: only the way to them is shorter.
What a template says in fixed words needs no way at all: see `core.wording`.
Flask-WTF reads the file of its library's words anew for each request that has a form; not here.
"""

from collections import defaultdict
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, Request
from flask_babel import Domain, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from wtforms.i18n import messages_path

from marketplace.core.language import babel, current_language

Words = defaultdict[tuple[str, bool], dict[str, str]]


class Catalogues(Domain):
    """The words outside of templates: the language is found as all else finds it, at once."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        language = current_language()
        if language not in self._known:
            self._known[language] = super().get_translations()
        return self._known[language]


class SayingRequest(Request):
    """A request at which Flask-WTF finds what it would keep there: the words of its library."""

    @property
    def wtforms_translations(self) -> NullTranslations:
        return _of_forms(current_language())


@cache
def _of_forms(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], domain="wtforms")


def init_app(app: Flask) -> None:
    """Take the place of Flask-Babel's own ways to its words; it comes after `language`."""
    app.request_class = SayingRequest
    babel.domain_instance = Catalogues()
    formats: Words = defaultdict(dict)
    finished: Words = defaultdict(dict)

    @pass_eval_context
    def say(context: EvalContext, message: str, /, **values: Any) -> str:
        key = (current_language(), context.autoescape)
        if not values and (known := finished[key].get(message)) is not None:
            return known
        if (told := formats[key].get(message)) is None:
            told = get_translations().ugettext(message)
            told = Markup(told) if context.autoescape else told  # noqa: S704 - our own words
            formats[key][message] = told
        if values:
            return told % values
        return finished[key].setdefault(message, told % {})

    app.jinja_env.globals |= {"_": say, "gettext": say}
