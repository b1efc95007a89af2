"""The shop window: what anybody may see without logging in."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.assessments.queries import public as fair_trade
from marketplace.catalogue import filters
from marketplace.catalogue.labels import UNITS
from marketplace.catalogue.queries import cards, choices, listing, pages
from marketplace.core import clock, limits, page_cache
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.language import current_language
from marketplace.core.paging import paginate
from marketplace.core.rights import anyone
from marketplace.enterprises import queries as enterprises
from marketplace.enterprises.labels import KINDS
from marketplace.enterprises.models import Segment
from marketplace.fairs import labels as fair_labels
from marketplace.fairs.models.fairs import FairState
from marketplace.fairs.queries import calendar as fairs
from marketplace.fairs.queries import calls as fair_calls
from marketplace.fairs.queries import offers as fair_offers
from marketplace.storefront import queries, structured
from marketplace.storefront.reach import Coming, coming, reach

bp = Blueprint("storefront", __name__)
TOPICS = ("comprar", "vender", "facilitar", "equipe", "conselho")
DAYS_SHOWN = 2  # of fairs, on a product's page
SEARCHES, SECONDS = 50, 10.0  # of one address: 5 a second


@bp.get("/", allow=anyone)
@page_cache.alike()
def index() -> ResponseReturnValue:
    day = _day()
    return render_template(
        "storefront/index.html",
        numbers=queries.numbers(day),
        newest=listing.newest(8, day=day, address=_products_address()),
        makers=queries.newest_makers(3, _makers_address()),
        fairs=paginate(fairs.upcoming(day), 1, 1).items,
        parts=queries.of_ten_reais(date(day.year, 1, 1), day),
        year=day.year,
        today=day,
    )


@bp.get("/produtos", allow=anyone)
@page_cache.alike(*filters.PARAMETERS)
def products() -> ResponseReturnValue:
    asked = filters.read(request.args.to_dict(flat=False))
    if asked.q:
        limits.pace("search", request.remote_addr or "", limit=SEARCHES, seconds=SECONDS)
    day = _day()
    found = listing.listing(asked, day=day, address=_products_address())
    language, counts = current_language(), found.per_category
    names = choices.category_names(asked.segments, language)
    offered = choices.offered(language, day=day)
    categories = tuple((slug, name, counts[slug]) for slug, name in names.items() if slug in counts)
    return render_template(
        "storefront/products.html",
        asked=asked,
        found=found,
        categories=categories,
        chosen=choices.chosen(asked, names, offered),
        panel=(*_typed(), asked.on_page(1), *found.per_segment.items(), categories, offered),
        **offered._asdict(),
    )


@bp.get("/produtos/<slug>", allow=anyone)
@page_cache.alike("foto")
def product(slug: str) -> ResponseReturnValue:
    now, day, base = clock.now(), _day(), current_app.config["BASE_URL"]
    page = pages.product_page(slug, day=day)
    apart = fair_offers.of_product(page.row.id, day) if page.row.at_fair else ()
    only = {one.fair for one in apart} if any(one.only_here for one in apart) else None
    days = coming(page.row.enterprise_id, day)
    return render_template(
        "storefront/product.html",
        page=page,
        p=page.row,
        category=_category_name(page.row),
        units=UNITS,
        photo_shown=_photo_shown(page),
        floor_cents=pages.wage_floor(day),
        badge=fair_trade.badge_of(page.row.enterprise_id, day),
        coming=tuple(_open_ones([d for d in days if not only or d.slug in only], now)[:DAYS_SHOWN]),
        apart=apart,
        reach=reach(page.row.division_id, day),
        more=cards.neighbours(page.row, day=day, address=_products_address()),
        structured=lambda: structured.product(page, request.base_url, base),
    )


@bp.get("/quem-faz", allow=anyone)
@page_cache.alike("q", "segmento", "municipio", "pagina")
def makers() -> ResponseReturnValue:
    text, segment = request.args.get("q", "").strip()[:80], request.args.get("segmento", "")
    segment = segment if segment in list(Segment) else ""
    code = request.args.get("municipio", "", type=str)
    municipality = int(code) if code.isascii() and code.isdigit() and len(code) <= 7 else None
    query = queries.makers(text=text, segment=segment, municipality=municipality)
    page = paginate(query, request.args.get("pagina"), queries.PER_PAGE)
    return render_template(
        "storefront/makers.html",
        page=page,
        makers=[queries.maker_of(row, _makers_address()) for row in page.items],
        text=text,
        segment=segment,
        municipality=municipality,
        municipalities=queries.municipalities_of_makers(),
    )


@bp.get("/quem-faz/<slug>", allow=anyone)
@page_cache.alike()
def enterprise(slug: str) -> ResponseReturnValue:
    shown, day = find_one(enterprises.by_slug(slug)), _day()
    goods = cards.of_enterprise(shown.id, day=day, address=_products_address())
    return render_template(
        "storefront/enterprise.html",
        e=shown,
        mobile=enterprises.number_shown(shown.id),
        goods=goods,
        kinds=KINDS,
        away=shown.away_on(day),
        location=enterprises.location_of(shown),
        people=enterprises.members_on(shown.id, day),
        women=enterprises.women_on(shown.id, day),
        approved=_approved_on(shown),
        fair_trade=fair_trade.fair_trade_of(shown.id, day),
        coming=fairs.of_enterprise(shown.id, day),
        times=fairs.times_shown(shown.id, day),
        share=_makers_share(goods),
        structured=structured.enterprise(shown, request.base_url),
    )


@bp.get("/feiras", allow=anyone)
@page_cache.alike("quando", "pagina")
def fair_index() -> ResponseReturnValue:
    day, past = _day(), request.args.get("quando") == "passadas"
    query = fairs.past(day) if past else fairs.upcoming(day)
    page = paginate(query, request.args.get("pagina"), queries.PER_PAGE)
    return render_template("storefront/fairs.html", page=page, past=past, today=day)


@bp.get("/feiras/<slug>", allow=anyone)
@page_cache.alike("segmento")
def fair(slug: str) -> ResponseReturnValue:
    shown, now, day = find_one(fairs.by_slug(slug)), clock.now(), _day()
    segment = request.args.get("segmento", "")
    segment = segment if segment in list(Segment) else ""
    goods, total = queries.fair_products(
        shown.id, day=day, address=_products_address(), segment=segment
    )
    coming = paginate(fairs.upcoming(day), 1, 4).items
    open_now = shown.state is FairState.ANNOUNCED and now < shown.reservations_close_at
    return render_template(
        "storefront/fair.html",
        fair=shown,
        zone=shown.time_zone,
        open=open_now,
        over=all(d.day < day for d in shown.days),
        days_left=_days_left(shown.reservations_close_at, now),
        exhibitors=queries.exhibitors(shown.id, _makers_address()),
        labels=fair_labels,
        programme=[_at_hour(row) for row in shown.programme],
        moves=fairs.moves(shown.id),
        drawn=fair_calls.is_drawn(shown.id),
        apart=fair_offers.shown_at(shown.id) if open_now else [],
        goods=goods,
        total=total,
        segment=segment,
        others=[f for f in coming if f.id != shown.id][:3],
        structured=structured.fair(shown, request.base_url),
    )


@bp.get("/ajuda", allow=anyone)
@page_cache.alike()
def help_index() -> ResponseReturnValue:
    return render_template("storefront/help.html", topics=TOPICS)


@bp.get("/ajuda/<topic>", allow=anyone)
@page_cache.alike()
def help_topic(topic: str) -> ResponseReturnValue:
    if topic not in TOPICS:
        raise NotFound
    return _text(topic)


@bp.get("/privacidade", allow=anyone)
@page_cache.alike()
def privacy() -> ResponseReturnValue:
    return _text("privacidade")


@bp.get("/termos", allow=anyone)
@page_cache.alike()
def terms() -> ResponseReturnValue:
    return _text("termos")


@bp.get("/acessibilidade", allow=anyone)
@page_cache.alike()
def accessibility() -> ResponseReturnValue:
    return _text("acessibilidade")


@bp.get("/robots.txt", allow=anyone)
def robots() -> ResponseReturnValue:
    text = render_template("storefront/robots.txt")
    return Response(text, content_type="text/plain; charset=utf-8")


@bp.get("/sitemap.xml", allow=anyone)
def sitemap() -> ResponseReturnValue:
    text = render_template("storefront/sitemap.xml", addresses=queries.addresses())
    return Response(text, content_type="application/xml; charset=utf-8")


def _day() -> date:
    """Return the day it is; what depends on it changes when it ends."""
    now = clock.now()
    day, ends_at = queries.local_day(now)
    page_cache.until(ends_at)
    return day


def _typed() -> tuple[str, ...]:
    """Return what the filters show as it was typed, whatever it was read as."""
    return tuple(request.args.get(name, "") for name in ("preco_min", "preco_max", "ordem"))


def _products_address() -> str:
    return url_for("storefront.products") + "/"


def _makers_address() -> str:
    return url_for("storefront.makers") + "/"


def _text(name: str) -> str:
    """Show a page of prose in the reader's language; each language has its own file."""
    body = f"storefront/texts/{current_language()}/{name}.html"
    return render_template("storefront/text.html", name=name, body=body)


