"""Series of fairs: their name, and the next edition made from the last."""

import secrets
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one, lock_one
from marketplace.core.rights import Person
from marketplace.core.text import slug
from marketplace.fairs.errors import NoEdition, SeriesNameTaken
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.series import FairSeries
from marketplace.fairs.operations.calendar import clone_fair
from marketplace.fairs.plans import SeriesPlan
from marketplace.fairs.queries import series as queries


@operation
def start_series(division_id: int, plan: SeriesPlan, *, by: Person, now: datetime) -> FairSeries:
    """Name a series of a Division; its editions come to it as fairs are planned.

    :raises NotFound: if ``by`` does not serve that Division.
    :raises SeriesNameTaken: if the Division has one of that name.
    """
    if "house" not in by.roles and division_id not in by.divisions:
        raise NotFound
    _check_name(division_id, plan.name, None)
    facts = vars(plan) | {"slug": _free_slug(plan.name), "made_at": now, "by_id": by.id}
    series = FairSeries(division_id=division_id, **facts)
    db.session.add(series)
    db.session.flush()
    audit.record("fair_series_started", by=by, now=now, series_id=series.id)
    return series


@operation
def change_series(series_id: int, plan: SeriesPlan, *, by: Person, now: datetime) -> FairSeries:
    """Change what a series is called and told; its address stays.

    :raises NotFound: if it is not among those ``by`` may see to.
    :raises SeriesNameTaken: if the Division has another of that name.
    """
    series = lock_one(queries.visible_to(by).where(FairSeries.id == series_id))
    _check_name(series.division_id, plan.name, series_id)
    for name, value in vars(plan).items():
        setattr(series, name, value)
    audit.record("fair_series_changed", by=by, now=now, series_id=series_id)
    return series


@operation
def plan_next_edition(series_id: int, first_day: date, *, by: Person, now: datetime) -> Fair:
    """Plan the next edition of a series: its last one from another first day, as a copy is.

    :raises NotFound: if it is not among those ``by`` may see to.
    :raises NoEdition: while no fair belongs to it.
    """
    series = find_one(queries.visible_to(by).where(FairSeries.id == series_id))
    last = queries.last_edition(series_id)
    if last is None:
        raise NoEdition(series=series.name)
    fair = clone_fair(last.id, first_day, by=by, now=now)
    audit.record("fair_edition_planned", by=by, now=now, series_id=series_id, fair_id=fair.id)
    return fair


def _check_name(division_id: int, name: str, own_id: int | None) -> None:
    query = sa.select(FairSeries.id).where(FairSeries.division_id == division_id)
    taken = db.session.scalar(query.where(FairSeries.name == name))
    if taken is not None and taken != own_id:
        raise SeriesNameTaken


def _free_slug(name: str) -> str:
    wanted = slug(name) or secrets.token_hex(3)
    taken = db.session.scalar(sa.select(FairSeries.id).where(FairSeries.slug == wanted))
    return f"{wanted}-{secrets.token_hex(2)}" if taken else wanted
