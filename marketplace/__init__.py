"""The marketplace: application factory."""

from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

from flask_login import LoginManager
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.utils import import_string

from marketplace.core import (
    assets,
    backup,
    clock,
    compression,
    controls,
    cookies,
    csrf,
    erasures,
    error_pages,
    fragments,
    generations,
    headers,
    http,
    invariants,
    language,
    logs,
    look,
    messages,
    metrics,
    page_cache,
    pictures,
    processing,
    queue,
    readings,
    retention,
    seals,
    spelling,
    transactions,
)
from marketplace.core.database import db, let_go
from marketplace.core.money import format_cents
from marketplace.core.rights import GuardedFlask
from marketplace.core.types import render_plain

# Floor by floor, each feature with the rooms that have something to enter. A room of views or of
# the API offers `bp` or `blueprints`, one of commands `cli` or `commands`, one of invariants
# `named`, one of listeners `connect()`; `sessions` offers `load_user`.
FEATURES = {
    "core": "audit imports mail search.tables tags upkeep",
    "accounts": "models consents privacy reads retention sessions listeners commands jobs"
    " invariants views.entrance views.second_step views.account views.own_data views.erasing"
    " views.factor views.people views.grants views.codes views.zones views.division views.consents"
    " views.readings",
    "notifications": "models privacy reads retention listeners views",
    "enterprises": "models privacy reads listeners commands invariants views.registration"
    " views.steps views.group views.pix views.members views.imports views.vetting",
    "payments": "models.payments models.ledger models.online models.disputes models.events"
    " models.reconciling models.payouts models.by_hand models.debts models.connect models.funds"
    " models.bank_returns models.fees"
    " privacy reads retention listeners jobs api commands invariants views.reconciling"
    " views.identifying views.disputes views.payouts views.receiving views.debts"
    " views.quarantine views.books views.funds views.spendings views.bank_returns",
    "assessments": "models.criteria models.assessments models.visits models.commission privacy"
    " reads listeners jobs invariants views.ours views.papers views.cases views.visits"
    " views.rulings views.appeals",
    "catalogue": "models.lists models.legal models.hours models.minimums models.products"
    " models.prices models.stock models.regimes models.price_sheets privacy reads listeners"
    " invariants commands views.sheets views.products"
    " views.editor views.prices views.photos views.stock views.categories views.staff"
    " views.price_tags views.price_sheets views.legal views.hours"
    " views.reviews",
    "orders": "models.places models.baskets models.offers models.orders models.tenders models.facts"
    " models.rollups privacy reads retention listeners jobs invariants commands views.baskets"
    " views.checkout views.purchases views.paying views.boletos views.changes views.own_data"
    " views.erasing views.producing views.handovers views.statements views.staff"
    " views.staff_payments views.refund_keys views.by_hand views.places views.claims"
    " views.ceilings",
    "fairs": "models.series models.fairs models.venues models.calls models.tills models.matters"
    " models.cashiers models.counts models.notes models.note_counts models.lists models.remarks"
    " models.sheets models.splits privacy reads jobs invariants api.tills views.splits"
    " views.desk_shares views.calendar views.series views.venues views.calls views.applying"
    " views.results views.tills views.till_app views.till_lists views.till_files"
    " views.till_cashiers views.paper_sheets views.lists views.remarks views.offers views.papers"
    " views.notes views.note_counts views.endings",
    "reports": "models.issued models.targets models.declared models.exports models.schedules"
    " privacy reads retention jobs invariants commands views.volume views.fairs views.issued"
    " views.enterprises views.declared views.declared_sheets views.indicators views.exports"
    " views.schedules",
    "storefront": "views",
    "opendata": "models privacy jobs views.accounts views.datasets",
    "desks": "reads views",
    "oversight": "models.complaints models.audit_checks models.council models.minutes"
    " privacy reads retention jobs invariants views.complaint views.complaints views.audited"
    " views.audit_chain views.audit_heads views.opinions views.questions views.minutes"
    " views.minutes_desk",
}

login_manager = LoginManager()
login_manager.user_loader(lambda _reference: None)
login_manager.session_protection = None  # the reference in the cookie is random and looked up
login_manager._session_identifier_generator = str  # nor is a browser's hash worked out, then
migrate = Migrate(db=db, render_as_batch=True, compare_type=True, render_item=render_plain)


def create_app(settings: str = "config.Development", **overrides: Any) -> GuardedFlask:
    app = GuardedFlask(__name__, template_folder="../templates", static_folder=None)
    app.config.from_object(import_string(settings)())
    app.config.from_mapping(overrides)
    spelling.init_app(app)
    page_cache.init_app(app)  # within others: it knows the host and the language's prefix
    if proxies := app.config["PROXY_COUNT"]:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )

    _open_database(app)
    for part in (
        logs,
        metrics,
        cookies,
        headers,
        compression,
        language,
        messages,
        csrf,
        assets,
        controls,
        error_pages,
        pictures,
        look,
        fragments,
    ):
        part.init_app(app)

    app.register_blueprint(http.bp)
    ours = (invariants.check, queue.command, retention.command, seals.cli, erasures.command)
    for command in (*ours, processing.command, *backup.commands):
        app.cli.add_command(command)
    for name, rooms in FEATURES.items():
        for room in rooms.split():
            _open(app, room, import_module(f"marketplace.{name}.{room}"))
    readings.init_app(app)
    app.jinja_env.filters |= {"money": format_cents, "local": clock.local}
    return app


def _open_database(app: GuardedFlask) -> None:
    url, threads = app.config["SQLALCHEMY_DATABASE_URI"], app.config["THREADS"]
    transactions.make_folder(url)
    app.config.setdefault(
        "SQLALCHEMY_ENGINE_OPTIONS", transactions.engine_options(url, threads=threads)
    )
    for extension in (db, login_manager, migrate):
        extension.init_app(app)
    app.teardown_appcontext_funcs.remove(db._teardown_session)
    app.teardown_appcontext(let_go)
    # Nobody is remembered beyond a session: without this, no answer depends on a cookie unread.
    app.after_request_funcs[None].remove(login_manager._update_remember_cookie)
    with app.app_context():
        transactions.prepare(db.engine)
    generations.init_app(app)


def _open(app: GuardedFlask, room: str, found: ModuleType) -> None:
    """Enter what a room of a feature offers; models and jobs enter themselves."""
    if enter := ENTRANCES.get(room.partition(".")[0]):  # a room may be a folder
        enter(app, found)


def _enter_blueprints(app: GuardedFlask, found: ModuleType) -> None:
    for blueprint in getattr(found, "blueprints", None) or [found.bp]:
        app.register_blueprint(blueprint)


def _enter_commands(app: GuardedFlask, found: ModuleType) -> None:
    for command in getattr(found, "commands", None) or [found.cli]:
        app.cli.add_command(command)


ENTRANCES: dict[str, Callable[[GuardedFlask, ModuleType], object]] = {
    "views": _enter_blueprints,
    "api": _enter_blueprints,
    "commands": _enter_commands,
    "invariants": lambda _app, found: invariants.registry.update(found.named),
    "listeners": lambda _app, found: found.connect(),
    "sessions": lambda _app, found: login_manager.user_loader(found.load_user),
}
