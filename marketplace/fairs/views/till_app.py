"""The till's app: one page, alike for everybody, and the worker that keeps it on the device.

What it may sell the app asks for with its token. The worker is a worker of `/caixa` alone.
"""

import hashlib
import json

from flask import Blueprint, Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core.assets import asset, static_url
from marketplace.core.headers import SECRET, allow_camera
from marketplace.core.rights import anyone
from marketplace.fairs.till_words import words

bp = Blueprint("till_app", __name__)
allow_camera("till_app.show")
MODULES = (
    *("book", "store", "page", "sync", "charge", "list", "other", "reserve", "drawer", "tiles"),
    *("scan", "receipt", "cashier", "back", "install"),
)
PARTS = (
    *("css/tokens.css", "css/base.css", "css/work.css", "css/till.css", "js/till/app.js"),
    *(f"js/till/{name}.js" for name in MODULES),
    *("illustrations/logo.svg", "fonts/gabarito-700.woff2"),
)
ASKED_ANEW = {"Cache-Control": "no-cache"}


@bp.get("/caixa", allow=anyone)
def show() -> ResponseReturnValue:
    return Response(_shell(), headers=ASKED_ANEW | {"X-Robots-Tag": SECRET["X-Robots-Tag"]})


@bp.get("/caixa-trabalho.js", allow=anyone)
def worker() -> ResponseReturnValue:
    """Send the worker with what it keeps; any change of that is another worker."""
    files = [static_url(part) for part in PARTS]
    told = hashlib.sha256(json.dumps([_shell(), files]).encode()).hexdigest()[:12]
    shell = url_for("till_app.show")
    known = {"FILES": files, "SHELL": shell, "VERSION": f"{told}:{shell}"}
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    source = asset("js/till/worker.js").bodies[""].decode()
    return Response(head + source, headers=ASKED_ANEW, mimetype="text/javascript")


@bp.get("/caixa.webmanifest", allow=anyone)
def manifest() -> ResponseReturnValue:
    """Let the page be put among the apps of the device."""
    logo = {"src": static_url("illustrations/logo.svg"), "sizes": "any", "type": "image/svg+xml"}
    home = url_for("till_app.show")
    facts = {"name": _("Till of the fair"), "short_name": _("Till"), "display": "standalone"}
    colours = {"theme_color": "#44204b", "background_color": "#fbf8f6"}
    answer = jsonify(facts | colours | {"start_url": home, "scope": home, "icons": [logo]})
    answer.mimetype = "application/manifest+json"
    answer.headers.update(ASKED_ANEW)
    return answer


def _shell() -> str:
    return render_template("fairs/till_app.html", words=words(), modules=MODULES)
