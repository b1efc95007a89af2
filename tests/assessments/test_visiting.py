"""Peers and staff visit a group; each visit is noted once, by each criterion."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.assessments.errors import (
    FindingsMissing,
    NobodyVisited,
    PeersNeeded,
    SeenWordsMissing,
    TooManyVisitPhotos,
    VisitAhead,
    WrongState,
)
from marketplace.assessments.invariants import named
from marketplace.assessments.models.criteria import Criterion
from marketplace.assessments.models.visits import Finding, Seen, Tie, Visit, VisitKind, Visitor
from marketplace.assessments.operations import criteria, visiting
from marketplace.assessments.plans import VisitorPlan
from marketplace.assessments.queries import visits
from marketplace.core.database import db, operation
from marketplace.core.errors import NotFound
from marketplace.core.privacy import clear, subject
from marketplace.enterprises.errors import OwnEnterprise
from marketplace.enterprises.models import Standing
from marketplace.notifications.models import Notice
from tests.factories.accounts import make_staff, saved
from tests.factories.assessments import (
    BY,
    FILE,
    make_begun,
    make_group_visit,
    make_sent,
    visit_plan,
)
from tests.factories.catalogue import photo_file
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise, make_producer, person_of

CASES = "/gestao/comercio-justo"


class TestNoteVisit:
    def test_keeps_who_went_and_what_they_saw(self):
        user, group = make_producer()
        peer = make_enterprise(division=group.division)
        sent = make_sent(group)
        staff = make_staff("articulation", group.division)
        plan = visit_plan(
            kind=VisitKind.PEER,
            visitors=[VisitorPlan("Dona Cida", Tie.FAMILY, peer.id)],
            photos=[FILE, FILE],
        )

        visit = visiting.note_visit(sent.id, plan, by=person_of(staff), now=NOW)

        assert (visit.kind, visit.by_id, visit.noted_at) == (VisitKind.PEER, staff.id, NOW)
        assert [(v.name, v.enterprise, v.tie) for v in visit.visitors] == [
            ("Dona Cida", peer, Tie.FAMILY)
        ]
        assert len(visit.findings) == 17
        assert [photo.file for photo in visit.photos] == [FILE]
        told = sa.select(Notice.user_id).where(Notice.kind == "assessment_visited")
        assert list(db.session.scalars(told)) == [user.id]

    def test_is_never_changed_but_put_right_once_by_another(self):
        sent = make_sent(make_enterprise())
        first = make_group_visit(sent)

        second = visiting.note_visit(sent.id, visit_plan(corrects_id=first.id), **BY)

        assert list(visits.of_assessment(sent.id)) == [second]
        with pytest.raises(WrongState):
            visiting.note_visit(sent.id, visit_plan(corrects_id=first.id), **BY)
        with pytest.raises(NotFound):
            visiting.note_visit(
                make_sent(make_enterprise()).id, visit_plan(corrects_id=second.id), **BY
            )
        with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
            db.session.execute(sa.update(Visit).values(present="Outra"))

    def test_refuses_what_does_not_say_enough(self):
        group = make_enterprise()
        sent = make_sent(group)
        waiting = make_enterprise(division=group.division, standing=Standing.SENT)
        said = visit_plan().findings
        peer = {"kind": VisitKind.PEER}
        for error, told in [
            (VisitAhead, {"visited_on": (NOW + timedelta(days=1)).date()}),
            (NobodyVisited, {"visitors": []}),
            (PeersNeeded, peer),
            (PeersNeeded, peer | {"visitors": [VisitorPlan("A", Tie.NONE, group.id)]}),
            (PeersNeeded, peer | {"visitors": [VisitorPlan("A", Tie.NONE, waiting.id)]}),
            (FindingsMissing, {"findings": {"scjs-p1": (Seen.YES, "")}}),
            (SeenWordsMissing, {"findings": {**said, "scjs-p1": (Seen.NO, " ")}}),
            (TooManyVisitPhotos, {"photos": [f"jpg-{n}" for n in range(7)]}),
        ]:
            with pytest.raises(error):
                visiting.note_visit(sent.id, visit_plan(**told), **BY)

    def test_is_for_staff_of_the_division_outside_the_group(self):
        group = make_enterprise()
        sent = make_sent(group)
        own = make_staff("articulation", group.division)
        make_producer(enterprise=group, user=own)

        with pytest.raises(OwnEnterprise):
            visiting.note_visit(sent.id, visit_plan(), by=person_of(own), now=NOW)
        away = person_of(make_staff("articulation"))
        with pytest.raises(NotFound):
            visiting.note_visit(sent.id, visit_plan(), by=away, now=NOW)
        with pytest.raises(WrongState):
            visiting.note_visit(make_begun(make_enterprise()).id, visit_plan(), **BY)


def test_goes_with_the_group():
    user, group = make_producer()
    visit = make_group_visit(make_sent(group))

    clear_all(subject("person", user.id))

    db.session.expire_all()
    assert (visit.present, visit.visitors[0].name, visit.photos[0].file) == ("", "—", "")


@operation
def clear_all(theirs):
    clear(theirs, now=NOW)


class TestPages:
    def sent_form(self, **more):
        codes = visit_plan().findings
        told = {"kind": "staff", "visited_on": "2026-11-20", "present": "Todas"}
        told |= {"name_1": "Rosa Lima", "tie_1": "none", "tie_2": "none", "tie_3": "none"}
        return told | {f"seen-{code}": "yes" for code in codes} | more

    def test_staff_note_a_visit_with_photos(self, client, log_in):
        user, group = make_producer()
        sent = make_sent(group)
        log_in(make_staff("articulation", group.division))
        case = f"{CASES}/{sent.id}"

        assert client.get(f"{case}/visitas/nova").status_code == 200
        partly = self.sent_form(**{"seen-wfto-7": "partly"})
        refused = client.post(f"{case}/visitas", data=partly)
        assert refused.status_code == 422
        assert "Rosa Lima" in refused.text
        for wrong in ({"name_1": ""}, {"visited_on": "2030-01-01"}, {"kind": "peer"}):
            bad = client.post(f"{case}/visitas", data=self.sent_form(**wrong))
            assert bad.status_code == 422
        good = partly | {"note-wfto-7": "Falta ventilador", "photos": photo_file()}
        assert client.post(f"{case}/visitas", data=good).status_code == 303

        assert "Falta ventilador" in client.get(case).text
        log_in(user)
        assert "Falta ventilador" in client.get("/painel/grupo/comercio-justo").text
        shot = db.session.scalars(sa.select(Visit)).one().photos[0]
        with client.get(f"/comercio-justo/fotos/{shot.id}") as answer:
            assert answer.status_code == 200
        log_in(make_producer()[0])
        assert client.get(f"/comercio-justo/fotos/{shot.id}").status_code == 404

    def test_puts_a_visit_right(self, client, log_in):
        sent = make_sent(make_enterprise())
        first = make_group_visit(sent)
        log_in(make_staff("head", sent.enterprise.division))
        address = f"{CASES}/{sent.id}/visitas"

        assert client.get(f"{address}/nova?corrige={first.id}").status_code == 200
        assert client.get(f"{address}/nova?corrige=zz").status_code == 200
        data = self.sent_form()
        assert client.post(f"{address}?corrige={first.id}", data=data).status_code == 303
        assert client.post(f"{address}?corrige={first.id}", data=data).status_code == 409


class TestInvariants:
    def found(self):
        return {name for name, query in named.items() if db.session.scalars(query).all()}

    def test_hold_and_find(self, tmp_path):
        visit = make_group_visit(make_sent(make_enterprise()))
        assert not self.found()
        text = criteria.REFERENCE.read_text(encoding="utf-8").replace("2026.1,", "2020.1,")
        (tmp_path / "other.csv").write_text(text)
        criteria.load_reference(NOW, str(tmp_path / "other.csv"))
        other = db.session.scalar(sa.select(sa.func.max(Criterion.id)))
        peers = {"kind": VisitKind.PEER, "visited_on": NOW.date(), "present": "", "noted_at": NOW}
        wrong = saved(Visit(assessment_id=visit.assessment_id, **peers))
        saved(Visitor(visit_id=wrong.id, name="A", tie=Tie.NONE))
        saved(Finding(visit_id=wrong.id, criterion_id=other, seen=Seen.YES))
        assert self.found() == {
            "assessments.visits_are_of_its_version",
            "assessments.peers_are_of_other_groups",
        }
