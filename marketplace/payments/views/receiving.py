"""How a group is paid out: what it agreed to, its Pix key, its account at the provider."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock, limits
from marketplace.core.errors import DomainError, NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import CODE, PASSWORD, current_person, role
from marketplace.enterprises import queries
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.models import Enterprise
from marketplace.payments import (
    connect_labels,
    connect_payloads,
    gateway,
    hearing,
    sending,
    settings,
)
from marketplace.payments.models.connect import ConnectedAccount
from marketplace.payments.operations import receiving
from marketplace.payments.operations.receiving import AGREEMENT
from marketplace.payments.provider import ProviderError
from marketplace.payments.queries import connect

bp = Blueprint("receiving", __name__, url_prefix="/painel/grupo/repasses")
MANAGES = role("manager")
PROOF = [PASSWORD, CODE]
ASKS_AN_HOUR, AN_HOUR = 30, 3600  # of the provider, for one group


@bp.get("", allow=MANAGES)
def show() -> ResponseReturnValue:
    enterprise, now = _managed_here(), clock.now()
    account = connect.last_account(enterprise.id)
    return render_template(
        "payments/receiving.html",
        enterprise=enterprise,
        pix=enterprise.pix_at(now),
        account=account,
        is_paid_there=bool(account and account.can_be_paid(now)),
        waits=bool(account and now < account.counts_at),
        bank_payouts=connect.bank_payouts(account.id) if account else [],
        agreement=connect.agreement(enterprise.id, AGREEMENT),
        version=AGREEMENT,
        least_cents=settings.least_payout_cents(),
        connects=settings.connects(),
        labels=connect_labels,
    )


@bp.post("/acordo", allow=MANAGES)
def create_agreement() -> ResponseReturnValue:
    version = request.form.get("version", "")

    def accept(enterprise_id: int, **by: Any) -> None:
        receiving.accept_agreement(enterprise_id, version, **by)

    return _done(accept, _("Accepted. The text and your name are kept with the group."))


@bp.get("/conta", allow=MANAGES, proof=PROOF)
def new() -> ResponseReturnValue:
    """Say what an account means, once who asks proved who they are."""
    enterprise = _managed_here()
    return render_template("payments/new_account.html", enterprise=enterprise)


@bp.post("/conta", allow=MANAGES, proof=PROOF)
def create() -> ResponseReturnValue:
    def ask(enterprise_id: int, **by: Any) -> None:
        call_id = receiving.ask_account(enterprise_id, **by)
        try:
            sending.send(call_id, now=clock.now())
        except ProviderError:
            flash(_("The provider does not answer yet. We go on asking by ourselves."), "warning")

    return _done(ask, _("Kept. All who manage the group are told."))


@bp.post("/conta/fim", allow=MANAGES)
def delete() -> ResponseReturnValue:
    done = _("From now on the group is paid by hand, to its Pix key.")
    return _done(receiving.retire_account, done)


@bp.post("/conta/ligacao", allow=MANAGES)
def create_link() -> ResponseReturnValue:
    """Make the link at which the group tells the provider who it is: for now, and for once.

    The page that holds it is ours: a redirect would be held against `form-action` by the browser.
    """
    enterprise = _managed_here()
    words = connect_payloads.onboarding(
        _account(enterprise).provider_id or "",
        back=settings.address(url_for("receiving.show_back")),
        again=settings.address(url_for("receiving.show_again")),
    )
    try:
        link = _there(enterprise).onboarding(words)
    except ProviderError:
        flash(_("The provider does not answer. Try again in a minute."), "error")
        return redirect(url_for("receiving.show"), 303)
    return render_template("payments/account_link.html", enterprise=enterprise, link=link)


@bp.get("/conta/volta", allow=MANAGES)
def show_back() -> ResponseReturnValue:
    """Come back from the provider's page: that proves nothing, so the provider is asked."""
    return _looked_at()


@bp.get("/conta/outra", allow=MANAGES)
def show_again() -> ResponseReturnValue:
    """Come back with a link that was used or is too old: another is made on a click."""
    flash(_("That link was used, or is too old. Open the provider's page again here."), "warning")
    return _looked_at()


def _looked_at() -> ResponseReturnValue:
    enterprise = _managed_here()
    account = connect.last_account(enterprise.id)
    if account and account.provider_id:
        try:
            hearing.look_at_account(account.provider_id, _there(enterprise), now=clock.now())
        except ProviderError:
            flash(_("The provider does not answer. Try again in a minute."), "error")
    return redirect(url_for("receiving.show"), 303)


def _done(act: Any, done: str) -> ResponseReturnValue:
    """Do something for the group, and say so or why not."""
    enterprise = _managed_here()
    try:
        act(enterprise.id, by=current_person(), now=clock.now())
    except DomainError as no:
        flash(str(no), "error")
    else:
        flash(done, "success")
    return redirect(url_for("receiving.show"), 303)


def _managed_here() -> Enterprise:
    return find_one(queries.managed(current_person(), current_enterprise().id))


def _account(enterprise: Enterprise) -> ConnectedAccount:
    """Return the open account of a group: it is never named by a form.

    :raises NotFound: if it has none.
    """
    account = connect.live_account(enterprise.id)
    if account is None or account.provider_id is None:
        raise NotFound
    return account


def _there(enterprise: Enterprise) -> gateway.Gateway:
    """Return the provider, and count that it is asked.

    :raises NotFound: where there is none.
    """
    facts: Any = {"limit": ASKS_AN_HOUR, "seconds": AN_HOUR, "now": clock.now()}
    limits.take("payout_account", str(enterprise.id), **facts)
    if (there := gateway.current()) is None:
        raise NotFound
    return there
