"""Nobody decides about an enterprise they belong to, nor about their own account, nor twice.

``conflict_table.py`` has a line for each operation; here each deciding one is tried by people who
have the role that opens it and a reason to stay out.

**Source:** `docs/rights.md`; Lei 12.813/2013, arts. 5 and 6 (conflict of interest).
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import marketplace
from marketplace.accounts.errors import AnotherConfirms, NotOneself, SecondPersonNeeded
from marketplace.accounts.models import CodePurpose, Division, Role, User
from marketplace.accounts.operations import closing, codes, erasing, factors, roles
from marketplace.assessments.operations import checking, ruling, visiting
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.errors import OwnEnterprise, RegisteredByYou
from marketplace.enterprises.models import Access, Enterprise, Standing
from marketplace.enterprises.operations import (
    facilitation,
    members,
    profile,
    registration,
    vetting,
)
from marketplace.fairs.errors import AnotherApprovesSplit, AnotherConfirmsBanking
from marketplace.fairs.models.calls import Call, Mark
from marketplace.fairs.models.notes import NoteKind, NoteMove
from marketplace.fairs.operations import (
    attendance,
    bankings,
    drawing,
    exhibitors,
    matters,
    notes,
    places,
    series,
    sheets,
    splits,
    stalls,
)
from marketplace.fairs.operations import calendar as fairs
from marketplace.fairs.queries import calendar as fair_queries
from marketplace.orders.operations import closing as order_closing
from marketplace.oversight.errors import AnotherAnswers, OwnReport
from marketplace.oversight.models.council import Choice
from marketplace.oversight.operations import answering, opinions, questions
from marketplace.payments.errors import (
    AnotherApproves,
    AnotherConfirmsRefund,
    AnotherGrants,
    AnotherTakesBack,
    AnotherTakesRefundBack,
    NothingToPayOut,
)
from marketplace.payments.models.bank_returns import BankReturnRow
from marketplace.payments.models.by_hand import HandRefund
from marketplace.payments.models.debts import Debt
from marketplace.payments.operations import (
    bank_returns,
    by_hand,
    debts,
    disputes,
    identifying,
    payouts,
    reconciling,
)
from marketplace.payments.queries import identifying as identifying_queries
from marketplace.payments.queries import reconciling as known_lines
from tests.factories.accounts import make_division, make_grant, make_staff, make_user, saved_change
from tests.factories.assessments import make_paper, make_sent, ruling_plan, visit_plan
from tests.factories.bank_returns import bring, make_answer
from tests.factories.by_hand import KEY, make_hand_refund, send
from tests.factories.calls import DRAWN, PRIZES, apply, make_call
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.complaints import make_complaint
from tests.factories.council import make_opinion, make_question
from tests.factories.enterprises import (
    make_enterprise,
    make_facilitation,
    make_member,
    make_producer,
    person_of,
)
from tests.factories.fairs import make_fair, make_notes, make_series
from tests.factories.issued import make_issued
from tests.factories.online import make_dispute, make_line
from tests.factories.orders import make_order
from tests.factories.payouts import (
    PIX,
    finance,
    make_approved,
    make_batch,
    make_payable,
    payout_of,
)
from tests.factories.tills import make_banking, make_matters, make_sheet, make_split, make_till
from tests.house.conflict_table import ENTERPRISE, PARTS, PERSON, RULES, TWO

Try = Callable[[Enterprise, Person], Any]
REASON: Any = {"reason": "Motivo", "now": NOW}
JUDGED = {  # by whether it stands so that the decision could be taken
    "vetting.take_up": Standing.SENT,
    "vetting.return_registration": Standing.SENT,
    "vetting.approve": Standing.SENT,
    "vetting.refuse": Standing.SENT,
    "vetting.reinstate": Standing.SUSPENDED,
}


def operations() -> set[str]:
    """Return every public function that acts for somebody, in a room of operations."""
    rooms = pkgutil.walk_packages(marketplace.__path__, "marketplace.")
    found = set()
    for name in (room.name for room in rooms if ".operations" in room.name):
        for verb, function in vars(importlib.import_module(name)).items():
            if is_asked_for(function, name) and not verb.startswith("_"):
                found.add(f"{name.removeprefix('marketplace.').replace('.operations', '')}.{verb}")
    return found


def is_asked_for(thing: object, module: str) -> bool:
    if not inspect.isfunction(thing) or thing.__module__ != module:
        return False
    return "by" in inspect.signature(thing).parameters


def redeem(group: Enterprise, by: Person) -> NoteMove:
    """Have a group bring back some of the notes that its Division gave out."""
    make_notes(group.division)
    given = {"kind": NoteKind.REDEEMED, "enterprise_id": group.id}
    return make_notes(group.division, 10_00, by=by, **given)


def import_sheet(group: Enterprise, by: Person) -> None:
    """Change the name of the group by a sheet; a line about one's own is a fault, not taken in."""
    city, name = group.municipality.name, f"{group.name} X"
    line = f"{group.code};{name};{city};grupo informal;artesanato;3"
    head = "code;name;municipality;kind;segment;members_women"
    done = registration.import_enterprises(f"{head}\n{line}".encode(), by=by, now=NOW)
    if group.name != name:
        assert [fault.reason for fault in done.faults]
        raise OwnEnterprise(name=group.name)


