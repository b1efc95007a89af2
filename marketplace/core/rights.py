"""Who is asking, and which doors open for them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, request
from flask_login import current_user
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, UnicodeConverter

from marketplace.core.errors import LogInFirst, NotAllowed, ProveFirst
from marketplace.core.templates import Templates

KB = 1024
MB = 1024 * KB
MAX_FIELDS = 200
PASSWORD, CODE = "password", "code"  # ways to prove that it is they
ACTING, ACTOR = "paneiro.acting", "paneiro.actor"  # kept in the request's environ


@dataclass(frozen=True)
class Person:
    """Who is asking, as plain values: an operation may keep it from one run to the next.

    ``divisions`` are those in which the person's staff roles hold; ``acting`` is the one role, of
    several, in which this act is done; if it was ``chosen``, the others open nothing; ``proven`` is
    by what the person showed, in the last minutes, that it is they: ``PASSWORD``, ``CODE`` of the
    second step.
    """

    id: int | None = None
    roles: frozenset[str] = frozenset()
    divisions: frozenset[int] = frozenset()
    acting: str = ""
    chosen: bool = False
    proven: frozenset[str] = frozenset()


Rule = Callable[[Person], bool]
VISITOR = Person()
HOUSE = Person(roles=frozenset({"house"}), acting="house")  # jobs and commands


def anyone(_person: Person) -> bool:
    return True


def logged_in(person: Person) -> bool:
    return person.id is not None


@dataclass(frozen=True)
class RoleRule:
    """Opens to those who hold one of these roles; the first one held is the one they act in."""

    names: tuple[str, ...]

    def __call__(self, person: Person) -> bool:
        return not person.roles.isdisjoint(self.names)

    def acting(self, person: Person) -> str:
        return next(name for name in self.names if name in person.roles)


def role(*names: str) -> RoleRule:
    return RoleRule(names)


def ask_proof(person: Person, needed: frozenset[str]) -> None:
    """Look whether the person proved a moment ago that it is they.

    :raises ProveFirst: if not in every way that is needed.
    """
    if not needed <= person.proven:
        raise ProveFirst(needed=needed)


def current_person() -> Person:
    """Return who is asking, acting in the role that opened the door."""
    if not current_user.is_authenticated:
        return VISITOR
    person: Person = current_user.person
    request.environ[ACTOR] = person.id
    acting = request.environ.get(ACTING, "")
    return replace(person, acting=acting) if acting else person


class RowId(IntegerConverter):
    """An id in a path: what no row can have is not there (404), for whichever method.

    Ids are INTEGER: on PostgreSQL up to 2,147,483,647, so nine digits always fit. A bound
    that is looked at after the pattern, as ``max`` is, would answer 405 to a POST.
    """

    regex = r"[0-9]{1,9}"


class Words(UnicodeConverter):
    """Text in a path: what has control characters names nothing (404), and reaches no query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regex = self.regex.replace("[^/]", r"[^/\x00-\x1f\x7f]")


class GuardedFlask(Flask):
    """A Flask that registers no route without a rule, and asks the rule first.

    Each route takes three options: ``allow=``, who may enter, ``limit=``, how many bytes may be
    sent to it (64 kB unless told), and ``proof=``, what must have been proven a moment ago.
    """

    jinja_environment = Templates

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.rules: dict[str, Rule] = {}
        self.limits: dict[str, int] = {}
        self.proofs: dict[str, frozenset[str]] = {}
        super().__init__(*args, **kwargs)
        self.url_map.converters |= {"int": RowId, "default": Words, "string": Words}
        self.before_request(self._weigh)
        self.before_request(self._ask)
        self.before_request(self._count)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a view as it is: none here is a coroutine, and Flask would ask each time."""
        return func

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        allow, limit = kwargs.pop("allow", None), kwargs.pop("limit", 64 * KB)
        proof = frozenset(kwargs.pop("proof", ()))
        if allow is None or endpoint is None:
            raise TypeError(f"{rule}: say who may enter, with allow=")
        self.rules[endpoint] = allow
        self.proofs[endpoint] = proof
        self.limits[endpoint] = max(limit, self.limits.get(endpoint, 0))
        super().add_url_rule(rule, endpoint, *args, **kwargs)

    def _weigh(self) -> None:
        """Refuse what is too large before any of it is read.

        :raises RequestEntityTooLarge: for more bytes than the route takes.
        :raises LengthRequired: for a body whose size the server did not find out before.
        """
        limit = self.limits.get(request.endpoint or "", 64 * KB)
        request.max_content_length = limit
        if (request.content_length or 0) > limit:
            raise RequestEntityTooLarge
        if request.headers.get("Transfer-Encoding"):
            raise LengthRequired

    def _ask(self) -> None:
        rule = self.rules.get(request.endpoint or "", anyone)
        if rule is anyone:
            return  # nor is it asked who this is; no such page: Flask answers
        person = current_person()
        if not rule(person):
            raise LogInFirst if person.id is None else NotAllowed
        ask_proof(person, self.proofs[request.endpoint or ""])
        if isinstance(rule, RoleRule):
            request.environ[ACTING] = rule.acting(person)

    def _count(self) -> None:
        """Refuse a form with more fields than any of ours has.

        :raises RequestEntityTooLarge: for more than that.
        """
        if request.content_length and sum(map(len, request.form.listvalues())) > MAX_FIELDS:
            raise RequestEntityTooLarge
