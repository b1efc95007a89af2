"""What indicators are to reach, and whether they do."""

import enum
from collections.abc import Sequence

import sqlalchemy as sa

from marketplace.core.database import db
from marketplace.reports.indicators.asked import Asked, Value
from marketplace.reports.indicators.measures import Measure, Unit
from marketplace.reports.models.targets import Target

OF_ONE = {Unit.SHARE: 10_000, Unit.INDEX: 100, Unit.MONEY: 1}
"""How many hundredths a fraction of one comes to."""


class Reached(enum.StrEnum):
    YES = "yes"
    NO = "no"
    NOT_TOLD = "not_told"  # nothing to compare with it


def of_year(asked: Asked) -> dict[str, Target]:
    """Return the targets that hold for the year of a question of one Division, by indicator."""
    if len(asked.division_ids) != 1 or asked.filters:
        return {}
    (division_id,) = asked.division_ids
    found = sa.select(Target).where(
        Target.division_id == division_id, Target.year == asked.period.first.year
    )
    return {target.indicator: target for target in db.session.scalars(found.order_by(Target.id))}


def history(asked: Asked, key: str, most: int) -> Sequence[Target]:
    """Return what was said of an indicator in the Divisions asked for, latest first."""
    said = sa.select(Target).where(
        Target.indicator == key, Target.division_id.in_(asked.division_ids)
    )
    return db.session.scalars(said.order_by(Target.id.desc()).limit(most)).all()


def reached(measure: Measure, value: Value | None, target: Target, asked: Asked) -> Reached:
    """Tell whether an indicator reached its target; a sum is compared over the whole year."""
    part_of_year = measure.under is None and len(asked.period.months) < 12
    if value is None or value.denominator <= 0 or part_of_year:
        return Reached.NOT_TOLD
    has, wants = value.numerator * OF_ONE[measure.unit], target.hundredths * value.denominator
    met = has <= wants if measure.less_is_better else has >= wants
    return Reached.YES if met else Reached.NO
