"""Every line of sale as a sheet: asked for, made by a job, taken away by its owner alone."""

import io
from datetime import date, timedelta
from email import message_from_bytes

import pytest
import sqlalchemy as sa
from python_calamine import load_workbook

from marketplace.accounts.models import Grant, Role
from marketplace.accounts.queries import person_of
from marketplace.core import clock, media, queue
from marketplace.core.audit import Entry
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.notifications.models import Notice
from marketplace.reports import export_making, exports
from marketplace.reports.errors import MoreThanASheet, NotBegun, TooManyExports
from marketplace.reports.models.exports import ExportState, SalesExport, file_of
from marketplace.reports.operations import exports as operations
from marketplace.reports.operations.exports import ask_export, ask_export_again
from marketplace.reports.periods import Period
from tests.factories.accounts import make_division, make_staff, saved_change
from tests.factories.clock import NOW
from tests.factories.enterprises import make_enterprise
from tests.factories.exports import PERIOD, make_export
from tests.factories.orders import work
from tests.factories.reports import make_fact

PAGE = "/gestao/relatorios/planilhas"
DAY = date(2026, 3, 15)


@pytest.fixture
def weavers():
    return make_enterprise(division=make_division(), name="Trançado do Norte")


@pytest.fixture
def head(weavers):
    return make_staff(Role.HEAD, weavers.division)


def ask(division, owner, period=PERIOD, now=NOW):
    return ask_export(division.id, period, by=person_of(owner.id), now=now)


def again(export, owner, now=NOW):
    ask_export_again(export.id, by=person_of(owner.id), now=now)
    return reread(export)


def reread(export):
    db.session.expire_all()
    return db.session.get_one(SalesExport, export.id)


def made(export):
    work()
    return reread(export)


def rows_of(export):
    content = io.BytesIO(media.get(export.file))
    return load_workbook(content).get_sheet_by_index(0).to_python()


def fall(*_args, **_more):
    raise OSError("the disk is full")


class TestAsk:
    def test_waits_with_its_lines_counted_and_an_audit_row(self, weavers, head):
        make_fact(weavers, occurred_on=DAY)
        export = db.session.get_one(SalesExport, ask(weavers.division, head))

        assert (export.state, export.lines, export.done) == (ExportState.WAITING, 1, 0)
        notes = [note for row in db.session.scalars(sa.select(Entry)) for note in row.notes]
        assert {"kind": "sales_export_asked", "export_id": export.id}.items() <= notes[-1].items()

    def test_is_the_same_until_it_is_made(self, weavers, head):
        first = ask(weavers.division, head)

        assert ask(weavers.division, head) == first
        assert ask(weavers.division, head, Period(DAY, DAY)) != first
        work()
        assert ask(weavers.division, head) != first

    def test_is_at_most_three_at_a_time_of_each_owner(self, weavers, head):
        for day in (1, 2, 3):
            ask(weavers.division, head, Period(date(2026, 3, day), DAY))
        with pytest.raises(TooManyExports):
            ask(weavers.division, head)
        assert ask(weavers.division, head, Period(date(2026, 3, 1), DAY))

        assert ask(weavers.division, make_staff(Role.HEAD, weavers.division))
        work()
        assert ask(weavers.division, head)

    @pytest.mark.parametrize("role", [Role.COUNCIL, Role.ADMINISTRATOR, Role.DESK_TILL])
    def test_is_not_for_those_who_may_not_see_lines(self, weavers, role):
        with pytest.raises(NotFound):
            ask(weavers.division, make_staff(role, weavers.division))

    def test_is_of_ones_own_division(self, weavers, head):
        with pytest.raises(NotFound):
            ask(make_division(), head)

    def test_is_not_of_the_future(self, weavers, head):
        day = clock.today("America/Manaus", NOW) + timedelta(days=1)
        with pytest.raises(NotBegun):
            ask(weavers.division, head, Period(day, day))

    def test_is_not_of_more_than_a_sheet_holds(self, weavers, head, monkeypatch):
        monkeypatch.setattr(exports, "MOST_LINES", 1)
        make_fact(weavers, occurred_on=DAY)
        ask(weavers.division, head)
        make_fact(weavers, occurred_on=DAY)
        with pytest.raises(MoreThanASheet):
            ask(weavers.division, head)


