"""Minutes are public as soon as staff publish them; a correction keeps what was there before."""

import io
from datetime import date, timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa

from marketplace.accounts.models import Role
from marketplace.core import clock, limits
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.oversight.errors import (
    MeetingToCome,
    MinutesCorrected,
    MinutesIncomplete,
    MinutesSayWhy,
    MinutesThere,
    WithheldSaysWhy,
)
from marketplace.oversight.models.minutes import Body, Minutes, MinutesVersion
from marketplace.oversight.operations.minutes import Written, correct, withhold
from marketplace.oversight.queries import minutes as queries
from tests.factories.accounts import make_division, make_staff, reread
from tests.factories.minutes import PDF, articulation_of, make_minutes, make_pdf

DAY = timedelta(days=1)


@pytest.fixture
def division():
    return make_division()


def found(**told):
    return [it.number for it in db.session.scalars(queries.listed(queries.asked_from(told)))]


class TestPublish:
    @pytest.mark.parametrize(
        "words", ["ORCAMENTO", "orçamento", "acao orca", "9/2025", "%", "ção_"]
    )
    def test_is_found_by_words_without_accents(self, division, words):
        make_minutes(division, number="9/2025", subject="Orçamento e ação", summary="Aprovado.")
        make_minutes(division, number="8/2025", subject="Eleição", summary="Adiada.")

        assert found(q=words) == ([] if words in ("%", "ção_") else ["9/2025"])

    def test_is_listed_by_body_and_year_the_last_meeting_first(self, division):
        for number, body, day in [
            ("1", Body.COUNCIL, date(2024, 12, 31)),
            ("2", Body.ASSEMBLY, date(2025, 1, 1)),
            ("3", Body.COUNCIL, date(2025, 12, 31)),
        ]:
            make_minutes(division, body, day, number=number)

        assert found() == ["3", "2", "1"]
        assert found(orgao="council") == ["3", "1"]
        assert found(orgao="council", ano="2025") == ["3"]
        assert found(orgao="x", ano="0000") == ["3", "2", "1"]
        assert queries.years() == [2025, 2024]

    def test_once_and_of_a_meeting_that_was(self, division):
        there = make_minutes(division, number="1")
        with pytest.raises(MinutesThere):
            make_minutes(division, held_on=there.held_on, number="1")
        make_minutes(division, Body.ASSEMBLY, there.held_on, number="1")
        with pytest.raises(MeetingToCome):
            make_minutes(division, held_on=clock.today(division.time_zone) + DAY)

    @pytest.mark.parametrize("lacks", ["subject", "summary", "file", "number"])
    def test_is_whole(self, division, lacks):
        with pytest.raises(MinutesIncomplete):
            make_minutes(division, **{lacks: " " if lacks != "file" else ""})


class TestCorrect:
    def test_keeps_what_was_there_with_the_reason(self, division):
        minutes = make_minutes(division)
        by, now = articulation_of(division), clock.now()
        old = minutes.versions[0].file
        new = Written("Contas de maio", "Aprovadas com ressalva.", make_pdf("nova"))
        correct(minutes.id, new, reason="Faltava a ressalva", by=by, now=now)
        correct(minutes.id, new, reason="De novo", by=by, now=now)

        kept = reread(Minutes)
        assert (kept.subject, kept.summary) == (new.subject, new.summary)
        assert [(one.number, one.reason) for one in kept.versions] == [
            (2, "Faltava a ressalva"),
            (1, ""),
        ]
        assert [one.file for one in kept.versions] == [new.file, old]
        assert found(q="ressalva") == [minutes.number]

    def test_is_of_the_version_that_was_seen(self, division):
        minutes, by = make_minutes(division), articulation_of(division)
        told = {"reason": "Erro", "seen": 1, "by": by, "now": clock.now()}
        correct(minutes.id, Written("A", "B", ""), **told)
        correct(minutes.id, Written("A", "B", ""), **told)
        with pytest.raises(MinutesCorrected):
            correct(minutes.id, Written("A", "C", ""), **told)
        correct(minutes.id, Written("A", "C", ""), **told | {"seen": 2})

        assert [one.summary for one in reread(Minutes).versions][:2] == ["C", "B"]

    def test_says_why_and_keeps_the_file_where_none_is_sent(self, division):
        minutes, by = make_minutes(division), articulation_of(division)
        with pytest.raises(MinutesSayWhy):
            correct(minutes.id, Written("A", "B", ""), reason=" ", by=by, now=clock.now())
        correct(minutes.id, Written("A", "B", ""), reason="Erro", by=by, now=clock.now())

        assert len({one.file for one in reread(Minutes).versions}) == 1

    def test_is_for_staff_of_that_division(self, division):
        minutes = make_minutes(division)
        told = {"reason": "Erro", "by": articulation_of(make_division()), "now": clock.now()}
        with pytest.raises(NotFound):
            correct(minutes.id, Written("A", "B", ""), **told)


