"""A question about indicators, as it was asked by an address."""

from typing import NamedTuple

from flask import request
from werkzeug.datastructures import MultiDict

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.rights import Person
from marketplace.reports import queries
from marketplace.reports.indicators.asked import Asked, Trait
from marketplace.reports.indicators.forms import AskedForm
from marketplace.reports.questions import Dimension

FEWEST = 3
"""Of fewer enterprises a council member is told nothing: the sales of one could be seen."""
NAMED = ("pergunta", "periodo", *(trait.value for trait in Trait))


class Question(NamedTuple):
    """A question as typed and read; ``valid`` is false where the usual one is asked."""

    form: AskedForm
    asked: Asked
    zones: dict[str, str]
    valid: bool
    least: int  # enterprises of which anything is told

    @property
    def query(self) -> dict[str, str]:
        """Return what is asked as an address tells it, the words taken as what they name."""
        told = {name: str(self.form[name].data or "") for name in NAMED if name != "pergunta"}
        return {name: value for name, value in told.items() if value}


def question_of(person: Person) -> Question:
    """Return what a person asks by the address; wrong values ask the usual."""
    divisions = accounts.divisions_of(person)
    zone, ids = divisions[0].time_zone, frozenset(d.id for d in divisions)
    today = clock.today(zone)
    zones = [(str(key), name) for key, name in queries.choices(ids)[Dimension.ZONE]]

    def filled(given: dict[str, str]) -> AskedForm:
        usual = dict.fromkeys(NAMED, "") | {"periodo": str(today.year)}
        form = AskedForm(MultiDict(usual | given), meta={"csrf": False})
        form.offer(zones, today)
        return form

    given = request.args.to_dict()
    form = filled({name: given[name] for name in NAMED if name in given})
    valid = form.validate()
    form.heed(today)
    read = form if valid else filled({})
    least = FEWEST if "council" in person.roles else 1
    return Question(form, read.asked(ids, zone, today), dict(zones), valid, least)