class TestMake:
    def test_writes_each_line_of_the_period_by_day(self, weavers, head):
        late = make_fact(weavers, occurred_on=DAY + timedelta(days=1), product_name="=1+1")
        early = make_fact(weavers, occurred_on=DAY, gross_cents=-12_50, quantity=-1)
        make_fact(weavers, occurred_on=date(2025, 12, 31))
        make_fact(make_enterprise(division=make_division()), occurred_on=DAY)
        export = made(make_export(weavers.division, head))

        assert (export.state, export.lines, export.done) == (ExportState.READY, 2, 2)
        headings, *rows = rows_of(export)
        told = [dict(zip(headings, row, strict=True)) for row in rows]
        assert [line["Linha"] for line in told] == [early.id, late.id]
        assert told[0]["Dia"] == "2026-03-15"
        assert (told[0]["Valor (R$)"], told[0]["Peças"]) == (-12.5, -1)
        assert told[1]["Produto"] == "=1+1"
        assert told[1]["Empreendimento"] == "Trançado do Norte"

    def test_writes_each_line_once_however_many_batches_a_day_takes(
        self, weavers, head, monkeypatch
    ):
        monkeypatch.setattr(exports, "_LINES", exports._LINES.limit(2))
        days = [DAY + timedelta(days=n // 5) for n in range(11)]
        ids = [make_fact(weavers, occurred_on=day).id for day in reversed(days)]
        export = made(make_export(weavers.division, head))

        _headings, *rows = rows_of(export)
        assert sorted(row[21] for row in rows) == sorted(ids)
        assert [row[0] for row in rows] == [day.isoformat() for day in days]

    def test_tells_how_far_it_is_after_each_batch(self, weavers, head, monkeypatch):
        monkeypatch.setattr(exports, "_LINES", exports._LINES.limit(2))
        for _ in range(3):
            make_fact(weavers, occurred_on=DAY)
        told, note = [], operations.note_progress
        monkeypatch.setattr(
            operations,
            "note_progress",
            lambda *args, now: told.append(args[2]) or note(*args, now=now),
        )
        made(make_export(weavers.division, head))

        assert told == [2, 3]

    def test_is_made_with_the_rights_of_that_moment(self, weavers, head):
        export = make_export(weavers.division, head)
        grant = db.session.scalars(sa.select(Grant).where(Grant.user_id == head.id)).one()
        saved_change(grant, ended_at=NOW)

        assert made(export).state is ExportState.FAILED
        assert not media.exists(export.file)

    def test_is_not_made_for_a_closed_account(self, weavers, head):
        export = make_export(weavers.division, head)
        saved_change(head, deactivated_at=NOW)

        assert made(export).state is ExportState.FAILED

    def test_what_a_killed_worker_began_is_made_by_another(self, weavers, head):
        make_fact(weavers, occurred_on=DAY)
        export = make_export(weavers.division, head)
        operations.begin_export(export.id, 1, now=NOW)

        assert made(export).state is ExportState.READY
        content = media.get(export.file)
        export_making.make(export.id, 1)
        assert reread(export).state is ExportState.READY
        assert media.get(export.file) == content


class TestNews:
    def told(self):
        return [(one.user_id, one.kind, one.path) for one in db.session.scalars(sa.select(Notice))]

    def test_tells_its_owner_once_by_page_and_letter_that_it_is_ready(
        self, app, client, log_in, weavers, head, tmp_path
    ):
        app.config["SMTP_URL"] = f"file://{tmp_path}"
        saved_change(head, email="chefe@example.org")
        export = made(make_export(weavers.division, head))
        export_making.make(export.id, 1)
        work()

        assert self.told() == [(head.id, "sales_export_made", f"{PAGE}/{export.id}")]
        (letter,) = tmp_path.iterdir()
        assert f"{PAGE}/{export.id}" in message_from_bytes(letter.read_bytes()).as_string()
        log_in(head)
        assert "ready" in client.get("/avisos").text

    def test_tells_of_each_turn_that_failed(self, weavers, head, monkeypatch):
        export = make_export(weavers.division, head)
        monkeypatch.setattr(media, "put", fall)
        made(export)
        operations.fail_export(export.id, 1, now=NOW)
        again(export, head)
        made(export)

        assert self.told() == [(head.id, "sales_export_failed", f"{PAGE}/{export.id}")] * 2

    def test_tells_why_who_may_not_have_it_any_more(self, weavers, head):
        export = make_export(weavers.division, head)
        grant = db.session.scalars(sa.select(Grant).where(Grant.user_id == head.id)).one()
        saved_change(grant, ended_at=NOW)
        made(export)

        assert self.told() == [(head.id, "sales_export_refused", "/conta")]


class TestAgain:
    def test_what_failed_is_made_anew(self, weavers, head, monkeypatch):
        make_fact(weavers, occurred_on=DAY)
        export = make_export(weavers.division, head)
        with monkeypatch.context() as patched:
            patched.setattr(media, "put", fall)
            assert made(export).state is ExportState.FAILED

        assert again(export, head).state is ExportState.WAITING
        assert made(export).state is ExportState.READY
        assert len(rows_of(reread(export))) == 2

    def test_what_is_on_its_way_or_made_is_left(self, weavers, head):
        export = make_export(weavers.division, head)
        assert again(export, head).turn == 1

        assert again(made(export), head).turn == 1

    def test_what_stands_still_is_made_anew_and_the_old_turn_keeps_nothing(
        self, weavers, head, monkeypatch
    ):
        monkeypatch.setattr(exports, "_LINES", exports._LINES.limit(1))
        for _ in range(2):
            make_fact(weavers, occurred_on=DAY)
        export = make_export(weavers.division, head)
        begun = operations.begin_export(export.id, 1, now=NOW)
        later = NOW + exports.STANDS_STILL + timedelta(seconds=1)
        assert again(export, head, later).turn == 2

        with pytest.raises(export_making.OvertakenError):
            export_making._write(export.id, begun)
        operations.keep_export(export.id, 1, done=2, size=9, now=later)
        operations.fail_export(export.id, 1, now=later)
        assert reread(export).state is ExportState.WAITING
        assert made(export).state is ExportState.READY

    def test_an_old_turn_writes_over_no_later_file(self, weavers, head):
        export = make_export(weavers.division, head)
        begun = operations.begin_export(export.id, 1, now=NOW)
        assert again(export, head, NOW + exports.STANDS_STILL + timedelta(seconds=1)).turn == 2
        export_making._write(export.id, begun)

        files = [file_of(export.token, turn) for turn in (1, 2)]
        assert [media.exists(name) for name in files] == [True, False]

    def test_is_not_for_another(self, weavers, head):
        export = make_export(weavers.division, head)
        with pytest.raises(NotFound):
            again(export, make_staff(Role.HEAD, weavers.division))


class TestRetention:
    def test_the_files_of_all_turns_go_too(self, weavers, head):
        export = made(make_export(weavers.division, head))
        name, first = export.file, f"{export.file.rpartition('-')[0]}-1.bin"
        queue.operation(lambda: operations.forget([export.id], NOW))()
        work()

        assert db.session.get(SalesExport, export.id) is None
        assert name == first
        assert not media.exists(name)


class TestPages:
    def test_lead_from_asking_to_the_file(self, client, log_in, weavers, head):
        year = clock.today("America/Manaus").year
        make_fact(weavers, occurred_on=date(year, 1, 1))
        log_in(head)
        assert "No sheet was asked for so far" in client.get(PAGE).text

        typed = {"division_id": weavers.division_id, "periodo": str(year)}
        address = client.post(PAGE, data=typed).location
        waiting = client.get(address)
        assert "Waiting for its turn" in waiting.text
        assert "0 of 1 lines are written" in waiting.text
        assert client.get(f"{address}/arquivo").status_code == 404

        work()
        ready = client.get(address)
        assert f"{address}/arquivo" in ready.text
        with client.get(f"{address}/arquivo") as sent:
            assert sent.data.startswith(b"PK")
            assert f"vendas-{year}-01-01-{year}-12-31.xlsx" in sent.headers["Content-Disposition"]
            assert sent.headers["Cache-Control"] == "private, no-store"
        assert "Ready" in client.get(PAGE).text

    def test_say_that_it_failed_and_try_again(self, client, log_in, weavers, head, monkeypatch):
        export = make_export(weavers.division, head)
        monkeypatch.setattr(media, "put", fall)
        made(export)
        log_in(head)
        assert "could not be made" in client.get(f"{PAGE}/{export.id}").text

        monkeypatch.undo()
        assert client.post(f"{PAGE}/{export.id}/tentativas").location == f"{PAGE}/{export.id}"
        assert made(export).state is ExportState.READY

    def test_say_that_it_stands_still(self, client, log_in, weavers, head):
        long_ago = clock.now() - exports.STANDS_STILL - timedelta(seconds=1)
        export = make_export(weavers.division, head, period=Period(DAY, DAY), now=long_ago)
        log_in(head)

        assert "has not moved for a while" in client.get(f"{PAGE}/{export.id}").text

    def test_are_not_there_for_a_colleague(self, client, log_in, weavers, head):
        export = made(make_export(weavers.division, head))
        log_in(make_staff(Role.HEAD, weavers.division))

        for path in ("", "/arquivo"):
            assert client.get(f"{PAGE}/{export.id}{path}").status_code == 404
        assert "No sheet was asked for so far" in client.get(PAGE).text

    def test_are_not_there_once_the_right_is_gone(self, client, log_in, weavers, head):
        export = made(make_export(weavers.division, head))
        elsewhere = make_division()
        grant = db.session.scalars(sa.select(Grant).where(Grant.user_id == head.id)).one()
        saved_change(grant, division_id=elsewhere.id)
        log_in(head)

        assert client.get(f"{PAGE}/{export.id}/arquivo").status_code == 404

    def test_keep_what_was_typed_where_nothing_can_be_made(self, client, log_in, weavers, head):
        log_in(head)

        typed = {"division_id": weavers.division_id, "periodo": "1999"}
        assert client.post(PAGE, data=typed).status_code == 422