class TestWithhold:
    def test_hides_the_version_and_its_paper_and_says_why(self, division):
        minutes, by, now = make_minutes(division), articulation_of(division), clock.now()
        new = Written("Contas", "Com ressalva zyqua.", make_pdf("nova"))
        correct(minutes.id, new, reason="Ressalva", by=by, now=now)
        for _twice in "ab":
            withhold(minutes.id, 2, "Mostrava um CPF", by=by, now=now)

        newest, oldest = reread(Minutes).versions
        kept = newest.withheld
        assert (kept.reason, kept.by_id, kept.withheld_at) == ("Mostrava um CPF", by.id, now)
        assert oldest.withheld is None
        assert (found(q="zyqua"), found(q="mostrava")) == ([], [minutes.number])
        shown = [db.session.scalar(queries.version(minutes.id, number)) for number in (1, 2)]
        assert shown == [oldest, None]

    def test_takes_every_version_with_the_same_paper(self, division):
        minutes, by, now = make_minutes(division), articulation_of(division), clock.now()
        correct(minutes.id, Written("A", "B", ""), reason="Erro", by=by, now=now)
        withhold(minutes.id, 1, "Mostrava um CPF", by=by, now=now)

        assert all(one.withheld for one in reread(Minutes).versions)
        with pytest.raises(MinutesIncomplete):
            correct(minutes.id, Written("A", "C", ""), reason="Coberto", by=by, now=now)
        correct(minutes.id, Written("A", "B", make_pdf("nova")), reason="Coberto", by=by, now=now)
        assert reread(Minutes).subject == "A"

    def test_says_why_and_is_for_staff_of_that_division(self, division):
        minutes, by, now = make_minutes(division), articulation_of(division), clock.now()
        with pytest.raises(WithheldSaysWhy):
            withhold(minutes.id, 1, " ", by=by, now=now)
        for who, number in [(by, 2), (articulation_of(make_division()), 1)]:
            with pytest.raises(NotFound):
                withhold(minutes.id, number, "Erro", by=who, now=now)

    @pytest.mark.parametrize("corrected", [False, True])
    def test_leaves_only_the_reason_on_public_pages(self, client, division, corrected):
        minutes = make_minutes(division, subject="Assunto zyqua", summary="Resumo zyqua.")
        client.log_in(make_staff(Role.ARTICULATION, division))
        down, page = f"/gestao/atas/{minutes.id}/retiradas", f"/atas/{minutes.id}"
        if corrected:
            new = Written("Contas", "Sem o CPF.", make_pdf("coberta"))
            told = {"reason": "Coberto", "by": articulation_of(division), "now": clock.now()}
            correct(minutes.id, new, **told)
        assert "zyqua" in client.get(page).text
        for wrong in ({"number": "1", "why": ""}, {"number": "9" * 30, "why": "Mostrava"}):
            assert client.post(down, data=wrong).status_code == 422
        assert client.post(down, data={"number": "1", "why": "Mostrava um CPF"}).location == page

        assert client.get(f"{page}/1.pdf").status_code == HTTPStatus.NOT_FOUND
        for address in (page, *([] if corrected else ["/atas"])):
            text = client.get(address).text
            assert "Mostrava um CPF" in text
            assert "zyqua" not in text
        assert "zyqua" not in client.get("/atas").text
        assert f"{page}/1.pdf" not in client.get(page).text


