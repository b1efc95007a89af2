"""The code of each day: who keeps it can tell later whether the audit before it was altered."""

import json

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.core import page_cache
from marketplace.core.database import db
from marketplace.core.errors import NotFound
from marketplace.core.headers import for_all_sites
from marketplace.core.paging import paginate
from marketplace.core.rights import anyone
from marketplace.core.sheets.writing import write_csv
from marketplace.oversight.queries import audit_chain

bp = Blueprint("audit_heads", __name__, url_prefix="/transparencia/auditoria")
SHOWN = 31
HEADERS = ("day", "entries", "hash", "published_at")
KINDS = {"csv": "text/csv", "json": "application/json"}


@bp.get("", allow=anyone)
@page_cache.alike("pagina")
def index() -> ResponseReturnValue:
    page = paginate(audit_chain.heads(), request.args.get("pagina"), SHOWN)
    return render_template("oversight/audit_heads.html", page=page)


@bp.get("/codigos-do-dia.<kind>", allow=anyone)
@page_cache.alike()
def export(kind: str) -> ResponseReturnValue:
    """Send the code of every day: its day (UTC), how many entries it covers, the hash."""
    if kind not in KINDS:
        raise NotFound
    rows = [
        (head.day.isoformat(), head.position, head.hash, head.published_at.isoformat())
        for head in db.session.execute(audit_chain.heads())
    ]
    if kind == "csv":
        content = write_csv(HEADERS, [[str(cell) for cell in row] for row in rows])
    else:
        told = [dict(zip(HEADERS, row, strict=True)) for row in rows]
        content = json.dumps(told, indent=1).encode()
    return for_all_sites(Response(content, content_type=f"{KINDS[kind]}; charset=utf-8"))
