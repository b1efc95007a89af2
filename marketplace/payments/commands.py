"""Commands about the books, and about the provider through which buyers pay."""

import click
from flask.cli import AppGroup

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.money import format_cents
from marketplace.core.rights import HOUSE
from marketplace.payments import gateway, settings
from marketplace.payments.operations import direct
from marketplace.payments.queries import ledger, online

cli = AppGroup("ledger", help="The books: what stands in each account, and catching up.")


@cli.command("balances")
def show_balances() -> None:
    """Show each account and what stands there; debits and credits add up to nothing."""
    accounts = ledger.balances()
    for account in accounts:
        click.echo(f"{account.code:<24} {account.nature:<10} {format_cents(account.balance_cents)}")
    click.echo(f"sum: {format_cents(sum(account.balance_cents for account in accounts))}")


@cli.command("catch-up")
def catch_up() -> None:
    """Enter payments that an older version settled while the books were there already."""
    now = clock.now()
    missing = list(db.session.scalars(ledger.lacking_entries()))
    entered = sum(direct.catch_up(payment_id, by=HOUSE, now=now) for payment_id in missing)
    click.echo(f"{entered} entr(ies) made for {len(missing)} payment(s)")


provider = AppGroup("provider", help="The payment provider: its news, and what people must see to.")
commands = [cli, provider]


@provider.command("listen")
def listen() -> None:
    """Have the provider tell its news here, and show once the secrets that sign it."""
    if (there := gateway.current()) is None:
        raise click.ClickException("STRIPE_KEY is not set")
    known = gateway.doors(there) if settings.connects() else gateway.doors(there)[:1]
    for setting, path, listen_at in known:
        url = settings.address(path)
        if secret := listen_at(url):
            click.echo(f"{setting}={secret}")
        else:
            click.echo(f"The provider tells its news at {url} already.")


@provider.command("attention")
def show_attention() -> None:
    """Show what nobody but a person can put right; fail if there is anything."""
    found = [
        f"{what} {told}: {why}"
        for what, query in online.ATTENTION.items()
        for told, why in db.session.execute(query)
    ]
    for line in found:
        click.echo(line)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("nothing")
