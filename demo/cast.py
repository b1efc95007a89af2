"""The people of the demonstration: one login per role, and who works in each enterprise."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts import totp
from marketplace.accounts.models import STAFF_ROLES, Division, Role, User
from marketplace.accounts.operations import factors, people, roles
from marketplace.accounts.passwords import new_salt
from marketplace.core import vault
from marketplace.core.rights import HOUSE

PASSWORD = "feira-de-sabado"  # noqa: S105 - printed beside each login
FIRST_NAMES = (
    *("Raimunda", "Dalva", "Iracema", "Socorro", "Nazaré", "Luzia", "Marlene", "Edilene", "Graça"),
    *("Conceição", "Valdenora", "Ivanilde", "Francisca", "Jaciara", "Rosilda", "Zenaide", "Tereza"),
)
MEN = ("Raimundo", "José", "Edivaldo", "Valdir", "Manoel", "Nonato", "Sebastião", "Jurandir")
BUYERS = ("Lúcia", "Marcos", "Helena", "Paulo", "Camila", "Renato", "Beatriz", "Otávio", "Sílvia")
SURNAME = "de Exemplo"


@dataclass(frozen=True)
class Login:
    """One line of what the demonstration prints."""

    role: str
    name: str
    mobile: str
    key: str = ""  # of the second step, as it is typed into an app


STAFF = (
    (Role.ARTICULATION, "Carla", "articulation staff"),
    (Role.QUALIFICATION, "Tânia", "qualification staff"),
    (Role.FINANCE, "Fábio", "finance"),
    (Role.HEAD, "Rosa", "head of the Division"),
    (Role.COUNCIL, "Antônio", "council member"),
    (Role.ADMINISTRATOR, "Dora", "administrator"),
    (Role.FACILITATOR, "Inês", "facilitator"),
    (Role.DESK_TILL, "Joana", "desk till (common desk)"),
)


def mobile(number: int) -> str:
    return f"+559299{number:07d}"


def enter(name: str, number: int, *, now: datetime) -> User:
    """Return somebody who can log in with the demonstration's password."""
    return people.register_person(
        name=f"{name} {SURNAME}",
        mobile=mobile(number),
        email=None,
        password=PASSWORD,
        by=HOUSE,
        now=now,
        is_demo=True,
    )


def hire(division: Division, first_number: int, *, now: datetime) -> dict[Role, tuple[User, Login]]:
    """Give the Division one person for each role."""
    hired = {}
    for number, (role, name, described) in enumerate(STAFF, first_number):
        user = enter(name, number, now=now)
        roles.give_role(user.id, role, division.id, reason="Demonstração", by=HOUSE, now=now)
        key = set_up_app(user.id, now=now) if role in STAFF_ROLES else ""
        hired[role] = (user, Login(described, user.name, mobile(number), key))
    return hired


def set_up_app(user_id: int, *, now: datetime) -> str:
    """Give somebody a second step, without recovery codes; return the key of its app."""
    key = totp.new_key()
    kept = factors.Kept(vault.seal(key, factors.PURPOSE), 0, new_salt(), [])
    factors.keep_factor(user_id, kept, replace=False, by=HOUSE, now=now)
    return totp.shown(key)


def woman(number: int) -> str:
    return f"{FIRST_NAMES[number % len(FIRST_NAMES)]} {SURNAME}"


def man(number: int) -> str:
    return f"{MEN[number % len(MEN)]} {SURNAME}"


def buyer(number: int) -> str:
    return f"{BUYERS[number % len(BUYERS)]} {SURNAME}"
