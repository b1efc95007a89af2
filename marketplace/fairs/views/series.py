"""Where staff see to the series of fairs, and where anybody sees the editions of one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts import queries as accounts
from marketplace.core import clock
from marketplace.core.finding import find_one
from marketplace.core.paging import paginate
from marketplace.core.rights import anyone, current_person, role
from marketplace.fairs.errors import NoEdition, SeriesNameTaken
from marketplace.fairs.forms.series import EditionForm, SeriesForm
from marketplace.fairs.models.series import FairSeries
from marketplace.fairs.operations import series as operations
from marketplace.fairs.queries import series as queries

bp = Blueprint("fair_series", __name__)
PLANS = role("articulation", "head")
SEES = role("articulation", "head", "qualification")


@bp.get("/feiras/serie/<slug>", allow=anyone)
def show_editions(slug: str) -> ResponseReturnValue:
    series = find_one(queries.shown_as(slug))
    page = paginate(queries.editions(series.id, told=True), request.args.get("pagina"))
    return render_template(
        "fairs/series_public.html",
        series=series,
        page=page,
        numbers=queries.numbers(fair.id for fair in page.items),
        today=clock.today(series.division.time_zone),
    )


@bp.get("/gestao/feiras/series", allow=SEES)
def index() -> ResponseReturnValue:
    page = paginate(queries.visible_to(current_person()), request.args.get("pagina"))
    counts = queries.counts(series.id for series in page.items)
    return render_template("fairs/series_index.html", page=page, counts=counts)


@bp.get("/gestao/feiras/series/nova", allow=PLANS)
def new() -> ResponseReturnValue:
    return _form_page(SeriesForm())


@bp.post("/gestao/feiras/series", allow=PLANS)
def create() -> ResponseReturnValue:
    form, person = SeriesForm(), current_person()
    _offer(form)
    if not form.validate():
        return _form_page(form), 422
    division_id = form.division_id.data
    try:
        series = operations.start_series(division_id, form.plan, by=person, now=clock.now())
    except SeriesNameTaken as error:
        form.name.errors = [str(error)]
        return _form_page(form), error.status
    flash(_("The series is there. Choose it when you plan or change a fair."), "success")
    return redirect(url_for("fair_series.show", series_id=series.id))


@bp.get("/gestao/feiras/series/<int:series_id>", allow=SEES)
def show(series_id: int) -> ResponseReturnValue:
    return _page(_theirs(series_id), EditionForm())


@bp.get("/gestao/feiras/series/<int:series_id>/editar", allow=PLANS)
def edit(series_id: int) -> ResponseReturnValue:
    series = _theirs(series_id)
    return _form_page(SeriesForm(obj=series), series)


@bp.post("/gestao/feiras/series/<int:series_id>", allow=PLANS)
def update(series_id: int) -> ResponseReturnValue:
    series, form = _theirs(series_id), SeriesForm()
    _offer(form)
    form.division_id.data = series.division_id
    if not form.validate():
        return _form_page(form, series), 422
    try:
        operations.change_series(series_id, form.plan, by=current_person(), now=clock.now())
    except SeriesNameTaken as error:
        form.name.errors = [str(error)]
        return _form_page(form, _theirs(series_id)), error.status
    flash(_("The series is changed."), "success")
    return redirect(url_for("fair_series.show", series_id=series_id))


@bp.post("/gestao/feiras/series/<int:series_id>/edicoes", allow=PLANS)
def create_edition(series_id: int) -> ResponseReturnValue:
    series, form = _theirs(series_id), EditionForm()
    if not form.validate() or form.first_day.data is None:
        return _page(series, form), 422
    day, person = form.first_day.data, current_person()
    try:
        fair = operations.plan_next_edition(series_id, day, by=person, now=clock.now())
    except NoEdition as error:
        form.first_day.errors = [str(error)]
        return _page(_theirs(series_id), form), error.status
    flash(_("The next edition is planned. Check days and stalls, then announce it."), "success")
    return redirect(url_for("fairs.show", fair_id=fair.id))


def _theirs(series_id: int) -> FairSeries:
    return find_one(queries.visible_to(current_person()).where(FairSeries.id == series_id))


def _offer(form: SeriesForm) -> None:
    form.offer((one.id, one.name) for one in accounts.divisions_of(current_person()))


def _form_page(form: SeriesForm, series: FairSeries | None = None) -> str:
    _offer(form)
    return render_template("fairs/series_form.html", form=form, series=series)


def _page(series: FairSeries, form: EditionForm) -> str:
    last = queries.last_edition(series.id)
    if last and last.days and not form.is_submitted():
        form.first_day.data = queries.next_day(last.days[0].day, series.every_months)
    page = paginate(queries.editions(series.id), request.args.get("pagina"))
    return render_template(
        "fairs/series.html",
        series=series,
        form=form,
        last=last,
        page=page,
        numbers=queries.numbers(fair.id for fair in page.items),
    )
