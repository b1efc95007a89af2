"""Several people at once: asked with threads and real commits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.core.database import db
from marketplace.core.rights import HOUSE
from marketplace.enterprises.errors import ManagerNeeded, WrongStanding
from marketplace.enterprises.models import Access, Enterprise, Kind, Segment, Standing
from marketplace.enterprises.operations import members, registration, vetting
from marketplace.enterprises.particulars import Particulars
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer

THREADS = 6


@pytest.fixture
def at_once(open_house):
    """Run calls at the same time, each with a session of its own, and return what came of each."""

    def run(calls):
        db.session.remove()

        def one(call):
            with open_house.app_context():
                try:
                    return call()
                except (WrongStanding, ManagerNeeded) as error:
                    return type(error)

        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(one, calls))

    return run


def test_each_registration_gets_a_code_of_its_own(at_once):
    make_enterprise()
    known = Particulars("Fio de Tucum", Kind.INFORMAL_GROUP, Segment.CRAFTS, 1302603)

    def register():
        return registration.register_enterprise(known, by=HOUSE, now=NOW).code

    codes = at_once([register] * THREADS)

    assert len(set(codes)) == THREADS


def test_a_case_is_decided_once_when_two_decide(at_once):
    _user, group = make_producer(standing=Standing.SENT)
    group_id = group.id

    def approve():
        return vetting.approve(group_id, by=HOUSE, now=NOW).kind.value

    def refuse():
        return vetting.refuse(group_id, reason="Não cabe", by=HOUSE, now=NOW).kind.value

    decided = Counter(at_once([approve, refuse] * (THREADS // 2)))

    assert decided[WrongStanding] == THREADS - 1


def test_two_managers_cannot_both_go(at_once):
    _first, group = make_producer()
    make_producer(enterprise=group)
    group_id, ids = group.id, [member.id for member in group.members]

    def step_down(member_id):
        return lambda: members.set_access(member_id, Access.MEMBER, by=HOUSE, now=NOW).id

    answers = at_once([step_down(member_id) for member_id in ids])

    assert ManagerNeeded in answers
    assert db.session.get(Enterprise, group_id).has_manager
