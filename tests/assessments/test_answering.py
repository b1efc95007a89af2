"""A group says how it trades, step by step; staff check its papers and give it back."""

import io

import pytest
import sqlalchemy as sa

from marketplace.assessments.errors import (
    AlreadySent,
    NotApprovedYet,
    ProofMissing,
    Unanswered,
    WhyNeeded,
    WordsMissing,
    WrongState,
)
from marketplace.assessments.invariants import named
from marketplace.assessments.models.assessments import (
    Answer,
    Assessment,
    Evidence,
    Move,
    MoveKind,
    Said,
    State,
)
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.operations import answering, checking, criteria
from marketplace.assessments.plans import Paper
from marketplace.assessments.queries import assessments as queries
from marketplace.core import papers
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.pictures import BadPicture
from marketplace.core.privacy import clear, pictures_of, subject
from marketplace.enterprises.models import Standing
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_staff, saved, saved_change
from tests.factories.assessments import BY, FILE, answer_all, make_begun, make_paper, make_sent
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer, person_of

OURS, CASES = "/painel/grupo/comercio-justo", "/gestao/comercio-justo"
PDF = b"%PDF-1.7\nq\n%%EOF\n"


def kinds():
    return list(db.session.scalars(sa.select(Notice.kind).order_by(Notice.id)))


def test_is_answered_step_by_step_and_sent():
    user, group = make_producer()
    arti = make_staff("articulation", group.division)
    begun = make_begun(group)

    with pytest.raises(Unanswered):
        answering.send(begun.id, **BY)
    with pytest.raises(WordsMissing):
        answering.answer(begun.id, "scjs-p1", said=Said.PARTLY, words=" ", **BY)
    answer_all(begun)
    answering.answer(begun.id, "scjs-p1", said=Said.NOT_YET, words="", by=person_of(user), now=NOW)
    with pytest.raises(ProofMissing):
        answering.add_paper(begun.id, "scjs-p1", Paper("Ata"), **BY)
    gone = answering.add_paper(begun.id, "scjs-p1", Paper("Ata", number="9"), **BY)
    assert answering.add_paper(begun.id, "scjs-p1", Paper("Ata", number="9"), **BY) is gone
    answering.take_paper_back(gone.id, **BY)
    answering.send(begun.id, by=person_of(user), now=NOW)

    assert begun.state is State.SENT
    assert not queries.evidence_of(begun.id)
    assert kinds() == ["assessment_sent"]
    assert db.session.scalar(sa.select(Notice.user_id)) == arti.id
    with pytest.raises(AlreadySent):
        answering.answer(begun.id, "scjs-p1", said=Said.YES, words="Sim", **BY)
    with pytest.raises(AlreadySent):
        answering.begin(group.id, **BY)


def test_staff_check_a_paper_and_give_back():
    _user, group = make_producer()
    by = {"by": person_of(make_staff("articulation", group.division)), "now": NOW}
    paper = make_paper(group)

    with pytest.raises(WhyNeeded):
        checking.check_paper(paper.id, accepted=False, note="", **by)
    checking.check_paper(paper.id, accepted=False, note="Sem assinatura", **by)
    checking.give_back(paper.assessment_id, reason="Falta a assinatura", **by)

    assert (paper.accepted, paper.check_note, paper.checked_at) == (False, "Sem assinatura", NOW)
    assert paper.assessment.state is State.DRAFT
    assert [move.kind for move in paper.assessment.moves] == [MoveKind.SENT, MoveKind.RETURNED]
    assert kinds()[-1] == "assessment_returned"
    with pytest.raises(NotFound):
        checking.give_back(paper.assessment_id, reason="De novo", **by)
    with pytest.raises(WrongState):
        checking.give_back(paper.assessment_id, reason="De novo", **BY)


def test_only_an_approved_group_begins_and_only_its_own():
    user, group = make_producer()
    other = make_enterprise(standing=Standing.SENT)
    criteria.load_reference(NOW)

    with pytest.raises(NotApprovedYet):
        answering.begin(other.id, **BY)
    with pytest.raises(NotFound):
        answering.begin(other.id, by=person_of(user), now=NOW)
    first = answering.begin(group.id, by=person_of(user), now=NOW)

    assert answering.begin(group.id, by=person_of(user), now=NOW).id == first.id


def test_a_new_version_leaves_what_was_assessed_as_it_is(tmp_path):
    begun = make_begun(make_enterprise())
    head, *lines = criteria.REFERENCE.read_text(encoding="utf-8").splitlines()
    changed = [line.replace("Democracia", "Outra coisa") for line in lines]
    newer = [line.replace("2026.1,2026-11-01", "2026.2,2026-11-20") for line in changed]
    (tmp_path / "later.csv").write_text("\n".join([head, *changed, *newer]))

    criteria.load_reference(NOW, str(tmp_path / "later.csv"))
    later = make_begun(make_enterprise())

    titles = [
        db.session.scalars(
            sa.select(Criterion).where(Criterion.set_id == each.set_id, Criterion.position == 1)
        )
        .one()
        .texts["pt_BR"]["title"]
        for each in (begun, later)
    ]
    assert titles == ["Democracia e autogestão", "Outra coisa e autogestão"]
    assert criteria.load_reference(NOW) == 0


