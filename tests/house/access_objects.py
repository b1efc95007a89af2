"""The cast of the access matrix, and the things that addresses name.

Add a function for your feature that returns, for one enterprise, the arguments of its addresses,
and enter it in ``BUILDERS``. A name like ``product_id`` holds for every endpoint; where features
use one name for different things, write it with the endpoint: ``"storefront.fair:slug"``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from marketplace.accounts.models import Division, Role, User
from marketplace.accounts.operations.sessions import start_session
from marketplace.accounts.queries import open_sessions
from marketplace.catalogue.operations import lists, photos
from marketplace.core import clock, erasures, imports, media
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.models import Access, Enterprise, Member, Segment
from marketplace.fairs.models.splits import DeskBanking
from marketplace.fairs.operations import remarks
from marketplace.fairs.operations.cashiers import add_cashier
from marketplace.oversight.queries.complaints import files_of
from marketplace.payments.models.bank_returns import BankReturnRow
from marketplace.payments.models.debts import Debt
from marketplace.payments.models.events import ProviderEvent
from marketplace.payments.operations import events, reconciling
from marketplace.payments.provider import FOLLOWED, News
from marketplace.payments.queries import identifying
from marketplace.payments.queries import reconciling as known
from tests.factories.accounts import (
    make_division,
    make_grant,
    make_neighbourhood,
    make_staff,
    make_user,
    make_zone,
)
from tests.factories.assessments import (
    make_appeal,
    make_commission,
    make_group_visit,
    make_paper,
)
from tests.factories.bank_returns import bring, make_answer
from tests.factories.by_hand import make_hand_refund
from tests.factories.calls import make_soon
from tests.factories.catalogue import make_published
from tests.factories.clock import NOW
from tests.factories.complaints import make_complaint
from tests.factories.council import make_opinion, make_question
from tests.factories.declared import make_declared
from tests.factories.enterprises import (
    make_enterprise,
    make_facilitation,
    make_member,
    make_producer,
)
from tests.factories.exports import make_export
from tests.factories.fairs import (
    make_announced,
    make_closed,
    make_count,
    make_notes,
    make_series,
    make_visit,
)
from tests.factories.funds import make_paid_spending, make_spending, make_voted_waiver
from tests.factories.hours import make_hour
from tests.factories.issued import make_issued, make_issued_about
from tests.factories.legal import make_figure
from tests.factories.minutes import make_minutes
from tests.factories.notifications import make_notice
from tests.factories.online import make_dispute, make_line
from tests.factories.opendata import make_word
from tests.factories.orders import (
    choose_collection,
    make_collection,
    make_order,
    make_point,
    soon,
)
from tests.factories.payouts import make_approved, make_payable
from tests.factories.schedules import make_schedule
from tests.factories.tills import make_banking, make_matters, make_sheet, make_split, make_till

STAFF = {
    "desk": Role.DESK_TILL,
    "arti": Role.ARTICULATION,
    "quali": Role.QUALIFICATION,
    "fin": Role.FINANCE,
    "head": Role.HEAD,
    "coun": Role.COUNCIL,
    "dora": Role.ADMINISTRATOR,
}
Arguments = dict[str, Any]
CALLED = (  # what is about a call's fair, not about any fair
    *("fair_calls.show", "fair_calls.edit", "fair_calls.update", "fair_calls.create_draw"),
    *("fair_calls.create_place", "fair_calls.create_return", "applying.show", "applying.create"),
    *("applying.create_withdrawal", "applying.create_giving_up"),
)

LISTED = ("show", "create_shortage", "index", "create_passing_on")  # of a fair with lists


@dataclass(frozen=True)
class Scene:
    """Whose thing it is: an enterprise, who buys there, and the Division of both."""

    enterprise: Enterprise
    buyer: User
    division: Division


def cast() -> tuple[dict[str, User], Scene]:
    """Return the people, and what is theirs."""
    division = make_division()
    mara, enterprise = make_producer(enterprise=make_enterprise(division=division))
    people = {"mara": mara, "bia": make_user(), "faci": make_staff(Role.FACILITATOR, division)}
    for name, access in (("ana", "member"), ("till", "stall_till")):
        people[name] = make_producer(access, enterprise=enterprise)[0]
    make_facilitation(people["faci"], enterprise)
    people |= {name: make_staff(role, division) for name, role in STAFF.items()}
    return people, Scene(enterprise, people["bia"], division)


def others(own: Scene) -> Scene:
    """Return another enterprise of the same Division, and another buyer."""
    return Scene(make_enterprise(division=own.division), make_user(), own.division)


def abroad() -> Scene:
    """Return an enterprise and a buyer of another Division."""
    division = make_division(municipality_code=1100106)
    return Scene(make_enterprise(division=division), make_user(), division)


def core(_scene: Scene) -> Arguments:
    media.put("a-picture.webp", b"a picture")
    return {"static:filename": "css/base.css", "core.show_media:name": "a-picture.webp"}


def enterprises(scene: Scene) -> Arguments:
    return {
        "enterprise_id": scene.enterprise.id,
        "member_id": make_member(scene.enterprise).id,
        "facilitation_id": make_facilitation(make_user(), scene.enterprise).id,
        "step": "grupo",
        "enterprise_imports.show:token": "somebody-elses",
        "enterprise_imports.create_confirmation:token": "somebody-elses",
        "enterprise_imports.delete:token": "somebody-elses",
        "storefront.enterprise:slug": scene.enterprise.slug,
    }


def fairs(scene: Scene) -> Arguments:
    series = make_series(scene.enterprise.division)
    fair, now = make_announced(scene.enterprise, series_id=series.id), clock.now()
    call = make_soon(scene.enterprise, now=now)
    drawn = make_soon(scene.enterprise, drawn=True, now=now - timedelta(days=15)).fair.slug
    till = make_till(scene.enterprise, fair=fair)
    beyond, pix = make_matters(till)
    here = {f"{name}:fair_id": call.fair_id for name in CALLED}
    here |= {f"fair_results.{name}:slug": drawn for name in ("show", "export")}
    here |= {"fair_id": fair.id, "storefront.fair:slug": fair.slug, "till_id": till.id}
    closed = make_closed(scene.enterprise, now=now)
    here |= {f"fair_lists.{name}:fair_id": closed.id for name in LISTED}
    on_its_day: Any = {"by": HOUSE, "now": NOW + timedelta(days=13)}
    here["remark_id"] = remarks.note_remark(fair.id, "Faltou sombra", **on_its_day).id
    add_cashier(till.id, till.user_id, by=HOUSE, now=now)
    here["till_cashiers.create_end:user_id"] = till.user_id
    here["sheet_id"] = make_sheet(scene.enterprise, fair=fair).id
    here["move_id"] = make_notes(scene.enterprise.division, fair=fair).id
    make_count(scene.enterprise.division, 98_00, reason="Faltou no troco", fair_id=fair.id)
    visit = make_visit(scene.enterprise.division, pictures=["0" * 32])
    here |= {"venue_id": visit.venue_id, "venues.create_photo_removal:photo_id": visit.photos[0].id}
    here |= {"series_id": series.id, "fair_series.show_editions:slug": series.slug}
    here["day_id"] = fair.days[0].id
    waits, shared = make_split(scene.enterprise), make_split(scene.enterprise, approved=True)
    desk = ("create", "create_approval", "create_discard", "show_slips", "index")
    here |= {f"splits.{name}:fair_id": waits.fair_id for name in desk}
    here |= {"split_id": waits.id, "share_id": shared.shares[0].id}
    banking_id = make_banking(scene.enterprise)
    banked = db.session.get_one(DeskBanking, banking_id).fair_id
    ends = ("create_banking_confirmation", "create_banking_drop")
    here |= {f"splits.{name}:fair_id": banked for name in ends} | {"banking_id": banking_id}
    settled = {"tills.create_settlement:matter_id": beyond.id}
    looked_at = ("tills.create_pix_arrival", "tills.create_pix_absence")
    return here | settled | {f"{endpoint}:matter_id": pix.id for endpoint in looked_at}


def accounts(scene: Scene) -> Arguments:
    zone = make_zone(municipality_code=scene.division.municipality_code)
    grant = make_grant(make_user(), Role.COUNCIL, scene.division)
    place = make_neighbourhood(zone=zone)
    erased = erasures.ask("person", make_user().id, by=HOUSE, now=clock.now())
    code = erasures.carry_out(erased.id, by=HOUSE, now=clock.now())
    here: Arguments = {"erasing.show:code": code, "purpose": "avisos-por-whatsapp"}
    start_session(owner := make_user().id, device="", now=clock.now())
    here |= {"session_id": open_sessions(owner)[0].id}
    return here | {"grant_id": grant.id, "zone_id": zone.id, "neighbourhood_id": place.id}


def orders(scene: Scene) -> Arguments:
    product = make_published(enterprise=scene.enterprise, by_delivery=True, at_point=True)
    collection = make_collection(scene.enterprise, **soon())
    choice = choose_collection(collection)
    placed = make_order(products=[product], quantity=1, choice=choice, now=clock.now())
    return {
        "link_key": placed.purchase.link_key,
        "letter": placed.letter,
        "collection_id": collection.id,
        "order_id": placed.id,
        "point_id": make_point(scene.enterprise).id,
        "division_id": scene.division.id,
        "day": "2026-12-25",
    }


def _bank_return(scene: Scene) -> Arguments:
    """Have an answer of the bank of which a row waits for a person."""
    batch = make_approved(1_900, division=scene.division)
    return_id = bring(batch, make_answer(batch, {batch.payouts[-1].id: "X9"}))
    waits = sa.select(sa.func.max(BankReturnRow.id)).where(BankReturnRow.return_id == return_id)
    return {"return_id": return_id, "row_id": db.session.scalars(waits).one()}


def payments(scene: Scene) -> Arguments:
    day = date(2026, 10, scene.enterprise.id % 28 + 1)  # one for each
    reconciling.keep_movements([make_line(day=day)], now=clock.now())
    reconciling.note_listed(day, asked_at=clock.now())
    names = ("show", "export", "create_closing")
    for row_id in db.session.scalars(known.unmet()).all():
        reconciling.match(row_id, now=clock.now())
    strange = db.session.execute(identifying.waiting()).first()
    aside = News(f"evt_{day}", FOLLOWED[0], "pi_1", clock.now(), live=False, version="an older one")
    events.keep(aside, now=clock.now())
    mine = sa.select(ProviderEvent.id).where(ProviderEvent.event_id == aside.id)
    entry = {"entry_id": strange.LedgerEntry.id if strange else 0}
    entry |= {"news_id": db.session.scalars(mine).one()}
    payout = make_approved(5_000, division=scene.division).payouts[0]
    here: Arguments = {"batch_id": payout.batch_id, "payout_id": payout.id}
    spending_id = make_spending(scene.enterprise)
    owed = make_hand_refund(enterprise=make_enterprise(division=scene.division))
    others = here | entry | {"dispute_id": make_dispute().id, "hand_id": owed.id}
    others |= _bank_return(scene)
    make_payable(debt=500, division=scene.division)
    others["waiver_id"] = make_voted_waiver(scene.division)
    make_payable(debt=1_000, division=scene.division)
    others["spending_id"] = spending_id
    others["debt_id"] = db.session.scalars(sa.select(sa.func.max(Debt.id))).one()
    return {f"reconciling.{name}:day": day.isoformat() for name in names} | others


def assessments(scene: Scene) -> Arguments:
    appeal = make_appeal(scene.enterprise)
    paper = make_paper(scene.enterprise)
    visit = make_group_visit(paper.assessment)
    return {
        "fair_trade_appeals.show_paper:appeal_id": appeal.id,
        "fair_trade_rulings.create_end:member_id": make_commission(scene.division, 1)[0].id,
        "fair_trade_visits.show_photo:photo_id": visit.photos[0].id,
        "assessment_id": paper.assessment_id,
        "evidence_id": paper.id,
        "code": paper.criterion.code,
    }


def catalogue(scene: Scene) -> Arguments:
    now, sheet = clock.now(), b"nome\nRede"
    product = make_published(enterprise=scene.enterprise)
    photo = photos.add_photo(product.id, f"picture-{product.id}", by=HOUSE, now=now)
    token = imports.keep(f"products:{scene.enterprise.id}", "a.csv", sheet, by=_ana(scene), now=now)
    names = {"name": f"Categoria {product.id}", "name_es": "Categoría", "name_en": "Category"}
    category = lists.add_category(Segment.CRAFTS, **names, by=HOUSE, now=now)
    ids = {"product_id": product.id, "photo_id": photo.id, "category_id": category.id}
    ids["decision_id"] = make_hour(scene.enterprise).id
    ids["figure_id"] = make_figure(subject=f"Castanha {product.id}").id
    return ids | {"product_sheets.show:token": token, "product_sheets.create_import:token": token}


def _ana(scene: Scene) -> Person:
    """Return the member without more rights, made where the enterprise has none."""
    here = sa.select(Member.user_id).where(
        Member.enterprise_id == scene.enterprise.id, Member.access == Access.MEMBER
    )
    user_id = db.session.scalar(here.order_by(Member.id).limit(1))
    return Person(user_id or make_producer("member", enterprise=scene.enterprise)[0].id)


def notifications(scene: Scene) -> Arguments:
    return {"notice_id": make_notice(user=scene.buyer).id, "user_id": scene.buyer.id}


def storefront(scene: Scene) -> Arguments:
    product = make_published(enterprise=scene.enterprise)
    return {"topic": "comprar", "storefront.product:slug": product.slug}


def reports(scene: Scene) -> Arguments:
    pages = ("show", "export_one", "create_target")
    everybodys = {f"indicators.{page}:key": "volume" for page in pages}
    kept = ("show", "create_confirmation", "delete")
    everybodys |= {f"declared_sheets.{page}:token": "somebody-elses" for page in kept}
    issued = make_issued(scene.division).id
    everybodys |= {"total_id": make_declared(scene.division, fair=f"Feira {issued}").id}
    everybodys["export_id"] = make_export(scene.division).id
    everybodys |= {"schedule_id": make_schedule(scene.division).id}
    about = make_issued_about(scene.enterprise).id
    for page in ("show_issued", "compare", "export", "ours_issued", "compare_ours", "export_ours"):
        everybodys |= {f"enterprise_reports.{page}:report_id": about}
        everybodys |= {f"enterprise_reports.{page}:kind": "csv"}
    return everybodys | {"report_id": issued, "issued_reports.export:kind": "csv"}


def opendata(_scene: Scene) -> Arguments:
    make_word()
    file = {"dataset": "vendas", "kind": "csv", "number": 1}
    pages = ("export", "export_version")
    return {f"datasets.{page}:{name}": told for page in pages for name, told in file.items()}


def desks(_scene: Scene) -> Arguments:
    return {"desks.letter:name": "none.eml"}


def oversight(scene: Scene) -> Arguments:
    complaint, code = make_complaint(scene.division, files=True)
    file_id = db.session.scalars(files_of(complaint.id)).first()
    named = {"complaint_id": complaint.id, "file_id": file_id.id if file_id else 0}
    names = ("show", "update", "create_removal", "show_file")
    named |= {"audit_heads.export:kind": "csv"}
    named |= {"opinion_id": make_opinion(scene.division).id}
    named |= {"minutes_id": make_minutes(scene.division).id, "minutes.export:number": 1}
    paid = make_paid_spending(make_enterprise(division=scene.division))
    named["minutes_desk.create_spending_removal:spending_id"] = paid
    named |= {"question_id": make_question(scene.division).id}
    return named | {f"complaint.{name}:code": code for name in names}


BUILDERS: list[Callable[[Scene], Arguments]] = [
    core,
    accounts,
    notifications,
    enterprises,
    payments,
    assessments,
    fairs,
    catalogue,
    orders,
    storefront,
    reports,
    opendata,
    desks,
    oversight,
]


def arguments(scene: Scene) -> Arguments:
    found: Arguments = {}
    for builder in BUILDERS:
        found |= builder(scene)
    return found
