"""The open data: a page that tells what there is, the files, and their catalogue."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.core import page_cache
from marketplace.core.errors import NotFound
from marketplace.core.headers import for_all_sites
from marketplace.core.rights import anyone
from marketplace.opendata import datasets, queries
from marketplace.opendata.catalogue import catalogue
from marketplace.opendata.datasets import COLUMNS, KINDS, LICENCE, Version
from marketplace.opendata.labels import DATASETS, MEANINGS

bp = Blueprint("datasets", __name__, url_prefix="/transparencia/dados")
SHOWN = 12  # versions on the page


@bp.get("", allow=anyone)
@page_cache.alike()
def index() -> ResponseReturnValue:
    known = datasets.versions(queries.words())
    return render_template(
        "opendata/datasets.html",
        names={name: DATASETS[name] for name in COLUMNS},
        columns=COLUMNS,
        meanings=MEANINGS,
        licence=LICENCE,
        versions=[(each, _files(each)) for each in reversed(known[-SHOWN:])],
    )


@bp.get("/<dataset>.<kind>", allow=anyone)
@page_cache.alike()
def export(dataset: str, kind: str) -> ResponseReturnValue:
    """Send the newest version of a table."""
    return _sent(None, dataset, kind)


@bp.get("/v<int:number>/<dataset>.<kind>", allow=anyone)
@page_cache.alike()
def export_version(dataset: str, number: int, kind: str) -> ResponseReturnValue:
    """Send a table as it was."""
    return _sent(number, dataset, kind)


@bp.get("/catalogo.jsonld", allow=anyone)
@page_cache.alike()
def export_catalogue() -> ResponseReturnValue:
    known = datasets.versions(queries.words())
    page = url_for(".index", _external=True)
    told = catalogue(known[-1] if known else None, queries.publisher(), page, _address)
    return for_all_sites(Response(told, mimetype="application/ld+json"))


def _files(version: Version) -> list[datasets.File]:
    return [datasets.file(version, dataset, kind) for dataset in COLUMNS for kind in KINDS]


def _sent(number: int | None, dataset: str, kind: str) -> Response:
    known = datasets.versions(queries.words())
    version = known[-1] if number is None and known else _numbered(known, number or 0)
    if dataset not in COLUMNS or kind not in KINDS:
        raise NotFound
    file = datasets.file(version, dataset, kind)
    return for_all_sites(Response(file.content, content_type=f"{KINDS[kind]}; charset=utf-8"))


def _numbered(known: list[Version], number: int) -> Version:
    if not 1 <= number <= len(known):
        raise NotFound
    return known[number - 1]


def _address(dataset: str, kind: str, number: int) -> str:
    return url_for(".export_version", dataset=dataset, kind=kind, number=number, _external=True)
