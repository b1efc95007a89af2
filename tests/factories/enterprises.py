"""Enterprises and the people in them, as rows."""

import itertools
from datetime import date
from typing import Any

import sqlalchemy as sa

from marketplace.accounts import queries as accounts
from marketplace.accounts.models import Division, User
from marketplace.core.database import db
from marketplace.core.rights import Person
from marketplace.enterprises.models import (
    Access,
    Enterprise,
    Facilitation,
    Kind,
    Member,
    Segment,
    Sex,
    Standing,
)
from marketplace.enterprises.steps import STEPS
from tests.factories.accounts import make_division, make_neighbourhood, make_user
from tests.factories.clock import NOW

numbers = itertools.count(1)


def make_enterprise(**columns: Any) -> Enterprise:
    """Make an approved informal group of crafts in Manaus, without members."""
    n = next(numbers)
    division = columns.pop("division", None) or _division()
    segment = columns.get("segment", Segment.CRAFTS)
    enterprise = Enterprise(
        **{
            "division": division,
            "code": f"T{n:03d}",
            "slug": f"grupo-de-teste-{n}",
            "name": f"Grupo de Teste {n}",
            "kind": Kind.INFORMAL_GROUP,
            "standing": Standing.APPROVED,
            "segment": segment,
            "segments": [str(segment)],
            "municipality": division.municipality,
            "mobile": f"+55929{70000000 + n}",  # nobody's own
            "registered_at": NOW,
            "standing_since": NOW,
        }
        | columns
    )
    db.session.add(enterprise)
    db.session.commit()
    return enterprise


def make_member(enterprise: Enterprise, **columns: Any) -> Member:
    n = next(numbers)
    member = Member(
        **{
            "enterprise": enterprise,
            "name": f"Sócia {n}",
            "sex": Sex.FEMALE,
            "joined_on": date(2026, 1, 1),
        }
        | columns
    )
    db.session.add(member)
    db.session.commit()
    return member


def make_producer(
    access: str = "manager",
    enterprise: Enterprise | None = None,
    *,
    user: User | None = None,
    **columns: Any,
) -> tuple[User, Enterprise]:
    """Make a person with this access to an enterprise, a new one unless given."""
    user = user or make_user()
    enterprise = enterprise or make_enterprise(**columns)
    make_member(enterprise, name=user.name, user=user, access=Access(access))
    return user, enterprise


def make_facilitation(user: User, enterprise: Enterprise, **columns: Any) -> Facilitation:
    facilitation = Facilitation(
        **{"user": user, "enterprise": enterprise, "accepted_at": NOW} | columns
    )
    db.session.add(facilitation)
    db.session.commit()
    return facilitation


def _division() -> Division:
    """Return Manaus' Division, made when first asked for."""
    found = db.session.scalar(sa.select(Division).where(Division.slug == "manaus"))
    return found or make_division(slug="manaus", name="Divisão de Economia Solidária")


def person_of(user: User) -> Person:
    """Return who this is, as the pages would know them."""
    return accounts.person_of(user.id)


def make_draft(**columns: Any) -> tuple[User, Enterprise]:
    """Make a registration that only waits to be sent, with its manager and one more person."""
    neighbourhood = make_neighbourhood()
    whole = {
        "standing": Standing.DRAFT,
        "steps_done": list(STEPS),
        "neighbourhood": neighbourhood,
        "story": "Vizinhas que tiram a fibra e fazem bolsas numa varanda.",
        "responsible_name": "Raimunda Souza",
        "responsible_cpf": "52998224725",
    }
    user, enterprise = make_producer(**whole | columns)
    make_member(enterprise)
    return user, enterprise
