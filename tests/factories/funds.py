"""What solidarity funds get of what is paid here."""

from datetime import timedelta

from marketplace.core import clock
from marketplace.core.rights import Person
from marketplace.enterprises.models import Enterprise
from marketplace.payments.operations import funds
from tests.factories.accounts import make_user

YESTERDAY = timedelta(days=1)


def head(division_id: int) -> Person:
    """Return a head of a Division, each time another."""
    return Person(make_user().id, roles=frozenset({"head"}), divisions=frozenset({division_id}))


def make_rate(enterprise: Enterprise, rate: int = 100) -> int:
    """Let the fund of an enterprise's Division get 1 %, or so much, since today; return its id."""
    then, zone = clock.now() - YESTERDAY, enterprise.division.time_zone
    told = {"first_day": clock.today(zone), "reason": "Ata 3", "now": then}
    return funds.set_rate(enterprise.division_id, rate, by=head(enterprise.division_id), **told)
