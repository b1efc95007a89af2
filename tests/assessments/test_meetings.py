"""A meeting of the commission is judged as of its day, and written down once."""

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.assessments.errors import (
    AppealWaits,
    ConditionsTooLong,
    MeetingTooEarly,
    MemberTied,
    NotOfTheDivision,
)
from marketplace.assessments.invariants import named
from marketplace.assessments.models.assessments import Move, MoveKind
from marketplace.assessments.models.commission import CommissionMember, Outcome, Ruling
from marketplace.assessments.models.visits import Visit
from marketplace.assessments.operations import answering, appeals, commission, ruling, visiting
from marketplace.assessments.queries import rulings
from marketplace.core import clock
from marketplace.core.database import db
from tests.factories.accounts import make_division, make_grant, make_staff, saved
from tests.factories.assessments import (
    BY,
    YEAR,
    make_appeal,
    make_commission,
    make_ruling,
    make_sent,
    ruling_plan,
    visit_plan,
)
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_facilitation, make_member

TODAY, DAY = NOW.date(), timedelta(days=1)
CASES = "/gestao/comercio-justo"
LATER = {"by": BY["by"], "now": NOW + 2 * DAY}
CONDITIONS = {"outcome": Outcome.WITH_CONDITIONS, "conditions": "Assinar a ata"}


def ids_of(members):
    return [one.id for one in members]


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


class TestTurn:
    def test_an_appeal_is_answered_before_a_later_case(self):
        group = make_enterprise()
        old = make_ruling(group, outcome=Outcome.NOT_GRANTED)
        again = answering.begin(group.id, **BY)
        answering.send(again.id, **BY)
        appeals.appeal(group.id, words="A ata existe", file="", **BY)

        with pytest.raises(AppealWaits):
            ruling.decide(again.id, ruling_plan(group), **BY)
        answer = ruling.decide(old.assessment_id, ruling_plan(group), **BY)
        ruling.decide(again.id, ruling_plan(group), **BY)

        assert answer.answers_id == old.id

    def test_one_that_was_passed_over_is_found(self):
        group = make_enterprise()
        appeal = make_appeal(group)
        rule = named["assessments.appeals_are_answered_first"]
        assert not db.session.scalars(rule).all()
        again = answering.begin(group.id, **BY)
        facts = {"enterprise_id": group.id, "outcome": Outcome.NOT_GRANTED, "met_on": TODAY}
        saved(Ruling(**facts, assessment_id=again.id, reasons="Não vimos", noted_at=NOW))

        assert db.session.scalars(rule).all() == [appeal.id]

    def test_a_meeting_is_no_earlier_than_what_it_decides_about(self):
        group = make_enterprise()
        sent = make_sent(group)
        with pytest.raises(MeetingTooEarly):
            ruling.decide(sent.id, ruling_plan(group, met_on=TODAY - DAY), **BY)
        told = CONDITIONS | {"conditions_until": TODAY + 9 * DAY, "met_on": TODAY + DAY}
        ruling.decide(sent.id, ruling_plan(group, **told), **LATER)

        with pytest.raises(MeetingTooEarly):
            ruling.decide(sent.id, ruling_plan(group, met_on=TODAY), **LATER)
        appeals.appeal(group.id, words="A ata existe", file="", **LATER)
        with pytest.raises(MeetingTooEarly):
            ruling.decide(sent.id, ruling_plan(group, met_on=TODAY + DAY), **LATER)
        ruling.decide(sent.id, ruling_plan(group, met_on=TODAY + 2 * DAY), **LATER)

    def test_conditions_end_with_the_term_at_the_latest(self):
        group = make_enterprise()
        last = date(2028, 11, 23)
        sent = make_sent(group)
        plan = ruling_plan(group, **CONDITIONS, conditions_until=last + DAY)
        with pytest.raises(ConditionsTooLong):
            ruling.decide(sent.id, plan, **BY)

        plan = ruling_plan(group, **CONDITIONS, conditions_until=last)
        assert ruling.decide(sent.id, plan, **BY).valid_until == last


