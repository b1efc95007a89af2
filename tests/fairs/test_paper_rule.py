"""A call may ask for papers that the Division checked and that hold until its fair is over."""

from datetime import date, timedelta

import pytest

from marketplace.assessments.operations import answering, checking
from marketplace.assessments.plans import Paper
from marketplace.core import clock
from marketplace.core.rights import HOUSE
from marketplace.fairs.draw import Outcome
from marketplace.fairs.errors import NotEligible
from marketplace.fairs.operations import drawing, places
from marketplace.fairs.queries import calls, eligibility
from tests.factories.accounts import make_staff
from tests.factories.assessments import answer_all, make_begun
from tests.factories.calls import DRAWN, PRIZES, apply, make_call
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer
from tests.factories.fairs import make_fair

BY = {"by": HOUSE, "now": NOW}
FIFTH, SIXTH = date(2026, 12, 5), date(2026, 12, 6)


def make_papers(group, *papers, checked=True):
    """Have staff find right what a group sent: papers as (title, last day)."""
    assessment = make_begun(group)
    answer_all(assessment)
    made = [
        answering.add_paper(
            assessment.id, "scjs-p1", Paper(title, number=f"{n}/2026", expires_on=last), **BY
        )
        for n, (title, last) in enumerate(papers)
    ]
    answering.send(assessment.id, **BY)
    for paper in made if checked else []:
        checking.check_paper(paper.id, accepted=True, note="", **BY)
    return made


def bar_of(group, number=1, **given):
    call = make_call(fair=make_fair(group.division, **given), rules={"valid_papers": number})
    return eligibility.bar_of(group, call, NOW)


class TestValidPapers:
    @pytest.mark.parametrize(
        ("last", "holds"),
        [(FIFTH, False), (SIXTH, True), (None, True)],
        ids=["day before", "last day", "without end"],
    )
    def test_hold_until_the_last_day_of_the_fair(self, last, holds):
        group = make_enterprise()
        make_papers(group, ("Alvará sanitário", last))

        assert (bar_of(group, days=(FIFTH, SIXTH)) is None) is holds

    def test_are_those_that_staff_found_right(self):
        group = make_enterprise()
        (paper,) = make_papers(group, ("Alvará sanitário", None), checked=False)
        assert bar_of(group) is not None

        checking.check_paper(paper.id, accepted=False, note="Ilegível", **BY)
        assert bar_of(group) is not None
        checking.check_paper(paper.id, accepted=True, note="", **BY)
        assert bar_of(group) is None

    def test_are_counted_once_each_and_of_that_group(self):
        group, other = make_enterprise(), make_enterprise()
        make_papers(group, ("Alvará", None), ("Ata", None))
        make_papers(other, ("Licença", None))

        assert (bar_of(group, 2), bar_of(other, 1)) == (None, None)
        assert bar_of(group, 3).facts["valid"] == 2

    def test_tell_who_applies_what_is_missing(self):
        group = make_enterprise()
        make_papers(group, ("Alvará sanitário", FIFTH - timedelta(days=1)))
        call = make_call(group.division, rules={"valid_papers": 1})

        told = "0 of its papers .* hold until .*, and 1 .* Not valid by then: Alvará sanitário"
        with pytest.raises(NotEligible, match=told):
            apply(call, group)

    def test_are_looked_at_again_in_the_draw_and_staff_may_give_a_place(self):
        group = make_enterprise()
        (paper,) = make_papers(group, ("Alvará sanitário", None))
        call = make_call(group.division, rules={"valid_papers": 1})
        apply(call, group)
        checking.check_paper(paper.id, accepted=False, note="Era de outro grupo", **BY)

        drawn = drawing.draw_places(call.fair_id, PRIZES, by=HOUSE, now=DRAWN)

        (lot,) = calls.lots(drawn.id)
        assert (lot.outcome, lot.rule) == (Outcome.EXCLUDED, "valid_papers")
        places.give_place(call.fair_id, group.id, "O alvará novo chegou hoje", by=HOUSE, now=DRAWN)
        assert [place.enterprise_id for place in calls.held(call.id)] == [group.id]


class TestPages:
    def test_a_call_asks_for_them_and_says_so(self, client, log_in, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        call = make_call(now=NOW + timedelta(days=1), rules={"valid_papers": 2})
        log_in(make_staff("articulation", call.fair.division))
        address = f"/gestao/feiras/{call.fair_id}/chamada"

        assert "2 papers that the Division checked hold until" in client.get(address).text
        page = client.get(f"{address}/editar").text
        assert '<option selected value="2">2 that hold until the fair' in page

    def test_who_applies_is_told(self, client, log_in, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        call = make_call(rules={"valid_papers": 1})
        mara, _group = make_producer(division=call.fair.division)
        log_in(mara)

        page = client.get(f"/painel/feiras/{call.fair_id}/inscricao").text

        assert "0 of its papers that the Division checked hold until" in page
