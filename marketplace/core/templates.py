"""How templates are made ready."""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Give every template the environment's own globals.

    Jinja lays an empty dictionary over them for each template and copies both, name by name, for
    each page and each import of macros. Nobody here gives one template globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals
