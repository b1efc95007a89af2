"""JSON as we take it from outside: no doubt about what it says, and no more of it than is sane.

**Source:** RFC 8259 (numbers, duplicate names); RFC 7493, "I-JSON".
"""

import json
from typing import Any

DEEPEST, LONGEST_NUMBER = 20, 20


class BadJson(ValueError):
    """It is none, or says something twice, too deep, or in numbers that nobody means."""


def read(body: bytes) -> Any:
    """Return what UTF-8 JSON says; numbers with a fraction are refused, money being in centavos.

    :raises BadJson: also for a name that is there twice, NaN, numbers of over 20 digits, and what
        is nested more than 20 deep.
    """
    try:
        told = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError) as error:
        raise BadJson from error
    _check_depth(told, DEEPEST)
    return told


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadJson
    return found


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise BadJson
    return int(digits)


def _refuse(_told: str) -> Any:
    raise BadJson


def _check_depth(told: Any, left: int) -> None:
    inside = told.values() if isinstance(told, dict) else told if isinstance(told, list) else None
    if inside is None:
        return
    if not left:
        raise BadJson
    for thing in inside:
        _check_depth(thing, left - 1)
