"""Whoever tells what is wrong stays unknown, is answered in time, and not by who it is about."""

import io
import logging
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock, passcodes, queue, retention
from marketplace.core.audit import Entry
from marketplace.core.clock import today
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.rights import VISITOR
from marketplace.notifications.models import Notice
from marketplace.oversight import jobs
from marketplace.oversight.errors import CannotTakeOver, ComplaintClosed, WordsMissing
from marketplace.oversight.models.complaints import (
    Complaint,
    ComplaintFile,
    ComplaintMessage,
    Stage,
)
from marketplace.oversight.operations import answering
from marketplace.oversight.operations.complaints import take_contact_away, write_more
from marketplace.oversight.queries.complaints import years
from tests.factories.accounts import make_division, make_municipality, make_staff, make_user, reread
from tests.factories.clock import NOW
from tests.factories.complaints import PDF, make_complaint
from tests.factories.enterprises import make_enterprise, make_facilitation, person_of

LATER = NOW + timedelta(days=1)


@pytest.fixture
def division():
    return make_division()


@pytest.fixture
def head(division):
    return make_staff(Role.HEAD, division)


def told_to(user):
    kinds = sa.select(Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id)
    return db.session.scalars(kinds).all()


class TestTelling:
    def typed(self, division, **more):
        page = {"key": "k" * 22, "matter": "price", "story": "Cobraram mais", "enterprise_id": "0"}
        return page | {"division_id": division.id} | more

    def test_opens_a_page_by_its_code_and_asks_for_no_login(self, client, division, head):
        answer = client.post("/denuncia", data=self.typed(division))
        page = client.get(answer.location)

        assert (answer.status_code, page.status_code) == (303, 200)
        assert "Cobraram mais" in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert told_to(head) == ["complaint_received"]

    def test_sent_twice_is_one(self, client, division):
        places = {client.post("/denuncia", data=self.typed(division)).location for _ in "ab"}

        told = reread(Complaint)
        assert len(places) == 1
        assert told.due_on == today(division.time_zone, told.filed_at) + timedelta(days=10)

    def test_notes_nobody_though_logged_in(self, client, log_in, division, caplog):
        caplog.set_level(logging.INFO)
        log_in(ana := make_user())
        client.post("/denuncia", data=self.typed(division, story="Uma zyqua"))
        entries = db.session.scalars(sa.select(Entry).where(Entry.operation == "file_complaint"))

        assert {entry.person_id for entry in entries} == {None}
        ours = [r for r in caplog.records if getattr(r, "route", "") == "complaint.create"]
        assert all(getattr(record, "actor", None) != ana.id for record in ours)
        assert "zyqua" not in caplog.text

    @pytest.mark.parametrize(
        "wrong", [{"story": " "}, {"matter": "x"}, {"matter": ""}, {"enterprise_id": "9" * 40}]
    )
    def test_says_what_is_missing_and_keeps_the_rest(self, client, division, wrong):
        answer = client.post("/denuncia", data=self.typed(division, contact="Zélia", **wrong))

        assert answer.status_code == 422
        assert "Zélia" in answer.text

    @pytest.mark.parametrize("content", [b"GIF89a", b"%PDF-1.7 cut short", b"<svg/>", b""])
    def test_takes_no_other_files(self, client, division, content):
        sent = self.typed(division, files=(io.BytesIO(content), "a.pdf"))
        assert client.post("/denuncia", data=sent).status_code == 422
        assert db.session.scalar(sa.select(Complaint.id)) is None

    def test_sends_a_pdf_back_as_an_attachment_only(self, client, division):
        sent = self.typed(division, files=(io.BytesIO(PDF), "a.pdf"))
        page = client.post("/denuncia", data=sent).location
        file = reread(ComplaintFile)
        answer = client.get(f"{page}/arquivos/{file.id}")

        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")

    def test_finds_it_however_the_code_is_typed(self, client, division):
        code = make_complaint(division)[1]
        typed = code.lower().replace("-", " ").replace("0", "o")

        assert client.post("/denuncia/acompanhar", data={"code": typed}).status_code == 303
        assert client.post("/denuncia/acompanhar", data={"code": "x"}).status_code == 422


class TestWritingMore:
    def test_is_told_and_opens_it_again_after_an_answer(self, division, head):
        complaint, code = make_complaint(division)
        answering.answer(complaint.id, "Vimos", by=person_of(head), now=NOW)
        for _twice in "ab":
            write_more(code, "Ainda cobram", by=VISITOR, now=LATER)

        assert reread(Complaint).stage is Stage.IN_ANALYSIS
        assert told_to(head) == ["complaint_received", "complaint_more"]
        with pytest.raises(WordsMissing):
            write_more(code, " ", by=VISITOR, now=LATER)

    def test_ends_when_it_is_closed(self, division, head):
        complaint, code = make_complaint(division)
        answering.close(complaint.id, "Resolvido", by=person_of(head), now=NOW)
        with pytest.raises(ComplaintClosed):
            write_more(code, "Mais", by=VISITOR, now=LATER)

    def test_can_take_the_contact_away(self, division):
        _complaint, code = make_complaint(division, contact="Zélia")
        take_contact_away(code, by=VISITOR, now=NOW)
        assert reread(Complaint).contact == ""


