"""The house with the commands of the demonstration beside its own."""

from flask import Flask

from demo.commands import commands
from marketplace import create_app


def create(settings: str) -> Flask:
    app = create_app(settings)
    for command in commands:
        app.cli.add_command(command)
    return app
