"""Municipalities, zones, neighbourhoods and the Divisions' own facts."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.accounts import places, queries
from marketplace.accounts.errors import NeighbourhoodExists, ZoneExists
from marketplace.accounts.models import Division, Municipality, Neighbourhood, Role, Zone
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotAllowed
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import HOUSE, Person
from marketplace.core.text import fold, slug


@operation
def load_reference(*, by: Person, now: datetime) -> int:
    """Add the municipalities, zones, neighbourhoods and Divisions that are not there yet.

    What staff changed since stays as it is. Return how many rows were added.
    """
    added = _add_municipalities() + _add_zones() + _add_neighbourhoods() + _add_divisions()
    if added:
        audit.record("reference_loaded", by=by, now=now, rows=added)
    return added


@operation
def add_zone(municipality_code: int, name: str, *, by: Person, now: datetime) -> Zone:
    """Add a zone to a municipality that one of the person's Divisions serves.

    :raises NotAllowed: if the municipality is not theirs.
    :raises ZoneExists: if there is one of that name.
    """
    _check_theirs(municipality_code, by)
    _check_free(Zone, Zone.slug == slug(name), municipality_code, ZoneExists(name=name))
    zone = Zone(municipality_code=municipality_code, slug=slug(name), name=name)
    db.session.add(zone)
    db.session.flush()
    audit.record("zone_added", by=by, now=now, zone_id=zone.id, name=name)
    return zone


@operation
def rename_zone(zone_id: int, name: str, *, by: Person, now: datetime) -> Zone:
    """Change how a zone is called; its address in reports stays.

    :raises NotFound: if there is no such zone.
    :raises NotAllowed: if its municipality is not theirs.
    """
    zone = lock_one(sa.select(Zone).where(Zone.id == zone_id))
    _check_theirs(zone.municipality_code, by)
    zone.name = name
    audit.record("zone_renamed", by=by, now=now, zone_id=zone_id, name=name)
    return zone


@operation
def add_neighbourhood(zone_id: int, name: str, *, by: Person, now: datetime) -> Neighbourhood:
    """Add a neighbourhood to a zone.

    :raises NotFound: if there is no such zone.
    :raises NotAllowed: if its municipality is not theirs.
    :raises NeighbourhoodExists: if the municipality has one of that name.
    """
    zone = find_one(sa.select(Zone).where(Zone.id == zone_id))
    code = zone.municipality_code
    _check_theirs(code, by)
    taken = NeighbourhoodExists(name=name)
    _check_free(Neighbourhood, Neighbourhood.folded == fold(name), code, taken)
    place = Neighbourhood(municipality_code=code, zone_id=zone.id, name=name, folded=fold(name))
    db.session.add(place)
    db.session.flush()
    audit.record("neighbourhood_added", by=by, now=now, neighbourhood_id=place.id, name=name)
    return place


@operation
def change_neighbourhood(
    neighbourhood_id: int, name: str, zone_id: int, *, by: Person, now: datetime
) -> Neighbourhood:
    """Rename a neighbourhood or move it to another zone of its municipality.

    Sales of the past keep the zone they were counted in.

    :raises NotFound: if one of them is not there, or the zone is another municipality's.
    :raises NotAllowed: if the municipality is not theirs.
    :raises NeighbourhoodExists: if the municipality has another one of that name.
    """
    place = lock_one(sa.select(Neighbourhood).where(Neighbourhood.id == neighbourhood_id))
    code = place.municipality_code
    _check_theirs(code, by)
    zone = find_one(sa.select(Zone).where(Zone.id == zone_id, Zone.municipality_code == code))
    namesake = (Neighbourhood.folded == fold(name)) & (Neighbourhood.id != neighbourhood_id)
    _check_free(Neighbourhood, namesake, code, NeighbourhoodExists(name=name))
    place.name, place.folded, place.zone_id = name, fold(name), zone.id
    facts = {"neighbourhood_id": neighbourhood_id, "zone_id": zone_id, "name": name}
    audit.record("neighbourhood_changed", by=by, now=now, **facts)
    return place


@operation
def change_division(
    division_id: int, contact: dict[str, str], *, by: Person, now: datetime
) -> Division:
    """Change a Division's name, phone, e-mail and address, as buyers read them.

    :raises NotFound: if it is not one of the person's.
    """
    division = lock_one(queries.division(division_id))
    _check_theirs(division.municipality_code, by)
    division.name, division.phone = contact["name"], contact["phone"]
    division.email, division.address = contact["email"], contact["address"]
    audit.record("division_changed", by=by, now=now, division_id=division_id, **contact)
    return division


def _check_theirs(municipality_code: int, by: Person) -> None:
    ours = {division.municipality_code for division in queries.divisions_of(by)}
    allowed = municipality_code in ours and Role.ADMINISTRATOR in by.roles
    if by != HOUSE and not allowed:
        raise NotAllowed


def _check_free(
    model: type[Zone] | type[Neighbourhood],
    same: sa.ColumnElement[bool],
    municipality_code: int,
    refusal: ZoneExists | NeighbourhoodExists,
) -> None:
    taken = sa.select(model.id).where(model.municipality_code == municipality_code, same)
    if db.session.scalar(taken) is not None:
        raise refusal


def _add_municipalities() -> int:
    there = set(db.session.scalars(sa.select(Municipality.code)))
    rows = [
        {
            "code": int(row["ibge_code"]),
            "name": row["name"],
            "folded": fold(row["name"]),
            "state": row["uf"],
            "time_zone": row["timezone"],
        }
        for row in places.municipalities()
        if int(row["ibge_code"]) not in there
    ]
    if rows:
        db.session.execute(sa.insert(Municipality), rows)
    return len(rows)


def _add_zones() -> int:
    there = _zone_ids().keys()
    rows = [
        {"municipality_code": code, "slug": row["slug"], "name": row["name"]}
        for row in places.zones()
        if ((code := int(row["ibge_code"])), row["slug"]) not in there
    ]
    if rows:
        db.session.execute(sa.insert(Zone), rows)
    return len(rows)


def _add_neighbourhoods() -> int:
    zones = _zone_ids()
    known = sa.select(Neighbourhood.municipality_code, Neighbourhood.folded)
    there = {(code, folded) for code, folded in db.session.execute(known)}
    rows = [
        {
            "municipality_code": code,
            "zone_id": zones[code, row["zone"]],
            "name": row["name"],
            "folded": fold(row["name"]),
        }
        for row in places.neighbourhoods()
        if ((code := int(row["ibge_code"])), fold(row["name"])) not in there
    ]
    if rows:
        db.session.execute(sa.insert(Neighbourhood), rows)
    return len(rows)


def _add_divisions() -> int:
    there = {division.slug for division in queries.divisions()}
    rows = [
        {"slug": row["slug"], "name": row["name"], "municipality_code": int(row["ibge_code"])}
        for row in places.divisions()
        if row["slug"] not in there
    ]
    if rows:
        db.session.execute(
            sa.insert(Division), [{"phone": "", "email": "", "address": ""} | r for r in rows]
        )
    return len(rows)


def _zone_ids() -> dict[tuple[int, str], int]:
    zones = db.session.execute(sa.select(Zone.municipality_code, Zone.slug, Zone.id))
    return {(code, name): zone_id for code, name, zone_id in zones}
