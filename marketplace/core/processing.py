"""The record of processing: what is kept of people, for what, by which law, and what becomes of it.

**Source:** LGPD (Lei 13.709/2018), art. 37.
"""

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from marketplace.core.privacy import Holding, register

HEADING = """# What is kept of people, and for what

Written by `./run flask record-of-processing` from the tags in each feature's `privacy.py`; a test
holds this page to them. A column that is not here tells nothing of a person. Who is responsible:
the municipal body named by `ORG_NAME`; nobody outside of it gets any of this but the mail server
(`SMTP_URL`), the store of pictures (`MEDIA_URL`) and, with `STRIPE_CONNECT`, the payment provider:
name and e-mail of a group that asks for an account there.

- **Reading and taking along**: `/conta/meus-dados`, or `/pedidos/<link>/dados` without an account.
- **Erasing**: `/conta/apagamento`, `/pedidos/<link>/apagamento`, or two of the staff on a written
  request (`/gestao/pessoas/<id>/apagamento`); how: [ADR 12](adr/0012-erased-in-one-operation.md).
- **An incident**, data seen, changed or lost that must not be: the Division tells ANPD and the
  people concerned within **3 business days** of knowing it (Resolução CD/ANPD 15/2024, arts. 6 and
  9). The runbook is in [running.md](running.md#when-personal-data-got-out).
"""


def markdown() -> str:
    """Return the record as the page docs/privacy.md."""
    with force_locale("en"):
        rows = [_row(holding) for holding in register.holdings]
    head = "| table | whose | columns | what for | allowed, because | erased |"
    return "\n".join([HEADING, head, "|---|---|---|---|---|---|", *rows, ""])


@click.command("record-of-processing")
@with_appcontext
def command() -> None:
    """Print what is kept of people, what for and by which law: docs/privacy.md."""
    click.echo(markdown(), nl=False)


def _row(holding: Holding) -> str:
    columns = ", ".join(f"`{name}`" for name in holding.erased or holding.shows)
    if holding.goes:
        then = "the row goes"
    else:
        then = "emptied, or a pseudonym" if holding.erased else "stays, leads to nobody"
    whose = ", ".join(f"{kind} (`{column}`)" for kind, column in holding.whose.items())
    told = (f"`{holding.table.name}`", whose, columns, str(holding.why), str(holding.ground), then)
    return f"| {' | '.join(told)} |"