def remove_exhibitor(group: Enterprise, by: Person) -> None:
    fair = make_fair(group.division, exhibitors=[group])
    exhibitors.remove_exhibitor(fair.id, group.id, by=by, now=NOW)


def called(group: Enterprise) -> Call:
    """Return an open call to which the group applied."""
    call = make_call(group.division)
    apply(call, group)
    return call


def drawn(group: Enterprise) -> int:
    """Return a fair at which the group drew a place."""
    call = called(group)
    drawing.draw_places(call.fair_id, PRIZES, by=HOUSE, now=DRAWN)
    return call.fair_id


def take_attendance(group: Enterprise, by: Person) -> None:
    fair = make_fair(group.division, exhibitors=[group])
    on = NOW + timedelta(days=20)
    attendance.take_attendance(fair.id, {group.id: Mark.ABSENT}, by=by, now=on)


def give_place(group: Enterprise, by: Person) -> None:
    call = make_call(group.division)
    drawing.draw_places(call.fair_id, PRIZES, by=HOUSE, now=DRAWN)
    places.give_place(call.fair_id, group.id, "Porque sim", by=by, now=DRAWN)


def clone_fair(group: Enterprise, by: Person) -> None:
    """Copy a fair; who belongs to an exhibitor does not place it."""
    old = make_fair(group.division, exhibitors=[group])
    copy = fairs.clone_fair(old.id, date(2027, 1, 9), by=by, now=NOW)
    if not fair_queries.exhibitors(copy.id):
        raise OwnEnterprise(name=group.name)


def fill_stalls(group: Enterprise, by: Person) -> None:
    """Give all their stalls; who belongs to an exhibitor does not move it."""
    fair = make_fair(group.division, exhibitors=[group], stall_plan="77 78")
    stalls.fill_stalls(fair.id, by=by, now=NOW)
    if fair_queries.exhibitors(fair.id)[0].stall not in ("77", "78"):
        raise OwnEnterprise(name=group.name)


def plan_next_edition(group: Enterprise, by: Person) -> None:
    """Copy the last edition of a series, as any fair is copied."""
    named = make_series(group.division)
    make_fair(group.division, exhibitors=[group], series_id=named.id)
    copy = series.plan_next_edition(named.id, date(2027, 1, 9), by=by, now=NOW)
    if not fair_queries.exhibitors(copy.id):
        raise OwnEnterprise(name=group.name)


def settle_difference(group: Enterprise, by: Person) -> None:
    beyond, _pix = make_matters(make_till(group))
    matters.settle_difference(beyond.id, "Contado de novo", by=by, now=NOW)