class TestAnswering:
    def test_keeps_each_step_and_goes_to_a_colleague(self, division, head):
        arti = make_staff(Role.ARTICULATION, division)
        complaint = make_complaint(division)[0]
        answering.take_up(complaint.id, by=person_of(head), now=NOW)
        answering.hand_over(complaint.id, arti.id, by=person_of(head), now=NOW)

        assert reread(Complaint).assigned_to_id == arti.id
        assert told_to(arti)[-1] == "complaint_handed_over"
        with pytest.raises(CannotTakeOver):
            answering.hand_over(complaint.id, make_user().id, by=person_of(head), now=NOW)

    def test_is_hidden_from_who_belongs_once_the_group_is_named(self, division, head):
        group = make_enterprise(division=division)
        facilitator = make_staff(Role.ARTICULATION, division)
        make_facilitation(facilitator, group)
        complaint = make_complaint(division)[0]
        answering.take_up(complaint.id, by=person_of(facilitator), now=NOW)
        answering.name_enterprise(complaint.id, group.id, by=person_of(head), now=NOW)

        assert reread(Complaint).assigned_to_id is None
        with pytest.raises(NotFound):
            answering.answer(complaint.id, "Nada", by=person_of(facilitator), now=NOW)

    def test_on_its_pages_and_exports_no_contact(self, client, log_in, division, head):
        complaint = make_complaint(division, contact="Zélia")[0]
        log_in(head)
        page = f"/gestao/denuncias/{complaint.id}"
        assert client.post(f"{page}/analise").status_code == 303
        assert client.post(f"{page}/resposta", data={"words": "Vimos"}).status_code == 303
        assert client.post(f"{page}/resposta", data={"words": ""}).status_code == 422
        assert "Zélia" in client.get(page).text
        sheet = client.get("/gestao/denuncias/lista.csv").text
        assert complaint.protocol in sheet
        assert not {word for word in ("Zélia", "Cobraram") if word in sheet}
        assert client.get("/gestao/denuncias?situacao=answered&q=" + complaint.protocol).text.count(
            complaint.protocol
        )


class TestClock:
    def test_reminds_once_before_the_last_day_and_once_after(self, division, head):
        complaint = make_complaint(division)[0]
        for days in (0, -3, -3, 1, 1):
            answering.remind(division.id, complaint.due_on + timedelta(days=days), now=NOW)

        assert told_to(head)[1:] == ["complaint_due", "complaint_late"]

    @pytest.mark.usefixtures("division")
    def test_turns_with_the_day_of_its_own_municipality(self, monkeypatch):
        east = make_municipality(code=2605459, time_zone="America/Noronha")
        there = make_division(municipality_code=east.code)
        head = make_staff(Role.HEAD, there)
        complaint = make_complaint(there)[0]
        over = datetime.combine(complaint.due_on + timedelta(days=1), time(2), UTC)

        for now, late in ((over - timedelta(seconds=1), False), (over, True)):
            monkeypatch.setattr(clock, "now", lambda at=now: at)
            jobs.remind_complaints()
            assert ("complaint_late" in told_to(head)) is late

    def test_runs_by_itself(self, division, head):
        make_complaint(division, now=NOW - timedelta(days=20))
        queue.enqueue_periodic(now=NOW)
        queue.work_all(now=NOW)

        assert "complaint_late" in told_to(head)

    def test_counts_a_year_without_words(self, division, head):
        first, second = (make_complaint(division)[0] for _ in "ab")
        make_complaint(division)
        answering.answer(first.id, "Vimos", by=person_of(head), now=NOW)
        answering.answer(second.id, "Tarde", by=person_of(head), now=NOW + timedelta(days=11))
        (year,) = years(NOW.date(), division.time_zone)

        assert tuple(year) == (2026, 3, 1, 1, 1)


def test_words_files_and_contacts_go_two_years_after_the_end(division, head):
    complaint = make_complaint(division, contact="Zélia", files=True)[0]
    answering.close(complaint.id, "Resolvido", by=person_of(head), now=NOW)
    assert retention.end_some("complaints", now=NOW + timedelta(days=729)) == 0
    retention.end_some("complaints", now=NOW + timedelta(days=731))

    kept = reread(Complaint)
    assert (kept.story, kept.contact) == ("", "")
    assert not db.session.scalar(sa.select(ComplaintMessage.id))
    assert not db.session.scalar(sa.select(ComplaintFile.id))


def test_a_code_has_a_hundred_bits_and_reads_letters_that_look_alike():
    code = passcodes.made_of("a key")
    assert len(code.replace("-", "")) == 20
    assert passcodes.hashed("OIL" + code) == passcodes.hashed("011" + code.lower())
