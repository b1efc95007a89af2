"""What the demonstration tells of fairs beside orders: an open call, and the tills of one day."""

import io
import json
import random
from datetime import datetime, time, timedelta
from typing import Any, BinaryIO

import sqlalchemy as sa
from PIL import Image, ImageDraw

from demo import history
from marketplace.accounts.models import Grant, Role
from marketplace.core import clock, pictures
from marketplace.core.clock import instant_of
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, Person
from marketplace.enterprises.models import Enterprise
from marketplace.fairs import schemas
from marketplace.fairs.models.calls import Mark
from marketplace.fairs.models.fairs import Fair
from marketplace.fairs.models.notes import NoteKind
from marketplace.fairs.models.venues import Fit, Venue
from marketplace.fairs.operations import (
    applications,
    attendance,
    calls,
    ending,
    splits,
    sync,
    tills,
    venues,
)
from marketplace.fairs.operations.note_counts import BoxCount, count_box
from marketplace.fairs.operations.notes import NotesPlan, move_notes
from marketplace.fairs.plans import CallPlan, VenuePlan
from marketplace.fairs.queries import splits as splits_known
from marketplace.fairs.queries.notes import kept_of
from marketplace.fairs.queries.tills import cashiers

APPLY, PLACES, STALLS = 9, 12, 6
QUOTAS = {"artesanato": 3, "extrativismo": 2, "mandioca": 2}
LOTTERY_DAYS = (2, 5)  # Wednesday and Saturday, when the Loteria Federal is drawn
LOTTERY = 6021
SALES = 14  # of each till
VENUES = (
    ("Pátio da universidade", Fit.GOOD, "Tem sombra, água e tomadas. A direção quer a feira."),
    ("Praça do porto", Fit.WITH_WORK, "Muita gente passa. Falta banheiro e ponto de luz."),
)
EXCHANGED = ((NoteKind.ISSUED, 300_00, 1), (NoteKind.REDEEMED, 90_00, 7))
WAYS = ("cash", "cash", "own_pix", "machine", "social", "barter")


def call_for(fair: Fair, groups: list[Enterprise], *, now: datetime) -> None:
    """Call for a planned fair's places, some days ago; the first groups have applied already."""
    opened, closes = now - timedelta(days=3), now + timedelta(days=6)
    drawn = clock.today(fair.time_zone, closes) + timedelta(days=1)
    while drawn.weekday() not in LOTTERY_DAYS:
        drawn += timedelta(days=1)
    plan = CallPlan(
        places=PLACES,
        stalls=STALLS,
        opens_at=opened,
        closes_at=closes,
        lottery_number=LOTTERY,
        lottery_on=drawn,
        quotas=QUOTAS,
        rules={"missed_in_a_row": 2},
    )
    calls.set_call(fair.id, plan, by=HOUSE, now=opened)
    for turn, group in enumerate(groups[:APPLY]):
        applications.apply(
            fair.id,
            group.id,
            segment=group.segment,
            brings="O que fazemos de melhor, e uma oficina para crianças",
            shares=turn % 2 == 0,
            accepts_rules=True,
            by=HOUSE,
            now=opened + timedelta(hours=turn + 1),
        )


def look_for_places(division_id: int, *, now: datetime) -> Venue:
    """Note two places where fairs might be held, and what was seen; return the one that suits."""
    noted = []
    for days, (name, fit, words) in zip((12, 40), VENUES, strict=True):
        then = now - timedelta(days=days)
        plan = VenuePlan(name, about="Cabem umas doze bancas.")
        venue = venues.add_venue(division_id, plan, by=HOUSE, now=then)
        venue.is_demo = True
        seen = [pictures.take_in(_courtyard())] if fit is Fit.GOOD else []
        told: dict[str, Any] = {"fit": fit, "words": words, "pictures": seen}
        day = clock.today(venue.division.time_zone, then)
        venues.note_visit(venue.id, day, **told, by=HOUSE, now=now)
        noted.append(venue)
    return noted[0]


def _courtyard() -> BinaryIO:
    """Draw what a photo of the visit would show: a yard under two trees, and a wall with doors."""
    scene = Image.new("RGB", (960, 640), "#bfe0ee")
    pen = ImageDraw.Draw(scene)
    pen.rectangle((0, 400, 960, 640), fill="#d9b98a")
    pen.rectangle((120, 210, 840, 420), fill="#f3ead9")
    for left in (180, 400, 620):
        pen.rectangle((left, 270, left + 120, 420), fill="#8a5a44")
    for left in (20, 720):
        pen.rectangle((left + 90, 330, left + 120, 520), fill="#6b4a35")
        pen.ellipse((left, 120, left + 220, 360), fill="#3f7d4e")
    file = io.BytesIO()
    scene.save(file, "JPEG", quality=80)
    file.seek(0)
    return file