def prepare_split(group: Enterprise, by: Person) -> None:
    split = make_split(group)
    day_id, mine = split.fair.days[0].id, finance(group.division)
    splits.discard_split(split.id, by=mine, now=NOW)
    splits.prepare_split(split.fair_id, day_id, by=by, now=NOW)


def cancel_order(group: Enterprise, by: Person) -> None:
    order = make_order(products=[make_published(enterprise=group)])
    order_closing.cancel_by_staff(order.id, by=by, **REASON)


def appoint(group: Enterprise, by: Person) -> None:
    for member in group.members:
        member.access = Access.NONE
    waits = make_member(group, name="Socorro")
    given = {"name": "Socorro", "mobile": "+5592992223344", "now": NOW}
    members.appoint_manager(waits.id, **given, by=by)


def identify(group: Enterprise, by: Person) -> None:
    """Say that money of nobody known is the group's."""
    line = make_line()
    reconciling.keep_movements([line], now=NOW)
    rows = list(db.session.scalars(known_lines.unmet()))
    reconciling.match(rows[-1], now=NOW)
    (*_others, money) = db.session.execute(identifying_queries.waiting())
    identifying.identify(money.LedgerEntry.id, enterprise_id=group.id, by=by, **REASON)


def answer(group: Enterprise, by: Person) -> None:
    """Speak to a buyer's bank for the group."""
    disputes.answer_dispute(make_dispute(enterprise=group).id, "Entregue.", by=by, now=NOW)


def pay_out(group: Enterprise, by: Person) -> None:
    """Prepare a batch; who belongs to a group leaves it out."""
    make_payable(enterprise=keyed(group))
    try:
        payouts.prepare_batch(group.division_id, by=by, now=NOW)
    except NothingToPayOut as error:
        raise OwnEnterprise(name=group.name) from error


def keyed(group: Enterprise) -> Enterprise:
    saved_change(group, **PIX)
    return group


def approve_payouts(group: Enterprise, by: Person) -> None:
    make_payable(enterprise=keyed(group))
    batch = make_batch(division=group.division)
    payouts.approve_batch(batch.id, by=by, now=NOW)


def owed(group: Enterprise) -> HandRefund:
    return make_hand_refund(enterprise=group)


def confirm_refund(group: Enterprise, by: Person) -> None:
    refund = owed(group)
    send(refund, finance(group.division))
    by_hand.confirm_sent(refund.id, by=by, now=NOW)


def return_refund(group: Enterprise, by: Person) -> None:
    refund = owed(group)
    send(refund, finance(group.division))
    by_hand.return_sent(refund.id, by=by, **REASON)


def debt_of(group: Enterprise) -> int:
    make_payable(enterprise=group, debt=500)
    return db.session.scalars(sa.select(sa.func.max(Debt.id))).one()


def waiver_of(group: Enterprise) -> int:
    return debts.ask_waiver(debt_of(group), by=finance(group.division), **REASON)


def confirm_payout(group: Enterprise, by: Person) -> None:
    payout_id = ordered(group)
    payouts.confirm_payout(payout_id, amount_cents=5_000, proof="E1", by=by, now=NOW)


def look_at_answer(group: Enterprise, by: Person) -> None:
    batch = payout_of(ordered(group)).batch
    bring(batch, make_answer(batch, {each.id: "X9" for each in batch.payouts}))
    row_id = db.session.scalars(sa.select(sa.func.max(BankReturnRow.id))).one()
    bank_returns.note_seen(row_id, note="Falei com o banco", by=by, now=NOW)


def ordered(group: Enterprise) -> int:
    make_payable(enterprise=keyed(group))
    return make_approved(division=group.division).payouts[0].id


def hand_complaint_over(group: Enterprise, by: Person) -> None:
    colleague = make_staff("head", group.division)
    answering.hand_over(complaint_about(group), colleague.id, by=by, now=NOW)


