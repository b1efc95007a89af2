"""The command that counts the roll-ups anew."""

import click
from flask.cli import with_appcontext

from marketplace.orders.models.rollups import ROLLUPS
from marketplace.orders.operations import rollups


@click.command("rebuild-rollups")
@with_appcontext
def rebuild_rollups() -> None:
    """Count the sums that reports read anew from the facts of sale; pages go on meanwhile."""
    wrong = rollups.wrong()
    for number, table in enumerate(ROLLUPS, start=1):
        rows = rollups.rebuild(table.name)
        mended = f", {wrong[table.name]} of them mended" if table.name in wrong else ""
        click.echo(f"{number}/{len(ROLLUPS)} {table.name}: {rows} row(s){mended}")


commands = (rebuild_rollups,)
