"""The council asks the Division, which answers in time or says why it takes longer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from http import HTTPStatus
from threading import Barrier

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock, guards, invariants, queue
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.notifications.models import Notice
from marketplace.oversight import jobs
from marketplace.oversight.errors import QuestionAnswered, TooLateToPutOff, WordsMissing
from marketplace.oversight.models.council import CouncilQuestion, Step
from marketplace.oversight.operations import questions
from tests.factories.accounts import make_division, make_municipality, make_staff, reread
from tests.factories.council import make_question, member_of
from tests.factories.enterprises import person_of
from tests.factories.issued import make_issued

NOW = clock.now()
DAY = timedelta(days=1)


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def head(division):
    return make_staff(Role.HEAD, division)


@pytest.fixture
def question(division, head):
    return make_question(division, now=NOW)


def told_to(user):
    kinds = sa.select(Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id)
    return db.session.scalars(kinds).all()


class TestAsk:
    def test_is_due_in_twenty_days_and_tells_the_head(self, division, head, question):
        assert question.due_on == clock.today(division.time_zone, NOW) + 20 * DAY
        assert [(turn.kind, turn.words) for turn in question.turns] == [
            (Step.ASKED, "O que mudou?")
        ]
        assert told_to(head) == ["council_question_asked"]

    def test_twice_with_the_same_words_is_one(self, division):
        by = member_of(division)
        told = (division.id, "Maio", "O que mudou?")
        first, again = (questions.ask_question(*told, by=by, now=NOW) for _ in "ab")

        assert first == again
        with pytest.raises(WordsMissing):
            questions.ask_question(division.id, "Maio", " ", by=by, now=NOW)

    def test_about_another_report_is_another(self, division):
        by, reports = member_of(division), [None, *(make_issued(division).id for _ in "ab")]
        asked = {
            questions.ask_question(division.id, "Maio", "Por quê?", report_id=one, by=by, now=NOW)
            for one in [*reports, *reports]
        }

        assert len(asked) == 3

    def test_pressed_at_once_is_one(self, open_house):
        division = make_division()
        by, told = member_of(division), (division.id, "Maio", "O que mudou?")
        db.session.remove()
        together = Barrier(8)

        def press(_turn):
            with open_house.app_context():
                together.wait()
                try:
                    return questions.ask_question(*told, by=by, now=NOW)
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(press, range(8)))) == 1

    def test_is_for_members_and_about_reports_of_that_division(self, division, head):
        theirs = make_issued(make_division()).id
        tries = [(person_of(head), None), (member_of(make_division()), None)]
        for by, report_id in [*tries, (member_of(division), theirs)]:
            told = {"report_id": report_id, "by": by, "now": NOW}
            with pytest.raises(NotFound):
                questions.ask_question(division.id, "Maio", "O que mudou?", **told)


class TestAnswer:
    def test_ends_it_and_tells_the_council(self, division, head, question):
        member = make_staff(Role.COUNCIL, division)
        questions.answer(question.id, "Chegaram totais", by=person_of(head), now=NOW)

        assert reread(CouncilQuestion).answered_at == NOW
        assert told_to(member) == ["council_question_answered"]
        for again in (questions.answer, questions.put_off):
            with pytest.raises(QuestionAnswered):
                again(question.id, "Mais", by=person_of(head), now=NOW)

    def test_may_come_late(self, head, question):
        late = NOW + 40 * DAY
        assert question.is_late_on(late.date())
        questions.answer(question.id, "Chegaram totais", by=person_of(head), now=late)

        assert not reread(CouncilQuestion).is_late_on(late.date())

    def test_is_put_off_once_by_ten_days_with_a_reason(self, head, question):
        due_on, by = question.due_on, person_of(head)
        with pytest.raises(WordsMissing):
            questions.put_off(question.id, " ", by=by, now=NOW)
        questions.put_off(question.id, "Falta um dado", by=by, now=NOW + 20 * DAY)

        assert reread(CouncilQuestion).due_on == due_on + 10 * DAY
        with pytest.raises(TooLateToPutOff):
            questions.put_off(question.id, "Ainda falta", by=by, now=NOW)

    def test_is_not_put_off_once_it_is_late(self, head, question):
        with pytest.raises(TooLateToPutOff):
            questions.put_off(question.id, "Falta", by=person_of(head), now=NOW + 22 * DAY)

    def test_is_not_for_the_council_nor_for_another_division(self, division, question):
        elsewhere = person_of(make_staff(Role.HEAD, make_division()))
        for by in (member_of(division), elsewhere):
            with pytest.raises(NotFound):
                questions.answer(question.id, "Nada", by=by, now=NOW)


class TestClock:
    def test_reminds_the_head_once_before_the_last_day_and_once_after(self, head, question):
        for days in (-9, -3, -3, 1, 1):
            questions.remind(question.division_id, question.due_on + days * DAY, now=NOW)

        assert told_to(head)[1:] == ["council_question_due", "council_question_late"]

    @pytest.mark.usefixtures("division")
    def test_turns_with_the_day_of_its_own_municipality(self, monkeypatch):
        west = make_municipality(code=1200401, time_zone="America/Rio_Branco")
        there = make_division(municipality_code=west.code)
        head = make_staff(Role.HEAD, there)
        question = make_question(there, now=NOW)
        over = datetime.combine(question.due_on + DAY, time(5), UTC)

        for now, late in ((over - timedelta(seconds=1), False), (over, True)):
            monkeypatch.setattr(clock, "now", lambda at=now: at)
            jobs.remind_council()
            assert ("council_question_late" in told_to(head)) is late

    def test_runs_by_itself(self, division, head):
        make_question(division, now=clock.now() - 30 * DAY)
        queue.enqueue_periodic(now=clock.now())
        queue.work_all(now=clock.now())

        assert "council_question_late" in told_to(head)


class TestPages:
    def test_lead_from_a_report_to_an_answer(self, client, division, head):
        report, member = make_issued(division), make_staff(Role.COUNCIL, division)
        client.log_in(member)
        form = client.get(f"/gestao/conselho/perguntas/nova?relatorio={report.id}").text
        assert report.label in form
        told = {"report_id": report.id, "division_id": division.id, "subject": "Maio"}
        place = "/gestao/conselho/perguntas"
        assert client.post(place, data=told | {"words": ""}).status_code == 422
        page = client.post(place, data=told | {"words": "O que mudou?"}).location
        client.log_in(head)
        assert (
            client.post(f"{page}/prazo", data={"later-words": "Falta um dado"}).status_code == 303
        )
        assert client.post(f"{page}/resposta", data={"words": ""}).status_code == 422
        assert client.post(f"{page}/resposta", data={"words": "Mudou zyqua"}).status_code == 303
        assert client.post(f"{page}/resposta", data={"words": "De novo"}).status_code == 409
        client.log_in(member)

        assert "zyqua" in client.get(page).text
        assert reread(CouncilQuestion).report_id == report.id

    @pytest.mark.parametrize(
        ("state", "shown"), [("", 2), ("abertas", 1), ("atrasadas", 1), ("respondidas", 1)]
    )
    def test_list_what_waits_and_what_is_late(self, client, division, head, state, shown):
        make_question(division, now=clock.now() - 30 * DAY)
        done = make_question(division, words="E em junho?").id
        questions.answer(done, "Igual", by=person_of(head), now=clock.now())
        client.log_in(head)
        page = client.get(f"/gestao/conselho/perguntas?situacao={state}")

        assert page.text.count('<tr><th scope="row">') == shown

    @pytest.mark.parametrize("odd", ["9" * 30, "x", "0"])
    def test_leave_out_a_report_that_is_not_there(self, client, division, odd):
        client.log_in(make_staff(Role.COUNCIL, division))
        page = client.get(f"/gestao/conselho/perguntas/nova?relatorio={odd}")

        assert page.status_code == HTTPStatus.OK


@operation
def meddle(column):
    with guards.lifted("council_question_turns"):
        db.session.execute(sa.update(CouncilQuestion).values({column: NOW}))


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("answered_at", "oversight.a_question_is_answered_by_words"),
        ("put_off_at", "oversight.a_question_takes_longer_with_a_reason"),
    ],
)
def test_an_invariant_finds_a_step_without_words(question, column, rule):
    assert invariants.broken() == {}
    meddle(column)
    assert invariants.broken() == {rule: [question.id]}
