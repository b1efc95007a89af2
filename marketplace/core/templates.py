"""How templates are made ready and call what they name."""

from collections.abc import MutableMapping
from types import FunctionType
from typing import Any

from flask.templating import Environment
from jinja2 import pass_eval_context
from jinja2.runtime import Context, Macro

OF_THE_TEXT = getattr(pass_eval_context(lambda _text: ""), "jinja_pass_arg")  # noqa: B009
OF_SCOPES = ("_block_vars", "_loop_vars")  # what Jinja tells those who want the context


class Words(Context):
    """Call functions and macros at once: Jinja looks four times at what each wants to be given."""

    def call(self, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        kind = type(obj)
        wants = OF_THE_TEXT if kind is Macro else getattr(obj, "jinja_pass_arg", None)
        if kind not in (Macro, FunctionType) or wants not in (None, OF_THE_TEXT):
            return super().call(obj, *args, **kwargs)
        for name in OF_SCOPES if kwargs else ():
            kwargs.pop(name, None)
        return obj(*args, **kwargs) if wants is None else obj(self.eval_ctx, *args, **kwargs)


class Templates(Environment):
    """Give every template the environment's own globals.

    Jinja lays an empty dictionary over them for each template and copies both, name by name, for
    each page and each import of macros. Nobody here gives one template globals of its own.
    """

    context_class = Words

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