class TestPapers:
    def test_takes_a_pdf_or_a_photo_and_nothing_else(self, app):
        assert papers.take_in(io.BytesIO(PDF)).startswith("pdf-")
        for wrong in (b"", b"%PDF-1.7 cut off", b"<svg/>"):
            with pytest.raises(BadPicture):
                papers.take_in(io.BytesIO(wrong))

    def test_are_sent_to_the_group_and_staff_alone(self, client, log_in):
        user, group = make_producer()
        paper = make_paper(group)
        address = f"/comercio-justo/provas/{paper.id}"

        log_in(make_producer()[0])
        assert client.get(address).status_code == 404
        log_in(user)
        with client.get(address) as answer:
            assert (answer.status_code, answer.data) == (200, b"a photo")
            assert answer.headers["Cache-Control"] == "private, no-store"
        assert client.get(f"/media/{FILE}.bin").status_code == 404


def test_goes_with_the_group():
    user, group = make_producer()
    paper = make_paper(group)
    theirs = subject("person", user.id)
    assert FILE in pictures_of(theirs)

    clear_all(theirs)

    db.session.expire_all()
    assert (paper.title, paper.number, paper.file) == ("", "", "")
    assert set(db.session.scalars(sa.select(Answer.words))) == {""}


@operation
def clear_all(theirs):
    clear(theirs, now=NOW)


class TestPages:
    def test_a_phone_answers_and_sends(self, client, log_in):
        user, _group = make_producer()
        criteria.load_reference(NOW)
        log_in(user)

        first = client.post(OURS).headers["Location"]
        assert first.endswith("/criterios/scjs-p1")
        assert client.post(first, data={"said": "yes", "words": ""}).status_code == 422
        kept = client.post(first, data={"said": "yes", "words": "Todas <b>votam</b>"})
        assert kept.headers["Location"].endswith("/criterios/scjs-p2")
        bad = {"title": "Ata", "paper": (io.BytesIO(b"<svg/>"), "a.pdf")}
        assert client.post(f"{first}/provas", data=bad).status_code == 422
        good = {"title": "Ata", "paper": (io.BytesIO(PDF), "a.pdf")}
        assert client.post(f"{first}/provas", data=good).status_code == 303
        page = client.get(first).text

        assert "Todas &lt;b&gt;votam&lt;/b&gt;" in page
        assert db.session.scalars(sa.select(Evidence)).one().file.startswith("pdf-")
        assert client.post(f"{OURS}/envio").status_code == 409
        answer_all(db.session.scalars(sa.select(Assessment)).one())
        assert client.post(f"{OURS}/envio").status_code == 303
        assert client.get(OURS).status_code == 200
        assert client.get(first).status_code == 200

    def test_staff_read_check_and_give_back(self, client, log_in):
        _user, group = make_producer(name="Rendeiras")
        paper = make_paper(group)
        log_in(make_staff("articulation", group.division))
        case = f"{CASES}/{paper.assessment_id}"

        assert "Rendeiras" in client.get(f"{CASES}?q=rend").text
        assert "Rendeiras" not in client.get(f"{CASES}?q=zzz").text
        assert "Ata da assembleia" in client.get(case).text
        check = f"{CASES}/provas/{paper.id}/conferencia"
        assert client.post(check, data={"accepted": "nao"}).status_code == 422
        assert client.post(check, data={"accepted": "sim"}).status_code == 303
        assert client.post(f"{case}/devolucao", data={"reason": ""}).status_code == 422
        assert client.post(f"{case}/devolucao", data={"reason": "Falta a ata"}).status_code == 303
        assert db.session.scalars(sa.select(Evidence)).one().accepted


class TestInvariants:
    def found(self):
        return {name for name, query in named.items() if db.session.scalars(query).all()}

    def test_hold_for_what_was_sent(self):
        make_sent(make_enterprise())
        assert not self.found()

    def test_find_what_is_not_where_it_was_moved(self):
        saved_change(make_sent(make_enterprise()), state=State.DRAFT)
        assert self.found() == {"assessments.state_follows_the_last_move"}

    def test_find_two_at_a_time_and_one_never_sent(self):
        first = make_begun(make_enterprise())
        told = {"state": State.SENT, "state_since": NOW, "begun_at": NOW}
        saved(Assessment(enterprise_id=first.enterprise_id, set_id=first.set_id, **told))
        assert self.found() == {
            "assessments.one_at_a_time",
            "assessments.unsent_was_never_moved_on",
        }

    def test_find_what_is_of_another_version(self, tmp_path):
        paper = make_paper(make_enterprise())
        text = criteria.REFERENCE.read_text(encoding="utf-8").replace("2026.1,", "2020.1,")
        (tmp_path / "other.csv").write_text(text)
        criteria.load_reference(NOW, str(tmp_path / "other.csv"))
        other = db.session.scalar(sa.select(sa.func.max(Criterion.id)))
        saved_change(paper, criterion_id=other)
        saved_change(db.session.scalars(sa.select(Answer)).first(), criterion_id=other)
        assert self.found() == {
            "assessments.answers_are_of_its_version",
            "assessments.papers_are_of_its_version",
        }
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Move)) == 1
