"""The ``flask import-enterprises`` command."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace.core import clock
from marketplace.core.rights import HOUSE
from marketplace.core.sheets.errors import BadSheet
from marketplace.core.sheets.reading import read
from marketplace.enterprises.importing.planning import Plan, plan
from marketplace.enterprises.operations import registration


@click.command("import-enterprises")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Take it in; without this it is only looked at.")
@with_appcontext
def import_enterprises(file: Path, *, yes: bool) -> None:
    """Take in a CSV or XLSX of enterprises; the second time it makes no duplicates.

    Bad cells are named by row and column, and their rows left out.
    """
    data = file.read_bytes()
    try:
        if yes:
            done = registration.import_enterprises(data, by=HOUSE, now=clock.now())
        else:
            done = plan(read(data), by=HOUSE)
    except BadSheet as error:
        raise click.ClickException(str(error)) from error
    _say(done, done_for_good=yes)


def _say(plan: Plan, *, done_for_good: bool) -> None:
    if plan.missing:
        raise click.ClickException(f"columns missing: {', '.join(plan.missing)}")
    for fault in plan.faults:
        click.echo(f"{fault.place} {fault.header} {fault.text!r}: {fault.reason}")
    counted = ", ".join(f"{plan.count(action)} {action}" for action in _ACTIONS)
    click.echo(f"{counted}{'' if done_for_good else ' (nothing saved: add --yes)'}")


_ACTIONS = ("new", "changed", "same", "bad")
cli = import_enterprises
