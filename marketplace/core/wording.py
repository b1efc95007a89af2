"""Words that are fixed when a template is compiled, for it is compiled once in each language.

A page says some hundred things that depend on nothing but the language. Here each such call of
`_()` becomes the text that it would return, and what is put into a text becomes its neighbour, so
that Jinja writes them in one piece with what stands around them. Escaping stays as it was.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

Say = Callable[[str], str]
SAYING = ("_", "gettext")
READING = "current_language"
GAP = re.compile(r"%\((\w+)\)s")  # where a value goes


def worded(tree: nodes.Template, language: str, say: Say) -> nodes.Template:
    """Return a template with all its words in a language; ``say`` tells the form of a message."""
    if not {*SAYING, READING}.isdisjoint(_own_names(tree)):
        return tree
    spoken: nodes.Template = _Worded(language, say).visit(tree)
    return spoken.set_environment(tree.environment)  # type: ignore[return-value, arg-type]


class _Worded(NodeTransformer):
    def __init__(self, language: str, say: Say) -> None:
        self._language, self._say = language, say

    def visit_Output(self, node: nodes.Output) -> nodes.Output:  # noqa: N802 - Jinja's name
        parts = [part for child in node.nodes for part in self._written(child)]
        return nodes.Output(parts, lineno=node.lineno)

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - Jinja's name
        self.generic_visit(node)
        if _is_call_of(node, READING) and not node.args and not node.kwargs:
            return nodes.Const(self._language, lineno=node.lineno)
        if (form := self._form_of(node)) is None:
            return node
        values = [nodes.Pair(nodes.Const(kw.key), kw.value) for kw in node.kwargs]
        if not values:
            return _safe(form % {}, node.lineno)
        filled = nodes.Dict(values, lineno=node.lineno)
        return nodes.Mod(_safe(form, node.lineno), filled, lineno=node.lineno)

    def _written(self, child: nodes.Expr) -> Iterator[nodes.Expr]:
        """Yield what stands in place of one thing that is written out."""
        form = self._form_of(child)
        names = GAP.findall(form) if form is not None else []
        given = {kw.key: kw.value for kw in getattr(child, "kwargs", ())}
        if form is None or sorted(names) != sorted(given) or "%" in GAP.sub("", form):
            yield self.visit(child)
            return
        for place, part in enumerate(GAP.split(form)):
            if place % 2:
                yield self.visit(given[part])
            elif part:
                yield nodes.TemplateData(part, lineno=child.lineno)

    def _form_of(self, node: nodes.Node) -> str | None:
        """Return the form of a message that is fixed; none if this is none, or does not fit."""
        if not isinstance(node, nodes.Call) or not any(_is_call_of(node, n) for n in SAYING):
            return None
        if len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return None
        form = self._say(node.args[0].value)
        return form if node.kwargs or _stands_alone(form) else None


def _own_names(tree: nodes.Template) -> Iterator[str]:
    """Yield the names to which a template gives a meaning of its own."""
    yield from (name.name for name in tree.find_all(nodes.Name) if name.ctx != "load")
    yield from (macro.name for macro in tree.find_all(nodes.Macro))
    yield from (brought.target for brought in tree.find_all(nodes.Import))
    for brought in tree.find_all(nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in brought.names)


def _is_call_of(node: nodes.Call, name: str) -> bool:
    """Whether a function of this name is called with arguments that are all written there."""
    named = isinstance(node.node, nodes.Name) and node.node.name == name
    return named and node.dyn_args is None and node.dyn_kwargs is None


def _stands_alone(form: str) -> bool:
    try:
        form % {}
    except (KeyError, TypeError, ValueError):  # it is for whoever says it to find out
        return False
    return True


def _safe(words: str, line: int) -> nodes.Expr:
    constant: Any = nodes.Const(words, lineno=line)
    return nodes.MarkSafeIfAutoescape(constant, lineno=line)
