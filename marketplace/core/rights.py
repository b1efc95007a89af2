"""Who is asking, and which doors open for them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request
from flask_login import current_user

from marketplace.core.errors import LogInFirst, NotAllowed


@dataclass(frozen=True)
class Person:
    """Who is asking, as plain values: an operation may keep it from one run to the next."""

    id: int | None = None
    roles: frozenset[str] = frozenset()


Rule = Callable[[Person], bool]
VISITOR = Person()
HOUSE = Person(roles=frozenset({"house"}))  # jobs and commands


def anyone(_person: Person) -> bool:
    return True


def logged_in(person: Person) -> bool:
    return person.id is not None


def role(*names: str) -> Rule:
    return lambda person: not person.roles.isdisjoint(names)


def current_person() -> Person:
    person: Person = current_user.person if current_user.is_authenticated else VISITOR
    return person


class GuardedFlask(Flask):
    """A Flask that registers no route without a rule, and asks the rule first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.rules: dict[str, Rule] = {}
        super().__init__(*args, **kwargs)
        self.before_request(self._ask)

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        allow = kwargs.pop("allow", anyone if endpoint == "static" else None)
        if allow is None or endpoint is None:
            raise TypeError(f"{rule}: say who may enter, with allow=")
        self.rules[endpoint] = allow
        super().add_url_rule(rule, endpoint, *args, **kwargs)

    def _ask(self) -> None:
        if request.endpoint is None:
            return  # no such page: Flask answers
        person = current_person()
        if not self.rules[request.endpoint](person):
            raise LogInFirst if person.id is None else NotAllowed
