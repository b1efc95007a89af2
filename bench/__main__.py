"""`./run bench`: a line per figure: name, value, unit, floor, ratio."""

import argparse
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from bench import pages
from bench.measure import HEADER, Figure, Size
from marketplace import create_app
from marketplace.core.database import db

FIGURES: dict[str, Callable[[Flask, Size], Figure]] = {**pages.FIGURES}


def main() -> None:
    reader = argparse.ArgumentParser(prog="./run bench", allow_abbrev=False)
    reader.add_argument("--products", type=int, default=1000, metavar="N")
    reader.add_argument("--lines", type=int, default=10_000, metavar="N")
    reader.add_argument("name", nargs="*", help=f"of {', '.join(FIGURES)}; none: all")
    asked = reader.parse_args()
    if unknown := [name for name in asked.name if name not in FIGURES]:
        reader.error(f"there is no figure {', '.join(unknown)}: {', '.join(FIGURES)}")
    print(HEADER)
    with house() as app:
        for name in asked.name or FIGURES:
            figure = FIGURES[name](app, Size(asked.products, asked.lines))
            print(figure.line(), flush=True)


@contextmanager
def house() -> Iterator[Flask]:
    """Open a house of the figures' own, on SQLite, gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = {"MEDIA_URL": f"file://{folder}/media", "SMTP_URL": f"file://{folder}/mail"}
        url = f"sqlite:///{folder}/bench.db"
        app = create_app("config.Development", SQLALCHEMY_DATABASE_URI=url, **places)
        logging.getLogger().setLevel(logging.WARNING)
        with app.app_context():
            db.create_all()
        yield app
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
