"""The parts of the house that people work in, and who works in which."""

from typing import NamedTuple

from flask_babel import lazy_gettext as _

from marketplace.core.rights import Person


class Area(NamedTuple):
    path: str
    icon: str
    name: str
    roles: frozenset[str]


AREAS = (
    Area(
        "/painel",
        "building-store",
        _("Panel of who sells"),
        frozenset({"member", "manager", "stall_till", "facilitator"}),
    ),
    Area(
        "/gestao",
        "chart-bar",
        _("The Division's desk"),
        frozenset({"desk_till", "articulation", "qualification", "finance", "head"})
        | {"administrator"},
    ),
    Area("/conselho", "users", _("Council"), frozenset({"council"})),
)


def areas_of(person: Person) -> list[Area]:
    return [area for area in AREAS if not area.roles.isdisjoint(person.roles)]
