"""Commands about the books."""

import click
from flask.cli import AppGroup

from marketplace.core import clock
from marketplace.core.database import db
from marketplace.core.money import format_cents
from marketplace.core.rights import HOUSE
from marketplace.payments.operations import direct
from marketplace.payments.queries import ledger

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