def name_group(group: Enterprise, by: Person) -> None:
    about_nobody = make_complaint(group.division)[0].id
    answering.name_enterprise(about_nobody, group.id, by=by, now=NOW)


def complaint_about(group: Enterprise) -> int:
    return make_complaint(group.division, enterprise_id=group.id)[0].id


ABOUT_ENTERPRISES: dict[str, Try] = {
    "assessments.checking.check_paper": lambda group, by: checking.check_paper(
        make_paper(group).id, accepted=True, note="", by=by, now=NOW
    ),
    "assessments.checking.give_back": lambda group, by: checking.give_back(
        make_sent(group).id, by=by, **REASON
    ),
    "assessments.ruling.decide": lambda group, by: ruling.decide(
        make_sent(group).id, ruling_plan(group), by=by, now=NOW
    ),
    "assessments.visiting.note_visit": lambda group, by: visiting.note_visit(
        make_sent(group).id, visit_plan(), by=by, now=NOW
    ),
    "oversight.answering.answer": lambda group, by: answering.answer(
        complaint_about(group), "Vimos", by=by, now=NOW
    ),
    "oversight.answering.close": lambda group, by: answering.close(
        complaint_about(group), "Resolvido", by=by, now=NOW
    ),
    "oversight.answering.hand_over": hand_complaint_over,
    "oversight.answering.name_enterprise": name_group,
    "oversight.answering.take_up": lambda group, by: answering.take_up(
        complaint_about(group), by=by, now=NOW
    ),
    "enterprises.members.appoint_manager": appoint,
    "enterprises.profile.correct_record": lambda group, by: profile.correct_record(
        group.id, {"name": "Outro nome"}, by=by, now=NOW
    ),
    "enterprises.registration.import_enterprises": import_sheet,
    "enterprises.vetting.take_up": lambda group, by: vetting.take_up(group.id, by=by, now=NOW),
    "enterprises.vetting.return_registration": lambda group, by: vetting.return_registration(
        group.id, fields={"story": ""}, by=by, **REASON
    ),
    "enterprises.vetting.approve": lambda group, by: vetting.approve(group.id, by=by, now=NOW),
    "enterprises.vetting.refuse": lambda group, by: vetting.refuse(group.id, by=by, **REASON),
    "enterprises.vetting.suspend": lambda group, by: vetting.suspend(group.id, by=by, **REASON),
    "enterprises.vetting.reinstate": lambda group, by: vetting.reinstate(group.id, by=by, **REASON),
    "fairs.attendance.take_attendance": take_attendance,
    "fairs.drawing.draw_places": lambda group, by: drawing.draw_places(
        called(group).fair_id, PRIZES, by=by, now=DRAWN
    ),
    "fairs.places.give_place": give_place,
    "fairs.places.take_back_place": lambda group, by: places.take_back_place(
        drawn(group), group.id, "Porque sim", by=by, now=DRAWN
    ),
    "fairs.exhibitors.place_exhibitor": lambda group, by: exhibitors.place_exhibitor(
        make_fair(group.division).id, group.id, "7", by=by, now=NOW
    ),
    "fairs.exhibitors.remove_exhibitor": remove_exhibitor,
    "fairs.calendar.clone_fair": clone_fair,
    "fairs.stalls.fill_stalls": fill_stalls,
    "fairs.series.plan_next_edition": plan_next_edition,
    "fairs.matters.settle_difference": settle_difference,
    "fairs.splits.approve_split": lambda group, by: splits.approve_split(
        make_split(group).id, by=by, now=NOW
    ),
    "fairs.splits.prepare_split": prepare_split,
    "fairs.notes.move_notes": redeem,
    "fairs.notes.undo_move": lambda group, by: notes.undo_move(
        redeem(group, HOUSE).id, "Engano", by=by, now=NOW
    ),
    "fairs.sheets.type_sheet": lambda group, by: make_sheet(group, by=by),
    "fairs.sheets.undo_sheet": lambda group, by: sheets.undo_sheet(
        make_sheet(group).id, "Engano", by=by, now=NOW
    ),
    "orders.closing.cancel_by_staff": cancel_order,
    "payments.identifying.identify": identify,
    "payments.disputes.answer_dispute": answer,
    "payments.by_hand.confirm_sent": confirm_refund,
    "payments.by_hand.note_sent": lambda group, by: send(owed(group), by),
    "payments.by_hand.return_sent": return_refund,
    "payments.by_hand.type_key": lambda group, by: by_hand.type_key(
        owed(group).id, KEY, holder="Lúcia", by=by, now=NOW
    ),
    "payments.debts.ask_waiver": lambda group, by: debts.ask_waiver(
        debt_of(group), by=by, **REASON
    ),
    "payments.debts.drop_waiver": lambda group, by: debts.drop_waiver(
        waiver_of(group), by=by, now=NOW
    ),
    "payments.debts.grant_waiver": lambda group, by: debts.grant_waiver(
        waiver_of(group), by=by, now=NOW
    ),
    "payments.bank_returns.note_seen": look_at_answer,
    "payments.payouts.approve_batch": approve_payouts,
    "payments.payouts.confirm_payout": confirm_payout,
    "payments.payouts.prepare_batch": pay_out,
    "payments.payouts.return_payout": lambda group, by: payouts.return_payout(
        ordered(group), by=by, **REASON
    ),
}
ABOUT_PEOPLE: dict[str, Callable[[User, Person], Any]] = {
    "accounts.closing.deactivate_person": lambda user, by: closing.deactivate_person(
        user.id, by=by, **REASON
    ),
    "accounts.closing.reactivate_person": lambda user, by: closing.reactivate_person(
        user.id, by=by, **REASON
    ),
    "accounts.codes.issue_code": lambda user, by: codes.issue_code(
        user.id, CodePurpose.RESET, by=by, now=NOW
    ),
    "accounts.erasing.ask_for": lambda user, by: erasing.ask_for(
        user.id, paper="7/2026", by=by, now=NOW
    ),
    "accounts.erasing.give_up": lambda user, by: erasing.give_up(user.id, by=by, now=NOW),
    "accounts.factors.reset_factor": lambda user, by: factors.reset_factor(
        user.id, by=by, **REASON
    ),
    "accounts.roles.give_role": lambda user, by: roles.give_role(
        user.id, Role.FINANCE, next(iter(by.divisions)), by=by, **REASON
    ),
}


