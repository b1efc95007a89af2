"""The command that hands out the facts behind the indicators."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from marketplace.reports import exporting


@click.command("export-facts")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--zone", default="America/Manaus", help="The time zone of the days.")
@with_appcontext
def export_facts(folder: Path, zone: str) -> None:
    """Write the facts behind the indicators as CSV, without anybody's name."""
    for name, rows in exporting.export(folder, zone).items():
        click.echo(f"{name}.csv: {rows} row(s)")


commands = (export_facts,)
