"""What templates say in the reader's language, looked up once for each language.

Flask-Babel asks anew for each word who is reading, and in which of its catalogues to look; a page
says two hundred. The catalogues stay its own: only the way to them is shorter. Plurals go its way.
"""

from collections import defaultdict
from typing import Any

from flask import Flask
from flask_babel import get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from marketplace.core.language import current_language

Words = defaultdict[tuple[str, bool], dict[str, str]]


def init_app(app: Flask) -> None:
    """Take the place of Flask-Babel's own words in templates; it comes after `language`."""
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