class TestWhoDecides:
    def test_who_left_the_group_since_was_tied(self):
        group = make_enterprise()
        sent = make_sent(group)
        one, *others = make_commission(group.division, 4)
        make_member(group, user=one.user, left_on=TODAY)
        plan = ruling_plan(group, decided=ids_of([one, *others]))

        with pytest.raises(MemberTied):
            ruling.decide(sent.id, plan, **LATER)

    def test_who_helped_the_group_that_day_was_tied(self):
        group = make_enterprise()
        sent = make_sent(group)
        one, *others = make_commission(group.division, 4)
        make_facilitation(one.user, group, accepted_at=NOW - DAY, ended_at=NOW + DAY)
        plan = ruling_plan(group, decided=ids_of([one, *others]))

        with pytest.raises(MemberTied):
            ruling.decide(sent.id, plan, **LATER)

    def test_who_came_to_the_group_later_or_had_left_was_not(self):
        group = make_enterprise()
        sent = make_sent(group)
        one, two, three = make_commission(group.division)
        make_member(group, user=one.user, joined_on=TODAY + DAY)
        make_member(group, user=two.user, left_on=TODAY - DAY)
        make_facilitation(three.user, group, accepted_at=NOW + DAY)

        plan = ruling_plan(group, decided=ids_of([one, two, three]))
        made = ruling.decide(sent.id, plan, **LATER)

        assert len(made.deciders) == 3

    def test_only_staff_and_the_council_are_named(self):
        division = make_division()
        told = {"seat": "Divisão", "from_on": TODAY, "until_on": None} | BY
        for role in ("administrator", "desk_till", "facilitator"):
            with pytest.raises(NotOfTheDivision):
                commission.name_member(division.id, make_staff(role, division).id, **told)
        for role in ("articulation", "qualification", "finance", "head", "council"):
            commission.name_member(division.id, make_staff(role, division).id, **told)

        assert count(CommissionMember) == 5


