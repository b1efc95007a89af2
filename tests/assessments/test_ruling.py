"""The commission decides with a quorum, hears appeals, and what it grants ends by itself."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from marketplace.assessments.errors import (
    AlreadyNamed,
    AppealOver,
    ConditionsMissing,
    DecidedBefore,
    EndsBeforeItBegins,
    MemberTied,
    NotInOffice,
    NotOfTheDivision,
    PrinciplesMissing,
    QuorumMissing,
    VisitAhead,
    WhyNeeded,
    WordsMissing,
    WrongState,
)
from marketplace.assessments.invariants import named
from marketplace.assessments.jobs import remind_of_renewal
from marketplace.assessments.models.assessments import State
from marketplace.assessments.models.commission import (
    Appeal,
    CommissionMember,
    Outcome,
    Ruling,
    RulingReminder,
)
from marketplace.assessments.models.visits import Tie
from marketplace.assessments.operations import answering, appeals, commission, ruling
from marketplace.assessments.operations.ruling import months_after
from marketplace.assessments.queries import rulings
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.notifications.models import Notice
from tests.factories.accounts import (
    make_municipality,
    make_staff,
    make_user,
    saved,
    saved_change,
)
from tests.factories.assessments import (
    BY,
    YEAR,
    make_appeal,
    make_commission,
    make_ruling,
    make_sent,
    ruling_plan,
)
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer, person_of

TODAY = NOW.date()
CASES = "/gestao/comercio-justo"


def ids_of(members):
    return [one.id for one in members]


def held(day):
    return [one.id for one in db.session.scalars(rulings.holding(day))]


class TestCommission:
    def test_names_and_ends_and_sets_the_term(self):
        division = make_enterprise().division
        by = {"by": person_of(make_staff("head", division)), "now": NOW}
        person = make_staff("council", division)
        told = {"seat": "Fórum", "from_on": TODAY, "until_on": None} | by

        member = commission.name_member(division.id, person.id, **told)
        with pytest.raises(AlreadyNamed):
            commission.name_member(division.id, person.id, **told)
        with pytest.raises(NotOfTheDivision):
            commission.name_member(division.id, make_user().id, **told)
        with pytest.raises(EndsBeforeItBegins):
            commission.name_member(division.id, person.id, **told | {"until_on": TODAY - YEAR})
        with pytest.raises(NotFound):
            commission.name_member(make_enterprise().division_id + 99, person.id, **told)
        with pytest.raises(EndsBeforeItBegins):
            commission.end_membership(member.id, last_on=TODAY - YEAR, **by)
        commission.end_membership(member.id, last_on=TODAY, **by)
        commission.set_term(division.id, 12, **by)

        assert ids_of(rulings.in_office(division.id, TODAY)) == [member.id]
        assert not rulings.in_office(division.id, TODAY + timedelta(days=1))
        assert rulings.term_months(division.id) == 12


class TestDecide:
    def test_grants_for_two_years_and_tells_the_group(self):
        user, group = make_producer()

        made = make_ruling(group)

        assert (made.outcome, made.valid_until) == (Outcome.GRANTED, date(2028, 11, 23))
        assert made.assessment.state is State.DECIDED
        assert held(date(2028, 11, 23)) == [made.id]
        assert held(date(2028, 11, 24)) == []
        told = sa.select(Notice.user_id).where(Notice.kind == "assessment_decided")
        assert list(db.session.scalars(told)) == [user.id]

    def test_wants_three_members_in_office_without_a_tie(self):
        group = make_enterprise()
        sent = make_sent(group)
        members = make_commission(group.division, 4)
        make_producer(enterprise=group, user=members[0].user)
        late = commission.name_member(
            group.division_id,
            make_staff("council", group.division).id,
            **{"seat": "Fórum", "from_on": TODAY + timedelta(days=1), "until_on": None} | BY,
        )
        one, two, three, four = ids_of(members)
        for error, told in [
            (QuorumMissing, {"decided": [two, three]}),
            (QuorumMissing, {"decided": [two, three, four], "aside": {four: Tie.FAMILY}}),
            (MemberTied, {"decided": [one, two, three, four]}),
            (NotInOffice, {"decided": [two, three, four, late.id]}),
        ]:
            with pytest.raises(error):
                ruling.decide(sent.id, ruling_plan(group, **told), **BY)

        told = {"decided": [two, three, four], "aside": {one: Tie.OTHER}}
        made = ruling.decide(sent.id, ruling_plan(group, **told), **BY)

        voted = CommissionMember.id.in_([two, three, four])
        people = sa.select(CommissionMember.user_id).where(voted)
        assert made.deciders == set(db.session.scalars(people))

    def test_counts_somebody_who_is_named_twice_as_one(self):
        group = make_enterprise()
        sent = make_sent(group)
        first, second = make_commission(group.division, 2)
        facts = {"division_id": group.division_id, "user_id": first.user_id, "seat": "Fórum"}
        again = saved(CommissionMember(**facts, from_on=TODAY, until_on=None, named_at=NOW))

        plan = ruling_plan(group, decided=ids_of([first, second, again]))

        with pytest.raises(QuorumMissing):
            ruling.decide(sent.id, plan, **BY)

    def test_is_broken_where_one_person_voted_twice(self):
        made = make_ruling(make_enterprise())
        rule = named["assessments.rulings_have_a_quorum"]
        assert not db.session.scalars(rule).all()

        one, two, _three = (vote.member for vote in made.votes)
        two.user_id = one.user_id
        db.session.flush()

        assert db.session.scalars(rule).all() == [made.id]

    def test_refuses_what_does_not_say_enough(self):
        group = make_enterprise()
        sent = make_sent(group)
        three = ids_of(make_commission(group.division))
        conditions = {"outcome": Outcome.WITH_CONDITIONS}
        for error, told in [
            (VisitAhead, {"met_on": TODAY + timedelta(days=1)}),
            (WhyNeeded, {"reasons": " "}),
            (PrinciplesMissing, {"principles": []}),
            (PrinciplesMissing, {"principles": ["nothing"]}),
            (ConditionsMissing, conditions),
            (ConditionsMissing, conditions | {"conditions": "Ata", "conditions_until": TODAY}),
            (WrongState, {"outcome": Outcome.SUSPENDED}),
        ]:
            with pytest.raises(error):
                ruling.decide(sent.id, ruling_plan(group, decided=three, **told), **BY)

    def test_holds_under_conditions_until_their_day_then_from_the_first_meeting(self):
        group = make_enterprise()
        until = TODAY + timedelta(days=60)
        told = {"conditions": "Assinar a ata", "conditions_until": until}
        first = make_ruling(group, outcome=Outcome.WITH_CONDITIONS, **told)
        assert held(until) == [first.id]
        assert held(until + timedelta(days=1)) == []

        later = {"by": BY["by"], "now": NOW + timedelta(days=30)}
        plan = ruling_plan(group, met_on=TODAY + timedelta(days=30))
        met = ruling.decide(first.assessment_id, plan, **later)

        assert met.valid_until == date(2028, 11, 23)
        with pytest.raises(WrongState):
            ruling.decide(first.assessment_id, ruling_plan(group), **BY)

    def test_suspends_and_lifts_by_another_decision(self):
        group = make_enterprise()
        first = make_ruling(group)

        stop = ruling_plan(group, outcome=Outcome.SUSPENDED, principles=[])
        ruling.decide(first.assessment_id, stop, **BY)
        assert held(TODAY) == []
        lifted = ruling.decide(first.assessment_id, ruling_plan(group), **BY)

        assert held(TODAY) == [lifted.id]
        assert lifted.valid_until == first.valid_until

    def test_lets_the_group_answer_again_and_leaves_the_old_case(self):
        group = make_enterprise()
        old = make_ruling(group)
        again = answering.begin(group.id, **BY)
        assert again.id != old.assessment_id
        answering.send(again.id, **BY)
        new = ruling.decide(again.id, ruling_plan(group), **BY)

        assert held(TODAY) == [new.id]
        stop = ruling_plan(group, outcome=Outcome.SUSPENDED, principles=[])
        with pytest.raises(WrongState):
            ruling.decide(old.assessment_id, stop, **BY)


class TestAppeal:
    def test_is_answered_by_others_where_there_are_enough(self):
        user, group = make_producer()
        arti = make_staff("articulation", group.division)
        members = ids_of(make_commission(group.division, 5))
        first = make_ruling(group, outcome=Outcome.NOT_GRANTED, decided=members[:3])

        sent = appeals.appeal(group.id, words="A ata existe", file="", by=person_of(user), now=NOW)
        assert appeals.appeal(group.id, words="De novo", file="", **BY) is sent
        told = sa.select(Notice.user_id).where(Notice.kind == "ruling_appealed")
        assert list(db.session.scalars(told)) == [arti.id]
        same = ruling.decide(  # only two others: they cannot decide alone
            first.assessment_id, ruling_plan(group, decided=members[2:]), **BY
        )

        assert same.answers_id == first.id
        with pytest.raises(AppealOver):
            appeals.appeal(group.id, words="Outra vez", file="", **BY)

    def test_keeps_out_who_decided_the_first_time(self):
        group = make_enterprise()
        members = ids_of(make_commission(group.division, 6))
        first = make_ruling(group, outcome=Outcome.NOT_GRANTED, decided=members[:3])
        appeals.appeal(group.id, words="A ata existe", file="", **BY)

        plan = ruling_plan(group, decided=members[2:])
        with pytest.raises(DecidedBefore):
            ruling.decide(first.assessment_id, plan, **BY)
        ruling.decide(first.assessment_id, ruling_plan(group, decided=members[3:]), **BY)

        assert len(held(TODAY)) == 1

    def test_has_a_term_and_wants_words(self):
        user, group = make_producer()
        other = make_enterprise()
        make_ruling(group, outcome=Outcome.NOT_GRANTED)
        make_ruling(other)
        told = {"words": "A ata existe", "file": "", "by": BY["by"]}

        with pytest.raises(WordsMissing):
            appeals.appeal(group.id, **told | {"words": " "}, now=NOW)
        with pytest.raises(AppealOver):
            appeals.appeal(group.id, **told, now=NOW + timedelta(days=16))
        with pytest.raises(AppealOver):
            appeals.appeal(other.id, **told, now=NOW)
        with pytest.raises(NotFound):
            appeals.appeal(other.id, **told | {"by": person_of(user)}, now=NOW)
        appeals.appeal(group.id, **told, now=NOW + timedelta(days=15))


class TestRenewal:
    def test_tells_the_nearest_step_once(self, monkeypatch):
        user, group = make_producer()
        made = make_ruling(group)
        ends = made.valid_until

        def told_at(left):
            day = NOW + (ends - timedelta(days=left) - TODAY)
            monkeypatch.setattr(clock, "now", lambda: day)
            remind_of_renewal()
            return list(
                db.session.scalars(sa.select(RulingReminder.days).order_by(RulingReminder.id))
            )

        assert told_at(91) == []
        assert told_at(90) == [90]
        assert told_at(80) == [90]
        assert told_at(29) == [90, 30]
        assert told_at(29) == [90, 30]
        told = sa.select(Notice.user_id).where(Notice.kind == "ruling_ends")
        assert list(db.session.scalars(told)) == [user.id, user.id]
        appeals.remind(made.id, 30, **BY)
        assert told_at(10) == [90, 30]

    @pytest.mark.parametrize(
        ("zone", "hour"), [("America/Manaus", 4), ("America/Rio_Branco", 5), ("America/Noronha", 2)]
    )
    def test_begins_with_the_day_of_the_municipality(self, monkeypatch, zone, hour):
        _user, group = make_producer()
        place = make_municipality(code=1500107, time_zone=zone)
        saved_change(group.division, municipality_code=place.code)
        ends = make_ruling(group).valid_until
        begins = datetime.combine(ends - timedelta(days=90), time(hour), UTC)

        for told, now in enumerate((begins - timedelta(seconds=1), begins)):
            monkeypatch.setattr(clock, "now", lambda at=now: at)
            remind_of_renewal()
            assert len(list(db.session.scalars(sa.select(RulingReminder.days)))) == told

    def test_counts_months_to_the_last_day(self):
        assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
        assert months_after(date(2026, 12, 5), 24) == date(2028, 12, 5)


class TestPages:
    def test_the_head_names_and_the_staff_write_down(self, client, log_in):
        group = make_enterprise(name="Rendeiras")
        sent = make_sent(group)
        people = [make_staff("council", group.division) for _ in range(3)]
        log_in(make_staff("head", group.division))
        commissioned = f"{CASES}/comissao"

        assert client.get(commissioned).status_code == 200
        for one in people:
            data = {"user_id": one.id, "seat": "Fórum", "from_on": "2026-01-01"}
            assert client.post(commissioned, data=data).status_code == 303
        assert client.post(commissioned, data=data).status_code == 422
        wrong = data | {"until_on": "2025-01-01"}
        assert client.post(commissioned, data=wrong).status_code == 422
        assert client.post(f"{commissioned}/prazo", data={"months": "0"}).status_code == 422
        assert client.post(f"{commissioned}/prazo", data={"months": "12"}).status_code == 303
        page = f"{CASES}/{sent.id}/decisao"
        assert "Ata da assembleia" in client.get(page).text
        members = db.session.scalars(sa.select(CommissionMember.id)).all()
        data = {f"member-{one}": "decided" for one in members} | {
            "outcome": "granted",
            "met_on": clock.today(group.division.time_zone).isoformat(),
            "reasons": "Vimos",
            "principles": ["scjs-p1", "wfto-5"],
        }
        for bad in (
            {"reasons": ""},
            {"principles": []},
            {"met_on": "2199-01-01"},
            {"outcome": "with_conditions"},
            {f"member-{members[0]}": "away"},
        ):
            assert client.post(page, data=data | bad).status_code == 422
        assert client.post(page, data=data).status_code == 303
        made = db.session.scalars(sa.select(Ruling)).one()
        assert [one.criterion.code for one in made.principles] == ["scjs-p1", "wfto-5"]
        assert client.post(f"{commissioned}/{members[0]}/saida").status_code == 303

    def test_staff_group_and_public_read_who_made_the_quorum(self, client, log_in):
        user, group = make_producer()
        one, *others = make_commission(group.division, 5)
        people = {"decided": ids_of(others), "aside": {one.id: Tie.FAMILY}}
        made = make_ruling(group, **people)
        told = "4 of the 5 members in office that day decided. 1 stood aside for a tie"
        late = {"seat": "Fórum", "from_on": TODAY + timedelta(days=1), "until_on": None} | BY
        commission.name_member(group.division_id, make_staff("council", group.division).id, **late)

        assert (
            "4 members without a tie to the group decided"
            in client.get(f"/quem-faz/{group.slug}").text
        )
        log_in(user)
        assert told in client.get("/painel/grupo/comercio-justo").text
        assert told in client.get("/painel/grupo/comercio-justo/recurso").text
        log_in(make_staff("head", group.division))
        page = client.get(f"{CASES}/{made.assessment_id}/decisao").text
        assert told in page
        assert "The quorum is 3 without a tie." in page

    def test_who_is_named_twice_is_one_person(self):
        group = make_enterprise()
        members = make_commission(group.division, 3)
        again = {"seat": "Fórum", "from_on": TODAY - YEAR * 3, "until_on": TODAY - YEAR * 2} | BY
        commission.name_member(group.division_id, members[0].user_id, **again)
        days = [TODAY - YEAR * 4, TODAY - YEAR * 2, TODAY - YEAR, TODAY]

        assert list(rulings.seats(group.division_id, days).values()) == [0, 1, 3, 3]

    def test_a_group_reads_and_appeals(self, client, log_in):
        user, group = make_producer()
        make_ruling(group, outcome=Outcome.NOT_GRANTED, reasons="Falta a ata")
        log_in(user)
        ours = "/painel/grupo/comercio-justo"

        assert "Falta a ata" in client.get(ours).text
        assert client.get(f"{ours}/recurso").status_code == 200
        assert client.post(f"{ours}/recurso", data={"words": ""}).status_code == 422
        answer = client.post(f"{ours}/recurso", data={"words": "A ata existe"})

        assert answer.status_code in (303, 409)

    def test_the_paper_of_an_appeal_is_for_the_group_and_staff(self, client, log_in):
        user, group = make_producer()
        sent = make_appeal(group)
        address = f"/comercio-justo/recursos/{sent.id}"
        log_in(user)
        with client.get(address) as answer:
            assert answer.data == b"a photo"
        log_in(make_producer()[0])
        assert client.get(address).status_code == 404


def test_invariants_hold_and_find():
    found = lambda: {name for name, query in named.items() if db.session.scalars(query).all()}  # noqa: E731
    made = make_ruling(make_enterprise())
    assert not found()
    told = {"enterprise_id": made.enterprise_id, "assessment_id": made.assessment_id}
    told |= {"outcome": Outcome.GRANTED, "met_on": TODAY, "reasons": "", "noted_at": NOW}
    saved(Ruling(**told, valid_until=TODAY))
    assert found() == {
        "assessments.rulings_have_a_quorum",
        "assessments.rulings_name_principles",
    }
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Appeal)) == 0