def accept_oneself() -> None:
    helper = make_staff(Role.FACILITATOR)
    _same, group = make_producer(user=helper)
    given = {"mobile": str(helper.mobile), "now": NOW}
    facilitation.accept_facilitator(group.id, **given, by=person_of(helper))


def approve_what_one_registered() -> None:
    division = make_division()
    staff = make_staff("articulation", division)
    group = make_enterprise(standing=Standing.SENT, registered_by=staff, division=division)
    make_producer(enterprise=group)
    vetting.approve(group.id, by=person_of(staff), now=NOW)


def appoint_oneself() -> None:
    division = make_division()
    staff, group = make_staff("articulation", division), make_enterprise(division=division)
    given = {"name": "Socorro", "mobile": str(staff.mobile), "now": NOW}
    members.appoint_manager(make_member(group).id, **given, by=person_of(staff))


def approve_what_one_prepared() -> None:
    division = make_division()
    make_payable(division=division)
    by = finance(division)
    batch_id = payouts.prepare_batch(division.id, by=by, now=NOW)
    payouts.approve_batch(batch_id, by=by, now=NOW)


def take_back_what_one_confirmed() -> None:
    (payout,) = make_approved(5_000).payouts
    by = finance(payout.batch.division)
    payouts.confirm_payout(payout.id, amount_cents=5_000, proof="E1", by=by, now=NOW)
    payouts.return_payout(payout.id, by=by, **REASON)


