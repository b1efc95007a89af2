"""Form bodies with brackets as trees: ``a[b][0]=c`` is ``{"a": {"b": ["c"]}}``.

**Source:** https://docs.stripe.com/api (requests are form-encoded; nested names in brackets).
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from sandbox.errors import Refused

NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
MOST_FIELDS = 2_000


def decoded(body: str) -> dict[str, Any]:
    """Return what a form says, as a tree of dicts and lists with text at the ends.

    :raises Refused: for a name that is not one, or one used in two ways.
    """
    pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    found: dict[str, Any] = _lists(_tree(pairs))
    return found


def _tree(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in pairs:
        *path, last = _path(name, root)
        here = root
        for step in path:
            here = here.setdefault(step, {})
            if not isinstance(here, dict):
                raise Refused(f"Invalid {name}", param=name)
        here[last] = value
    return root


def _path(name: str, root: dict[str, Any]) -> list[str]:
    """Return the steps of a name; ``[]`` is the next free number of its list."""
    found = NAME.fullmatch(name)
    if found is None:
        raise Refused(f"Invalid parameter name: {name}", param=name)
    steps = [found[1], *re.findall(r"\[([^\[\]]*)\]", found[2])]
    return [step if step else _next(root, steps[:depth]) for depth, step in enumerate(steps)]


def _next(root: dict[str, Any], path: list[str]) -> str:
    here: Any = root
    for step in path:
        here = here.get(step, {}) if isinstance(here, dict) else {}
    return str(len(here))


def _lists(tree: Any) -> Any:
    """Turn what is numbered from 0 into lists."""
    if not isinstance(tree, dict):
        return tree
    grown = {name: _lists(value) for name, value in tree.items()}
    if grown and all(name.isdigit() for name in grown):
        return [grown[name] for name in sorted(grown, key=int)]
    return grown
