"""The marketplace: application factory."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import Babel, get_locale
from flask_login import LoginManager
from flask_migrate import Migrate
from werkzeug.utils import import_string

from marketplace.core import clock, invariants, transactions
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.money import format_cents
from marketplace.core.rights import GuardedFlask
from marketplace.core.types import render_plain

babel = Babel()
login_manager = LoginManager()
migrate = Migrate(db=db, render_as_batch=True, compare_type=True, render_item=render_plain)


def create_app(settings: str = "config.Development", **overrides: Any) -> GuardedFlask:
    app = GuardedFlask(__name__, template_folder="../templates", static_folder="../static")
    app.config.from_object(import_string(settings)())
    app.config.from_mapping(overrides)

    for extension in (db, babel, login_manager, migrate):
        extension.init_app(app)
    with app.app_context():
        transactions.prepare(db.engine)

    app.jinja_env.globals["get_locale"] = get_locale
    app.jinja_env.filters |= {"money": format_cents, "local": clock.local}
    app.register_error_handler(DomainError, _show_domain_error)
    app.cli.add_command(invariants.check)
    return app


def _show_domain_error(error: DomainError) -> ResponseReturnValue:
    return render_template("error.html", message=str(error)), error.status, dict(error.headers)