class TestPages:
    def typed(self, division, **more):
        told = {"division_id": division.id, "body": "council", "held_on": "2025-05-02"}
        told |= {"number": "3/2025", "subject": "Contas", "summary": "Aprovadas as contas."}
        return told | {"paper": (io.BytesIO(PDF), "ata.pdf")} | more

    def test_publish_and_correct_and_are_read_by_anybody(self, client, division):
        client.log_in(make_staff(Role.ARTICULATION, division))
        page = client.post("/gestao/atas", data=self.typed(division)).location
        assert client.post("/gestao/atas", data=self.typed(division)).status_code == 409
        minutes = reread(Minutes)
        edit = f"/gestao/atas/{minutes.id}"
        told = {
            "subject": "Contas de maio",
            "summary": "Com ressalva.",
            "reason": "Faltava zyqua",
            "seen": 1,
        }
        assert client.post(edit, data=told | {"reason": ""}).status_code == 422
        assert client.post(edit, data=told).status_code == HTTPStatus.SEE_OTHER

        text = client.get(page).text
        assert "Contas de maio" in text
        assert "Faltava zyqua" in text
        assert "Aprovadas as contas." in text
        for number in (1, 2):
            file = client.get(f"/atas/{minutes.id}/{number}.pdf")
            assert file.data == PDF
            assert file.headers["Content-Disposition"].startswith("attachment")
        assert client.get(f"/atas/{minutes.id}/3.pdf").status_code == HTTPStatus.NOT_FOUND
        assert "Contas de maio" in client.get("/atas?q=maio&orgao=council&ano=2025").text
        assert "Contas de maio" not in client.get("/atas?ano=2024").text

    @pytest.mark.parametrize(
        "wrong",
        [
            {"paper": (io.BytesIO(b"GIF89a"), "a.pdf")},
            {"paper": ""},
            {"held_on": "2999-01-01"},
            {"held_on": "x"},
            {"body": "x"},
            {"subject": " "},
            {"division_id": "9" * 40},
        ],
    )
    def test_say_what_is_wrong_and_keep_the_rest(self, client, division, wrong):
        client.log_in(make_staff(Role.HEAD, division))
        answer = client.post("/gestao/atas", data=self.typed(division, number="17", **wrong))

        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert 'value="17"' in answer.text
        assert db.session.scalar(sa.select(MinutesVersion.id)) is None

    def test_keep_what_was_typed_where_another_was_first(self, client, division):
        minutes = make_minutes(division)
        client.log_in(make_staff(Role.HEAD, division))
        edit = f"/gestao/atas/{minutes.id}"
        assert 'name="seen" value="1"' in client.get(edit).text
        told = {"subject": "Contas", "reason": "Erro", "seen": "1"}
        assert client.post(edit, data=told | {"summary": "Uma."}).status_code == 303
        answer = client.post(edit, data=told | {"summary": "Outra zyqua."})

        assert answer.status_code == HTTPStatus.CONFLICT
        assert "Outra zyqua." in answer.text
        assert 'name="seen" value="2"' in answer.text
        for wrong in ("x", "9" * 40, ""):
            data = told | {"summary": "Outra zyqua.", "seen": wrong}
            assert client.post(edit, data=data).status_code in (409, 422)

    def test_send_a_paper_once_and_not_without_end(self, client, division, monkeypatch):
        monkeypatch.setattr(limits, "_paces", {})
        place = f"/atas/{make_minutes(division).id}/1.pdf"
        first = client.get(place)
        assert first.headers["Cache-Control"] == "public, no-cache"
        same = client.get(place, headers={"If-None-Match": first.headers["ETag"]})
        assert (same.status_code, same.data) == (HTTPStatus.NOT_MODIFIED, b"")
        for _more in range(58):
            client.get(place)

        assert client.get(place).status_code == HTTPStatus.TOO_MANY_REQUESTS

    def test_ask_as_much_of_the_database_however_many_there_are(self, client, division):
        make_minutes(division)
        few = queries_of(client)
        for _more in range(5):
            make_minutes(division)

        assert queries_of(client) == few


def queries_of(client):
    asked = []
    sa.event.listen(db.engine, "before_cursor_execute", note := lambda *_: asked.append(1))
    assert client.get("/atas").status_code == HTTPStatus.OK
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)