class TestTwice:
    def test_a_second_press_writes_nothing(self):
        group = make_enterprise()
        sent = make_sent(group)
        seen = visit_plan(key="form-1")
        visit = visiting.note_visit(sent.id, seen, **BY)
        assert visiting.note_visit(sent.id, seen, **BY) is visit
        stop = make_ruling(group_two := make_enterprise(division=group.division))
        plan = ruling_plan(group, key="form-2")
        made = ruling.decide(sent.id, plan, **BY)
        assert ruling.decide(sent.id, plan, **BY) is made
        lift = ruling_plan(group_two, outcome=Outcome.SUSPENDED, principles=[], key="form-2")
        assert ruling.decide(stop.assessment_id, lift, **BY) is not made

        decided = sa.select(Move.id).where(
            Move.assessment_id == sent.id, Move.kind == MoveKind.DECIDED
        )
        assert len(db.session.scalars(decided).all()) == 1
        assert count(Visit) == 1

    def test_pages_carry_the_key(self, client, log_in, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        group = make_enterprise()
        sent = make_sent(group)
        members = make_commission(group.division)
        log_in(make_staff("articulation", group.division))
        page = f"{CASES}/{sent.id}/decisao"
        data = {f"member-{one.id}": "decided" for one in members} | key_of(client.get(page).text)
        data |= {"outcome": "granted", "met_on": TODAY.isoformat(), "reasons": "Vimos"}
        data |= {"principles": ["scjs-p1"]}
        visits = f"{CASES}/{sent.id}/visitas"
        seen = {f"seen-{code}": "yes" for code in visit_plan().findings}
        seen |= {"kind": "staff", "visited_on": TODAY.isoformat(), "present": "Todas"}
        seen |= {"name_1": "Rosa", "tie_1": "none", "tie_2": "none", "tie_3": "none"}
        seen |= key_of(client.get(f"{visits}/nova").text)

        for address, typed in ((visits, seen), (page, data)):
            for _press in range(2):
                assert client.post(address, data=typed).status_code == 303

        assert (count(Visit), count(Ruling)) == (1, 1)


def key_of(shown):
    (key,) = re.findall(r'name="key"[^>]*value="([0-9a-f]{32})"', shown)
    return {"key": key}


class TestPages:
    def test_offer_who_sat_on_a_day_that_is_past(self, client, log_in, monkeypatch):
        group = make_enterprise()
        sent = make_sent(group)
        members = make_commission(group.division)
        for one in members:
            commission.end_membership(one.id, last_on=TODAY, **BY)
        monkeypatch.setattr(clock, "now", lambda: NOW + 2 * DAY)
        log_in(make_staff("articulation", group.division))
        page = f"{CASES}/{sent.id}/decisao"
        data = {f"member-{one.id}": "decided" for one in members}
        data |= {"outcome": "granted", "reasons": "Vimos", "principles": ["scjs-p1"]}

        assert "Fórum, until" in client.get(page).text
        today = data | {"met_on": (TODAY + 2 * DAY).isoformat()}
        assert client.post(page, data=today).status_code == 422
        assert client.post(page, data=data | {"met_on": TODAY.isoformat()}).status_code == 303

    def test_say_beside_the_field_what_is_wrong(self, client, log_in, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        group = make_enterprise()
        sent = make_sent(group)
        members = make_commission(group.division)
        log_in(make_staff("head", group.division))
        page = f"{CASES}/{sent.id}/decisao"
        data = {f"member-{one.id}": "decided" for one in members} | {"outcome": "with_conditions"}
        data |= {"reasons": "Falta a ata", "conditions": "Assinar", "principles": ["scjs-p1"]}
        data |= {"met_on": TODAY.isoformat(), "conditions_until": "2199-01-01"}

        assert "No decision holds longer than until" in client.post(page, data=data).text
        early = data | {"met_on": (TODAY - DAY).isoformat()}
        assert "What this meeting decided about came on" in client.post(page, data=early).text

    def test_of_two_divisions_each_has_its_commission(self, client, log_in, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        first, second = make_division(name="Rio Negro"), make_division(name="Madeira")
        head = make_staff("head", first)
        make_grant(head, "head", second)
        told = {"seat": "Fórum", "from_on": TODAY - DAY, "until_on": None} | BY
        here, there = (
            commission.name_member(where.id, make_staff("council", where, name=name).id, **told)
            for where, name in ((first, "Berenice Alves"), (second, "Caetano Dias"))
        )
        named_later = make_staff("council", second)
        log_in(head)
        address = f"{CASES}/comissao?divisao={second.id}"

        plain, shown = client.get(f"{CASES}/comissao").text, client.get(address).text
        assert (here.user.name in plain, there.user.name in plain) == (True, False)
        assert (here.user.name in shown, there.user.name in shown) == (False, True)
        assert "Madeira" in plain
        abroad = make_division().id
        for odd in (abroad, "zz", 10**30):
            assert client.get(f"{CASES}/comissao?divisao={odd}").status_code == 404
        data = {"user_id": named_later.id, "seat": "Fórum", "from_on": "2026-01-01"}
        done = client.post(address, data=data)
        assert done.location.endswith(f"divisao={second.id}")
        term = f"{CASES}/comissao/prazo?divisao={second.id}"
        assert client.post(term, data={"months": "12"}).status_code == 303
        assert client.post(f"{CASES}/comissao/{there.id}/saida").status_code == 303

        assert (rulings.term_months(first.id), rulings.term_months(second.id)) == (24, 12)
        sits = [one.user_id for one in rulings.in_office(second.id, TODAY + YEAR)]
        assert sits == [named_later.id]
