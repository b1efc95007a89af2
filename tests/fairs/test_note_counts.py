"""The box of reais that backs notes is counted; what the books have stays as it is."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.accounts.queries import person_of
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import FormSentBefore, NotFound
from marketplace.core.rights import HOUSE
from marketplace.fairs.models.note_counts import NoteCount
from marketplace.fairs.note_errors import BoxDiffers
from marketplace.fairs.operations.note_counts import REASON_LENGTH, BoxCount, count_box
from marketplace.fairs.queries import note_counts as queries
from marketplace.fairs.queries.notes import kept_of
from tests.factories.accounts import make_division, make_staff
from tests.factories.clock import NOW
from tests.factories.fairs import make_count, make_fair, make_notes

BY = {"by": HOUSE, "now": NOW}
PAGE = "/gestao/moeda-social/caixa"


class TestCountBox:
    def test_keeps_what_was_counted_beside_what_the_books_have(self):
        make_notes(division := make_division(), 80_00)
        person = person_of(make_staff("finance", division).id)

        whole = make_count(division, 80_00, by=person)
        lacks = make_count(division, 78_00, reason=" Faltou\nno troco ", by=person)

        assert (whole.expected_cents, whole.difference_cents, whole.reason) == (80_00, 0, "")
        assert (lacks.expected_cents, lacks.difference_cents) == (80_00, -2_00)
        assert (lacks.reason, lacks.counted_at, lacks.by_id) == ("Faltou no troco", NOW, person.id)
        assert kept_of(division.id) == 80_00

    def test_that_differs_has_a_reason(self):
        make_notes(division := make_division(), 80_00)

        for counted in (79_99, 80_01):
            with pytest.raises(BoxDiffers, match=r"R\$80\.00"):
                make_count(division, counted, reason=" ")
        assert len(make_count(division, 0, reason="x" * 999).reason) == REASON_LENGTH
        assert make_count(make_division(), 0).expected_cents == 0

    def test_twice_by_one_form_is_one(self):
        division, told = make_division(), BoxCount(5_00, reason="Achei")

        one, again = (count_box(division.id, told, key="a", **BY) for _press in range(2))

        assert one.id == again.id
        with pytest.raises(FormSentBefore):
            count_box(division.id, BoxCount(6_00, reason="Achei"), key="a", **BY)
        with pytest.raises(FormSentBefore):
            count_box(make_division().id, told, key="a", **BY)

    def test_is_of_the_staff_of_that_division_and_its_fairs(self):
        division = make_division()
        stranger = person_of(make_staff("finance", make_division()).id)

        with pytest.raises(NotFound):
            make_count(division, 0, by=stranger)
        with pytest.raises(NotFound):
            make_count(division, 0, fair_id=make_fair().id)
        fair = make_fair(division)
        assert make_count(division, 0, fair_id=fair.id).fair.id == fair.id

    def test_is_seen_by_the_staff_of_that_division_the_latest_first(self):
        division, other = make_division(), make_division()
        first, second = (make_count(division, 0, now=NOW + timedelta(hours=n)) for n in (1, 2))
        make_count(other, 0)
        fin, quali = (make_staff(role, division).id for role in ("finance", "qualification"))

        listed = [db.session.scalars(queries.listed(person_of(who))).all() for who in (fin, quali)]

        assert listed == [[second, first], []]
        (box,) = queries.boxes([division])
        assert box.last.id == second.id


class TestPage:
    @pytest.fixture
    def division(self, monkeypatch, log_in):
        monkeypatch.setattr(clock, "now", lambda: NOW)
        division = make_division()
        log_in(make_staff("finance", division))
        return division

    def test_shows_what_was_counted_by_whom_and_why(self, client, division):
        make_notes(division, 80_00)
        assert "This box was never counted." in client.get(PAGE).text
        typed = {"division_id": division.id, "counted": "78,00", "key": "a"}

        told = client.post(PAGE, data=typed)
        for _press in range(2):
            client.post(PAGE, data=typed | {"reason": "Faltou no troco"})

        assert told.status_code == 422
        assert "The books have R$80.00 in it" in told.text
        assert 'value="78,00"' in told.text
        shown = client.get(PAGE).text
        assert shown.count("Faltou no troco") == 1
        assert "-R$2.00" in shown
        assert db.session.scalar(sa.select(sa.func.count(NoteCount.id))) == 1
        assert PAGE in client.get("/gestao/moeda-social").text

    def test_says_that_the_form_was_sent_before_and_gives_another(self, client, division):
        typed = {"division_id": division.id, "counted": "0", "key": "a"}
        client.post(PAGE, data=typed)

        again = client.post(PAGE, data=typed | {"counted": "1,00", "reason": "Achei"})

        assert again.status_code == 409
        assert "was sent before" in again.text
        assert re.findall(r'name="key"[^>]*value="([^"]{32})"', again.text)

    @pytest.mark.parametrize("counted", ["", "x", "-1", "9" * 40])
    def test_says_what_is_wrong(self, client, division, counted):
        typed = {"division_id": division.id, "counted": counted, "key": "a"}

        assert client.post(PAGE, data=typed).status_code == 422
        assert db.session.scalar(sa.select(sa.func.count(NoteCount.id))) == 0

    def test_is_read_by_the_head_who_counts_nothing(self, client, log_in, division):
        log_in(make_staff("head", division))

        assert 'name="counted"' not in client.get(PAGE).text
        assert client.post(PAGE, data={"counted": "0"}).status_code == 403