def confirm_what_one_paid() -> None:
    group = make_enterprise()
    refund, by = owed(group), finance(group.division)
    send(refund, by)
    by_hand.confirm_sent(refund.id, by=by, now=NOW)


def take_back_what_one_confirmed_by_hand() -> None:
    group = make_enterprise()
    refund, by = owed(group), finance(group.division)
    send(refund, finance(group.division))
    by_hand.confirm_sent(refund.id, by=by, now=NOW)
    by_hand.return_sent(refund.id, by=by, **REASON)


def forgive_what_one_asked_for() -> None:
    group = make_enterprise()
    by = finance(group.division)
    debts.grant_waiver(debts.ask_waiver(debt_of(group), by=by, **REASON), by=by, now=NOW)


def confirm_what_one_asked_for() -> None:
    division = make_division()
    dora, caio = person_of(make_staff("administrator", division)), make_user()
    erasing.ask_for(caio.id, paper="7/2026", by=dora, now=NOW)
    erasing.confirm(caio.id, by=dora, now=NOW)


def approve_the_split_that_one_prepared() -> None:
    group = make_enterprise()
    by = finance(group.division)
    split = make_split(group)
    splits.discard_split(split.id, by=by, now=NOW)
    anew = splits.prepare_split(split.fair_id, split.fair.days[0].id, by=by, now=NOW)
    splits.approve_split(anew, by=by, now=NOW)


def confirm_the_deposit_that_one_noted() -> None:
    group = make_enterprise()
    by = finance(group.division)
    bankings.confirm_banking(make_banking(group, by=by), by=by, now=NOW)


def as_member(division: Division, user: User) -> Person:
    """Return a person who is of the Division's council too."""
    make_grant(user, "council", division)
    return person_of(user)


def write_of_what_one_issued() -> None:
    division = make_division()
    report = make_issued(division)
    by = as_member(division, report.issued_by)
    opinions.write_opinion(report.id, "Está bom", NOW.date() + timedelta(days=3), by=by, now=NOW)


def vote_on_what_one_issued() -> None:
    division = make_division()
    opinion = make_opinion(division)
    by = as_member(division, opinion.report.issued_by)
    opinions.cast_vote(opinion.id, Choice.FOR, "Está bom", by=by, now=clock.now())


def asked_by_one_who_answers(act: Callable[..., None]) -> None:
    division = make_division()
    question = make_question(division)
    make_grant(question.turns[0].by, "head", division)
    act(question.id, "Sim", by=person_of(question.turns[0].by), now=clock.now())


TAKES_TWO: dict[str, tuple[Callable[[], None], type[DomainError]]] = {
    "accounts.erasing.confirm": (confirm_what_one_asked_for, AnotherConfirms),
    "enterprises.facilitation.accept_facilitator": (accept_oneself, NotOneself),
    "enterprises.vetting.approve": (approve_what_one_registered, RegisteredByYou),
    "enterprises.members.appoint_manager": (appoint_oneself, OwnEnterprise),
    "fairs.bankings.confirm_banking": (
        confirm_the_deposit_that_one_noted,
        AnotherConfirmsBanking,
    ),
    "fairs.splits.approve_split": (approve_the_split_that_one_prepared, AnotherApprovesSplit),
    "oversight.opinions.cast_vote": (vote_on_what_one_issued, OwnReport),
    "oversight.opinions.write_opinion": (write_of_what_one_issued, OwnReport),
    "oversight.questions.answer": (
        lambda: asked_by_one_who_answers(questions.answer),
        AnotherAnswers,
    ),
    "oversight.questions.put_off": (
        lambda: asked_by_one_who_answers(questions.put_off),
        AnotherAnswers,
    ),
    "payments.by_hand.confirm_sent": (confirm_what_one_paid, AnotherConfirmsRefund),
    "payments.by_hand.return_sent": (
        take_back_what_one_confirmed_by_hand,
        AnotherTakesRefundBack,
    ),
    "payments.debts.grant_waiver": (forgive_what_one_asked_for, AnotherGrants),
    "payments.payouts.approve_batch": (approve_what_one_prepared, AnotherApproves),
    "payments.payouts.return_payout": (take_back_what_one_confirmed, AnotherTakesBack),
}


