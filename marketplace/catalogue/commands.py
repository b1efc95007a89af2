"""The ``flask import-products`` command: the same doors as the page, from a terminal."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace.catalogue.operations import importing
from marketplace.catalogue.queries import lists, sheets
from marketplace.catalogue.sheet_rows import Reading, read_rows
from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.errors import DomainError
from marketplace.core.finding import find_one
from marketplace.core.rights import HOUSE
from marketplace.core.sheets import reading as sheet_reading
from marketplace.enterprises import queries as enterprises


@click.command("import-products")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--enterprise", "code", required=True, help="Code of the enterprise, e.g. E01.")
@click.option("--yes", is_flag=True, help="Take in what can be; otherwise it is only shown.")
@click.option("--draft", is_flag=True, help="Leave new products as drafts.")
@with_appcontext
def import_products(file: Path, code: str, *, yes: bool, draft: bool) -> None:
    """Bring products of one enterprise from a CSV or XLSX file.

    Names each cell that cannot be taken by its column letter and row. Rows of other enterprises
    are left out. Taking the same file in again changes nothing. Exits 1 if a row was left out.
    """
    try:
        enterprise = find_one(enterprises.by_code(code))
        read = read_rows(
            sheet_reading.read(file.read_bytes()),
            enterprise_code=enterprise.code,
            segment=enterprise.segment,
            categories=db.session.scalars(lists.categories(retired=True)),
        )
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    _say(read)
    if yes:
        brought = importing.bring_all(
            enterprise.id, read.rows, publish=not draft, by=HOUSE, now=clock.now()
        )
        click.echo("{} created, {} changed, {} unchanged".format(*brought))
    else:
        plan = sheets.planned(enterprise.id, read.rows)
        changing = sum(bool(each.changes) for each in plan)
        click.echo(f"{changing} row(s) would change something; nothing was saved (--yes saves)")
    raise SystemExit(1 if read.left_out else 0)


def _say(read: Reading) -> None:
    for header, form in read.formats.items():
        doubt = ", could also be meant otherwise" if form.ambiguous else ""
        click.echo(f"{header}: numbers read as {form.sample}{doubt}")
    for fault in read.faults:
        click.echo(f"{fault.place} ({fault.header}): {fault.text!r}: {fault.reason}", err=True)
    if read.ignored:
        click.echo(f"columns not known: {', '.join(read.ignored)}")
    click.echo(
        f"{len(read.rows)} row(s) to take, {read.left_out} with a fault,"
        f" {read.of_others} of other enterprises"
    )


commands = [import_products]
