"""The commands that make a house usable: its places, its first people, its table of rights."""

import click
from flask.cli import with_appcontext

from marketplace.core import clock, reference


@click.command("load-reference")
@with_appcontext
def load_reference() -> None:
    """Bring the lists that come with the house (places, crafts, wages) up to date."""
    for name, changed in reference.load_all(clock.now()).items():
        click.echo(f"{name}: {changed} row(s) changed")


commands = [load_reference]