def case(name: str) -> tuple[Enterprise, User]:
    """Return an enterprise as the decision wants it, and somebody of its Division who may."""
    division = make_division()
    standing = JUDGED.get(name.removeprefix("enterprises."), Standing.APPROVED)
    _manager, group = make_producer(division=division, standing=standing)
    return group, make_staff("head", division)


def belong(how: str, group: Enterprise, user: User) -> None:
    if how == "facilitator":
        make_facilitation(user, group)
    else:
        make_member(group, user=user, access=Access(how))


class TestTable:
    def test_has_a_line_for_each_operation_and_for_nothing_else(self):
        assert operations() ^ set(RULES) == set()

    def test_has_a_try_for_each_that_decides(self):
        assert set(ABOUT_ENTERPRISES) == {name for name in RULES if RULES[name] == ENTERPRISE}
        assert set(ABOUT_PEOPLE) == {name for name in RULES if RULES[name] == PERSON}
        assert {name for name in RULES if RULES[name] == TWO} <= set(TAKES_TWO)

    def test_lets_no_door_open_on_a_part(self):
        """What is called a part may be called by no view, command or API of its own."""
        parts = {name for name in RULES if RULES[name] == PARTS}
        called = {name for name in parts if is_called_from_a_door(name)}

        assert called == set()


def is_called_from_a_door(name: str) -> bool:
    *room, verb = name.split(".")
    doors = (
        file.read_text(encoding="utf-8")
        for kind in ("views/*.py", "views.py", "api.py")
        for file in (Path(marketplace.__path__[0]) / room[0]).glob(kind)
    )
    noun = room[-1] if len(room) > 1 else "operations"
    return any(f"{noun}.{verb}(" in text for text in doors)


@pytest.mark.parametrize("name", sorted(ABOUT_ENTERPRISES))
class TestAboutEnterprises:
    @pytest.mark.parametrize("how", ["none", "stall_till", "member", "manager", "facilitator"])
    def test_is_refused_to_who_belongs(self, name, how):
        group, staff = case(name)
        belong(how, group, staff)

        with pytest.raises((OwnEnterprise, NotFound)):
            ABOUT_ENTERPRISES[name](group, person_of(staff))

    def test_is_open_to_a_colleague(self, name):
        group, staff = case(name)

        ABOUT_ENTERPRISES[name](group, person_of(staff))

    def test_is_open_to_who_left(self, name):
        group, staff = case(name)
        make_member(group, user=staff, left_on=date(2026, 1, 2))

        ABOUT_ENTERPRISES[name](group, person_of(staff))


@pytest.mark.parametrize("name", sorted(ABOUT_PEOPLE))
def test_about_oneself_is_refused(name):
    dora = make_staff("administrator")

    with pytest.raises(NotOneself):
        ABOUT_PEOPLE[name](dora, person_of(dora))


@pytest.mark.parametrize("name", sorted(TAKES_TWO))
def test_the_second_person_is_not_the_first(name):
    attempt, refusal = TAKES_TWO[name]

    with pytest.raises(refusal):
        attempt()


def test_a_new_password_and_a_lost_second_step_are_not_given_by_one_person():
    division = make_division()
    dora, caio = make_staff("administrator", division), make_staff("head", division)
    codes.issue_code(caio.id, CodePurpose.RESET, by=person_of(dora), now=NOW)
    kept = factors.Kept("sealed", 0, "salt", [])
    factors.keep_factor(caio.id, kept, replace=False, by=HOUSE, now=NOW)

    with pytest.raises(SecondPersonNeeded):
        factors.reset_factor(caio.id, by=person_of(dora), **REASON)
