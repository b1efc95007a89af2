"""``flask load-demo`` and ``flask remove-demo``."""

import os

import click
from flask.cli import with_appcontext

from config import VAR
from demo import loading, removal
from marketplace.core import clock

LOGINS = VAR / "logins.txt"


@click.command("load-demo")
@with_appcontext
def load() -> None:
    """Put the demonstration in, once; its logins are printed and kept in logins.txt.

    That file is written last: where it lacks, an earlier try was broken off, and begins anew.
    """
    if loading.is_loaded():
        if LOGINS.exists():
            return
        click.echo("An earlier try was broken off; the demonstration is put in anew.")
        removal.remove(now=clock.now())
    lines = loading.load(clock.now(), say=click.echo)
    LOGINS.parent.mkdir(parents=True, exist_ok=True)
    LOGINS.write_text(os.linesep.join(lines) + os.linesep, encoding="utf-8")


@click.command("remove-demo")
@with_appcontext
def remove() -> None:
    """Take everything of the demonstration out again; what others entered stays."""
    for table, rows in removal.remove(now=clock.now()).items():
        click.echo(f"{table}: {rows}")
    LOGINS.unlink(missing_ok=True)


commands = (load, remove)
