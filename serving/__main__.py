"""`./run demo`, `./run serve`, `./run worker` and `./run flask`."""

import argparse
import os
import sys
from pathlib import Path

from flask.cli import cli
from werkzeug.utils import import_string

CALLED_FROM = Path(os.environ.get("PANEIRO_CALLED_FROM", "."))


def demo(words: list[str]) -> None:
    """Prepare and serve the demonstration."""
    asked = _options("demo", words)
    os.environ["PANEIRO_DATA"] = str(asked.data or os.environ.get("PANEIRO_DATA", "var"))
    os.environ.setdefault("BASE_URL", f"http://{asked.host}:{asked.port}")

    from serving import demonstration  # after the settings: they are read once

    demonstration.start(host=asked.host, port=asked.port)


def serve(words: list[str]) -> None:
    """Serve as the environment says; it must be complete."""
    asked = _options("serve", words)

    from serving import web

    web.start(_settings("config.Production"), host=asked.host, port=asked.port)


def worker(words: list[str]) -> None:
    _call_flask("config.Production", ["worker", *words])


def commands(words: list[str]) -> None:
    """Run a command with the settings of production where its secret is set."""
    usual = "config.Production" if "SECRET_KEY" in os.environ else "config.Development"
    _call_flask(usual, words)


def _call_flask(usual: str, words: list[str]) -> None:
    os.environ["FLASK_APP"] = f"serving.application:create({_settings(usual)!r})"
    cli.main(words, prog_name="./run flask")


def _settings(usual: str) -> str:
    """Return which settings hold.

    :raises SystemExit: naming the one that is missing.
    """
    name = os.environ.get("PANEIRO_SETTINGS", usual)
    try:
        import_string(name)()
    except RuntimeError as error:
        raise SystemExit(f"{error}: docs/running.md has the settings") from error
    return name


def _options(command: str, words: list[str]) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog=f"./run {command}", allow_abbrev=False)
    reader.add_argument("--port", type=int, default=8000, metavar="N")
    reader.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    if command == "demo":
        reader.add_argument("--data", type=CALLED_FROM.joinpath, metavar="DIR")
    return reader.parse_args(words)


COMMANDS = {"demo": demo, "serve": serve, "worker": worker, "flask": commands}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](sys.argv[2:])
