"""How templates are made ready and call what they name."""

from collections.abc import MutableMapping
from types import FunctionType
from typing import Any

from flask import has_app_context
from flask.templating import Environment
from flask_babel import get_translations
from jinja2 import BaseLoader, Template, nodes, pass_eval_context
from jinja2.runtime import Context, Macro

from marketplace.core.language import current_language
from marketplace.core.wording import worded

OF_THE_TEXT = getattr(pass_eval_context(lambda _text: ""), "jinja_pass_arg")  # noqa: B009


class Words(Context):
    """Call functions and macros at once: Jinja looks four times at what each wants to be given."""

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(obj)
        wants = OF_THE_TEXT if kind is Macro else getattr(obj, "jinja_pass_arg", None)
        if kind not in (Macro, FunctionType) or wants not in (None, OF_THE_TEXT):
            return super().call(obj, *args, **kwargs)
        if kwargs:  # what Jinja tells those who want the context
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
        return obj(*args, **kwargs) if wants is None else obj(self.eval_ctx, *args, **kwargs)


class Templates(Environment):
    """Compile each template once for each language, with the environment's own globals.

    Jinja lays an empty dictionary over those for each template and copies both, name by name, for
    each page and each import of macros. Nobody here gives one template globals of its own.
    """

    context_class = Words
    loader: BaseLoader
    cache: dict[Any, Template]

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, cache_size=-1, **options)  # there are only so many

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals

    def _load_template(self, name: str, own: MutableMapping[str, Any] | None) -> Template:
        key, kept = (self.loader, _reading(), name), self.cache
        found: Template | None = kept.get(key)
        if found is None or (self.auto_reload and not found.is_up_to_date):
            kept[key] = found = self.loader.load(self, name, self.make_globals(own))
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if not name or not has_app_context():
            return tree  # a text without a name may be shown in any language
        return worded(tree, current_language(), get_translations().ugettext)


def _reading() -> str:
    """Return the language that templates speak now; "" where nobody reads."""
    return current_language() if has_app_context() else ""
