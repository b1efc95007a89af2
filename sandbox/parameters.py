"""What a request may say, as the provider's own Python library types it: nothing else passes.

The library's typed parameters belong to the version of the interface that it speaks, so what the
sandbox refuses is what that version refuses: ``payment_method_types``, say, is sent no more.

**Source:** package ``stripe`` 16.1, ``stripe.params``; https://docs.stripe.com/upgrades for the
version 2026-10-28.endive.
"""

import sys
from decimal import Decimal
from functools import cache
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

from stripe._request_options import RequestOptions

from sandbox.errors import Refused

OPTIONS = frozenset(RequestOptions.__annotations__)  # of the library's call, not of the request
SCALARS: dict[Any, str] = {int: "integer", bool: "boolean", float: "number", Decimal: "number"}


def checked(tree: dict[str, Any], allowed: Any) -> dict[str, Any]:
    """Return what was sent, with numbers and truth values as such.

    :raises Refused: naming the parameter that is unknown, missing or not of its kind.
    """
    found: dict[str, Any] = _object(tree, allowed, "")
    return found


def _object(tree: Any, allowed: Any, where: str) -> dict[str, Any]:
    if not isinstance(tree, dict):
        raise Refused(f"Invalid object: {where}", param=where)
    kinds = _kinds(allowed)
    for name in tree:
        if name not in kinds:
            full = _inside(where, name)
            raise Refused(
                f"Received unknown parameter: {full}", code="parameter_unknown", param=full
            )
    for name in sorted(allowed.__required_keys__ - OPTIONS - tree.keys()):
        full = _inside(where, name)
        raise Refused(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return {name: _value(sent, kinds[name], _inside(where, name)) for name, sent in tree.items()}


@cache
def _kinds(allowed: Any) -> dict[str, Any]:
    own = {name: kind for name, kind in allowed.__annotations__.items() if name not in OPTIONS}
    names = dict(vars(sys.modules[allowed.__module__]))
    return get_type_hints(
        type("Own", (), {"__annotations__": own}),
        names,
        {"StripeContext": Any},
        include_extras=True,
    )


def _value(sent: Any, kind: Any, where: str) -> Any:
    origin = get_origin(kind)
    if origin in (NotRequired, Required):
        return _value(sent, get_args(kind)[0], where)
    if origin is Union:
        return _first_fitting(sent, get_args(kind), where)
    if origin is Literal:
        return _one_of(sent, get_args(kind), where)
    if origin is list:
        return _listed(sent, get_args(kind)[0], where)
    return _plain(sent, kind, where)


def _first_fitting(sent: Any, kinds: tuple[Any, ...], where: str) -> Any:
    """Try the stricter kinds first; text beside a list of words is what a later version may add."""
    words = [kind for kind in kinds if get_origin(kind) is Literal and get_args(kind) != ("",)]
    refusals = []
    for kind in sorted(kinds, key=lambda kind: kind is str):
        if kind is str and words:
            continue
        try:
            return _value(sent, kind, where)
        except Refused as refused:
            refusals.append(refused)
    raise max(refusals, key=lambda refused: len(refused.param))


def _one_of(sent: Any, allowed: tuple[Any, ...], where: str) -> Any:
    if sent not in allowed:
        raise Refused(f"Invalid {where}: must be one of {', '.join(allowed[:12])}", param=where)
    return sent


def _listed(sent: Any, kind: Any, where: str) -> list[Any]:
    if not isinstance(sent, list):
        raise Refused(f"Invalid array: {where}", param=where)
    return [_value(one, kind, f"{where}[{number}]") for number, one in enumerate(sent)]


def _plain(sent: Any, kind: Any, where: str) -> Any:
    if hasattr(kind, "__required_keys__"):
        return _object(sent, kind, where)
    if kind in SCALARS:
        return _scalar(sent, kind, where)
    wants_map = kind not in (str, Any)
    if wants_map != isinstance(sent, dict) and kind is not Any:
        raise Refused(f"Invalid {'object' if wants_map else 'string'}: {where}", param=where)
    return sent


def _scalar(sent: Any, kind: Any, where: str) -> Any:
    if kind is bool and str(sent).lower() in ("true", "false"):
        return str(sent).lower() == "true"
    text = str(sent)
    if kind is int and text.lstrip("-").isdecimal() and text.isascii():
        return int(text)
    if kind in (float, Decimal) and text.replace(".", "", 1).isdecimal():
        return text
    code = "parameter_invalid_integer" if kind is int else ""
    raise Refused(f"Invalid {SCALARS[kind]}: {sent}", code=code, param=where)


def _inside(where: str, name: str) -> str:
    return f"{where}[{name}]" if where else name
