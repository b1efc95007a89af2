"""Bringing in the versions of the criteria that come with the house."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import sqlalchemy as sa

from marketplace.assessments.models.criteria import CriteriaSet, Criterion
from marketplace.core import audit
from marketplace.core.database import db, operation
from marketplace.core.rights import HOUSE

REFERENCE = Path(__file__).parents[1] / "reference" / "criteria.csv"
LANGUAGES = {"pt_BR": "pt", "es": "es", "en": "en"}
TEXTS = ("title", "question", "proof")


@operation
def load_reference(now: datetime, path: str = str(REFERENCE)) -> int:
    """Add the versions that are not there; return the rows added.

    A version that is there stays as it is, whatever the file says now: what was assessed by it
    keeps its words.

    **Source:** Decreto 7.358/2010, art. 3 (SCJS); WFTO's ten principles; per row in the file.
    """
    known, added = set(db.session.scalars(sa.select(CriteriaSet.version))), 0
    made: dict[str, CriteriaSet] = {}
    with Path(path).open(encoding="utf-8") as opened:
        for row in csv.DictReader(opened):
            if (version := row["set_version"]) in known:
                continue
            if version not in made:
                since = date.fromisoformat(row["in_force_on"])
                made[version] = CriteriaSet(version=version, in_force_on=since, loaded_at=now)
                db.session.add(made[version])
            made[version].criteria.append(_criterion(row, len(made[version].criteria) + 1))
            added += 1
    if added:
        audit.record("reference_loaded", by=HOUSE, now=now, floor="assessments", rows=added)
    return added


def _criterion(row: Mapping[str, str], position: int) -> Criterion:
    texts = {
        language: {name: row[f"{name}_{short}"] for name in TEXTS}
        for language, short in LANGUAGES.items()
    }
    told = {name: row[name] for name in ("code", "source", "origin", "confidence")}
    return Criterion(position=position, texts=texts, **told)