def _open_ones(days: list[Coming], now: datetime) -> list[Coming]:
    """Return those that still take reservations; the page changes when the first one closes."""
    open_ones = [each for each in days if each.closes_at > now]
    page_cache.until(min((each.closes_at for each in open_ones), default=None))
    return open_ones


def _days_left(closes_at: datetime, now: datetime) -> int:
    """Return the whole days until an instant; the page changes when they become one fewer."""
    left = (closes_at - now) // timedelta(days=1)
    if left >= 0:
        page_cache.until(closes_at - timedelta(days=left))
    return left


def _at_hour(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"hour": time.fromisoformat(row["hour"]) if row["hour"] else None}


def _photo_shown(page: pages.ProductPage) -> int:
    """Return which photo the reader asked to see large, from 0."""
    asked = request.args.get("foto", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    return min(max(1, number), max(1, len(page.photos))) - 1


def _category_name(row: Any) -> str:
    names = {"es": row.category_name_es, "en": row.category_name_en}
    return names.get(current_language()) or row.category_name or ""


def _approved_on(shown: Any) -> Any:
    decisions = enterprises.decisions_of(shown.id)
    return next((d for d in reversed(decisions) if d.kind == "approved"), None)


def _makers_share(goods: list[cards.Card]) -> int | None:
    """Return what of 100 stays with who makes, over the prices that are open."""
    priced = [card for card in goods if card.parts]
    whole = sum(card.price_cents for card in priced)
    return sum(card.parts[0] for card in priced if card.parts) * 100 // whole if whole else None