def sell_at_tills(fair: Fair) -> None:
    """Have the first stall and the common desk sell all day without a network, and send it."""
    day = fair.days[0]
    opens = instant_of(day.day, time(9), fair.time_zone)
    chance = random.Random(history.SEED + fair.id)  # noqa: S311 - a story, not a secret
    who = cashiers(fair)
    desk = [one for one in who if one.enterprise_id is None][:1]
    stall = [one for one in who if one.enterprise_id is not None][:1]
    for number, one in enumerate(desk + stall):
        before = opens - timedelta(days=1)
        bound = tills.bind_till(
            fair.id, day.id, one.enterprise_id, one.user_id, by=HOUSE, now=before
        )
        sellers = [one.enterprise_id] if one.enterprise_id else _exhibitors(fair)
        goods = history.in_stock(history.goods_of(sellers))
        sales = [_sale(fair, number, turn, goods, opens, chance) for turn in range(SALES)]
        sent_at = opens + timedelta(hours=8)
        back = [_return(sales[0], SALES + 1)] if one.enterprise_id else []
        body = {"sent_at": sent_at.isoformat(), "sales": sales, "voids": [], "returns": back}
        list(sync.take_in(bound.till_id, schemas.batch(json.dumps(body).encode()), now=sent_at))
    for kind, cents, hours in EXCHANGED:
        plan = NotesPlan(kind, cents, fair_id=fair.id)
        key = f"demo:{fair.id}:{kind}"
        move_notes(fair.division_id, plan, key=key, by=HOUSE, now=opens + timedelta(hours=hours))
    _count_box(fair, now=opens + timedelta(hours=8))
    _share_out(fair, now=opens + timedelta(hours=9))
    marks = dict.fromkeys(_exhibitors(fair), Mark.PRESENT)
    attendance.take_attendance(fair.id, marks, by=HOUSE, now=opens + timedelta(hours=1))


def close(fair: Fair) -> None:
    """Close a fair two days after it, without the attendance that nobody took."""
    then = instant_of(fair.days[-1].day + timedelta(days=2), time(10), fair.time_zone)
    ending.close_fair(fair.id, "As listas de presença se perderam na chuva", by=HOUSE, now=then)


def _share_out(fair: Fair, *, now: datetime) -> None:
    """Have articulation prepare the split of the desk, so that finance finds it waiting."""
    of_articulation = sa.select(Grant.user_id).where(
        Grant.division_id == fair.division_id,
        Grant.role == Role.ARTICULATION,
        Grant.ended_at.is_(None),
    )
    who = db.session.scalar(of_articulation.order_by(Grant.user_id.desc()).limit(1))
    day = fair.days[0]
    if who is None or not splits_known.taking(day.collection_id).is_something:
        return
    by = Person(who, frozenset({"articulation"}), divisions=frozenset({fair.division_id}))
    splits.prepare_split(fair.id, day.id, by=by, now=now)


def _count_box(fair: Fair, *, now: datetime) -> None:
    """Count the reais that back the notes, and find two of them too few."""
    found = BoxCount(kept_of(fair.division_id) - 200, fair.id, reason="Faltou no troco")
    count_box(fair.division_id, found, key=f"demo:{fair.id}:box", by=HOUSE, now=now)


def _return(sale: dict[str, Any], sequence: int) -> dict[str, Any]:
    """Return the first piece of a sale as a device tells that it was brought back."""
    piece = sale["lines"][0]
    return {
        "id": f"{sale['id'][:-4]}ffff",
        "sequence": sequence,
        "made_at": sale["made_at"],
        "lines": [piece | {"quantity": 1, "kept_out": True}],
        "amount_cents": piece["price_cents"],
        "reason": "Rachou no caminho",
        "sale": sale["id"],
        "receipt": None,
    }


def _exhibitors(fair: Fair) -> list[int]:
    return [shown.enterprise_id for shown in fair.exhibitors]


def _sale(
    fair: Fair,
    till: int,
    turn: int,
    goods: list[history.Goods],
    opens: datetime,
    chance: random.Random,
) -> dict[str, Any]:
    """Return one or two pieces sold, as a device tells it."""
    chosen = chance.sample(goods, k=chance.choice((1, 1, 2)))
    total = sum(item.price_cents for item in chosen)
    way = chance.choice(WAYS)
    told = {"bartered": "Mudas de jambu"} if way == "barter" else {}
    return told | {
        "id": f"{fair.id % 2**32:08x}-0000-7000-8000-{till:04x}{turn:08x}",
        "sequence": turn + 1,
        "made_at": (opens + timedelta(minutes=30 * turn)).isoformat(),
        "lines": [
            {
                "product": item.id,
                "enterprise": item.enterprise_id,
                "name": "",
                "quantity": 1,
                "price_cents": item.price_cents,
            }
            for item in chosen
        ],
        "tenders": {way: total},
        "total_cents": total,
    }
