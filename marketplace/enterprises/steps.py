"""The registration's steps: what each asks, what can be marked to mend, what is still missing.

A *mark* is what staff can flag: a few columns that belong together.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import lazy_gettext as _

from marketplace.core import clock
from marketplace.enterprises.models import Enterprise

LEAST_PEOPLE = 2
MEND_DAYS, ANSWER_DAYS = 30, 45


@dataclass(frozen=True)
class Mark:
    name: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    path: str  # in the address, Portuguese
    name: str
    marks: tuple[str, ...]


class Missing(NamedTuple):
    step: str
    text: str


MARKS = {
    "name": Mark(_("Name"), ("name",)),
    "kind": Mark(_("Kind of group"), ("kind",)),
    "legal": Mark(_("Legal form and CNPJ"), ("legal_form", "cnpj")),
    "founded": Mark(_("Year it began"), ("founded_year",)),
    "segments": Mark(_("Lines of work"), ("segment", "segments")),
    "place": Mark(
        _("Place"),
        ("municipality_code", "neighbourhood_id", "community", "river", "address"),
    ),
    "people": Mark(_("People")),
    "contact": Mark(_("Mobile and e-mail"), ("mobile", "email")),
    "story": Mark(_("Story"), ("story",)),
    "photo": Mark(_("Photo"), ("photo", "photo_alt")),
    "pix": Mark(_("Pix key"), ("pix_key", "pix_key_kind", "pix_holder")),
    "responsible": Mark(_("Responsible person"), ("responsible_name", "responsible_cpf")),
}
STEPS = {
    "group": Step("grupo", _("The group"), ("name", "kind", "legal", "founded")),
    "segments": Step("segmentos", _("What you do"), ("segments",)),
    "place": Step("lugar", _("Where you are"), ("place",)),
    "people": Step("pessoas", _("Who takes part"), ("people",)),
    "contact": Step("contato", _("Contact and story"), ("contact", "story", "photo")),
    "money": Step("pix", _("Pix and responsible person"), ("pix", "responsible")),
}
BY_PATH = {step.path: key for key, step in STEPS.items()}
PAYOUT = frozenset(MARKS["pix"].columns)


def columns_of(marks: Iterable[str]) -> set[str]:
    return {column for mark in marks for column in MARKS[mark].columns}


def step_of(mark: str) -> str:
    return next(key for key, step in STEPS.items() if mark in step.marks)


class Flagged:
    """Something that staff marked to be mended."""

    def __init__(self, mark: str, note: str) -> None:
        self.name, self.step, self.note = MARKS[mark].name, step_of(mark), note


def due_on(sent_at: datetime, zone: str) -> date:
    """Return the last day of the Division to answer what was sent at a moment.

    **Source:** CADSOL practice: 45 days to analyse.
    """
    return clock.today(zone, sent_at) + timedelta(days=ANSWER_DAYS)


def missing_in(enterprise: Enterprise) -> list[Missing]:
    """Return what keeps the registration from being sent, in the order of the steps."""
    return [
        Missing(step, text)
        for step in STEPS
        for text in ([_NOT_YET] if step not in enterprise.steps_done else _lacks(step, enterprise))
    ]


def _lacks(step: str, enterprise: Enterprise) -> list[str]:
    return [text for lacks, text in _NEEDED.get(step, ()) if lacks(enterprise)]


_NOT_YET = _("This step is still to be filled in")
_Rule = tuple[Callable[[Enterprise], bool], str]
_NEEDED: dict[str, tuple[_Rule, ...]] = {
    "group": ((lambda e: not e.name, _("The name of the group")),),
    "place": (
        (
            lambda e: not (e.neighbourhood_id or e.community),
            _("The neighbourhood, or the community and river"),
        ),
    ),
    "people": (
        (lambda e: len(e.live_members) < LEAST_PEOPLE, _("At least two people")),
        (lambda e: any(not m.name for m in e.live_members), _("Everybody's name")),
    ),
    "contact": (
        (lambda e: not e.mobile, _("A mobile number")),
        (lambda e: not e.story, _("The story of the group, even if short")),
    ),
    "money": (
        (
            lambda e: not (e.cnpj or (e.responsible_name and e.responsible_cpf)),
            _("The responsible person's name and CPF, as there is no CNPJ"),
        ),
    ),
}
