"""The commands that make a house usable: its places, its first people, its table of rights."""

from collections.abc import Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from marketplace.accounts import queries, rights_table
from marketplace.accounts.models import CodePurpose, Role, User
from marketplace.accounts.operations import codes, factors, people, roles
from marketplace.core import clock, identifiers, reference
from marketplace.core.database import db
from marketplace.core.rights import HOUSE, RoleRule, Rule


@click.command("load-reference")
@with_appcontext
def load_reference() -> None:
    """Bring the lists that come with the house (places, crafts, wages) up to date."""
    for name, changed in reference.load_all(clock.now()).items():
        click.echo(f"{name}: {changed} row(s) changed")


@click.command("create-staff")
@click.option("--name", required=True, help="As they are called.")
@click.option("--mobile", default="", help="With area code, e.g. '(92) 99999-0000'.")
@click.option("--email", default="", help="If they have one; one of the two is needed.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--division", required=True, help="Its short name, e.g. manaus.")
@with_appcontext
def create_staff(name: str, mobile: str, email: str, role: str, division: str) -> None:
    """Register somebody with a role in a Division and print the code with which they take over.

    Somebody who is registered already is given the role.
    """
    reach = _reach(name, mobile, email)
    place = db.session.scalar(queries.division_called(division))
    if place is None:
        raise click.BadParameter(f"no Division {division}: {_known()}")
    division_id = place.id
    user = db.session.scalar(queries.registered_with(reach.mobile, reach.email)) or _add(reach)
    user_id, claimed = user.id, user.is_claimed
    now = clock.now()
    roles.give_role(user_id, Role(role), division_id, reason="create-staff", by=HOUSE, now=now)
    click.echo(f"{name} has the role {role} in {division}")
    if not claimed:
        code = codes.issue_code(user_id, CodePurpose.CLAIM, by=HOUSE, now=now)
        click.echo(f"code for /codigo, good for 7 days: {code}")


@click.command("reset-factor")
@click.argument("login")
@click.option("--reason", required=True, help="Why, as it is kept and told to the person.")
@with_appcontext
def reset_factor(login: str, reason: str) -> None:
    """Take the second step of somebody away whose phone is lost: for the last administrator.

    LOGIN is a mobile number or an e-mail address. They set it up anew when they log in.
    """
    user = db.session.scalar(queries.by_login(login))
    if user is None or not queries.has_factor(user.id):
        raise click.BadParameter("nobody with a second step logs in so")
    name = user.name
    factors.reset_factor(user.id, reason=reason, by=HOUSE, now=clock.now())
    click.echo(f"{name} sets the second step up anew at the next login")


@click.command("rights")
@click.option("--table", is_flag=True, help="Only the table, as docs/rights.md holds it.")
@with_appcontext
def rights(*, table: bool) -> None:
    """Print who may do what, and each route with the roles that it opens to."""
    click.echo(rights_table.markdown(), nl=False)
    if not table:
        for line in _routes():
            click.echo(line)


def _reach(name: str, mobile: str, email: str) -> people.Reach:
    try:
        number = identifiers.mobile(mobile, queries.AREA) if mobile else None
        address = identifiers.email(email) if email else None
    except identifiers.BadIdentifier as error:
        raise click.BadParameter(str(error)) from error
    if not (number or address):
        raise click.UsageError("give --mobile or --email")
    return people.Reach(name, number, address)


def _add(reach: people.Reach) -> User:
    facts = {"language": "pt_BR", "password_hash": None}
    return people.add_person(reach, facts, by=HOUSE, now=clock.now())


def _known() -> str:
    return ", ".join(d.slug for d in queries.divisions()) or "run load-reference first"


def _routes() -> Iterator[str]:
    app: Any = current_app
    yield "\n| methods | path | opens to |\n|---|---|---|"
    for route in sorted(app.url_map.iter_rules(), key=lambda route: route.rule):
        methods = " ".join(sorted((route.methods or set()) - {"HEAD", "OPTIONS"}))
        yield f"| {methods} | `{route.rule}` | {_told(app.rules[route.endpoint])} |"


def _told(rule: Rule) -> str:
    if isinstance(rule, RoleRule):
        return ", ".join(rule.names)
    return getattr(rule, "__name__", "rule").replace("_", " ")


commands = [load_reference, create_staff, reset_factor, rights]
